"""The shop a bench sells from, set up by the product's own actions."""

import datetime as dt
import json
from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone

from kaibo.access.actions import SellerCard, create_organisation
from kaibo.audience.actions import enter, issue_viewer_token
from kaibo.base.actor import Actor
from kaibo.catalog import actions as catalog
from kaibo.catalog.actions import ProductSpec, SkuSpec
from kaibo.hosts.actions import HostSpec, add_host
from kaibo.planning.actions import plan_show
from kaibo.planning.rules import ShowSpec
from kaibo.promotions import actions as promotions
from kaibo.promotions.actions import FlashSaleSpec, OfferSpec

LINK_NO = 1


class Scene:
    """A planned show with one link whose stock never runs short."""

    def __init__(self, *, on_hand: int) -> None:
        now = timezone.now()
        seller = SellerCard(
            name="测速商贸", licence_no="91310000BENCH", address="上海", contact="400"
        )
        self.org_id = create_organisation(code="bench", name="测速", seller=seller, now=now)
        self.by = Actor("person", 1, self.org_id, frozenset({"management"}))
        spec = ProductSpec(code="BENCH", title="测速商品")
        product = catalog.create_product(spec=spec, by=self.by, now=now)
        sku = catalog.add_sku(
            product_id=product.id,
            spec=SkuSpec(code="B1", spec="一件", on_hand=on_hand),
            by=self.by,
            now=now,
        )
        catalog.submit_product(product_id=product.id, by=self.by, now=now)
        catalog.approve_product(product_id=product.id, by=self.by, now=now)
        self._host_id = add_host(
            spec=HostSpec(name="测速", stage_name="测速"), by=self.by, now=now
        ).id
        self.show_id = self.add_show()
        offer = OfferSpec(
            org_id=self.org_id,
            show_id=self.show_id,
            link_no=LINK_NO,
            sku_id=sku.id,
            price_fen=9_900,
            units=1,
        )
        promotions.list_offer(spec=offer, by=self.by, now=now)

    def add_show(self) -> int:
        """One more planned show, with an empty shelf; returns its id."""
        now = timezone.now()
        spec = ShowSpec(title="测速", host_id=self._host_id, starts_at=now, planned_minutes=120)
        return plan_show(spec=spec, by=self.by, now=now).id

    def hellos(self, count: int, *, show_ids: Sequence[int] = ()) -> list[bytes]:
        """Join frames of viewers who have just entered, in turn one for each show."""
        shows = show_ids or [self.show_id]
        with transaction.atomic():
            return [
                hello(org_id=self.org_id, show_id=shows[number % len(shows)], number=number)
                for number in range(count)
            ]

    def start_sale(self, units: int) -> int:
        """A running flash sale, one unit per buyer; returns its id."""
        sale_id = self.plan_sale(units)
        self.open_sale(sale_id)
        return sale_id

    def plan_sale(self, units: int) -> int:
        """A flash sale that does not run yet, one unit per buyer; returns its id."""
        now = timezone.now()
        spec = FlashSaleSpec(
            show_id=self.show_id,
            link_no=LINK_NO,
            price_fen=6_900,
            units=units,
            units_per_buyer_max=1,
            opens_at=now,
            closes_at=now + dt.timedelta(hours=6),
            pay_within_s=7_200,
        )
        return promotions.schedule_flash_sale(spec=spec, by=self.by, now=now).id

    def open_sale(self, sale_id: int) -> None:
        """Let claims in."""
        promotions.start_flash_sale(sale_id=sale_id, by=self.by, now=timezone.now())

    def stop_sale(self, sale_id: int) -> None:
        """End a sale, so that the link is free for the next."""
        promotions.stop_flash_sale(sale_id=sale_id, by=self.by, now=timezone.now())


def hello(*, org_id: int, show_id: int, number: int) -> bytes:
    """A viewer of its own number enters; what its socket says first."""
    viewer = enter(
        org_id=org_id,
        device=f"bench-device-{number:08}",
        nickname=f"v{number}",
        now=timezone.now(),
    )
    token = issue_viewer_token(viewer.id, org_id, show_id)
    return json.dumps({"t": "join", "token": token, "resume": None}).encode()
