"""Returns: the law's window and exceptions, units and money, exact rows and facts."""

import datetime as dt
from typing import Any

import pytest

from kaibo.base.errors import Refusal, TextMissing
from kaibo.base.times import SHOP_ZONE
from kaibo.catalog import actions as catalog
from kaibo.catalog.actions import SaleTerms
from kaibo.facts.orders import LineUnits, OrderRefundStarted, ReturnAsked, ReturnMoved
from kaibo.journal.models import Entry
from kaibo.orders import actions
from kaibo.orders.actions import ReturnWish, return_ends
from kaibo.orders.actions.refunds import undo_units
from kaibo.orders.errors import (
    NoSuchLine,
    NoSuchOrder,
    NoSuchReturn,
    NothingToReturn,
    NothingToShip,
    OrderStateWrong,
    PhotosNeeded,
    RefundOnlyOff,
    ReturnStateWrong,
)
from kaibo.orders.models import Order, OrderLine, Return
from kaibo.orders.reads import OrderView
from kaibo.orders.reads import returns as reads
from kaibo.orders.reads.returns import ReturnView
from kaibo.orders.tests.buying import pay, place
from kaibo.orders.tests.shipping import DAY, bought, buyer, delivered, line_id, ship
from kaibo.promotions.rules import AmountOff
from kaibo.promotions.tests.promoting import run
from kaibo.promotions.tests.shop import NOW, Shop, after, facts, make_shop

pytestmark = pytest.mark.django_db


def ask(
    shop: Shop, order: OrderView, *, units: int = 1, now: dt.datetime = NOW, key: str = "r-1",
    **changes: Any,
) -> ReturnView:  # fmt: skip
    """The buyer asks to send units of the only line back, without a reason."""
    values: dict[str, Any] = {"reason": "no_reason", "request_key": key}
    values |= {"units": changes.pop("lines", {line_id(order): units}), **changes}
    return actions.ask_return(no=order.no, wish=ReturnWish(**values), by=buyer(shop), now=now)


def received(shop: Shop, order: OrderView, *, sellable: bool = True, **wish: Any) -> ReturnView:
    """Asked, accepted, sent and scanned in, a day after each other."""
    one = ask(shop, order, **wish)
    if one.state == "asked":
        actions.accept_return(return_id=one.id, by=shop.by, now=NOW)
    sent = {"carrier": "圆通", "waybill": "YT1234567890123", "by": buyer(shop)}
    actions.send_return(return_id=one.id, **sent, now=NOW + DAY)  # type: ignore[arg-type]
    return actions.receive_return(
        return_id=one.id, is_sellable=sellable, by=shop.by, now=NOW + 2 * DAY
    )


def moves() -> list[str]:
    return [fact.state for fact in facts(ReturnMoved) if isinstance(fact, ReturnMoved)]


@pytest.mark.row("LM-106")
def test_a_return_without_reason_is_accepted_to_the_last_moment_and_refused_after(
    shop: Shop,
) -> None:
    order = bought(shop)
    received_at = dt.datetime(2027, 5, 1, 10, tzinfo=SHOP_ZONE)
    delivered(shop, order, now=received_at)
    (line,) = reads.returnable(order.no, viewer_id=1, now=received_at)
    assert (line.units, line.no_reason_until, line.is_open) == (2, dt.date(2027, 5, 8), True)
    last = dt.datetime(2027, 5, 8, 23, 59, 59, 999_999, tzinfo=SHOP_ZONE)
    inside = ask(shop, order, now=last)
    assert (inside.state, inside.last_day, inside.freight_by) == (
        "accepted",
        dt.date(2027, 5, 8),
        "buyer",
    )
    over = ask(shop, order, now=dt.datetime(2027, 5, 9, tzinfo=SHOP_ZONE), key="r-2")
    assert (over.state, over.refusal, over.last_day) == (
        "refused",
        "window_over",
        dt.date(2027, 5, 8),
    )
    assert over.refusal_zh == "已过七日无理由退货期"
    first, _ = facts(ReturnAsked)
    assert isinstance(first, ReturnAsked)
    units = [LineUnits(line_id=line_id(order), sku_id=shop.sku_id, units=1)]
    assert (first.no, first.reason, first.lines) == (order.no, "no_reason", units)
    assert first.window_ends_at == dt.datetime(2027, 5, 9, tzinfo=SHOP_ZONE)
    assert moves() == ["accepted", "refused"]
    # What was refused can be asked for again, with a reason.
    assert ask(shop, order, key="r-3", reason="quality", now=last + DAY).state == "asked"


