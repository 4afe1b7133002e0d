"""A whole shop in the middle of a show, set up by the product's own actions."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

import yaml
from django.contrib.auth import get_user_model
from django.test import Client

from kaibo.access.actions import add_person, make_key
from kaibo.access.rules import SCOPES
from kaibo.audience.actions import enter, issue_viewer_token
from kaibo.base.actor import Actor
from kaibo.catalog import actions as catalog
from kaibo.compliance import actions as compliance
from kaibo.compliance.actions import WordEntry
from kaibo.compliance.reads import findings
from kaibo.evidence import actions as evidence
from kaibo.evidence.models import Deletion
from kaibo.hooks import actions as hooks
from kaibo.hooks.models import Delivery
from kaibo.hosts import actions as hosts
from kaibo.insight import follow as insight
from kaibo.journal.actions import follow
from kaibo.media.actions import issue_stream_key
from kaibo.orders import actions as orders
from kaibo.orders.actions import CartOwner, OrderSpec, OrderWish
from kaibo.orders.models import Payment, ReturnPhoto
from kaibo.orders.sandbox import bank
from kaibo.orders.tests.buying import tell
from kaibo.orders.tests.photographs import jpeg
from kaibo.planning import actions as planning
from kaibo.planning.rules import CampaignSpec, ShowSpec
from kaibo.preflight.actions import open_show
from kaibo.preflight.tests.ready import make_ready
from kaibo.promotions import actions as promotions
from kaibo.promotions.actions import Attempt, FlashSaleSpec, PromotionSpec
from kaibo.promotions.rules import AmountOff
from kaibo.promotions.rules import Promotion as Terms
from kaibo.room import actions as room
from kaibo.room.actions import Draft
from tests.safety.chance import Chance, drawn_prize, open_invite, open_packet
from tests.safety.correcting import corrected
from tests.safety.fans import stand_on_tier
from tests.safety.filing import filed
from tests.safety.guarding import guarded
from tests.safety.listing import listed
from tests.safety.noticing import noticed
from tests.safety.patrolling import patrolled
from tests.safety.seeing import seen
from tests.safety.selling import HOME, bid_for, grouped, stuck

# 20:00 in Shanghai: the hour the plans of the tests are made for.
EVENING = dt.datetime(2026, 11, 22, 12, 0, tzinfo=dt.UTC)


class DeskClient(Client):
    """As the desk's pages do, it sends each thing under a key of its own."""

    def generic(self, *args: Any, **kwargs: Any) -> Any:
        """One request."""
        kwargs.setdefault("HTTP_IDEMPOTENCY_KEY", str(uuid.uuid4()))
        return super().generic(*args, **kwargs)


@dataclass(frozen=True)
class Shop:
    """Ids of everything there is one of; ``mark`` stands in every text that has room for it."""

    by: Actor
    mark: str
    viewer_id: int
    ticket: str
    ids: dict[str, Any]

    @property
    def org_id(self) -> int:
        return self.by.org_id

    def desk(self) -> Client:
        """Management at their desk."""
        client = DeskClient(headers={"Accept-Language": "en"})
        person = get_user_model().objects.get(pk=self.by.id)
        client.force_login(person, "django.contrib.auth.backends.ModelBackend")
        return client

    def program(self) -> Client:
        """Another program, with a key of every scope."""
        made = make_key(name=self.mark, scopes=SCOPES, by=self.by, now=EVENING)
        bearer = f"Bearer {made.token}"
        return Client(headers={"Authorization": bearer, "Accept-Language": "en"})

    def phone(self) -> Client:
        """The viewer, with a ticket to the show that is on."""
        return Client(
            headers={"Authorization": f"Bearer {self.ticket}", "Accept-Language": "zh-CN"}
        )


