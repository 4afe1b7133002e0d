"""Facts of presales replayed equal the tables and the ledger, after any sequence of actions."""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Callable
from functools import partial
from random import Random
from typing import Any

import pytest
from django.db import connection

from kaibo.base.errors import Refusal
from kaibo.facts import orders, promotions
from kaibo.facts.base import Fact
from kaibo.orders import actions
from kaibo.orders.models import LedgerEntry, Order, Payment, Presale
from kaibo.orders.sandbox import bank
from kaibo.orders.tests.books import audit
from kaibo.orders.tests.buying import tell
from kaibo.orders.tests.presaling import reserve, start, terms
from kaibo.promotions.actions import end_presale_offer
from kaibo.promotions.models import PresaleOffer
from kaibo.promotions.reads import PresaleOfferView
from kaibo.promotions.tests.shop import Shop, after, facts, make_shop, open_link

pytestmark = pytest.mark.django_db

FOLDED: frozenset[type[Fact]] = frozenset(
    {
        promotions.PresaleStarted,
        promotions.PresaleStopped,
        orders.PresalePlaced,
        orders.DepositPaid,
        orders.BalanceReminded,
        orders.PresaleEnded,
        orders.PenaltyPaid,
    }
)
# What the ledger says of deposits alone; the rest is replayed with the orders.
WHYS = ("forfeit", "penalty", "pay_penalty")


class Told:
    """What the facts alone say of presales."""

    def __init__(self) -> None:
        self.offers: dict[int, tuple[object, ...]] = {}
        self.stopped: set[int] = set()
        self.parts: dict[int, tuple[int, int, int, str]] = {}
        self.state: dict[int, str] = {}
        self.reminded: set[int] = set()
        self.kept: dict[int, int] = {}
        self.entries: set[tuple[str, int, int]] = set()

    def replay(self, fact: Fact) -> None:
        """Take one fact in."""
        match fact:
            case promotions.PresaleStarted(presale_offer_id=id):
                of_price = fact.price_fen, fact.deposit_fen, fact.worth_fen
                of_rules = fact.kind, fact.late_rule, fact.refund_deadline_days
                days = fact.balance_opens_at, fact.balance_closes_at, fact.ship_by
                self.offers[id] = (*of_price, *of_rules, *days, fact.per_buyer_max)
            case promotions.PresaleStopped(presale_offer_id=id):
                self.stopped.add(id)
            case orders.PresalePlaced(order_id=id):
                amounts = fact.deposit_fen, fact.balance_fen
                self.parts[id] = (fact.presale_offer_id, *amounts, fact.late_rule)
                self.state[id] = "placed"
            case orders.DepositPaid(order_id=id):
                self.state[id] = "deposited"
                self.kept[fact.payment_id] = fact.amount_fen
            case orders.OrderPaid(order_id=id, deposit_payment_id=int() as deposit):
                self.state[id] = "complete"
                assert self.kept.pop(deposit) == fact.deposit_fen
            case orders.BalanceReminded(order_id=id):
                self.reminded.add(id)
            case orders.PresaleEnded(order_id=id):
                self._end(fact)
            case orders.PenaltyPaid():
                self.entries.add(("pay_penalty", fact.payment_id, fact.amount_fen))

    def _end(self, fact: orders.PresaleEnded) -> None:
        self.state[fact.order_id] = fact.how
        if fact.payment_id is None:
            return
        self.kept.pop(fact.payment_id, None)
        if fact.how == "forfeited":
            self.entries.add(("forfeit", fact.payment_id, fact.deposit_fen))
        if fact.penalty_fen:
            self.entries.add(("penalty", fact.payment_id, fact.penalty_fen))


@pytest.mark.parametrize(("seed", "rule"), [(0, "forfeit"), (1, "return")])
def test_replay_equals_the_tables(seed: int, rule: str) -> None:
    chance, shop = Random(seed), make_shop(on_hand=60)
    open_link(shop, units=60)
    window = {"balance_opens_at": after(1_800), "balance_closes_at": after(5_400)}
    wanted: dict[str, Any] = {"late_rule": rule, "ship_by": after(9_000), "per_buyer_max": 9}
    offer = start(shop, **window, **wanted)
    for step in range(140):
        with contextlib.suppress(Refusal):
            _any_act(shop, offer, chance, now=after(step * 50))()
    end_presale_offer(presale_offer_id=offer.id, by=shop.by, now=after(9_000))
    told = Told()
    for fact in facts():
        told.replay(fact)
    assert told.offers == {
        row.pk: (
            *(row.price_fen, row.deposit_fen, row.worth_fen),
            *(row.kind, row.late_rule, row.refund_deadline_days),
            *(row.balance_opens_at, row.balance_closes_at, row.ship_by, row.per_buyer_max),
        )
        for row in PresaleOffer.objects.all()
    }
    assert told.offers[offer.id][3] == terms().kind
    assert told.stopped == {offer.id}
    rows = list(Presale.objects.all())
    assert told.parts == {
        row.order_id: (row.presale_offer_id, row.deposit_fen, row.balance_fen, row.late_rule)
        for row in rows
    }
    assert told.state == {row.order_id: row.state for row in rows}
    assert told.reminded == {row.order_id for row in rows if row.reminded_at is not None}
    kept = Payment.objects.filter(state="kept")
    assert told.kept == {row.pk: row.received_fen for row in kept}
    entries = LedgerEntry.objects.filter(why__in=WHYS)
    assert told.entries == set(entries.values_list("why", "payment_id", "amount_fen"))
    late = "forfeited" if rule == "forfeit" else "returned"
    # Ids begin anew on SQLite alone, and with them what a seed plays.
    if connection.vendor == "sqlite":
        assert {"complete", "lapsed", "defaulted", late} <= set(told.state.values())
    audit()


def _any_act(
    shop: Shop, offer: PresaleOfferView, chance: Random, *, now: dt.datetime
) -> Callable[[], Any]:
    """One of everything that can be done with presales."""
    mine: dict[str, Any] = {"viewer_id": chance.randint(1, 6), "request_key": f"p{now:%H%M%S}"}
    acts: list[Callable[[], Any]] = [partial(reserve, shop, offer, now=now, **mine)] * 4
    sweeps = (actions.close_due_orders, actions.remind_balances, actions.retry_refunds)
    acts += [partial(sweep, now=now) for sweep in sweeps]
    for order in Order.objects.all():
        of_buyer: dict[str, Any] = {"no": order.no, "viewer_id": order.viewer_id, "now": now}
        of_desk: dict[str, Any] = {"no": order.no, "by": shop.by, "now": now}
        acts.append(partial(actions.open_payment, **of_buyer))
        if chance.random() < 0.1:
            acts.append(partial(actions.cancel_order, **of_buyer))
            acts.append(partial(actions.refund_order, reason="", **of_desk))
            acts += [partial(actions.default_presale, reason="缺货", **of_desk)] * 2
            acts.append(partial(actions.pay_penalty, **of_desk))
    acts += [partial(_money, payment, now=now) for payment in Payment.objects.all()] * 2
    return chance.choice(acts)


def _money(payment: Payment, *, now: dt.datetime) -> None:
    bank.press(payment.attempt_token, "pay", now=now)
    tell(payment, now=now, event_id=f"paid{payment.pk}")
