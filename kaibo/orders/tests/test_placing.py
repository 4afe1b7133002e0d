"""Placing, cancelling and closing orders: exact rows, exact facts."""

import json
from dataclasses import replace
from typing import Any

import pytest

from kaibo.access.crypto import decrypt_text
from kaibo.base.errors import NumberOutOfRange, Refusal, TextMissing
from kaibo.catalog import actions as catalog
from kaibo.facts.orders import OrderClosed, OrderedLine, OrderPlaced
from kaibo.journal.models import Entry
from kaibo.orders import actions, reads
from kaibo.orders.errors import (
    KeyOfAnotherShow,
    LinkOrClaim,
    NoSuchOrder,
    NothingToPay,
    OrderStateWrong,
    PriceChanged,
    ReceiverUnusable,
)
from kaibo.orders.models import Order, OrderLine
from kaibo.orders.reads import OrderLineView
from kaibo.orders.tests.buying import HOME, pay, place
from kaibo.promotions import actions as promotions
from kaibo.promotions.errors import BelowFloor, ClaimUsed, NoSuchClaim, NoSuchLink, SoldOut
from kaibo.promotions.models import Claim, Offer, Taking
from kaibo.promotions.tests.shop import NOW, SHOW, Shop, after, attempt, facts, run_sale

pytestmark = pytest.mark.django_db


def won(shop: Shop, *, viewer_id: int = 1, units: int = 1) -> int:
    """A claim of viewer 1 in a running sale at 69 yuan."""
    sale = run_sale(shop, per_buyer_max=units)
    tries = [attempt(viewer_id, units=units)]
    answer = promotions.claim_flash_sale_batch(sale_id=sale.id, attempts=tries, now=after(1))[0]
    assert answer.claim_id is not None
    return answer.claim_id


def held() -> int:
    return Offer.objects.get().units_held


def line_id() -> int:
    return OrderLine.objects.get().pk


# What the card of link 1 said.
CARD = {
    "seller_name": "ana商贸",
    "seller_licence_no": "91310000X",
    "seller_address": "上海",
    "seller_contact": "400",
    "operator": "ana",
    "no_reason_return": True,
    "exception_type": "",
    "ship_within_h": 0,
    "facts": {},
}


def test_an_order_holds_units_and_keeps_what_the_page_said(shop: Shop) -> None:
    view = place(shop, units=3, expected_total_fen=29_700)
    assert (view.state, view.total_fen, view.refund_fen) == ("created", 29_700, 0)
    assert (view.placed_at, view.pay_before, view.paid_at) == (NOW, after(900), None)
    assert view.receiver_masked == "张** 138****5678"
    assert view.lines == [OrderLineView(line_id(), 1, "保湿面霜", "50ml", 3, 9_900, 29_700)]
    assert held() == 3
    row = Order.objects.get()
    assert row.snapshot == {
        "at": NOW.isoformat(),
        "lines": [
            {
                "link_no": 1,
                "sku_code": "A1",
                "title": "保湿面霜",
                "spec": "50ml",
                "image_url": "",
                "units": 3,
                "unit_price_fen": 9_900,
                "day_price_fen": 19_900,
                "price_basis": "门店价（2026年11月）",
                "from": "link",
                "amount_fen": 29_700,
                "seller": {"name": "ana商贸", "licence_no": "91310000X"},
                "card": CARD,
            }
        ],
        "promotions": [],
        "fans": {},
        "audiences": {},
        "gifts": [],
    }
    assert "南京东路" not in row.address_encrypted
    assert json.loads(decrypt_text(row.address_encrypted))["phone"] == "13812345678"
    line = OrderedLine(
        link_no=1, sku_id=shop.sku_id, units=3, unit_price_fen=9_900, amount_fen=29_700
    )
    assert facts(OrderPlaced) == [
        OrderPlaced(
            order_id=row.pk,
            no=view.no,
            viewer_id=1,
            total_fen=29_700,
            pay_before=after(900),
            lines=[line],
        )
    ]
    assert not Entry.objects.filter(body__contains="张三").exists()


def test_a_key_stands_for_one_order_of_one_show(shop: Shop) -> None:
    """Not the order of the other show, and no second one either."""
    first = place(shop)
    with pytest.raises(KeyOfAnotherShow) as refused:
        place(shop, show_id=SHOW + 1)
    assert refused.value.data == {"no": first.no}
    assert Order.objects.count() == 1


def test_the_same_key_is_the_same_order(shop: Shop) -> None:
    first = place(shop)
    assert place(shop, units=5, expected_total_fen=1, now=after(9)) == first
    assert held() == 1
    assert len(facts(OrderPlaced)) == 1
    assert place(shop, viewer_id=2).no != first.no


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"units": 0, "expected_total_fen": 1}, NumberOutOfRange),
        ({"units": -1}, NumberOutOfRange),
        ({"units": 10**30, "expected_total_fen": 1}, NumberOutOfRange),
        ({"units": 11, "expected_total_fen": 108_900}, SoldOut),
        ({"expected_total_fen": 0}, NothingToPay),
        ({"expected_total_fen": 10**30}, NumberOutOfRange),
        ({"expected_total_fen": 9_800}, PriceChanged),
        ({"link_no": 2}, NoSuchLink),
        ({"link_no": None}, LinkOrClaim),
        ({"claim_id": 1, "link_no": 1}, LinkOrClaim),
        ({"claim_id": 10**9}, NoSuchClaim),
        ({"show_id": SHOW + 1}, NoSuchLink),
        ({"request_key": "坏 键"}, Refusal),
        ({"address": replace(HOME, phone="110")}, ReceiverUnusable),
        ({"address": replace(HOME, name=" ")}, TextMissing),
    ],
)
def test_a_refused_order_writes_nothing(
    shop: Shop, changes: dict[str, Any], refusal: type[Refusal]
) -> None:
    before = Entry.objects.count()
    with pytest.raises(refusal):
        place(shop, **changes)
    assert Order.objects.count() == OrderLine.objects.count() == Taking.objects.count() == 0
    assert Entry.objects.count() == before
    assert held() == 0


