"""Price protection (价保): who paid more than the goods sell for soon after is paid back."""

import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaibo.base.errors import NumberOutOfRange
from kaibo.facts import orders as told
from kaibo.journal.actions import follow
from kaibo.journal.models import Cursor
from kaibo.orders import actions, reads
from kaibo.orders.follow import on_entry
from kaibo.orders.models import OrderLine, PriceDrop, Refund, ShopTerms
from kaibo.orders.reads.protection import price_drops
from kaibo.orders.reads.units import undone_fen
from kaibo.orders.rules.protection import STANDS, difference_fen
from kaibo.orders.tests.books import audit
from kaibo.orders.tests.buying import open_payment, pay, place, tell
from kaibo.orders.tests.presaling import deposit, start
from kaibo.orders.tests.shipping import DAY, bought, line_id
from kaibo.promotions import actions as promotions
from kaibo.promotions.reads import price_history
from kaibo.promotions.rules import AmountOff
from kaibo.promotions.tests.promoting import give, run
from kaibo.promotions.tests.promoting import told as facts_of
from kaibo.promotions.tests.shop import (
    NOW,
    SHOW,
    Shop,
    after,
    facts,
    make_shop,
    open_link,
    plan_sale,
)
from tests.replay.test_orders import Ledger

pytestmark = pytest.mark.django_db

DROP_AT = NOW + 12 * DAY


@pytest.fixture
def shop() -> Shop:
    """Cream at 99 yuan as link 1; for thirty days a lower price is paid back."""
    shop = make_shop()
    open_link(shop, units=20, per_buyer_max=5)
    promise(shop, 30)
    return shop


def promise(shop: Shop, days: int) -> None:
    actions.set_shop_terms(
        ship_within_h=48, may_refund_only=False, protects_days=days, by=shop.by, now=NOW
    )


def set_price(shop: Shop, fen: int, *, at: dt.datetime) -> None:
    promotions.open_price(show_id=SHOW, link_no=1, price_fen=fen, by=shop.by, now=at)
    follow("orders", on_entry)


def protected(no: str) -> tuple[int, int]:
    """Paid back because of the price, and in all."""
    (line,) = OrderLine.objects.filter(order__no=no)
    return line.protected_fen, line.refunded_fen


@pytest.mark.row("LM-096")
def test_the_price_falls_on_day_twelve_of_thirty_and_the_difference_goes_back(shop: Shop) -> None:
    order = bought(shop, units=2)
    assert order.protected_until == NOW + 30 * DAY
    set_price(shop, 8_900, at=DROP_AT)
    (drop,) = price_drops(shop.org_id)
    assert (drop.state, drop.price_fen, drop.due_at) == ("noted", 8_900, DROP_AT + STANDS)
    assert actions.honour_price_drops(now=DROP_AT + STANDS - dt.timedelta(seconds=1)) == 0
    assert actions.honour_price_drops(now=DROP_AT + STANDS) == 1
    refund = Refund.objects.get()
    assert (refund.amount_fen, refund.state, refund.reason) == (2_000, "due", "价保退差价")
    view = reads.order(order.no, viewer_id=1)
    assert (view.state, view.refund_fen, view.lines[0].protected_fen) == ("paid", 2_000, 2_000)
    (drop,) = price_drops(shop.org_id)
    assert (drop.state, drop.lines, drop.amount_fen) == ("honoured", 1, 2_000)
    # What was really paid is the deal that comparisons rest on.
    history = price_history(shop.org_id, shop.sku_id, now=DROP_AT + STANDS)
    assert [deal.unit_fen for deal in history.deals] == [8_900]
    assert actions.retry_refunds(now=DROP_AT + STANDS) == 1
    assert reads.order(order.no, viewer_id=1).state == "paid"
    audit()
    # Once: neither a second look nor the same facts again pay more.
    assert actions.honour_price_drops(now=DROP_AT + DAY) == 0
    Cursor.objects.filter(name="orders").delete()
    assert follow("orders", on_entry) > 0
    assert (PriceDrop.objects.count(), Refund.objects.count()) == (1, 1)


