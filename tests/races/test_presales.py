"""The balance of a presale against its deadline, and two ends of one deposit at once.

The control needs PostgreSQL: on SQLite writers queue at BEGIN, lock or no lock.
"""

import time
from functools import partial

import pytest

from kaibo.base.errors import Refusal
from kaibo.facts.orders import OrderPaid, PresaleEnded
from kaibo.orders import actions
from kaibo.orders.actions import callbacks
from kaibo.orders.models import Order, Payment, Presale
from kaibo.orders.reads import OrderView
from kaibo.orders.sandbox import bank
from kaibo.orders.tests.books import audit
from kaibo.orders.tests.buying import open_payment, tell
from kaibo.orders.tests.presaling import CLOSES, OPENS, deposit, start
from kaibo.promotions.models import Offer
from kaibo.promotions.tests.shop import Shop, facts, make_shop, open_link
from tests.races.at_once import at_once, slowed, without_locks

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def shop() -> Shop:
    """Link 1 sells 10 at 99 yuan."""
    shop = make_shop()
    open_link(shop, units=10)
    return shop


def balance_due(shop: Shop) -> tuple[OrderView, Payment]:
    """An order whose deposit is paid, and the attempt to pay its balance."""
    order, _ = deposit(shop, start(shop))
    payment = open_payment(order, now=OPENS)
    bank.press(payment.attempt_token, "pay", now=CLOSES)
    return order, payment


def test_the_balance_and_the_deadline_at_once_end_in_one_way(shop: Shop) -> None:
    order, payment = balance_due(shop)
    calls = [partial(tell, payment, now=CLOSES, event_id=f"b{n}") for n in range(2)]
    sweeps = [partial(actions.close_due_orders, now=CLOSES) for _ in range(2)]
    outcomes = at_once([*calls, *sweeps])
    assert [one for one in outcomes if isinstance(one, Exception)] == []
    state = Presale.objects.get().state
    ends = len(facts(OrderPaid)), len(facts(PresaleEnded))
    assert (state, ends) in [("complete", (1, 0)), ("forfeited", (0, 1))]
    row = Offer.objects.get()
    assert (row.units_held, row.units_sold) == (0, int(state == "complete"))
    assert Order.objects.get(no=order.no).state == ("paid" if state == "complete" else "closed")
    audit()


@pytest.mark.scale
def test_control_without_the_lock_a_sold_presale_is_forfeited_too(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    _order, payment = balance_due(shop)
    without_locks(monkeypatch)
    slowed(monkeypatch, callbacks, "judge_part", seconds=0.6)

    def close() -> int:
        time.sleep(0.2)
        return actions.close_due_orders(now=CLOSES)

    told, _closed = at_once([partial(tell, payment, now=CLOSES), close])
    both = (len(facts(OrderPaid)), len(facts(PresaleEnded))) == (1, 1)
    assert both or isinstance(told, Exception)


def test_the_sellers_default_and_the_buyers_cancel_at_once_end_once(shop: Shop) -> None:
    order, _payment = balance_due(shop)
    by = shop.by
    outcomes = at_once(
        [
            partial(actions.default_presale, no=order.no, reason="缺货", by=by, now=OPENS),
            partial(actions.cancel_order, no=order.no, viewer_id=1, now=OPENS),
        ]
    )
    assert sum(isinstance(one, Refusal) for one in outcomes) == 1
    assert len(facts(PresaleEnded)) == 1
    assert Presale.objects.get().state in ("defaulted", "forfeited")
    audit()
