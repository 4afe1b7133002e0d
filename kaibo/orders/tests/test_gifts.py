"""Orders with gifts: one price on every path, lines of their own, and what comes back."""

from dataclasses import asdict
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kaibo.base.actor import Actor
from kaibo.base.errors import NumberOutOfRange
from kaibo.facts.orders import OrderPlaced, OrderRefundStarted, ReturnAsked
from kaibo.orders import actions, reads
from kaibo.orders.actions import CartOwner, CheckoutSpec, OrderWish, ReturnWish
from kaibo.orders.errors import GiftGone, NoSuchLine
from kaibo.orders.models import LedgerEntry, Order, OrderLine, Refund
from kaibo.orders.reads import OrderView
from kaibo.orders.reads import cart as cart_reads
from kaibo.orders.reads import returns as return_reads
from kaibo.orders.reads.quoting import LineAsked, quote_line
from kaibo.orders.reads.returns import ReturnView
from kaibo.orders.tests.books import audit
from kaibo.orders.tests.buying import HOME, pay, place, spec_of
from kaibo.orders.tests.shipping import DAY, buyer
from kaibo.promotions import actions as promotions
from kaibo.promotions.models import Offer, Promotion
from kaibo.promotions.rules import AmountOff, AtLeastUnits, Share
from kaibo.promotions.tests.gifting import add_gift, gift_counts, gift_levels, run_gift
from kaibo.promotions.tests.promoting import run
from kaibo.promotions.tests.shop import NOW, SHOW, Shop, after, facts, open_link

pytestmark = pytest.mark.django_db


@pytest.fixture
def dipper(shop: Shop) -> int:
    return add_gift(shop)


def two(shop: Shop, **more: Any) -> OrderView:
    """Two units of link 1: 198 yuan, enough for a dipper."""
    return place(shop, **{"units": 2, "expected_total_fen": 19_800, **more})


def delivered(shop: Shop, order: OrderView) -> None:
    parcel = actions.ship_order(
        no=order.no, carrier="中通", waybill="73100000000001", by=shop.by, now=NOW
    )
    actions.deliver_parcel(parcel_id=parcel.id, by=shop.by, now=NOW)


def sent_back(
    shop: Shop, order: OrderView, units: dict[int, int], *, reason: str = "no_reason",
    missing: dict[int, int] | None = None, sellable: bool = True, key: str = "r-1",
) -> ReturnView:  # fmt: skip
    """Asked, accepted, sent, and scanned in with what is missing."""
    wish = ReturnWish(units=units, reason=reason, request_key=key)  # type: ignore[arg-type]
    one = actions.ask_return(no=order.no, wish=wish, by=buyer(shop), now=NOW)
    if one.state == "asked":
        actions.accept_return(return_id=one.id, by=shop.by, now=NOW)
    return actions.receive_return(
        return_id=one.id, is_sellable=sellable, gifts_missing=missing, by=shop.by, now=NOW + DAY
    )


def ids(order: OrderView) -> list[int]:
    return [line.id for line in order.lines]


@pytest.mark.row("R-058", "R-061")
def test_a_gift_is_a_line_of_its_own(shop: Shop, dipper: int) -> None:
    payers = (Share("host", 2_500), Share("shop", 7_500))
    row = run_gift(shop, dipper, of={"payers": payers})
    order = two(shop, gifts_shown={dipper: 1})
    goods, gift = order.lines
    assert (goods.is_gift, goods.amount_fen, goods.discount_fen) == (False, 19_800, 0)
    assert (gift.is_gift, gift.link_no, gift.title, gift.spec, gift.units) == (
        True, 0, "木质搅蜜棒", "一支", 1,
    )  # fmt: skip
    assert (gift.unit_price_fen, gift.discount_fen, gift.amount_fen) == (1_200, 1_200, 0)
    assert [line.borne for line in OrderLine.objects.order_by("pk")] == [{}, {"host": 300}]
    (told,) = Order.objects.get().snapshot["gifts"]
    assert (told["title"], told["units"], told["value_fen"]) == ("木质搅蜜棒", 1, 1_200)
    assert told["terms"]["condition"] == {"type": "fen", "fen": 15_000}
    (placed,) = facts(OrderPlaced)
    assert isinstance(placed, OrderPlaced)
    assert [(x.link_no, x.sku_id, x.amount_fen) for x in placed.lines] == [
        (1, shop.sku_id, 19_800),
        (0, dipper, 0),
    ]
    pay(order, now=after(1))
    assert (gift_counts(row), gift_levels(shop, dipper)) == ((5, 0, 1), (19, 4, 1))
    # The host owes the shop its part of the gift's value.
    entered = LedgerEntry.objects.order_by("pk").values_list("why", "amount_fen")
    assert list(entered) == [("receive", 19_800), ("sell", 19_800), ("host_share", 300)]


