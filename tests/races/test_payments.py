"""Money that arrives while something else happens to its order.

The controls need PostgreSQL: on SQLite writers queue at BEGIN, lock or no lock.
"""

import time
from functools import partial
from typing import Any

import pytest

from kaibo.base.actor import SYSTEM
from kaibo.base.errors import Refusal
from kaibo.facts.orders import OrderClosed, OrderPaid, PaymentRefundDue
from kaibo.orders import actions
from kaibo.orders.actions import OrderWish, callbacks, refunds
from kaibo.orders.models import Order, Payment, Refund
from kaibo.orders.reads import OrderView
from kaibo.orders.tests.books import audit
from kaibo.orders.tests.buying import open_payment, pay, place, spec_of, tell
from kaibo.promotions.models import Offer
from kaibo.promotions.tests.shop import Shop, after, facts, make_shop, open_link
from tests.races.at_once import at_once, slowed, without_locks

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def shop() -> Shop:
    """Link 1 sells 10 at 99 yuan."""
    shop = make_shop()
    open_link(shop, units=10)
    return shop


def test_one_payment_told_many_times_at_once_pays_once(shop: Shop) -> None:
    payment = open_payment(place(shop))
    same = [partial(tell, payment, now=after(1), event_id="evt") for _ in range(4)]
    other = [partial(tell, payment, now=after(1), event_id=f"evt{n}") for n in range(4)]
    outcomes = at_once([*same, *other])
    assert sorted(outcomes) == ["done", *["repeat"] * 7]
    audit()
    assert len(facts(OrderPaid)) == 1
    assert shop.levels() == (99, 9, 1)


@pytest.mark.scale
def test_control_without_the_lock_one_payment_pays_twice(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    payment = open_payment(place(shop))
    without_locks(monkeypatch)
    slowed(monkeypatch, callbacks, "judge_money", seconds=0.3)
    at_once([partial(tell, payment, now=after(1), event_id=f"evt{n}") for n in range(4)])
    assert len(facts(OrderPaid)) > 1


def test_two_attempts_paid_at_once_keep_one_and_owe_the_other(shop: Shop) -> None:
    order = place(shop)
    first = open_payment(order)
    tell(first, now=after(1), failed=True)
    second = open_payment(order, now=after(2))
    at_once([partial(tell, p, now=after(3), event_id=f"paid{p.pk}") for p in (first, second)])
    states = sorted(Payment.objects.values_list("state", flat=True))
    assert states == ["paid", "refund_due"]
    audit()
    assert [len(facts(kind)) for kind in (OrderPaid, PaymentRefundDue)] == [1, 1]


def test_money_and_the_deadline_at_once_leave_the_books_whole(shop: Shop) -> None:
    numbers = range(1, 7)
    orders = {n: place(shop, viewer_id=n) for n in numbers}
    payments = [open_payment(orders[n], viewer_id=n) for n in numbers]
    calls: list[Any] = [partial(tell, payment, now=after(900)) for payment in payments]
    calls += [partial(actions.close_due_orders, now=after(900)) for _ in range(2)]
    outcomes = at_once(calls)
    assert [outcome for outcome in outcomes if isinstance(outcome, Exception)] == []
    # Units were never short, so every order ends paid, some of them after a close.
    assert set(Order.objects.values_list("state", flat=True)) == {"paid"}
    audit()
    row = Offer.objects.get()
    assert (row.units_given, row.units_held, row.units_sold) == (10, 0, 6)
    assert shop.levels() == (94, 4, 6)
    paid = [fact for fact in facts(OrderPaid) if isinstance(fact, OrderPaid)]
    assert len(paid) == 6
    assert sum(fact.revived for fact in paid) == len(facts(OrderClosed))


@pytest.mark.scale
def test_control_without_the_lock_money_and_deadline_tear_the_books(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    payment = open_payment(place(shop))
    without_locks(monkeypatch)
    slowed(monkeypatch, callbacks, "judge_money", seconds=0.6)

    def close() -> int:
        time.sleep(0.2)
        return actions.close_due_orders(now=after(900))

    told, closed = at_once([partial(tell, payment, now=after(900)), close])
    paid = [fact for fact in facts(OrderPaid) if isinstance(fact, OrderPaid)]
    assert closed == 1
    assert isinstance(told, AssertionError) or (paid and not paid[0].revived)


def org_of(order: OrderView) -> int:
    return Order.objects.get(no=order.no).organisation_id


def refund_one(order: OrderView, key: str) -> OrderView:
    by = SYSTEM(org_of(order))
    return actions.refund_units(
        no=order.no, units={order.lines[0].id: 1}, request_key=key, reason="", by=by, now=after(9)
    )


def test_two_refunds_of_the_last_unit_at_once_pay_back_once(shop: Shop) -> None:
    order = place(shop)
    pay(order)
    outcomes = at_once([partial(refund_one, order, f"r{n}") for n in range(4)])
    assert sum(isinstance(outcome, Refusal) for outcome in outcomes) == 3
    assert [refund.amount_fen for refund in Refund.objects.all()] == [9_900]
    audit()


@pytest.mark.scale
def test_control_without_the_lock_the_last_unit_is_paid_back_twice(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = place(shop)
    pay(order)
    # Somebody else's unit, which would be taken for this one.
    pay(place(shop, viewer_id=2, request_key="other"), viewer_id=2)
    without_locks(monkeypatch)
    slowed(monkeypatch, refunds, "check_undone_units", seconds=0.3)
    at_once([partial(refund_one, order, f"r{n}") for n in range(2)])
    assert Refund.objects.count() == 2


def test_orders_of_the_same_links_in_any_order_never_wait_for_each_other(shop: Shop) -> None:
    """Each of two links in the other's order, many times: nobody deadlocks."""
    open_link(shop, 2, units=10)
    wishes = [OrderWish(link_no=1, units=1), OrderWish(link_no=2, units=1)]

    def buy(viewer_id: int) -> OrderView:
        mine = wishes if viewer_id % 2 else wishes[::-1]
        spec = spec_of(
            shop, viewer_id=viewer_id, wishes=tuple(mine), expected_total_fen=19_800,
            request_key="two",
        )  # fmt: skip
        return actions.place_order(spec=spec, now=after(1))

    outcomes = at_once([partial(buy, n) for n in range(1, 9)])
    assert [one for one in outcomes if isinstance(one, Exception)] == []
    assert {offer.units_held for offer in Offer.objects.all()} == {8}