@pytest.mark.row("LM-107")
@pytest.mark.parametrize(
    ("terms", "confirms", "state"),
    [
        (SaleTerms(), False, "accepted"),
        (SaleTerms(False, "made_to_order"), False, "refused"),
        (SaleTerms(False, "health_once_opened"), True, "refused"),
        (SaleTerms(False, "health_once_opened"), False, "accepted"),
        # A mark on goods that may be returned takes no right away.
        (SaleTerms(), True, "accepted"),
    ],
)
def test_only_the_law_or_a_confirmed_exclusion_takes_the_right_away(
    shop: Shop, terms: SaleTerms, confirms: bool, state: str
) -> None:
    catalog.set_sale_terms(sku_id=shop.sku_id, terms=terms, by=shop.by, now=NOW)
    order = place(shop, confirmed_links=frozenset({1} if confirms else ()))
    # What was agreed holds: terms that change later do not.
    usual = SaleTerms(not terms.no_reason_return, "" if terms.exception_type else "perishable")
    catalog.set_sale_terms(sku_id=shop.sku_id, terms=usual, by=shop.by, now=NOW)
    pay(order)
    delivered(shop, order)
    one = ask(shop, order)
    assert (one.state, one.refusal) == (state, "excluded" if state == "refused" else "")
    if state == "refused":
        assert ask(shop, order, reason="quality", key="r-2").state == "asked"


@pytest.mark.row("LM-108")
def test_the_desk_refuses_only_with_photographs_and_a_standard(shop: Shop) -> None:
    order = bought(shop)
    delivered(shop, order)
    one = ask(shop, order, reason="quality", said="开封后发现异味")
    assert one.state == "asked"
    no: dict[str, Any] = {"return_id": one.id, "by": shop.by, "now": after(1)}
    with pytest.raises(PhotosNeeded):
        actions.refuse_return(refusal="damaged_by_use", answer="化妆品标准 4.2", **no)
    with pytest.raises(TextMissing):
        actions.refuse_return(refusal="damaged_by_use", answer=" ", proofs=["/p/1.jpg"], **no)
    assert Return.objects.get().state == "asked"
    done = actions.refuse_return(
        refusal="damaged_by_use", answer="化妆品标准 4.2", proofs=["/p/1.jpg"], **no
    )
    assert (done.state, done.refusal, done.proofs) == ("refused", "damaged_by_use", ["/p/1.jpg"])
    with pytest.raises(ReturnStateWrong):
        actions.accept_return(**no)
    assert not [entry for entry in Entry.objects.all() if "异味" in str(entry.body)]


@pytest.mark.row("LM-109")
def test_what_came_in_and_nobody_decided_is_refunded_on_the_seventh_day(shop: Shop) -> None:
    order = bought(shop)
    delivered(shop, order)
    one = received(shop, order)
    scanned = NOW + 2 * DAY
    assert (one.state, one.received_at, one.refund_due_at) == (
        "received",
        scanned,
        scanned + 7 * DAY,
    )
    assert shop.levels() == (98, 8, 2)
    assert actions.refund_due_returns(now=scanned + 7 * DAY - dt.timedelta(seconds=1)) == 0
    assert actions.refund_due_returns(now=scanned + 7 * DAY) == 1
    assert actions.refund_due_returns(now=scanned + 8 * DAY) == 0
    done = reads.return_of(one.id, org_id=shop.org_id)
    assert (done.state, done.refund_due_at, done.ended_at) == ("refunded", None, scanned + 7 * DAY)
    line = OrderLine.objects.get()
    assert (line.units_refunded, line.refunded_fen) == (1, 9_900)
    (refund,) = Order.objects.get().refunds.all()
    assert (refund.amount_fen, refund.state, refund.request_key) == (
        9_900,
        "due",
        f"return-{one.id}",
    )
    assert shop.levels() == (99, 8, 1)
    assert actions.retry_refunds(now=scanned + 7 * DAY) == 1
    assert moves() == ["accepted", "sent", "received", "refunded"]
    assert len(facts(OrderRefundStarted)) == 1