@pytest.mark.row("R-041")
def test_the_price_reverts_at_the_end_for_a_page_opened_earlier(shop: Shop) -> None:
    sale = run_sale(shop, lasts_s=60)
    tries = [attempt(1, at=60)]
    late = promotions.claim_flash_sale_batch(sale_id=sale.id, attempts=tries, now=after(60))
    assert late[0].code == "window_closed"
    with pytest.raises(PriceChanged) as refused:
        place(shop, expected_total_fen=6_900, now=after(61))
    assert refused.value.data == {"expected_fen": 6_900, "actual_fen": 9_900}
    assert Order.objects.count() == 0


def test_no_path_sells_below_the_floor(shop: Shop) -> None:
    claim_id = won(shop)
    catalog.change_sku(sku_id=shop.sku_id, changes={"floor_price_fen": 9_901}, by=shop.by, now=NOW)
    by_claim: dict[str, Any] = {"claim_id": claim_id, "expected_total_fen": 6_900}
    for changes in (dict[str, Any](), by_claim):
        with pytest.raises(BelowFloor) as refused:
            place(shop, **changes)
        assert refused.value.data["floor_fen"] == 9_901
    assert Order.objects.count() == 0
    assert Claim.objects.get().state == "held"


def test_a_claim_becomes_an_order_with_its_own_deadline(shop: Shop) -> None:
    claim_id = won(shop, units=2)
    view = place(shop, claim_id=claim_id, units=2, expected_total_fen=13_800, now=after(5))
    assert (view.total_fen, view.pay_before) == (13_800, after(121))
    assert Claim.objects.get().state == "ordered"
    assert held() == 0
    with pytest.raises(ClaimUsed):
        place(shop, claim_id=claim_id, units=2, expected_total_fen=13_800, request_key="b")
    placed = facts(OrderPlaced)[0]
    assert isinstance(placed, OrderPlaced)
    assert placed.claim_id == claim_id


def test_a_claim_is_ordered_whole(shop: Shop) -> None:
    claim_id = won(shop, units=2)
    with pytest.raises(Refusal):
        place(shop, claim_id=claim_id, units=1, expected_total_fen=6_900)
    assert Claim.objects.get().state == "held"


def test_due_orders_close_and_free_their_units(shop: Shop) -> None:
    first = place(shop, units=2, expected_total_fen=19_800)
    second = place(shop, viewer_id=2)
    pay(second, viewer_id=2)
    assert actions.close_due_orders(now=after(899.9)) == 0
    assert actions.close_due_orders(now=after(900)) == 1
    assert actions.close_due_orders(now=after(901)) == 0
    view = reads.order(first.no, viewer_id=1)
    assert (view.state, view.close_reason) == ("closed", "unpaid")
    assert held() == 0
    closed = facts(OrderClosed)
    assert [(f.no, f.reason) for f in closed if isinstance(f, OrderClosed)] == [
        (first.no, "unpaid")
    ]


def test_a_due_order_releases_its_claim(shop: Shop) -> None:
    claim_id = won(shop)
    place(shop, claim_id=claim_id, expected_total_fen=6_900)
    assert promotions.release_due_claims(now=after(500)) == 0
    assert actions.close_due_orders(now=after(121)) == 1
    assert Claim.objects.get().state == "released"


def test_a_buyer_cancels_their_own_unpaid_order(shop: Shop) -> None:
    order = place(shop)
    with pytest.raises(NoSuchOrder):
        actions.cancel_order(no=order.no, viewer_id=2, now=after(1))
    for _ in range(2):
        view = actions.cancel_order(no=order.no, viewer_id=1, now=after(1))
    assert (view.state, view.close_reason) == ("closed", "cancelled")
    assert held() == 0
    assert len(facts(OrderClosed)) == 1
    paid = place(shop, request_key="second")
    pay(paid)
    with pytest.raises(OrderStateWrong):
        actions.cancel_order(no=paid.no, viewer_id=1, now=after(2))


def test_orders_are_seen_by_their_buyer_and_their_shop_only(shop: Shop) -> None:
    order = place(shop)
    assert reads.orders_of_viewer(1) == [order]
    assert reads.orders_of_viewer(2) == []
    assert reads.order(order.no, org_id=shop.org_id) == order
    for scope in ({"viewer_id": 2}, {"org_id": shop.org_id + 1}):
        with pytest.raises(NoSuchOrder):
            reads.order(order.no, **scope)
    page = reads.orders_of_show(shop.org_id, SHOW)
    assert ([item.order for item in page.items], page.total, page.pages) == ([order], 1, 1)
    assert page.states == {"created": 1}
    assert reads.orders_of_show(shop.org_id + 1, SHOW).total == 0
