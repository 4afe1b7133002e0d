"""The stock ledger against a plain model: never below zero, every line and fact told."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.db import IntegrityError, transaction
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    rule,
    run_state_machine_as_test,
)

from kaibo.base.actor import Actor
from kaibo.base.errors import Refusal
from kaibo.catalog import actions, reads
from kaibo.catalog.errors import (
    NoSuchSku,
    NotEnoughStock,
    ProductNotApproved,
    QualificationExpired,
)
from kaibo.catalog.models import Stock, StockMove
from kaibo.catalog.reads import SkuView
from kaibo.catalog.tests.conftest import NOW, manager_of, stocked
from kaibo.facts.catalog import StockChanged
from kaibo.journal.reads import last_position, read

pytestmark = pytest.mark.django_db

units = st.integers(-2, 12)


class Ledger(RuleBasedStateMachine):
    """Four numbers kept by hand beside the real ledger."""

    def __init__(self) -> None:
        super().__init__()
        self.outer = transaction.atomic()
        self.outer.__enter__()
        self.by = manager_of("ana")
        self.sku = stocked(self.by, on_hand=10, buffer=2)
        self.on_hand, self.held, self.sold, self.buffer = 10, 0, 0, 2
        self.lines = StockMove.objects.count()

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.outer.__exit__(None, None, None)

    @rule(n=units)
    def hold(self, n: int) -> None:
        if self._done(actions.hold_stock, n, n <= self.on_hand - self.held - self.buffer):
            self.held += n

    @rule(n=units)
    def release(self, n: int) -> None:
        if self._done(actions.release_stock, n, n <= self.held):
            self.held -= n

    @rule(n=units)
    def sell(self, n: int) -> None:
        if self._done(actions.sell_stock, n, n <= self.held):
            self.held -= n
            self.on_hand -= n
            self.sold += n

    @rule(n=units)
    def come_back(self, n: int) -> None:
        if self._done(actions.return_stock, n, n <= self.sold):
            self.on_hand += n
            self.sold -= n

    @rule(n=st.integers(-12, 12))
    def move(self, n: int) -> None:
        allowed = n != 0 and self.on_hand + n >= self.held
        try:
            actions.move_stock(sku_id=self.sku.id, delta=n, reason="盘点", by=self.by, now=NOW)
        except Refusal:
            assert not allowed
            return
        assert allowed
        self.on_hand += n
        self.lines += 1

    @rule(n=st.integers(0, 8))
    def keep_back(self, n: int) -> None:
        actions.change_sku(sku_id=self.sku.id, changes={"buffer": n}, by=self.by, now=NOW)
        self.lines += n != self.buffer
        self.buffer = n

    @invariant()
    def the_table_says_the_same(self) -> None:
        view = reads.sku(self.by.org_id, self.sku.id)
        assert (view.on_hand, view.held, view.sold, view.buffer) == (
            self.on_hand,
            self.held,
            self.sold,
            self.buffer,
        )
        assert view.available == max(0, self.on_hand - self.held - self.buffer)
        assert min(view.on_hand, view.held, view.sold, view.available) >= 0
        assert StockMove.objects.count() == self.lines

    def _done(self, act: Callable[..., object], n: int, enough: bool) -> bool:
        try:
            act(org_id=self.by.org_id, sku_id=self.sku.id, units=n, reason="", now=NOW)
        except Refusal:
            assert n < 1 or not enough
            return False
        assert n >= 1
        assert enough
        self.lines += 1
        return True


def test_any_order_of_moves_keeps_to_the_model() -> None:
    run_state_machine_as_test(
        Ledger,
        settings=settings(max_examples=25, stateful_step_count=30, deadline=None),
    )


def test_refused_hold_changes_nothing(ana: Actor) -> None:
    sku = stocked(ana, on_hand=5, buffer=2)
    before, place = reads.sku(ana.org_id, sku.id), last_position()
    with pytest.raises(NotEnoughStock) as refused:
        _hold(ana, sku, 4)
    assert refused.value.data == {"sku_id": sku.id, "wanted": 4, "available": 3}
    assert reads.sku(ana.org_id, sku.id) == before
    assert read(place) == []


def test_a_hold_is_one_line_and_one_fact(ana: Actor) -> None:
    sku, place = stocked(ana), last_position()
    view = actions.hold_stock(org_id=ana.org_id, sku_id=sku.id, units=4, reason="offer 7", now=NOW)
    assert (view.held, view.available) == (4, 6)
    assert [entry.fact for entry in read(place)] == [
        StockChanged(sku_id=sku.id, change="hold", units=4, reason="offer 7")
    ]
    line = reads.stock_moves(ana.org_id, sku.id)[0]
    assert (line.kind, line.units, line.on_hand_after, line.held_after) == ("hold", 4, 10, 4)


def test_another_shops_stock_is_not_there(ana: Actor, dai: Actor) -> None:
    sku = stocked(ana)
    with pytest.raises(NoSuchSku):
        _hold(dai, sku, 1)
    with pytest.raises(NoSuchSku):
        actions.move_stock(sku_id=sku.id, delta=5, reason="", by=dai, now=NOW)
    with pytest.raises(NoSuchSku):
        reads.stock_moves(dai.org_id, sku.id)
    assert reads.sku(ana.org_id, sku.id).on_hand == 10


def test_what_nobody_approved_cannot_be_promised(ana: Actor) -> None:
    sku = stocked(ana)
    actions.refuse_product(product_id=sku.product_id, reason="图片不实", by=ana, now=NOW)
    with pytest.raises(ProductNotApproved):
        _hold(ana, sku, 1)
    assert not reads.is_approved(sku.id, now=NOW)
    assert reads.sku(ana.org_id, sku.id).held == 0


def test_papers_that_ran_out_stop_the_promise(ana: Actor) -> None:
    sku = stocked(ana)
    until = dt.date(2026, 11, 22)
    changes = actions.ProductChanges(qualification_expires_on=until)
    actions.change_product(product_id=sku.product_id, changes=changes, by=ana, now=NOW)
    actions.submit_product(product_id=sku.product_id, by=ana, now=NOW)
    actions.approve_product(product_id=sku.product_id, by=ana, now=NOW)
    _hold(ana, sku, 1)
    tomorrow = NOW + dt.timedelta(days=1)
    with pytest.raises(QualificationExpired):
        actions.hold_stock(org_id=ana.org_id, sku_id=sku.id, units=1, reason="", now=tomorrow)
    assert reads.is_approved(sku.id, now=NOW)
    assert not reads.is_approved(sku.id, now=tomorrow)


@pytest.mark.parametrize("level", [{"on_hand": -1}, {"held": 11}, {"sold": -1}, {"buffer": -1}])
def test_the_table_itself_refuses_a_wrong_level(ana: Actor, level: dict[str, int]) -> None:
    sku = stocked(ana)
    with pytest.raises(IntegrityError), transaction.atomic():
        Stock.objects.filter(sku_id=sku.id).update(**level)


def _hold(by: Actor, sku: SkuView, units: int) -> None:
    actions.hold_stock(org_id=by.org_id, sku_id=sku.id, units=units, reason="", now=NOW)
