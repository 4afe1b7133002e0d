"""Seats of a group wanted by many at once, and its deadline against money.

The controls need PostgreSQL: on SQLite writers queue at BEGIN, lock or no lock.
"""

import time
from functools import partial
from typing import Any

import pytest

from kaibo.base.errors import Refusal
from kaibo.facts.orders import GroupExpired, GroupSucceeded
from kaibo.orders import actions
from kaibo.orders.actions import seats
from kaibo.orders.models import Group, Order, Payment, Refund
from kaibo.orders.reads import OrderView
from kaibo.orders.sandbox import bank
from kaibo.orders.tests.books import audit
from kaibo.orders.tests.buying import open_payment, tell
from kaibo.orders.tests.grouping import FILL_S, buy, fill, start
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


def group_of(order: OrderView) -> Group:
    return Group.objects.get(members__order__no=order.no)


def two_unpaid(shop: Shop) -> tuple[OrderView, list[Payment]]:
    """A full group of three whose first has paid, and the payments of the other two."""
    first, second, third = fill(shop, start(shop), paid=1)
    return first, [open_payment(second, viewer_id=2), open_payment(third, viewer_id=3)]


def test_the_last_two_pay_at_once_and_the_group_succeeds_once(shop: Shop) -> None:
    first, payments = two_unpaid(shop)
    calls = [partial(tell, one, now=after(9), event_id=f"{one.pk}-{n}")
             for one in payments for n in range(3)]  # fmt: skip
    assert sorted(at_once(calls)) == ["done", "done", *["repeat"] * 4]
    group = group_of(first)
    assert (group.state, group.held, group.paid) == ("succeeded", 0, 3)
    assert len(facts(GroupSucceeded)) == 1
    assert Offer.objects.get().units_sold == 3
    audit()


@pytest.mark.scale
def test_control_without_the_lock_the_last_two_do_not_count_each_other(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, payments = two_unpaid(shop)
    without_locks(monkeypatch)
    slowed(monkeypatch, seats, "_seat_of", seconds=0.4)
    at_once([partial(tell, one, now=after(9)) for one in payments])
    assert group_of(first).state != "succeeded"


def test_many_want_the_last_seat_and_one_has_it(shop: Shop) -> None:
    offer = start(shop)
    first, *_ = fill(shop, offer, paid=1, size=2)
    calls = [partial(buy, shop, offer, n, group_id=first.group_id) for n in range(3, 9)]
    outcomes = at_once(calls)
    assert sum(isinstance(one, Refusal) for one in outcomes) == 5
    assert (Group.objects.get().held, Group.objects.get().paid) == (2, 1)
    assert Order.objects.count() == 3
    assert Offer.objects.get().units_held == 2
    audit()


@pytest.mark.scale
def test_control_without_the_lock_the_last_seat_is_given_to_many(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    offer = start(shop)
    first, *_ = fill(shop, offer, paid=1, size=2)
    without_locks(monkeypatch)
    slowed(monkeypatch, seats, "check_seat", seconds=0.4)
    at_once([partial(buy, shop, offer, n, group_id=first.group_id) for n in range(3, 6)])
    assert Group.objects.get().members.count() > 3


def test_the_deadline_and_money_at_once_leave_no_group_by_halves(shop: Shop) -> None:
    first, payments = two_unpaid(shop)
    for one in payments:
        bank.press(one.attempt_token, "pay", now=after(FILL_S))
    calls: list[Any] = [partial(tell, one, now=after(FILL_S)) for one in payments]
    calls += [partial(actions.end_due_groups, now=after(FILL_S)) for _ in range(2)]
    outcomes = at_once(calls)
    assert [one for one in outcomes if isinstance(one, Exception)] == []
    actions.end_due_groups(now=after(FILL_S + 1))
    actions.retry_refunds(now=after(FILL_S + 2))
    actions.end_due_groups(now=after(FILL_S + 3))
    group = group_of(first)
    ends = len(facts(GroupSucceeded)), len(facts(GroupExpired))
    if group.state == "succeeded":
        assert ends == (1, 0)
        assert (Refund.objects.count(), Offer.objects.get().units_sold) == (0, 3)
    else:
        assert (group.state, ends) == ("refunded", (0, 1))
        # Each payment once, whether it came before the deadline or after it.
        owed = sorted(Refund.objects.values_list("amount_fen", flat=True))
        assert owed == [6_900, 7_900, 7_900]
        row = Offer.objects.get()
        assert (row.units_held, row.units_sold, shop.levels()[2]) == (0, 0, 0)
    audit()


@pytest.mark.scale
def test_control_without_the_lock_the_deadline_and_money_tear_the_group(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, payments = two_unpaid(shop)
    tell(payments[0], now=after(8))
    without_locks(monkeypatch)
    slowed(monkeypatch, seats, "_seat_of", seconds=0.6)

    def expire() -> int:
        time.sleep(0.2)
        return actions.end_due_groups(now=after(FILL_S))

    at_once([partial(tell, payments[1], now=after(FILL_S)), expire])
    ends = len(facts(GroupSucceeded)), len(facts(GroupExpired))
    assert ends == (1, 1), group_of(first).state
