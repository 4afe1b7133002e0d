"""Facts of orders replayed equal the tables and the money, after any sequence of actions."""

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from random import Random
from typing import Any

import pytest

from kaibo.base.actor import Actor
from kaibo.base.errors import Refusal
from kaibo.facts import orders as told
from kaibo.facts.base import Fact
from kaibo.orders import actions, edge
from kaibo.orders.actions.sending import note_sent
from kaibo.orders.errors import RefundImpossible
from kaibo.orders.models import LedgerEntry, Order, OrderLine, Payment, Refund, Settlement
from kaibo.orders.sandbox import bank
from kaibo.orders.tests.books import audit
from kaibo.orders.tests.buying import pay, place, tell
from kaibo.promotions.tests.shop import Shop, after, facts, make_shop, open_link
from tests.replay.test_promotions import assert_books_equal_tables

pytestmark = pytest.mark.django_db

FOLDED: frozenset[type[Fact]] = frozenset(
    {
        told.OrderPlaced,
        told.OrderClosed,
        told.OrderPaid,
        told.OrderRefundStarted,
        told.OrderRefunded,
        told.PaymentOpened,
        told.PaymentFailed,
        told.PaymentRefundDue,
        told.RefundTryFailed,
        told.PaymentRefunded,
        told.RefundStuck,
        told.RefundDoubled,
        told.RefundAskedAgain,
        told.SettlementAsked,
        told.SettlementDecided,
    }
)


class Ledger:
    """What the facts alone say of orders and money."""

    def __init__(self) -> None:
        self.orders: dict[str, tuple[str, int]] = {}
        self.payments: dict[int, str] = {}
        self.owed: dict[int, int] = {}
        self.sent_back: dict[int, int] = {}
        self.tries: dict[int, tuple[int, dt.datetime]] = {}
        self.refunds: dict[int, str] = {}
        self.settlements: dict[int, tuple[int, str, str]] = {}
        self.entries: set[tuple[str, int, int | None, int]] = set()

    def replay(self, fact: Fact) -> None:
        """Take one fact in."""
        match fact:
            case told.OrderPlaced():
                self.orders[fact.no] = ("created", fact.total_fen)
            case told.OrderClosed():
                self.orders[fact.no] = ("closed", fact.total_fen)
            case told.OrderPaid():
                self.orders[fact.no] = ("paid", fact.total_fen)
                self.payments[fact.payment_id] = "paid"
                self._enter("receive sell", fact.payment_id, fact.total_fen)
            case told.OrderRefundStarted():
                self._undo(fact, "refunding")
            case told.OrderRefunded():
                self._undo(fact, "refunded")
            case told.PaymentOpened():
                self.payments[fact.payment_id] = "opened"
            case told.PaymentFailed():
                self.payments[fact.payment_id] = "failed"
            case told.PaymentRefundDue():
                was_sold = self.payments[fact.payment_id] == "paid"
                whys = "unsell owe" if was_sold else "owe"
                if not was_sold:
                    self._enter("receive", fact.payment_id, fact.amount_fen)
                self._enter(whys, fact.payment_id, fact.amount_fen, fact.refund_id)
                if fact.is_all:
                    self.payments[fact.payment_id] = "refund_due"
                self.owed[fact.refund_id] = fact.amount_fen
                self.refunds[fact.refund_id] = "due"
            case told.RefundTryFailed():
                self.tries[fact.refund_id] = (fact.tries, fact.next_try_at)
            case told.PaymentRefunded():
                if fact.is_all:
                    self.payments[fact.payment_id] = "refunded"
                self.sent_back[fact.refund_id] = fact.amount_fen
                self.refunds[fact.refund_id] = "bank_done" if fact.by_bank else "done"
                why = "bank_back" if fact.by_bank else "pay_back"
                self._enter(why, fact.payment_id, fact.amount_fen, fact.refund_id)
            case told.RefundStuck():
                self.refunds[fact.refund_id] = "bank_due"
            case told.RefundDoubled(is_booked=True):
                self.refunds[fact.refund_id] = "twice"
                self._enter("pay_twice", fact.payment_id, fact.amount_fen, fact.refund_id)
            case told.RefundAskedAgain():
                self.refunds[fact.refund_id] = "due"
            case told.SettlementAsked():
                values = (fact.refund_id, fact.bank_ref, "asked")
                self.settlements[fact.settlement_id] = values
            case told.SettlementDecided():
                refund_id, bank_ref, _ = self.settlements[fact.settlement_id]
                self.settlements[fact.settlement_id] = (refund_id, bank_ref, fact.state)

    def _undo(self, fact: told.OrderRefundStarted | told.OrderRefunded, state: str) -> None:
        was, total_fen = self.orders[fact.no]
        self.orders[fact.no] = (state if fact.is_all else was, total_fen)

    def _enter(self, whys: str, payment_id: int, fen: int, refund_id: int | None = None) -> None:
        self.entries |= {(why, payment_id, refund_id, fen) for why in whys.split() if fen}