@pytest.mark.row("R-061")
@settings(
    max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    units=st.integers(1, 4),
    need=st.integers(1, 3),
    often=st.sampled_from([1, None]),
    off=st.none() | st.integers(1, 3_000),
)
@pytest.mark.once
def test_one_price_and_one_gift_on_every_path(
    shop: Shop, dipper: int, units: int, need: int, often: int | None, off: int | None
) -> None:
    """Quote, cart and order say the same; a gift beside raises no price."""
    buying: dict[str, Any] = {"org_id": shop.org_id, "show_id": SHOW, "viewer_id": 1, "now": NOW}
    asked = LineAsked(units=units, link_no=1)
    for left in Promotion.objects.exclude(state="ended"):
        promotions.end_promotion(promotion_id=left.pk, by=shop.by, now=NOW)
    promotions.add_units(show_id=SHOW, link_no=1, units=units, by=shop.by, now=NOW)
    if off is not None:
        run(shop, AmountOff(off))
    plain = quote_line(asked, **buying, coupon_ids=None)
    row = run_gift(shop, dipper, AtLeastUnits(need), of={"times_max": often}, gift_units=6)
    quote = quote_line(asked, **buying, coupon_ids=None)
    owner = CartOwner(org_id=shop.org_id, show_id=SHOW, viewer_id=1)
    actions.put_in_cart(owner=owner, link_no=1, units=units, now=NOW)
    cart = cart_reads.cart(**buying)
    shown = {gift.sku_id: gift.units for gift in quote.gifts}
    spec = CheckoutSpec(
        owner=owner, request_key=f"k{row.pk}", links=frozenset({1}), address=HOME,
        expected_total_fen=quote.total_fen, gifts_shown=shown,
    )  # fmt: skip
    order = actions.checkout_cart(spec=spec, now=NOW)
    assert plain.total_fen == quote.total_fen == cart.total_fen == order.total_fen
    assert quote.gifts == cart.gifts
    earned = min(units // need, often or units)
    assert shown == ({dipper: earned} if earned else {})
    assert [line.units for line in order.lines if line.is_gift] == ([earned] if earned else [])
    pay(order)
    by = Actor("viewer", 1, shop.org_id)
    actions.refund_order(no=order.no, reason="", by=by, now=after(1))
    refunded = reads.order(order.no, viewer_id=1)
    assert (refunded.refund_fen, refunded.state) == (order.total_fen, "refunding")
    assert gift_levels(shop, dipper)[2] == 0
    promotions.end_promotion(promotion_id=row.pk, by=shop.by, now=NOW)
    assert gift_levels(shop, dipper) == (20, 0, 0)


@pytest.mark.row("R-058")
def test_whoever_was_promised_a_gift_is_told_before_paying(shop: Shop, dipper: int) -> None:
    row = run_gift(shop, dipper, gift_units=1)
    two(shop, gifts_shown={dipper: 1})
    late: dict[str, Any] = {"viewer_id": 2, "request_key": "late"}
    with pytest.raises(GiftGone) as refused:
        two(shop, **late, gifts_shown={dipper: 1})
    assert (refused.value.data["shown"], refused.value.data["left"]) == (1, 0)
    assert Order.objects.count() == 1
    assert gift_counts(row) == (1, 1, 0)
    # Told, they may still buy at the same price.
    assert len(two(shop, **late).lines) == 1


def test_an_order_that_ends_unpaid_frees_its_gift(shop: Shop, dipper: int) -> None:
    row = run_gift(shop, dipper)
    order = two(shop)
    actions.cancel_order(no=order.no, viewer_id=1, now=after(1))
    assert (gift_counts(row), gift_levels(shop, dipper)) == ((5, 0, 0), (20, 5, 0))


def test_the_breaker_counts_what_is_given_beside(shop: Shop, dipper: int) -> None:
    run_gift(shop, dipper)
    Offer.objects.update(reference_fen=9_900)
    two(shop)
    assert [sum(off for _, off in buckets) for buckets in Offer.objects.get().pace] == [1_200] * 2


@pytest.mark.row("R-061")
def test_before_it_is_shipped_a_gift_goes_with_what_earned_it(shop: Shop, dipper: int) -> None:
    payers = (Share("host", 10_000),)
    run_gift(shop, dipper, of={"payers": payers})
    order = place(shop, units=3, expected_total_fen=29_700)
    pay(order)
    goods, gift = ids(order)
    by = buyer(shop)
    undo: dict[str, Any] = {"no": order.no, "reason": "", "by": by, "now": after(1)}
    # Two units are worth 198: still enough.
    view = actions.refund_units(**undo, units={goods: 1}, request_key="a")
    assert [line.units_refunded for line in view.lines] == [1, 0]
    view = actions.refund_units(**undo, units={goods: 1}, request_key="b")
    assert [(line.units_refunded, line.refunded_fen) for line in view.lines] == [
        (2, 19_800),
        (1, 0),
    ]
    assert gift_levels(shop, dipper) == (20, 4, 0)
    shares = LedgerEntry.objects.filter(why__startswith="host").order_by("pk")
    assert [(one.why, one.amount_fen) for one in shares] == [
        ("host_share", 1_200),
        ("host_unshare", 1_200),
    ]
    assert gift in ids(view)


@pytest.mark.row("R-061")
def test_a_return_asks_for_the_gift_and_pays_all_back(shop: Shop, dipper: int) -> None:
    row = run_gift(shop, dipper)
    order = two(shop)
    pay(order)
    delivered(shop, order)
    goods, gift = ids(order)
    said = return_reads.returnable(order.no, viewer_id=1, now=NOW)
    assert [(line.is_gift, line.value_fen) for line in said] == [(False, 0), (True, 1_200)]
    view = sent_back(shop, order, {goods: 1})
    assert [(line.line_id, line.units, line.is_gift) for line in view.lines] == [
        (goods, 1, False),
        (gift, 1, True),
    ]
    (asked,) = facts(ReturnAsked)
    assert isinstance(asked, ReturnAsked)
    assert [line.sku_id for line in asked.lines] == [shop.sku_id, dipper]
    assert view.amount_fen == 9_900
    actions.refund_return(return_id=view.id, by=shop.by, now=NOW + DAY)
    assert Refund.objects.get().amount_fen == 9_900
    # Back on hand, no longer of the promotion.
    assert (gift_counts(row), gift_levels(shop, dipper)) == ((4, 0, 0), (20, 4, 0))


@pytest.mark.row("R-061")
def test_a_gift_that_does_not_come_back_is_deducted_at_its_value(shop: Shop, dipper: int) -> None:
    run_gift(shop, dipper, of={"payers": (Share("host", 10_000),)})
    order = two(shop)
    pay(order)
    delivered(shop, order)
    goods, gift = ids(order)
    view = sent_back(shop, order, {goods: 2}, missing={gift: 1})
    assert (view.amount_fen, view.lines[1].units_missing) == (18_600, 1)
    paid = actions.refund_return(return_id=view.id, by=shop.by, now=NOW + DAY)
    assert (paid.state, paid.amount_fen) == ("refunded", 18_600)
    assert Refund.objects.get().lines == [[goods, 2, 19_800], [gift, 0, -1_200]]
    after_it = reads.order(order.no, viewer_id=1)
    assert [
        (x.units_refunded, x.refunded_fen, x.units_kept, x.kept_fen) for x in after_it.lines
    ] == [
        (2, 19_800, 0, 0),
        (0, 0, 1, 1_200),
    ]
    # The buyer has it, and paid for it: the host bears it no more.
    assert (after_it.state, after_it.refund_fen) == ("paid", 18_600)
    assert LedgerEntry.objects.get(why="host_unshare").amount_fen == 1_200
    assert gift_levels(shop, dipper) == (19, 4, 1)
    (started,) = facts(OrderRefundStarted)
    assert isinstance(started, OrderRefundStarted)
    assert (started.amount_fen, started.is_all) == (18_600, False)
    assert [(x.link_no, x.units, x.amount_fen) for x in started.lines] == [
        (1, 2, 19_800),
        (0, 0, -1_200),
    ]
    assert actions.retry_refunds(now=NOW + 2 * DAY) == 1
    audit()
    # Settled: it is neither shipped, undone nor sent back again.
    assert return_reads.returnable(order.no, viewer_id=1, now=NOW) == []


def test_more_than_the_refund_is_never_deducted(shop: Shop, dipper: int) -> None:
    """A basket of one cheap unit and a gift worth more than it."""
    open_link(shop, 2, units=5, price_fen=7_000)
    run_gift(shop, dipper, AtLeastUnits(6), units=8, gift_units=10)
    wishes = (OrderWish(link_no=2, units=5), OrderWish(link_no=1, units=1))
    order = actions.place_order(
        spec=spec_of(shop, wishes=wishes, expected_total_fen=44_900), now=NOW
    )
    pay(order)
    delivered(shop, order)
    cheap, _, gift = ids(order)
    view = sent_back(shop, order, {cheap: 1}, missing={gift: 8})
    assert view.amount_fen == 0
    actions.refund_return(return_id=view.id, by=shop.by, now=NOW + DAY)
    assert Refund.objects.get().amount_fen == 0
    assert OrderLine.objects.get(pk=gift).kept_fen == 7_000
    assert actions.retry_refunds(now=NOW + 2 * DAY) == 1


@pytest.mark.parametrize("sellable", [True, False])
def test_where_the_seller_is_at_fault_nothing_is_deducted(
    shop: Shop, dipper: int, sellable: bool
) -> None:
    run_gift(shop, dipper)
    order = two(shop)
    pay(order)
    delivered(shop, order)
    goods, gift = ids(order)
    view = sent_back(
        shop, order, {goods: 2}, reason="quality", missing={gift: 1}, sellable=sellable
    )
    assert view.amount_fen == 19_800
    actions.refund_return(return_id=view.id, by=shop.by, now=NOW + DAY)
    assert (Refund.objects.get().amount_fen, Order.objects.get().state) == (19_800, "refunding")
    # It came back in the books and left the stock: it is gone.
    assert gift_levels(shop, dipper) == (19, 4, 0)


def test_an_exchange_leaves_the_gift_alone(shop: Shop, dipper: int) -> None:
    run_gift(shop, dipper)
    order = two(shop)
    pay(order)
    delivered(shop, order)
    goods, _ = ids(order)
    wish = ReturnWish(units={goods: 2}, reason="quality", request_key="x", wants_exchange=True)
    asked = actions.ask_return(no=order.no, wish=wish, by=buyer(shop), now=NOW)
    assert [line.line_id for line in asked.lines] == [goods]


def test_only_gifts_of_the_parcel_can_be_missing(shop: Shop, dipper: int) -> None:
    run_gift(shop, dipper)
    order = two(shop)
    pay(order)
    delivered(shop, order)
    goods, gift = ids(order)
    with pytest.raises(NoSuchLine):
        sent_back(shop, order, {goods: 2}, missing={goods: 1}, key="r-1")
    (asked,) = return_reads.returns_of_order(order.no, viewer_id=1)
    come: dict[str, Any] = {"return_id": asked.id, "is_sellable": True, "by": shop.by, "now": NOW}
    with pytest.raises(NumberOutOfRange):
        actions.receive_return(**come, gifts_missing={gift: 2})
    assert actions.receive_return(**come).lines[1].units_missing == 0


def test_exports_say_what_was_given(shop: Shop, dipper: int) -> None:
    run_gift(shop, dipper)
    two(shop)
    rows = list(reads.order_rows(shop.org_id, SHOW))
    assert [(row[2], row[3], row[6], row[7], row[8]) for row in rows] == [
        (1, "保湿面霜", rows[0][6], rows[0][7], rows[0][8]),
        ("赠品 gift", "木质搅蜜棒", rows[1][6], rows[1][7], rows[1][8]),
    ]
    assert asdict(reads.orders_of_viewer(1)[0])["lines"][1]["is_gift"] is True
