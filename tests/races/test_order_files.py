"""Files of orders that several write at once.

The control needs PostgreSQL: on SQLite writers queue at BEGIN, lock or no lock.
"""

from functools import partial

import pytest

from kaibo.base.actor import Actor
from kaibo.catalog.tests.conftest import NOW, manager_of
from kaibo.facts.orders import OrderFileApplied
from kaibo.journal.reads import read
from kaibo.orders import actions
from kaibo.orders.actions import files
from kaibo.orders.models import OrderFile, PlatformOrder
from tests.races.at_once import at_once, slowed, without_locks

pytestmark = pytest.mark.django_db(transaction=True)

ORDERS = 12


@pytest.fixture
def by(monkeypatch: pytest.MonkeyPatch) -> Actor:
    """Manages a shop whose files are written in many short transactions."""
    monkeypatch.setattr(files, "CHUNK_ORDERS", 3)
    return manager_of("ana")


def upload(by: Actor, *, amount: int = 1, reverse: bool = False) -> int:
    """Orders of two lines each, whose lines all say the same amount; the file's id."""
    lines = [f"{n},2026-11-01,{t},{amount}" for n in range(ORDERS) for t in ("面霜", "水")]
    text = "\n".join(["订单编号,下单时间,商品名称,金额", *(lines[::-1] if reverse else lines)])
    return actions.start_order_file(data=text.encode(), filename="f", by=by, now=NOW).id


def facts() -> list[OrderFileApplied]:
    return [entry.fact for entry in read() if isinstance(entry.fact, OrderFileApplied)]


def test_one_file_applied_by_many_is_written_once(by: Actor) -> None:
    file_id = upload(by)
    outcomes = at_once([partial(actions.apply_order_file, file_id=file_id, by=by, now=NOW)] * 4)
    assert {outcome.created for outcome in outcomes} == {ORDERS}
    assert [fact.created for fact in facts()] == [ORDERS]
    assert PlatformOrder.objects.count() == ORDERS


@pytest.mark.scale
def test_control_without_the_lock_it_is_told_twice(
    by: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    file_id = upload(by)
    without_locks(monkeypatch)
    slowed(monkeypatch, files, "file_of", seconds=0.3)
    at_once([partial(actions.apply_order_file, file_id=file_id, by=by, now=NOW)] * 2)
    assert len(facts()) > 1


def test_one_content_uploaded_by_several_is_written_once(by: Actor) -> None:
    ids = [upload(by) for _ in range(3)]
    outcomes = at_once([partial(actions.apply_order_file, file_id=n, by=by, now=NOW) for n in ids])
    assert sorted(outcome.already for outcome in outcomes) == [False, True, True]
    assert [fact.created for fact in facts()] == [ORDERS]
    states = OrderFile.objects.values_list("state", flat=True)
    assert sorted(states) == ["applied", "repeat", "repeat"]


def test_two_files_that_share_orders_leave_each_order_whole(by: Actor) -> None:
    """Every order ends with both lines of one file, and adds up."""
    ids = [upload(by, amount=1), upload(by, amount=2, reverse=True)]
    outcomes = at_once([partial(actions.apply_order_file, file_id=n, by=by, now=NOW) for n in ids])
    assert [outcome.orders for outcome in outcomes] == [ORDERS, ORDERS]
    assert sum(fact.created for fact in facts()) == ORDERS
    for order in PlatformOrder.objects.prefetch_related("lines"):
        amounts = {line.amount_minor for line in order.lines.all()}
        assert amounts == {order.total_minor // 2}
        assert order.lines.count() == 2