@pytest.mark.parametrize("seed", range(4))
def test_replay_equals_the_tables_and_no_money_is_lost(seed: int) -> None:
    chance, shop = Random(seed), make_shop(on_hand=30)
    open_link(shop, units=8, per_buyer_max=3)
    done = 0
    for step in range(140):
        try:
            _any_act(shop, chance, now=after(step * 60))()
            done += 1
        except Refusal:
            pass
    assert done > 60
    ledger = Ledger()
    for fact in facts():
        ledger.replay(fact)
    assert ledger.orders == {o.no: (o.state, o.total_fen) for o in Order.objects.all()}
    assert ledger.payments == {p.pk: p.state for p in Payment.objects.all()}
    assert_books_equal_tables()
    entries = LedgerEntry.objects.values_list("why", "payment_id", "refund_id", "amount_fen")
    assert ledger.entries == set(entries)
    audit()
    # Every fen that came in stands behind a paid order, is owed, or went back.
    came = sum(p.received_fen for p in Payment.objects.all())
    lines = OrderLine.objects.filter(order__state="paid")
    kept = sum(line.amount_fen - line.refunded_fen + line.kept_fen for line in lines)
    assert came == kept + sum(ledger.owed.values())
    assert ledger.owed == {r.pk: r.amount_fen for r in Refund.objects.all()}
    assert ledger.sent_back == {r.pk: r.amount_fen for r in Refund.objects.filter(state="done")}
    assert shop.levels()[2] == sum(line.units - line.units_refunded for line in lines)


def test_refunds_that_fail_replay(monkeypatch: pytest.MonkeyPatch) -> None:
    """The provider is down twice, for one order that is owed its money."""
    shop = make_shop(on_hand=30)
    open_link(shop, units=8, per_buyer_max=3)
    payment = pay(place(shop))
    actions.refund_order(no=payment.order.no, reason="", by=shop.by, now=after(1))

    class Down:
        def refund(self, token: str, **amounts: Any) -> None:
            raise ConnectionError("down")

    monkeypatch.setattr(edge, "provider", lambda name: Down())
    assert actions.retry_refunds(now=after(2)) == 0
    assert actions.retry_refunds(now=after(7)) == 0
    ledger = Ledger()
    for fact in facts():
        ledger.replay(fact)
    payment.refresh_from_db()
    assert ledger.payments == {payment.pk: "refund_due"}
    refund = Refund.objects.get()
    assert ledger.tries == {refund.pk: (refund.tries, refund.next_at)}
    assert refund.tries == 2


