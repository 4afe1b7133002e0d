"""Facts of invitations replayed equal the tables, and no order of events breaks the terms."""

from __future__ import annotations

import contextlib
import datetime as dt
from collections import Counter
from functools import partial
from random import Random
from typing import Any

import msgspec
import pytest

from kaibo.base.errors import Refusal
from kaibo.facts import promotions as told
from kaibo.facts import registry
from kaibo.facts.base import Fact
from kaibo.journal.models import Entry
from kaibo.promotions import actions
from kaibo.promotions.actions import InviteSpec
from kaibo.promotions.models import (
    Coupon,
    InviteCampaign,
    Invitee,
    Inviter,
    InviteReward,
    Promotion,
)
from kaibo.promotions.rules.invites import rewards_due
from kaibo.promotions.tests import promoting
from kaibo.promotions.tests.inviting import come, did, link, reward, spec_of, viewer_of
from kaibo.promotions.tests.shop import SHOW, Shop, after, make_shop, open_link

pytestmark = pytest.mark.django_db

FOLDED: frozenset[type[Fact]] = frozenset(
    {
        told.InviteSaved,
        told.InvitePublished,
        told.InviteCancelled,
        told.InviteOpened,
        told.InviterJoined,
        told.InviteeJoined,
        told.InviteeRefused,
        told.InviteeCounted,
        told.InviteeUncounted,
        told.InviteRewarded,
        told.InviteRewardUndone,
        told.InviteFinished,
        told.CouponTakenBack,
    }
)


class Books:
    """What the facts alone say."""

    def __init__(self) -> None:
        self.invites: dict[int, str] = {}
        self.terms: dict[int, dict[str, Any]] = {}
        self.inviters: dict[int, tuple[int, int]] = {}
        self.invitees: dict[int, tuple[int, int, str, str, str]] = {}
        self.rewards: dict[int, tuple[int, int, str]] = {}
        self.taken_back: set[int] = set()

    def replay(self, fact: Fact) -> None:
        match fact:
            case told.InviteSaved():
                self.invites[fact.invite_id] = "draft"
                self.terms[fact.invite_id] = fact.terms
            case told.InvitePublished():
                self.invites[fact.invite_id] = "published"
            case told.InviteCancelled():
                self.invites[fact.invite_id] = "cancelled"
            case told.InviteOpened():
                self.invites[fact.invite_id] = "open"
            case told.InviterJoined():
                self.inviters[fact.inviter_id] = fact.invite_id, fact.viewer_id
            case told.InviteRewarded():
                self.rewards[fact.reward_id] = fact.inviter_id, fact.coupon_id, "granted"
                assert self.inviters[fact.inviter_id] == (fact.invite_id, fact.viewer_id)
            case told.InviteRewardUndone():
                self.rewards[fact.reward_id] = fact.inviter_id, fact.coupon_id, "undone"
                assert fact.coupon_id in self.taken_back
            case told.CouponTakenBack():
                self.taken_back.add(fact.coupon_id)
            case told.InviteFinished():
                self.invites[fact.invite_id] = "finished"
                self._check_end(fact)
            case _:
                self._invitee(fact)

    def _invitee(self, fact: Fact) -> None:
        match fact:
            case told.InviteeJoined():
                of = fact.inviter_id, fact.viewer_id
                self.invitees[fact.invitee_id] = *of, "pending", "", ""
            case told.InviteeRefused():
                of = fact.inviter_id, fact.viewer_id
                self.invitees[fact.invitee_id] = *of, "refused", fact.reason, ""
            case told.InviteeCounted():
                inviter, viewer, state, *_ = self.invitees[fact.invitee_id]
                assert (inviter, state) == (fact.inviter_id, "pending")
                self.invitees[fact.invitee_id] = inviter, viewer, "counted", "", fact.order_no
            case told.InviteeUncounted():
                inviter, viewer, state, *_ = self.invitees[fact.invitee_id]
                assert (inviter, state) == (fact.inviter_id, "counted")
                self.invitees[fact.invitee_id] = inviter, viewer, "uncounted", "", fact.order_no

    def _check_end(self, fact: told.InviteFinished) -> None:
        inviters = {id for id, (of, _) in self.inviters.items() if of == fact.invite_id}
        states = Counter(one[2] for one in self.invitees.values() if one[0] in inviters)
        granted = [one for one in self.rewards.values() if one[0] in inviters]
        rewards = sum(state == "granted" for _, _, state in granted)
        assert (fact.inviters, fact.counted, fact.refused, fact.rewards) == (
            len(inviters), states["counted"], states["refused"], rewards
        )  # fmt: skip