def test_who_comes_too_late_or_paid_less_or_nothing_gets_nothing(shop: Shop) -> None:
    coupon = run(shop, AmountOff(1_500), of={"stacking": "coupon"}, got="claim")
    give(shop, coupon, 3)
    long_ago = bought(shop, viewer_id=1)
    early = place(shop, viewer_id=3, expected_total_fen=8_400, request_key="less")
    pay(early, viewer_id=3)
    unpaid = place(shop, viewer_id=4, request_key="unpaid")
    later = NOW + 29 * DAY
    promise(shop, 0)
    unpromised = place(shop, viewer_id=5, request_key="none", now=after(60))
    pay(unpromised, viewer_id=5, now=after(60))
    actions.close_due_orders(now=NOW + DAY)
    set_price(shop, 8_500, at=later)
    afterwards = place(shop, viewer_id=6, request_key="after", expected_total_fen=8_500, now=later)
    pay(afterwards, viewer_id=6, now=later)
    assert unpromised.protected_until is None
    assert actions.honour_price_drops(now=later + STANDS) == 1
    assert protected(long_ago.no) == (2_800, 2_800)
    for other in (early, unpaid, unpromised, afterwards):
        assert protected(other.no) == (0, 0)
    # The thirty days are over: nobody is owed anything, and nothing is noted.
    set_price(shop, 8_000, at=NOW + 30 * DAY + dt.timedelta(seconds=1))
    assert PriceDrop.objects.count() == 1


def test_a_slip_that_nobody_bought_at_is_no_price(shop: Shop) -> None:
    order = bought(shop)
    set_price(shop, 8_900, at=DROP_AT)
    set_price(shop, 9_900, at=DROP_AT + dt.timedelta(seconds=50))
    assert actions.honour_price_drops(now=DROP_AT + STANDS) == 0
    assert [(one.state, one.amount_fen) for one in price_drops(shop.org_id)] == [("void", 0)]
    assert protected(order.no) == (0, 0)
    (settled,) = facts_of(told.PriceDropSettled)
    assert (settled.state, settled.lines, settled.amount_fen) == ("void", 0, 0)


def test_a_price_that_somebody_bought_at_counts_however_short(shop: Shop) -> None:
    order = bought(shop)
    set_price(shop, 8_900, at=DROP_AT)
    place(shop, viewer_id=2, request_key="b", expected_total_fen=8_900, now=DROP_AT)
    set_price(shop, 9_900, at=DROP_AT + dt.timedelta(seconds=50))
    assert actions.honour_price_drops(now=DROP_AT + STANDS) == 1
    assert protected(order.no) == (2_000, 2_000)


def test_a_flash_sale_counts_from_its_opening(shop: Shop) -> None:
    order = place(shop, now=after(-60))
    pay(order, now=after(-50))
    sale = plan_sale(shop, price_fen=6_900)
    follow("orders", on_entry)
    assert not PriceDrop.objects.exists()
    promotions.start_flash_sale(sale_id=sale.id, by=shop.by, now=NOW)
    follow("orders", on_entry)
    assert actions.honour_price_drops(now=NOW + STANDS) == 1
    assert protected(order.no) == (3_000, 3_000)


def test_units_undone_before_and_after_end_at_what_was_paid(shop: Shop) -> None:
    order = bought(shop, units=3)
    undo: dict[str, Any] = {"no": order.no, "reason": "", "by": shop.by}
    one = {line_id(order): 1}
    actions.refund_units(units=one, request_key="a", now=after(9), **undo)
    set_price(shop, 9_000, at=DROP_AT)
    actions.honour_price_drops(now=DROP_AT + STANDS)
    # 900 for each of the two units that are left.
    assert protected(order.no) == (1_800, 9_900 + 1_800)
    actions.refund_units(units=one, request_key="b", now=DROP_AT + DAY, **undo)
    # A second fall finds one unit, at 90.
    set_price(shop, 8_000, at=DROP_AT + 2 * DAY)
    assert actions.honour_price_drops(now=DROP_AT + 2 * DAY + STANDS) == 1
    assert protected(order.no) == (2_800, 9_900 + 1_800 + 9_000 + 1_000)
    actions.refund_units(units=one, request_key="c", now=DROP_AT + 3 * DAY, **undo)
    actions.retry_refunds(now=DROP_AT + 3 * DAY)
    assert sum(Refund.objects.values_list("amount_fen", flat=True)) == 29_700
    assert reads.order(order.no, viewer_id=1).state == "refunded"
    audit()


