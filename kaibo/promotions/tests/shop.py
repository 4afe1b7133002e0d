"""A shop with goods, links and sales, set up by the product's own actions."""

import datetime as dt
from dataclasses import dataclass, replace
from typing import Any

from kaibo.access.actions import SellerCard, create_organisation
from kaibo.base.actor import Actor
from kaibo.catalog import actions as catalog
from kaibo.catalog.actions import PaperSpec, ProductSpec, SkuSpec
from kaibo.catalog.reads import SkuView, proven_price, sku
from kaibo.facts.base import Fact
from kaibo.journal.reads import facts_of_show
from kaibo.promotions import actions
from kaibo.promotions.actions import Attempt, FlashSaleSpec, OfferSpec
from kaibo.promotions.reads import LinkView, SaleView

NOW = dt.datetime(2026, 11, 22, 12, 0, tzinfo=dt.UTC)
SHOW = 71


def after(seconds: float) -> dt.datetime:
    """A moment this long after ``NOW``."""
    return NOW + dt.timedelta(seconds=seconds)


@dataclass(frozen=True)
class Shop:
    """An organisation, its manager, and one approved SKU."""

    by: Actor
    sku_id: int

    @property
    def org_id(self) -> int:
        return self.by.org_id

    def stock(self) -> SkuView:
        """The level as it is now."""
        return sku(self.org_id, self.sku_id)

    def levels(self) -> tuple[int, int, int]:
        """On hand, held, sold."""
        view = self.stock()
        return view.on_hand, view.held, view.sold


def make_shop(code: str = "ana", *, on_hand: int = 100, floor_fen: int = 5_000) -> Shop:
    """Found a shop with one SKU whose floor is 50 yuan."""
    seller = SellerCard(name=f"{code}商贸", licence_no="91310000X", address="上海", contact="400")
    org_id = create_organisation(code=code, name=code, seller=seller, now=NOW)
    by = Actor("person", 1, org_id, frozenset({"management"}))
    product = catalog.create_product(
        spec=ProductSpec(code=f"P-{code}", title="保湿面霜"), by=by, now=NOW
    )
    spec = SkuSpec(code="A1", spec="50ml", floor_price_fen=floor_fen, on_hand=on_hand)
    view = catalog.add_sku(product_id=product.id, spec=spec, by=by, now=NOW)
    catalog.submit_product(product_id=product.id, by=by, now=NOW)
    catalog.approve_product(product_id=product.id, by=by, now=NOW)
    prove_store_price(product.id, by=by)
    return Shop(by, view.id)


def prove_store_price(
    product_id: int, *, by: Actor, price_fen: int = 1_000_000, now: dt.datetime = NOW
) -> None:
    """Proof of what a store asks for the goods (门店价), for the two months around ``now``."""
    for first in (now.date() - dt.timedelta(days=15), now.date() + dt.timedelta(days=16)):
        paper = catalog.add_paper(
            product_id=product_id,
            spec=PaperSpec(
                kind="elsewhere_price",
                number=f"标价签 {first}",
                issuer="门店",
                valid_from=first,
                valid_to=first + dt.timedelta(days=30),
                price_fen=price_fen,
            ),
            by=by,
            now=now,
        )
        catalog.accept_paper(paper_id=paper.id, by=replace(by, id=by.id + 1), now=now)


def list_link(
    shop: Shop, link_no: int = 1, *, units: int = 10, price_fen: int = 9_900, per_buyer_max: int = 0
) -> LinkView:
    """List a link with its first batch; a store asks more for its goods."""
    if proven_price(shop.org_id, shop.sku_id, "elsewhere_price", now=NOW) is None:
        prove_store_price(shop.stock().product_id, by=shop.by)
    spec = OfferSpec(
        org_id=shop.org_id,
        show_id=SHOW,
        link_no=link_no,
        sku_id=shop.sku_id,
        price_fen=price_fen,
        day_price_fen=19_900,
        price_basis="门店价（2026年11月）",
        units=units,
        per_buyer_max=per_buyer_max,
    )
    return actions.list_offer(spec=spec, by=shop.by, now=NOW)


def open_link(
    shop: Shop, link_no: int = 1, *, units: int = 10, price_fen: int = 9_900, per_buyer_max: int = 0
) -> LinkView:
    """A link on the shelf with its price open."""
    list_link(shop, link_no, units=units, price_fen=price_fen, per_buyer_max=per_buyer_max)
    actions.put_on_shelf(show_id=SHOW, link_no=link_no, by=shop.by, now=NOW)
    return actions.open_price(show_id=SHOW, link_no=link_no, by=shop.by, now=NOW)


def plan_sale(
    shop: Shop,
    *,
    units: int = 5,
    price_fen: int = 6_900,
    per_buyer_max: int = 1,
    lasts_s: int = 60,
    has_waitlist: bool = False,
) -> SaleView:
    """A flash sale on link 1, opening at ``NOW``; 120 seconds to pay."""
    spec = FlashSaleSpec(
        show_id=SHOW,
        link_no=1,
        price_fen=price_fen,
        units=units,
        units_per_buyer_max=per_buyer_max,
        opens_at=NOW,
        closes_at=after(lasts_s),
        pay_within_s=120,
        has_waitlist=has_waitlist,
    )
    return actions.schedule_flash_sale(spec=spec, by=shop.by, now=NOW)


def run_sale(shop: Shop, **terms: Any) -> SaleView:
    """A flash sale that takes claims from ``NOW`` on; terms as for ``plan_sale``."""
    sale = plan_sale(shop, **terms)
    return actions.start_flash_sale(sale_id=sale.id, by=shop.by, now=NOW)


def attempt(
    viewer_id: int, *, units: int = 1, key: str = "", at: float = 1.0, wait: bool = False
) -> Attempt:
    """A try that arrives ``at`` seconds after ``NOW``."""
    return Attempt(viewer_id, units, key or f"key-{viewer_id}", after(at), wait)


def facts(kind: type[Fact] | None = None, *, show_id: int = SHOW) -> list[Fact]:
    """The show's facts in order, or those of one kind."""
    return [entry.fact for entry in facts_of_show(show_id, [kind] if kind else None)]
