"""Facts of group buys replayed equal the tables, after any sequence of actions."""

from __future__ import annotations

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
from kaibo.orders.models import Group, Member, Order, Payment
from kaibo.orders.sandbox import bank
from kaibo.orders.tests.books import audit
from kaibo.orders.tests.buying import tell
from kaibo.orders.tests.grouping import buy, start
from kaibo.promotions.actions import end_group_offer
from kaibo.promotions.models import GroupOffer
from kaibo.promotions.reads import GroupOfferView
from kaibo.promotions.tests.shop import Shop, after, facts, make_shop, open_link

pytestmark = pytest.mark.django_db

FOLDED: frozenset[type[Fact]] = frozenset(
    {
        promotions.GroupOfferStarted,
        promotions.GroupOfferEnded,
        orders.GroupOpened,
        orders.GroupSeatMoved,
        orders.GroupSucceeded,
        orders.GroupExpired,
        orders.GroupSettled,
    }
)


class Told:
    """What the facts alone say of group buys, groups and members."""

    def __init__(self) -> None:
        self.offers: dict[int, tuple[object, ...]] = {}
        self.ended: set[int] = set()
        self.groups: dict[int, tuple[int, int, dt.datetime]] = {}
        self.state: dict[int, str] = {}
        self.members: dict[int, tuple[int, int, bool, str]] = {}

    def replay(self, fact: Fact) -> None:
        """Take one fact in."""
        match fact:
            case promotions.GroupOfferStarted(group_offer_id=id):
                prices = fact.price_fen, fact.leader_price_fen
                limits = fact.size, fact.fill_s, fact.per_buyer_max
                self.offers[id] = (fact.offer_id, *prices, *limits)
            case promotions.GroupOfferEnded(group_offer_id=id):
                self.ended.add(id)
            case orders.GroupOpened(group_id=id):
                self.groups[id] = (fact.group_offer_id, fact.size, fact.fills_before)
                self.state[id] = "open"
            case orders.GroupSeatMoved(group_id=id):
                of_member = fact.viewer_id, fact.is_leader, fact.state
                self.members[fact.order_id] = (id, *of_member)
                if self.state[id] in ("open", "full"):
                    self.state[id] = "open" if fact.seats_free else "full"
            case orders.GroupSucceeded(group_id=id):
                self.state[id] = "succeeded"
                assert {one for one in fact.order_ids if self.members[one][3] != "paid"} == set()
                assert len(fact.order_ids) == fact.size
            case orders.GroupExpired(group_id=id):
                self.state[id] = "expired"
            case orders.GroupSettled(group_id=id):
                self.state[id] = "refunded"


@pytest.mark.parametrize("seed", range(3))
def test_replay_equals_the_tables(seed: int) -> None:
    chance, shop = Random(seed), make_shop(on_hand=60)
    open_link(shop, units=60)
    offer = start(shop, size=2, fill_s=2_400, per_buyer_max=3)
    done = 0
    for step in range(150):
        try:
            _any_act(shop, offer, chance, now=after(step * 60))()
            done += 1
        except Refusal:
            pass
    end_group_offer(group_offer_id=offer.id, by=shop.by, now=after(9_000))
    assert done > 70
    told = Told()
    for fact in facts():
        told.replay(fact)
    assert told.offers == {
        row.pk: (
            row.offer_id,
            row.price_fen,
            row.leader_price_fen,
            row.size,
            row.fill_s,
            row.per_buyer_max,
        )
        for row in GroupOffer.objects.all()
    }
    assert told.ended == set(GroupOffer.objects.filter(state="ended").values_list("pk", flat=True))
    groups = list(Group.objects.all())
    assert told.groups == {
        row.pk: (row.group_offer_id, row.size, row.fills_before) for row in groups
    }
    assert told.state == {row.pk: row.state for row in groups}
    assert told.members == {
        row.order_id: (row.group_id, row.viewer_id, row.is_leader, row.state)
        for row in Member.objects.all()
    }
    # Ids begin anew on SQLite alone, and with them what a seed plays.
    if connection.vendor == "sqlite":
        assert {"succeeded", "refunded"} <= set(told.state.values())
    audit()


def _any_act(
    shop: Shop, offer: GroupOfferView, chance: Random, *, now: dt.datetime
) -> Callable[[], Any]:
    """One of everything that can be done with groups."""
    key, buyer = f"g{now:%H%M%S}", chance.randint(1, 6)
    join = partial(buy, shop, offer, buyer, now=now, request_key=key)
    acts: list[Callable[[], Any]] = [join]
    acts += [partial(join, group_id=row.pk) for row in Group.objects.filter(state="open")] * 4
    acts += [partial(act, now=now) for act in (actions.close_due_orders, actions.end_due_groups)]
    acts.append(partial(actions.retry_refunds, now=now))
    for order in Order.objects.all():
        mine: dict[str, Any] = {"no": order.no, "viewer_id": order.viewer_id, "now": now}
        acts.append(partial(actions.open_payment, **mine))
        if chance.random() < 0.1:
            acts.append(partial(actions.cancel_order, **mine))
            undo: dict[str, Any] = {"no": order.no, "reason": "", "by": shop.by, "now": now}
            acts.append(partial(actions.refund_order, **undo))
    acts += [partial(_money, payment, now=now) for payment in Payment.objects.all()] * 2
    return chance.choice(acts)


def _money(payment: Payment, *, now: dt.datetime) -> None:
    bank.press(payment.attempt_token, "pay", now=now)
    tell(payment, now=now, event_id=f"paid{payment.pk}")