def test_units_that_cannot_be_sold_again_never_reach_the_stock(shop: Shop) -> None:
    order = bought(shop)
    delivered(shop, order)
    one = received(shop, order, units=2, sellable=False)
    done = actions.refund_return(return_id=one.id, by=shop.by, now=NOW + 3 * DAY)
    assert done.state == "refunded"
    assert actions.refund_return(return_id=one.id, by=shop.by, now=NOW + 4 * DAY) == done
    assert shop.levels() == (98, 8, 0)
    assert Order.objects.get().state == "refunding"


def test_never_more_is_returned_than_was_delivered(shop: Shop) -> None:
    order = bought(shop, units=3)
    with pytest.raises(NothingToReturn):
        ask(shop, order)
    delivered(shop, order, units=2)
    ship(shop, order, "73100000000002")
    with pytest.raises(NothingToReturn):
        ask(shop, order, units=3)
    first = ask(shop, order)
    assert ask(shop, order, units=2) == first
    with pytest.raises(NothingToReturn):
        ask(shop, order, units=2, key="r-2")
    actions.withdraw_return(return_id=first.id, by=buyer(shop), now=NOW)
    assert ask(shop, order, units=2, key="r-2").state == "accepted"
    assert Return.objects.count() == 2


def test_what_cannot_be_asked_writes_nothing(shop: Shop) -> None:
    order = bought(shop)
    delivered(shop, order)
    before, id = Entry.objects.count(), line_id(order)
    refused: list[tuple[type[Refusal], dict[str, Any]]] = [
        (NoSuchLine, {"lines": {id + 99: 1}}),
        (Refusal, {"lines": {}}),
        (Refusal, {"lines": {id: 0}}),
        (Refusal, {"request_key": "no blanks"}),
        (Refusal, {"photos": ["javascript:alert(1)"]}),
        (Refusal, {"photos": ["/p.jpg"] * 10}),
        (Refusal, {"said": "字" * 501}),
    ]
    for kind, wrong in refused:
        with pytest.raises(kind):
            ask(shop, order, **wrong)
    wish = ReturnWish(units={id: 1}, reason="no_reason", request_key="k")
    with pytest.raises(NoSuchOrder):
        actions.ask_return(no=order.no, wish=wish, by=buyer(shop, 2), now=NOW)
    assert (Return.objects.count(), Entry.objects.count()) == (0, before)


def test_an_exchange_sends_the_same_units_anew(shop: Shop) -> None:
    order = bought(shop)
    delivered(shop, order)
    one = received(shop, order, wants_exchange=True, reason="wrong_goods")
    assert one.freight_by == "seller"
    how: dict[str, Any] = {"carrier": "顺丰", "waybill": "SF1234567890123", "by": shop.by}
    done = actions.exchange_return(return_id=one.id, **how, now=NOW + 3 * DAY)
    assert actions.exchange_return(return_id=one.id, **how, now=NOW + 4 * DAY) == done
    assert (done.state, done.refund_due_at) == ("exchanged", None)
    assert done.new_parcel_id is not None
    # The good one came back, another left: nothing has changed.
    assert shop.levels() == (98, 8, 2)
    with pytest.raises(NothingToShip):
        ship(shop, order, "73100000000009")
    actions.deliver_parcel(parcel_id=done.new_parcel_id, by=shop.by, now=NOW + 5 * DAY)
    (line,) = reads.returnable(order.no, viewer_id=1, now=NOW + 5 * DAY)
    assert (line.units, line.is_open) == (2, True)


def test_an_exchange_of_broken_goods_takes_another_from_the_stock(shop: Shop) -> None:
    order = bought(shop)
    delivered(shop, order)
    one = received(shop, order, wants_exchange=True, reason="damaged", sellable=False)
    actions.exchange_return(
        return_id=one.id, carrier="顺丰", waybill="SF1234567890123", by=shop.by, now=NOW + 3 * DAY
    )
    assert shop.levels() == (97, 8, 2)


