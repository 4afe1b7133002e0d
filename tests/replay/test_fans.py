"""Facts of fan tiers replayed equal the tables, whatever people do."""

from __future__ import annotations

import contextlib
import datetime as dt
from functools import partial
from random import Random
from typing import Any

import msgspec
import pytest

from kaibo.audience import actions as audience
from kaibo.audience.actions import fans
from kaibo.audience.models import FanPlan, FanPoints, FanStanding, FanStep, Viewer
from kaibo.audience.rules.fans import FanTerms, FanTier, place_of
from kaibo.base.errors import Refusal
from kaibo.facts import audience as told
from kaibo.facts import registry
from kaibo.facts.base import Fact
from kaibo.journal.models import Entry
from kaibo.promotions.tests.shop import Shop, after, make_shop

pytestmark = [pytest.mark.django_db, pytest.mark.row("R-101")]

FOLDED: frozenset[type[Fact]] = frozenset(
    {told.FanPlanSet, told.FanPointsCounted, told.FanTiersChanged}
)


class Books:
    """What the facts alone say."""

    def __init__(self) -> None:
        self.plan: tuple[int, Any] | None = None
        self.points: dict[int, int] = {}
        self.deeds: list[tuple[int, str, str, int, int, int]] = []
        self.standings: dict[int, tuple[int, int, int]] = {}
        self.steps: list[tuple[int, int, int, str, str, int, int]] = []

    def replay(self, fact: Fact) -> None:
        match fact:
            case told.FanPlanSet():
                self.plan = fact.version, fact.terms
            case told.FanPointsCounted():
                for one in fact.counts:
                    deed = (fact.source, fact.about, one.amount, one.points, fact.version)
                    self.deeds.append((one.viewer_id, *deed))
                    self.points[one.viewer_id] = self.points.get(one.viewer_id, 0) + one.points
                    assert self.points[one.viewer_id] == one.total >= 0
            case told.FanTiersChanged():
                for move in fact.changes:
                    before = self.standings.get(move.viewer_id, (0, 0, 0))[2]
                    assert (move.before, move.after) == (before, max(move.earned, move.given))
                    self.standings[move.viewer_id] = move.earned, move.given, move.after
                    why = (fact.why, fact.reason, move.points, fact.version)
                    self.steps.append((move.viewer_id, move.before, move.after, *why))


def assert_books_equal_tables() -> None:
    """Every fact replayed, against every row."""
    books = Books()
    for entry in Entry.objects.order_by("pk"):
        books.replay(registry.decode(entry.tag, entry.body))
    plan = FanPlan.objects.get()
    assert books.plan == (plan.version, plan.terms)
    deeds = ("viewer_id", "source", "about", "amount", "points", "version")
    assert books.deeds == list(FanPoints.objects.order_by("pk").values_list(*deeds))
    steps = ("viewer_id", "before", "after", "why", "reason", "points", "version")
    assert books.steps == list(FanStep.objects.order_by("pk").values_list(*steps))
    terms = msgspec.convert(plan.terms, FanTerms)
    for row in FanStanding.objects.all():
        assert books.points.get(row.viewer_id, 0) == row.points
        stands = books.standings.get(row.viewer_id, (0, 0, 0))
        assert stands == (row.earned, row.given, row.place)
        assert row.earned == place_of(terms, row.points)


@pytest.mark.parametrize("seed", range(3))
def test_replay_equals_the_tables_after_any_history(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    chance, shop = Random(seed), make_shop()
    _set_plan(shop, chance, at=0)
    names = [f"viewer-{number}-of-a-fan-shop" for number in range(6)]
    ids = [
        audience.enter(org_id=shop.org_id, device=name, nickname="", now=after(0)).id
        for name in names
    ]
    monkeypatch.setattr(
        fans, "watched_by_all", lambda show_id, *, org_id: dict.fromkeys(ids, 60 * show_id)
    )
    for step in range(1, 150):
        with contextlib.suppress(Refusal):
            _any_act(shop, chance, ids, step=step)()
    assert set(FanPoints.objects.values_list("source", flat=True)) == {
        "follow", "unfollow", "watch", "order", "refund"
    }  # fmt: skip
    assert set(FanStep.objects.values_list("why", flat=True)) >= {"points", "given", "taken_back"}
    assert Viewer.objects.count() == 6
    assert_books_equal_tables()


def _any_act(shop: Shop, chance: Random, ids: list[int], *, step: int) -> Any:
    now: dict[str, dt.datetime] = {"now": after(step)}
    desk: dict[str, Any] = {"by": shop.by, "reason": "测试", **now}
    who: dict[str, Any] = {"viewer_id": chance.choice(ids)}
    here: dict[str, Any] = {"org_id": shop.org_id, **now}
    no, fen = f"N{who['viewer_id']}-{chance.randint(1, 3)}", chance.randint(0, 30_000)
    return chance.choice(
        [
            partial(_follows, shop, chance, who["viewer_id"], at=step),
            partial(fans.count_fan_order, **who, **here, order_no=no, paid_fen=fen),
            partial(
                fans.count_fan_refund,
                **who,
                **here,
                order_no=no,
                refunded_fen=fen,
                ref=str(chance.randint(1, 60)),
            ),
            partial(fans.count_fan_watch, show_id=chance.randint(1, 40), **here),
            partial(fans.give_fan_tier, **who, **desk, place=chance.randint(1, 4)),
            partial(fans.take_fan_tier_back, **who, **desk),
            partial(_set_plan, shop, chance, at=step),
        ]
    )


def _follows(shop: Shop, chance: Random, viewer_id: int, *, at: int) -> None:
    verb = chance.choice([audience.follow, audience.unfollow])
    who: dict[str, Any] = {"org_id": shop.org_id, "viewer_id": viewer_id, "now": after(at)}
    verb(**who)
    fans.count_fan_follow(**who)


def _set_plan(shop: Shop, chance: Random, *, at: int) -> None:
    needs = sorted(chance.sample(range(1, 800), 3))
    terms = FanTerms(
        tiers=tuple(FanTier(f"{n}级", points) for n, points in enumerate(needs, start=1)),
        follow_points=chance.randint(1, 50),
        minute_points=chance.randint(1, 3),
        minutes_max=chance.randint(1, 60),
        yuan_points=chance.randint(1, 3),
    )
    fans.set_fan_plan(terms=terms, by=shop.by, now=after(at))