def test_a_presale_has_a_price_of_its_own(shop: Shop) -> None:
    order, _ = deposit(shop, start(shop))
    assert order.protected_until is None


def test_a_worker_that_dies_after_some_lines_pays_the_others_only(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    orders = [bought(shop, units=1, viewer_id=n, key=f"k{n}") for n in (1, 2, 3)]
    set_price(shop, 8_900, at=DROP_AT)
    monkeypatch.setattr("kaibo.orders.actions.protection.LINES_AT_ONCE", 2)
    lowered = promotions.lower_deal
    left = iter([True, False])

    def dies(**args: Any) -> None:
        lowered(**args)
        if not next(left):
            raise KeyboardInterrupt

    monkeypatch.setattr("kaibo.orders.actions.protection.lower_deal", dies)
    with pytest.raises(KeyboardInterrupt):
        actions.honour_price_drops(now=DROP_AT + STANDS)
    assert [protected(order.no)[0] for order in orders] == [1_000, 0, 0]
    monkeypatch.setattr("kaibo.orders.actions.protection.lower_deal", lowered)
    # The price is up again: what was begun is ended.
    set_price(shop, 9_900, at=DROP_AT + DAY)
    passes = [actions.honour_price_drops(now=DROP_AT + DAY) for _ in range(3)]
    assert passes == [2, 0, 0]
    assert [protected(order.no)[0] for order in orders] == [1_000] * 3
    (drop,) = price_drops(shop.org_id)
    assert (drop.state, drop.lines, drop.amount_fen) == ("honoured", 3, 3_000)


def test_shops_keep_to_themselves_and_facts_replay(shop: Shop) -> None:
    dai = make_shop("dai")
    order = bought(shop)
    set_price(shop, 8_900, at=DROP_AT)
    actions.honour_price_drops(now=DROP_AT + STANDS)
    assert price_drops(dai.org_id) == []
    ledger = Ledger()
    for fact in facts():
        ledger.replay(fact)
    assert ledger.orders[order.no] == ("paid", 19_800)
    refund = Refund.objects.get()
    assert ledger.owed == {refund.pk: 2_000}
    with pytest.raises(NumberOutOfRange):
        promise(shop, 181)
    assert ShopTerms.objects.get().protects_days == 30


@given(
    paid=st.integers(1, 10**9),
    units=st.integers(1, 50),
    steps=st.lists(st.tuples(st.booleans(), st.integers(1, 50)), max_size=12),
)
def test_any_falls_and_refunds_end_at_exactly_what_was_paid(
    paid: int, units: int, steps: list[tuple[bool, int]]
) -> None:
    """Never a negative step, never more than was paid, and the last unit brings the rest."""
    line = OrderLine(units=units, amount_fen=paid)
    for falls, number in [*steps, (False, units)]:
        left = line.units - line.units_refunded
        if falls and left:
            price = max(1, (paid - line.refunded_fen) // left * number // 50)
            fen = difference_fen(paid - line.refunded_fen, units=left, price_fen=price)
            assert fen >= 0
            line.refunded_fen += fen
            line.protected_fen += fen
            assert paid - line.refunded_fen <= max(left * price, paid)
        elif left:
            now = min(number, left)
            fen = undone_fen(line, now)
            assert fen >= 0
            line.refunded_fen += fen
            line.units_refunded += now
    assert (line.units_refunded, line.refunded_fen) == (units, paid)


@pytest.mark.row("LM-096")
def test_late_money_gets_what_fell_while_the_order_was_closed(shop: Shop) -> None:
    """The only protected order had closed unpaid when the price fell."""
    order = place(shop)
    payment = open_payment(order)
    actions.close_due_orders(now=after(900))
    set_price(shop, 8_900, at=after(901))
    due = after(901) + STANDS
    assert actions.honour_price_drops(now=due) == 0
    (drop,) = price_drops(shop.org_id)
    assert (drop.state, drop.lines) == ("honoured", 0)
    assert tell(payment, now=due) == "done"
    assert protected(order.no) == (1_000, 1_000)
    (drop,) = price_drops(shop.org_id)
    assert (drop.lines, drop.amount_fen) == (1, 1_000)
    audit()