def test_goods_that_are_not_ours_go_back_with_proof(shop: Shop) -> None:
    order = bought(shop)
    delivered(shop, order)
    one = received(shop, order)
    no: dict[str, Any] = {"return_id": one.id, "answer": "包装标准 3.1", "by": shop.by, "now": NOW}
    with pytest.raises(PhotosNeeded):
        actions.reject_return(refusal="not_our_goods", proofs=[], **no)
    done = actions.reject_return(refusal="not_our_goods", proofs=["/p.jpg"], **no)
    assert (done.state, done.refund_due_at) == ("rejected", None)
    assert actions.refund_due_returns(now=NOW + 99 * DAY) == 0
    assert OrderLine.objects.get().units_refunded == 0


@pytest.mark.row("LM-112")
def test_refunding_without_the_goods_is_off_until_the_shop_chooses_it(shop: Shop) -> None:
    order = bought(shop)
    delivered(shop, order)
    one = ask(shop, order)
    with pytest.raises(RefundOnlyOff):
        actions.waive_return(return_id=one.id, by=shop.by, now=NOW)
    assert OrderLine.objects.get().units_refunded == 0
    actions.set_shop_terms(ship_within_h=48, may_refund_only=True, by=shop.by, now=NOW)
    done = actions.waive_return(return_id=one.id, by=shop.by, now=NOW)
    assert done.state == "refunded"
    # The buyer keeps it: it is neither sold nor on hand.
    assert shop.levels() == (98, 8, 1)


def test_returns_are_their_buyers_and_their_shops(shop: Shop) -> None:
    order = bought(shop)
    delivered(shop, order)
    one, ben = ask(shop, order), make_shop("ben")
    for verb in (actions.withdraw_return, actions.refund_return, actions.waive_return):
        with pytest.raises(NoSuchReturn):
            verb(return_id=one.id, by=ben.by, now=NOW)
    with pytest.raises(NoSuchReturn):
        actions.withdraw_return(return_id=one.id, by=buyer(shop, 2), now=NOW)
    with pytest.raises(NoSuchOrder):
        reads.returns_of_order(order.no, viewer_id=2)
    assert reads.returns_of_order(order.no, viewer_id=1) == [one]
    page = reads.returns_of_shop(shop.org_id)
    assert (page.items, page.states) == ([one], {"accepted": 1})
    (row,) = reads.return_rows(shop.org_id)
    assert row[:5] == [order.no, one.id, "待寄回", "七日无理由", "退款"]


@pytest.mark.row("R-061")
def test_a_return_tells_what_it_pays_back_to_the_last_fen(shop: Shop) -> None:
    """297 less 1 are 296 over three units: 98.66, then what is left of it."""
    run(shop, AmountOff(100))
    order = place(shop, units=3, expected_total_fen=29_600)
    pay(order)
    delivered(shop, order)
    first = received(shop, order)
    assert first.amount_fen == 9_866
    assert actions.refund_return(return_id=first.id, by=shop.by, now=NOW).amount_fen == 9_866
    rest = ask(shop, order, units=2, key="r-2")
    assert rest.amount_fen == 29_600 - 9_866
    withdrawn = actions.withdraw_return(return_id=rest.id, by=buyer(shop), now=after(9))
    assert withdrawn.amount_fen == 0
    page = reads.returns_of_shop(shop.org_id)
    assert [(one.id, one.amount_fen) for one in page.items] == [(rest.id, 0), (first.id, 9_866)]


@pytest.mark.row("LM-109")
def test_one_that_cannot_be_paid_holds_nobody_up(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    stuck, other = (bought(shop, viewer_id=n, key=f"o-{n}") for n in (1, 2))
    for order, number in ((stuck, "73100000000001"), (other, "73100000000002")):
        delivered(shop, order, number=number)
    received(shop, stuck)
    wish = ReturnWish(units={line_id(other): 1}, reason="no_reason", request_key="r-2")
    second = actions.ask_return(no=other.no, wish=wish, by=buyer(shop, 2), now=NOW)
    actions.receive_return(return_id=second.id, is_sellable=True, by=shop.by, now=NOW + 3 * DAY)

    def refused(order: Order, *args: Any, **more: Any) -> None:
        if order.no == stuck.no:
            raise OrderStateWrong(no=order.no, state="?")
        undo_units(order, *args, **more)

    monkeypatch.setattr(return_ends, "undo_units", refused)
    assert actions.refund_due_returns(now=NOW + 11 * DAY) == 1
    assert reads.return_of(second.id, org_id=shop.org_id).state == "refunded"
    monkeypatch.undo()
    assert actions.refund_due_returns(now=NOW + 11 * DAY) == 1