def found_shop(code: str, *, number: str, now: dt.datetime = EVENING) -> Shop:
    """Found it, put a show on air, let somebody buy, and leave a draft beside it."""
    mark = f"暗号{code}"
    plan, desk = make_ready(code, now=now, number=number)
    by, show_id, host_id = desk.by, plan.show.id, plan.show.host_id
    hosts.change_host(host_id=host_id, changes={"stage_name": mark}, by=by, now=now)
    goods = _goods(code, mark, by=by, now=now)
    campaign = planning.create_campaign(spec=CampaignSpec(name=mark), by=by, now=now)
    draft = planning.plan_show(
        spec=ShowSpec(
            title=f"{mark}下一场",
            host_id=host_id,
            campaign_id=campaign.id,
            starts_at=now + dt.timedelta(days=1),
            planned_minutes=60,
        ),
        by=by,
        now=now,
    )
    planning.set_run_of_show(
        org_id=by.org_id,
        show_id=draft.id,
        items=[plan.item(1), plan.item(2, sku_id=plan.mask.id)],
        by=by,
        now=now,
    )
    planning.change_show(show_id=show_id, changes={"title": f"{mark}在播"}, by=by, now=now)
    secret = issue_stream_key(
        org_id=by.org_id, show_id=show_id, room_code=plan.show.code, by=by, now=now
    ).key
    ids = {
        **filed(by, show_id, host_id, now=now),
        **goods,
        "family": _own_packs(code, mark, by=by, now=now),
        "host": host_id,
        "campaign": campaign.id,
        "draft": draft.id,
        "show": show_id,
        "code": plan.show.code,
        "stream_key": secret,
        "person": by.id,
    }
    open_show(org_id=by.org_id, show_id=show_id, by=by, now=now)
    return _play(Shop(by, mark, 0, "", ids), now=now)


def _goods(code: str, mark: str, *, by: Actor, now: dt.datetime) -> dict[str, int]:
    """A supplier, a product that waits for approval, its SKU, and a sheet half imported."""
    supplier = catalog.add_supplier(name=mark, contact="010-1", by=by, now=now)
    spec = catalog.ProductSpec(code=f"D-{code}", title=f"{mark}新品", supplier_id=supplier.id)
    product = catalog.create_product(spec=spec, by=by, now=now)
    sku = catalog.add_sku(
        product_id=product.id,
        spec=catalog.SkuSpec(code="C3", spec="30ml", list_price_fen=9_900, on_hand=100),
        by=by,
        now=now,
    )
    catalog.submit_product(product_id=product.id, by=by, now=now)
    sheet = f"商品编码,商品名称,日常价\nI-{code},{mark}进口,99\n,{mark}无码,1\n"
    job = catalog.start_import(data=sheet.encode(), filename=f"{mark}.csv", by=by, now=now)
    return {"supplier": supplier.id, "product": product.id, "sku": sku.id, "import": job.id}


def _own_packs(code: str, mark: str, *, by: Actor, now: dt.datetime) -> str:
    """Two versions of a platform's pack, and a word of the shop's own; returns its code."""
    family = f"P{code.upper()}"[:10]
    for number in (0, 1):
        source = yaml.safe_dump(
            {
                "family": family,
                "version": str(number),
                "layer": "platform",
                "group": "platform",
                "title": {"zh": mark, "en": mark},
                "law": mark,
                "from": now.date(),
                "severity": "S3",
                "actions": {"title": "record"},
                "message": {"zh": f"{mark}。", "en": f"{mark}."},
                "rules": [{"id": f"{family}.1", "keywords": [f"{mark}{number}"]}],
            },
            allow_unicode=True,
        )
        compliance.save_pack(source=source, number=number, by=by, now=now)
    words = [WordEntry(words=(f"{mark}禁词",), doing="record")]
    compliance.save_words(entries=words, number=0, by=by, now=now)
    return family