def test_refunds_by_bank_replay(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three that the provider never makes: one tried again, one by bank, one by two people."""
    shop = make_shop(on_hand=30)
    open_link(shop, units=8)
    for n in range(3):
        payment = pay(place(shop, request_key=f"k{n}"), now=after(n))
        actions.refund_order(no=payment.order.no, reason="", by=shop.by, now=after(3))
    with monkeypatch.context() as patch:
        patch.setattr(edge, "provider", lambda name: Closed())
        assert actions.retry_refunds(now=after(4)) == 0
    again, alone, two = Refund.objects.order_by("pk")
    actions.ask_refund_again(refund_id=again.pk, by=shop.by, now=after(5))
    assert actions.retry_refunds(now=after(6)) == 1
    said: dict[str, Any] = {"bank_ref": "B-1", "reason": "注销", "by": shop.by, "now": after(7)}
    actions.settle_refund(refund_id=alone.pk, **said)
    terms: dict[str, Any] = {"ship_within_h": 48, "may_refund_only": False}
    actions.set_shop_terms(**terms, settle_alone_fen_max=0, by=shop.by, now=after(8))
    for verb in (actions.refuse_settlement, actions.confirm_settlement):
        actions.settle_refund(refund_id=two.pk, **said)
        verb(refund_id=two.pk, by=replace(shop.by, id=2), now=after(9))
    note_sent(alone.pk, now=after(10))
    ledger = Ledger()
    for fact in facts():
        ledger.replay(fact)
    assert ledger.refunds == {r.pk: r.state for r in Refund.objects.all()}
    assert sorted(ledger.refunds.values()) == ["bank_done", "done", "twice"]
    assert ledger.settlements == {
        row.pk: (row.refund_id, row.bank_ref, row.state) for row in Settlement.objects.all()
    }
    entries = LedgerEntry.objects.values_list("why", "payment_id", "refund_id", "amount_fen")
    assert ledger.entries == set(entries)
    audit()


class Closed:
    """A provider of which the buyer's account is no more."""

    def refund(self, token: str, **amounts: Any) -> None:
        raise RefundImpossible(provider="closed", why="USER_ACCOUNT_ABNORMAL")


def _any_act(shop: Shop, chance: Random, *, now: dt.datetime) -> Callable[[], Any]:
    """One of everything that can be done, to something it can be done to."""
    units, buyer = chance.randint(1, 2), chance.randint(1, 6)
    wish = {"viewer_id": buyer, "units": units, "expected_total_fen": 9_900 * units}
    buy = partial(place, shop, now=now, request_key=f"k{now:%H%M%S}", **wish)
    acts: list[Callable[[], Any]] = [buy, buy, buy]
    acts += [partial(actions.close_due_orders, now=now), partial(actions.retry_refunds, now=now)]
    for order in Order.objects.all():
        mine: dict[str, Any] = {"no": order.no, "viewer_id": order.viewer_id, "now": now}
        acts += [partial(actions.open_payment, **mine)] * 2
        if chance.random() < 0.2:
            acts.append(partial(actions.cancel_order, **mine))
            by = Actor("viewer", order.viewer_id, shop.org_id)
            undo = partial(actions.refund_order, no=order.no, reason="", by=by, now=now)
            acts.append(undo)
            line = order.lines.get()
            part = partial(
                actions.refund_units, no=order.no, units={line.pk: 1}, request_key=f"r{now:%H%M%S}"
            )
            acts.append(partial(part, reason="", by=by, now=now))
    for payment in Payment.objects.all():
        acts += [partial(_money, payment, chance.random(), now=now)] * 2
    return chance.choice(acts)


def _money(payment: Payment, luck: float, *, now: dt.datetime) -> None:
    """Money, sometimes none, sometimes the wrong amount, sometimes told again."""
    event_id = f"evt{payment.pk}-{round(luck, 1)}"
    if luck < 0.2:
        tell(payment, now=now, event_id=event_id, failed=True)
        return
    bank.press(payment.attempt_token, "pay", now=now)
    amount_fen = payment.amount_fen + (100 if luck > 0.9 else 0)
    tell(payment, now=now, event_id=event_id, amount_fen=amount_fen)