def assert_books_equal_tables() -> None:
    """Every fact replayed, against every row."""
    books = Books()
    for entry in Entry.objects.order_by("pk"):
        books.replay(registry.decode(entry.tag, entry.body))
    rows = InviteCampaign.objects.all()
    assert books.invites == {row.pk: row.state for row in rows}
    assert books.terms == {row.pk: row.terms for row in rows}
    inviters = Inviter.objects.all()
    assert books.inviters == {one.pk: (one.invite_id, one.viewer_id) for one in inviters}
    assert books.invitees == {
        one.pk: (one.inviter_id, one.viewer_id, one.state, one.reason, one.order_no)
        for one in Invitee.objects.all()
    }
    assert books.rewards == {
        one.pk: (one.inviter_id, one.coupon_id, one.state) for one in InviteReward.objects.all()
    }
    undone = Coupon.objects.filter(state="undone").values_list("pk", flat=True)
    assert books.taken_back == set(undone)
    for one in inviters:
        assert one.counted == sum(
            of == one.pk and state == "counted" for of, _, state, *_ in books.invitees.values()
        )
        assert one.granted == sum(
            of == one.pk and state == "granted" for of, _, state in books.rewards.values()
        )
    for row in rows:
        assert row.rewards == sum(one.granted for one in row.inviters.all())
        assert_terms_kept(row)


def assert_terms_kept(row: InviteCampaign) -> None:
    """Never more rewards than are due to one and to all, however it came to it."""
    spec = msgspec.convert(row.terms, InviteSpec)
    assert spec.rewards_total is not None
    assert row.rewards <= spec.rewards_total
    for one in row.inviters.all():
        due = rewards_due(spec, one.counted)
        mine = one.rewards.filter(state="granted")
        spent = mine.exclude(coupon__state="open").count()
        assert one.granted <= max(due, spent)
        assert one.owed == max(0, due - one.granted)
        assert not one.owed or row.rewards == spec.rewards_total


@pytest.mark.parametrize("seed", range(4))
def test_replay_equals_the_tables_after_a_random_hour(seed: int) -> None:
    chance, shop = Random(seed), make_shop()
    open_link(shop, units=90)
    for step in range(260):
        with contextlib.suppress(Refusal):
            _any_act(shop, chance, step=step)()
    actions.run_due_invites(now=after(0) + dt.timedelta(days=1))
    actions.run_due_invites(now=after(0) + dt.timedelta(days=1))
    assert "finished" in {row.state for row in InviteCampaign.objects.all()}
    assert InviteReward.objects.exists()
    assert {"counted", "uncounted", "refused"} <= set(
        Invitee.objects.values_list("state", flat=True)
    )
    assert_books_equal_tables()


def _any_act(shop: Shop, chance: Random, *, step: int) -> Any:
    """One of everything invitations do; a step is ten seconds."""
    at = step * 10
    by: dict[str, Any] = {"by": shop.by, "now": after(at)}
    if chance.random() < 0.05 or step == 0:
        return partial(_draft, shop, chance, step=step)
    acts: list[Any] = [partial(actions.run_due_invites, now=after(at))]
    for row in InviteCampaign.objects.exclude(state__in=("finished", "cancelled")):
        if row.state == "draft":
            acts += [partial(actions.publish_invite, invite_id=row.pk, **by)] * 4
        if row.state in ("draft", "published"):
            acts.append(partial(actions.cancel_invite, invite_id=row.pk, **by))
        if row.state in ("published", "open"):
            who = viewer_of(shop, chance.randint(1, 3), at=at)
            acts.append(partial(link, shop, row.pk, who, number=chance.randint(1, 3), at=at))
        if row.state == "open":
            acts += _around(shop, chance, row, step=step)
    return chance.choice(acts)


def _around(shop: Shop, chance: Random, row: InviteCampaign, *, step: int) -> list[Any]:
    at = step * 10
    codes = list(row.inviters.values_list("code", flat=True))
    acts: list[Any] = []
    if codes:
        who = viewer_of(shop, chance.randint(1, 200), at=at)
        address = chance.randint(100, 130)
        acts += [partial(come, shop, chance.choice(codes), who, number=address, at=at)] * 6
    for one in row.invitees.filter(state="pending").order_by("-pk")[:4]:
        order = {"task": "order", "show_id": SHOW, "order_no": f"N{one.pk}"}
        acts += [partial(did, shop, one.viewer_id, at=at, **order)] * 3
    for one in row.invitees.filter(state="counted").order_by("-pk")[:2]:
        undo: dict[str, Any] = {"order_no": one.order_no, "org_id": shop.org_id, "at": after(at)}
        acts.append(partial(actions.uncount_invitees, **undo))
    for coupon in Coupon.objects.filter(state="open").order_by("pk")[:1]:
        acts.append(partial(_spend, shop, coupon, at=at))
    return acts


def _spend(shop: Shop, coupon: Coupon, *, at: float) -> None:
    used = promoting.use(shop, viewer_id=coupon.viewer_id, coupon_ids=[coupon.pk], at=at)
    actions.mark_uses_sold(use_ids=used.use_ids, now=after(at))


def _draft(shop: Shop, chance: Random, *, step: int) -> None:
    at = step * 10
    free = Promotion.objects.exclude(pk__in=InviteCampaign.objects.values("promotion")).first()
    promotion = free or reward(shop)
    spec = spec_of(
        promotion.pk,
        task="order",
        newcomer="buyer",
        invitees_per_reward=chance.randint(1, 2),
        rewards_per_inviter=chance.randint(1, 3),
        rewards_total=chance.randint(2, 4),
        opens_at=after(at),
        closes_at=after(at + 900),
    )
    actions.save_invite(spec=spec, request_key=f"i-{step}", by=shop.by, now=after(at))