def _play(shop: Shop, *, now: dt.datetime) -> Shop:
    """One link on the shelf, one flash sale, one viewer who buys, claims, talks and reports."""
    by, show_id = shop.by, shop.ids["show"]
    here: dict[str, Any] = {"org_id": shop.org_id, "show_id": show_id, "by": by, "now": now}
    room.pop_link(link_no=1, **here)
    promotions.open_price(show_id=show_id, link_no=1, by=by, now=now)
    room.start_explaining(link_no=1, **here)
    room.pin_notice(text=shop.mark, **here)
    device = shop.mark.encode().hex().rjust(24, "0")
    viewer = enter(org_id=shop.org_id, device=device, nickname=shop.mark, now=now)
    ticket = issue_viewer_token(viewer.id, shop.org_id, show_id)
    sale_spec = FlashSaleSpec(
        show_id=show_id,
        link_no=1,
        price_fen=6_900,
        units=2,
        units_per_buyer_max=1,
        opens_at=now,
        closes_at=now + dt.timedelta(minutes=10),
        pay_within_s=300,
    )
    promotions.put_on_shelf(show_id=show_id, link_no=2, by=by, now=now)
    sale = promotions.schedule_flash_sale(spec=sale_spec, by=by, now=now)
    promotions.start_flash_sale(sale_id=sale.id, by=by, now=now)
    (claim,) = promotions.claim_flash_sale_batch(
        sale_id=sale.id, attempts=[Attempt(viewer.id, 1, "claim-1", now)], now=now
    )
    assert claim.ok, claim
    no = _buy(shop, viewer.id, now=now)
    text = f"{shop.mark} 加我微信 abc12345 便宜"
    said = Draft(viewer_id=viewer.id, nickname=shop.mark, kind="viewer", text=text, at=now)
    (posted,) = room.post_messages(org_id=shop.org_id, show_id=show_id, drafts=[said], now=now)
    (finding,) = [f for f in findings(shop.org_id, show_id) if f.state == "open"][:1]
    more = {
        "sale": sale.id,
        "claim": claim.claim_id,
        "order": no,
        "order-file": _order_file(shop, now=now),
        "message": posted.message_id,
        **_sent_back(shop, viewer.id, now=now),
        **_papers(shop, no, viewer.id, now=now),
        "finding": finding.id,
        "viewer": viewer.id,
        **grouped(show_id, viewer.id, by=by, now=now),
        **bid_for(show_id, viewer.id, by=by, now=now),
        **_guarded(shop, viewer.id, now=now),
    }
    while follow("insight", insight.on_entry):
        pass
    more |= _outside(shop, now=now) | listed(by, shop.mark, now=now)
    return Shop(by, shop.mark, viewer.id, ticket, shop.ids | more)


def _sent_back(shop: Shop, viewer_id: int, *, now: dt.datetime) -> dict[str, int]:
    """The parcel of a second order, delivered, and a return of it that the buyer asks for."""
    by, no = shop.by, _buy(shop, viewer_id, now=now, key="order-2")
    parcel = orders.ship_order(no=no, carrier="中通", waybill="73100000000001", by=by, now=now)
    orders.deliver_parcel(parcel_id=parcel.id, by=by, now=now)
    wish = orders.ReturnWish(
        units={parcel.lines[0].line_id: 1}, reason="quality", request_key="return-1", said=shop.mark
    )
    buyer = Actor("viewer", viewer_id, shop.org_id)
    asked = orders.ask_return(no=no, wish=wish, by=buyer, now=now)
    orders.add_return_photo(return_id=asked.id, data=jpeg(), by=buyer, now=now)
    (photo,) = ReturnPhoto.objects.filter(back_id=asked.id)
    promotions.add_units(show_id=shop.ids["show"], link_no=1, units=1, by=by, now=now)
    refund = stuck(_buy(shop, viewer_id, now=now, key="order-3"), by=by, now=now)
    return {"parcel": parcel.id, "return": asked.id, "return-photo": photo.pk} | refund


def _papers(shop: Shop, no: str, viewer_id: int, *, now: dt.datetime) -> dict[str, int]:
    """An invoice that the viewer asked for, and an address of theirs."""
    buyer = Actor("viewer", viewer_id, shop.org_id)
    wish = orders.InvoiceWish(kind="person", title=shop.mark)
    asked = orders.ask_invoice(no=no, wish=wish, by=buyer, now=now)
    saved = orders.save_address(address=HOME, is_default=True, by=buyer, now=now)
    return {"invoice": asked.id, "addresse": saved.id} | corrected(
        shop.by, shop.mark, int(shop.ids["show"]), no, now=now
    )


def _outside(shop: Shop, *, now: dt.datetime) -> dict[str, int]:
    """A key and a webhook of the shop's, and what one fact became there."""
    by = shop.by
    url = f"https://hooks.example/{shop.mark.encode().hex()}"
    made = hooks.add_endpoint(url=url, kinds=[], by=by, now=now)
    row = Delivery.objects.create(
        endpoint_id=made.endpoint.id, entry_id=1, tag="x", body="{}", state="dead", created_at=now
    )
    key = make_key(name=shop.mark, scopes=[], by=by, now=now).key
    ids = {"key": key.id, "hook": made.endpoint.id, "deliverie": row.pk}
    watched = patrolled(by, shop.mark, host_id=int(shop.ids["host"]), now=now)
    more = noticed(by, shop.mark, int(shop.ids["show"]), now=now)
    return ids | watched | _evidence(shop, now=now) | more


