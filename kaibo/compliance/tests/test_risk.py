"""A room on the ladder: findings raise it, time and people lower it, each move is told."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest

from kaibo.base.actor import Actor
from kaibo.compliance import actions, reads
from kaibo.compliance.errors import (
    FunctionOff,
    LiftNotAsked,
    LiftSamePerson,
    NoSuchRung,
    OverrideReasonMissing,
    RungFinal,
    RungUnchanged,
)
from kaibo.compliance.models import RoomRisk, RungChange
from kaibo.compliance.rules.hits import Verdict
from kaibo.compliance.tests.conftest import NOW
from kaibo.compliance.tests.words import say
from kaibo.facts import registry
from kaibo.facts.compliance import LiftAsked, LiftRefused, RiskScored, RungChanged
from kaibo.journal.models import Entry

pytestmark = pytest.mark.django_db

SHOW_ID = 7


def after(minutes: float) -> dt.datetime:
    return NOW + dt.timedelta(minutes=minutes)


def told() -> list[Any]:
    kinds = (RiskScored, RungChanged, LiftAsked, LiftRefused)
    facts = [registry.decode(row.tag, row.body) for row in Entry.objects.order_by("id")]
    return [fact for fact in facts if isinstance(fact, kinds)]


def stands(org_id: int) -> tuple[str, int]:
    row = RoomRisk.objects.get(organisation_id=org_id, show_id=SHOW_ID)
    return row.rung, row.score


def override(by: Actor, rung: str, *, minutes: float = 0, reason: str = "核查") -> str:
    view = actions.override_rung(
        org_id=by.org_id, show_id=SHOW_ID, rung=rung, reason=reason, by=by, now=after(minutes)
    )
    return view.rung


@pytest.mark.row("LM-050")
def test_three_s3_in_ten_minutes_limit_the_room(ana: Actor) -> None:
    """Each step is a row and a fact, whose reasons add up to its score."""
    for minute in (0, 4, 9):
        say(ana, "S3", show_id=SHOW_ID, now=after(minute), family=f"C{minute}")
    assert stands(ana.org_id) == ("limit", 60)
    moves = [(c.before, c.rung, c.score) for c in RungChange.objects.order_by("pk")]
    assert moves == [("clear", "popup", 20), ("popup", "warning", 40), ("warning", "limit", 60)]
    facts = told()
    assert [(f.before, f.rung, f.score, f.viewers_max) for f in facts] == [
        ("clear", "popup", 20, None),
        ("popup", "warning", 40, None),
        ("warning", "limit", 60, 200),
    ]
    for fact in facts:
        points = (one.severity_points + one.repeat_points - one.aged_points for one in fact.reasons)
        assert sum(points) == fact.score
    view = reads.room_risk(ana.org_id, SHOW_ID, now=after(9))
    assert [reason.points for reason in view.reasons] == [20, 20, 20]
    assert (view.functions_off, view.selling_paused) == (True, False)
    assert view.steps_down_at == after(19)
    with pytest.raises(FunctionOff) as refused:
        reads.check_function_on(ana.org_id, SHOW_ID, "draw", now=after(9))
    assert "抽奖" in refused.value.message("zh-CN")


def test_a_grave_word_pauses_in_its_own_transaction(ana: Actor) -> None:
    """No worker runs here: the rung stands when the finding does."""
    assert not reads.is_selling_paused(ana.org_id, SHOW_ID)
    say(ana, "S1", show_id=SHOW_ID, now=NOW)
    assert reads.is_selling_paused(ana.org_id, SHOW_ID)
    assert reads.rung_now(ana.org_id, SHOW_ID).rung == "pause"


@pytest.mark.parametrize("case", ["viewer", "suppressed", "not_on_air", "answered"])
def test_what_does_not_count(ana: Actor, case: str) -> None:
    """Viewers cannot talk a room down; neither can what nobody heard, or what is exempt."""
    by = Actor("viewer", 3, ana.org_id) if case == "viewer" else ana
    if case == "answered":
        wants: Verdict = "needs_evidence"
        say(replace(ana, reason="检测报告"), "S1", show_id=SHOW_ID, now=NOW, verdict=wants)
        assert not RoomRisk.objects.exists()
        say(ana, "S3", show_id=SHOW_ID, now=NOW, verdict=wants)
        assert stands(ana.org_id) == ("popup", 20)
        return
    suppressed = "negation" if case == "suppressed" else ""
    on_air = case != "not_on_air"
    say(by, "S1", show_id=SHOW_ID, now=NOW, suppressed=suppressed, on_air=on_air)
    assert not RoomRisk.objects.exists()
    assert told() == []


def test_time_takes_a_room_down_one_by_one(ana: Actor) -> None:
    """When its score has fallen and its time is over, and not before."""
    for n in range(3):
        say(ana, "S3", show_id=SHOW_ID, now=NOW, family=f"C{n}")
    seen = []
    for minute in range(41):
        actions.step_rungs_down(now=after(minute))
        seen.append(stands(ana.org_id)[0])
    changes = [(n, rung) for n, rung in enumerate(seen) if n == 0 or seen[n - 1] != rung]
    # Half of 60 points from minute 10 on reach the popup, and none do from minute 30 on.
    assert changes == [(0, "limit"), (10, "warning"), (15, "popup"), (30, "record"), (31, "clear")]
    assert actions.step_rungs_down(now=after(60)) == 0
    causes = RungChange.objects.filter(cause="time").values_list("rung", flat=True)
    assert list(causes) == ["warning", "popup", "record", "clear"]


def test_no_time_ends_a_pause(ana: Actor) -> None:
    """A person does."""
    for n in range(3):
        say(ana, "S2", show_id=SHOW_ID, now=NOW, family=f"C{n}")
    assert stands(ana.org_id) == ("pause", 120)
    assert actions.step_rungs_down(now=after(600)) == 0
    assert override(ana, "warning", minutes=600) == "warning"


def test_a_person_moves_it_with_a_reason(ana: Actor, dai: Actor) -> None:
    """Up holds its time; down answers for what was found, and what comes then counts anew."""
    for wrong, error in (("heaven", NoSuchRung), ("limit", OverrideReasonMissing)):
        with pytest.raises(error):
            override(ana, wrong, reason=" ")
    assert override(ana, "limit") == "limit"
    with pytest.raises(RungUnchanged):
        override(ana, "limit")
    actions.step_rungs_down(now=after(9))
    assert stands(ana.org_id)[0] == "limit"
    say(ana, "S2", show_id=SHOW_ID, now=after(9))
    assert override(ana, "clear", minutes=9.5) == "clear"
    assert stands(ana.org_id) == ("clear", 0)
    say(ana, "S3", show_id=SHOW_ID, now=after(10))
    assert stands(ana.org_id) == ("popup", 30)
    last = RungChange.objects.filter(cause="override").latest("pk")
    assert (last.reason, last.by_person, last.before, last.rung) == ("核查", 1, "limit", "clear")
    assert reads.room_risk(dai.org_id, SHOW_ID, now=after(10)).changes == []
    assert reads.rung_now(dai.org_id, SHOW_ID).rung == "clear"


def test_a_grave_pause_is_lifted_by_two(ana: Actor) -> None:
    """Who asked cannot confirm; what was found after the question counts on."""
    other = replace(ana, id=2)
    scope: dict[str, Any] = {"org_id": ana.org_id, "show_id": SHOW_ID}
    with pytest.raises(LiftNotAsked):
        actions.confirm_lift(**scope, by=other, now=NOW)
    finding_id = say(ana, "S1", show_id=SHOW_ID, now=NOW)
    # Dismissing the finding answers for nothing: the room stays paused and still takes two.
    actions.dismiss_finding(
        org_id=ana.org_id, finding_id=finding_id, reason="误报", by=ana, now=after(1)
    )
    assert stands(ana.org_id) == ("pause", 0)
    assert override(ana, "popup", minutes=2) == "pause"
    with pytest.raises(LiftSamePerson):
        actions.confirm_lift(**scope, by=ana, now=after(2))
    assert actions.refuse_lift(**scope, by=other, now=after(2)).lift is None
    override(ana, "popup", minutes=3)
    say(ana, "S2", show_id=SHOW_ID, now=after(4), family="C9")
    view = actions.confirm_lift(**scope, by=other, now=after(5))
    assert (view.rung, view.score, view.lift) == ("warning", 40, None)
    last = RungChange.objects.latest("pk")
    assert (last.cause, last.by_person, last.asked_by) == ("lift", 2, 1)
    asked = [type(fact) for fact in told() if isinstance(fact, LiftAsked | LiftRefused)]
    assert asked == [LiftAsked, LiftRefused, LiftAsked]


def test_a_second_grave_word_stops_for_good(ana: Actor) -> None:
    """Even after the pause was lifted; a stopped show does not come back."""
    say(ana, "S1", show_id=SHOW_ID, now=NOW)
    override(ana, "clear", minutes=1)
    other = replace(ana, id=2)
    actions.confirm_lift(org_id=ana.org_id, show_id=SHOW_ID, by=other, now=after(2))
    assert stands(ana.org_id) == ("clear", 0)
    say(ana, "S1", show_id=SHOW_ID, now=after(20))
    assert stands(ana.org_id) == ("stop", 200)
    say(ana, "S1", show_id=SHOW_ID, now=after(21))
    assert stands(ana.org_id) == ("stop", 200)
    with pytest.raises(RungFinal):
        override(ana, "clear", minutes=22)