def _evidence(shop: Shop, *, now: dt.datetime) -> dict[str, int]:
    """A pack that is asked for, a hold, and a deletion that waits for the second person."""
    by, show_id = shop.by, shop.ids["show"]
    asked = evidence.ask_export(
        subject_kind="show", subject_id=str(show_id), version="authority", reason=shop.mark,
        recipient=shop.mark, by=by, now=now,
    )  # fmt: skip
    hold = evidence.place_hold(show_id=int(show_id), reason=shop.mark, by=by, now=now)
    row = Deletion.objects.create(
        organisation_id=by.org_id, show_id=show_id, reason=shop.mark, kept_until=now, code="R3L",
        asked_by=by.id, asked_at=now,
    )  # fmt: skip
    return {"export": asked.id, "hold": hold.id, "deletion": row.pk}


def _guarded(shop: Shop, viewer_id: int, *, now: dt.datetime) -> dict[str, int]:
    """A reset trip of the breaker, a change that waits, a strange code in the picture."""
    by, show_id = shop.by, shop.ids["show"]
    guards = guarded(by, int(show_id), shop.mark, viewer_id, now=now)
    promotion = _promotions(shop, viewer_id, now=now)
    chance = Chance(by, show_id, shop.mark, viewer_id, now)
    stand_on_tier(chance)
    drawn = drawn_prize(chance) | open_packet(chance) | open_invite(chance)
    return {
        **seen(shop.ids["stream_key"], now=now),
        "promotion": promotion,
        **guards,
        **drawn,
    }


def _promotions(shop: Shop, viewer_id: int, *, now: dt.datetime) -> int:
    """A coupon in the viewer's purse, and a promotion that runs on codes, whose id it is."""
    ids = []
    for got in ("claim", "code"):
        terms = Terms(
            id=0, title_zh=shop.mark, title_en=shop.mark, stacking="coupon", benefit=AmountOff(1)
        )
        spec = PromotionSpec(
            terms=terms,
            starts_at=now,
            ends_at=now + dt.timedelta(days=366),
            got="claim" if got == "claim" else "code",
        )
        draft = promotions.save_promotion(spec=spec, request_key=got, by=shop.by, now=now)
        promotions.start_promotion(promotion_id=draft.id, by=shop.by, now=now)
        ids.append(draft.id)
    promotions.claim_coupon(
        promotion_id=ids[0],
        org_id=shop.org_id,
        show_id=shop.ids["show"],
        viewer_id=viewer_id,
        request_key="coupon-1",
        now=now,
    )
    return ids[1]


def _order_file(shop: Shop, *, now: dt.datetime) -> int:
    """Another platform's orders: a file that was written, and one that waits, whose id it is."""
    head = f"订单编号,下单时间,商品名称,金额\nP-1,2026-11-20 12:00,{shop.mark}平台,9.9\nP-2,?,x,1\n"
    ids = []
    for no in ("P-3", "P-4"):
        data = f"{head}{no},,{shop.mark},1\n".encode()
        file: dict[str, Any] = {
            "data": data,
            "filename": f"{shop.mark}.csv",
            "by": shop.by,
            "now": now,
        }
        ids.append(orders.start_order_file(**file).id)
    orders.apply_order_file(file_id=ids[0], by=shop.by, now=now)
    return ids[1]


def _buy(shop: Shop, viewer_id: int, *, now: dt.datetime, key: str = "order-1") -> str:
    """Order one unit of link 1, pay it, and return its number; one more lies in the cart."""
    cart = CartOwner(org_id=shop.org_id, show_id=shop.ids["show"], viewer_id=viewer_id)
    orders.put_in_cart(owner=cart, link_no=1, units=1, now=now)
    spec = OrderSpec(
        org_id=shop.org_id,
        show_id=shop.ids["show"],
        viewer_id=viewer_id,
        request_key=key,
        wishes=(OrderWish(units=1, link_no=1),),
        address=HOME,
        expected_total_fen=9_900,
    )
    order = orders.place_order(spec=spec, now=now)
    url = orders.open_payment(no=order.no, viewer_id=viewer_id, now=now).url
    payment = Payment.objects.get(attempt_token=url.rsplit("/", 1)[1])
    bank.press(payment.attempt_token, "pay", now=now)
    assert tell(payment, now=now) == "done"
    return order.no


def colleague(shop: Shop, role: str, *, now: dt.datetime = EVENING) -> Client:
    """Somebody of a role, at their desk."""
    name = f"{role}-{shop.mark}"
    by = add_person(
        org_id=shop.org_id, username=name, name=name, password="x", roles=[role], now=now
    )
    client = Client(headers={"Accept-Language": "zh-CN"})
    person = get_user_model().objects.get(pk=by.id)
    client.force_login(person, "django.contrib.auth.backends.ModelBackend")
    return client
