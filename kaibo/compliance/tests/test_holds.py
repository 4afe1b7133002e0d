"""What holds a room up: one row of each cause, and the room stands at the highest of them."""

import datetime as dt
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from kaibo.base.actor import Actor
from kaibo.compliance import actions, reads
from kaibo.compliance.errors import RungHeld
from kaibo.compliance.models import RoomHold, RungChange
from kaibo.compliance.tests.conftest import NOW, manager_of
from kaibo.compliance.tests.words import say

pytestmark = pytest.mark.django_db

MINUTE = dt.timedelta(minutes=1)


@pytest.fixture
def ana() -> Actor:
    return manager_of("ana")


def hold(by: Actor, cause: Any, rung: Any, *, show_id: int = 7, now: dt.datetime = NOW) -> bool:
    with transaction.atomic():
        return actions.hold_room(
            org_id=by.org_id,
            show_id=show_id,
            cause=cause,
            rung=rung,
            reason=f"为了 {cause}",
            now=now,
        )


def let_go(by: Actor, cause: Any, *, now: dt.datetime = NOW) -> None:
    with transaction.atomic():
        actions.let_room_go(org_id=by.org_id, show_id=7, cause=cause, now=now)


def lower(by: Actor, rung: str, *, now: dt.datetime = NOW) -> str:
    room: dict[str, Any] = {"org_id": by.org_id, "show_id": 7, "by": by, "now": now}
    return actions.override_rung(**room, rung=rung, reason="核对过").rung


def rung(by: Actor, show_id: int = 7) -> str:
    return reads.rung_now(by.org_id, show_id).rung


@pytest.mark.row("LM-052", "LM-088")
def test_each_cause_holds_until_it_is_over_and_the_highest_is_named(ana: Actor) -> None:
    assert [hold(ana, "hold", "limit"), hold(ana, "hold", "limit")] == [True, False]
    assert [hold(ana, "system", "pause"), hold(ana, "decision", "pause")] == [True, False]
    told = [(one.cause, one.rung) for one in RungChange.objects.order_by("pk")]
    assert told == [("hold", "limit"), ("system", "pause")]
    let_go(ana, "decision")
    with pytest.raises(RungHeld) as held:
        lower(ana, "limit")
    assert held.value.data == {"rung": "暂停", "reason": "为了 system"}
    let_go(ana, "system")
    with pytest.raises(RungHeld) as held:
        lower(ana, "warning")
    assert held.value.data["reason"] == "为了 hold"
    assert lower(ana, "limit") == "limit"
    view = reads.room_risk(ana.org_id, 7, now=NOW)
    assert ([one.cause for one in view.holds], view.steps_down_at) == (["hold"], None)
    let_go(ana, "hold")
    let_go(ana, "hold")
    assert lower(ana, "clear") == "clear"
    assert RoomHold.objects.filter(ended_at=None).count() == 0
    with pytest.raises(IntegrityError), transaction.atomic():
        RoomHold.objects.create(
            organisation_id=ana.org_id,
            show_id=7,
            cause="hold",
            rung="limit",
            reason="",
            since_at=NOW,
        )


def test_a_lift_that_was_asked_for_waits_for_what_holds_the_room_since(ana: Actor) -> None:
    say(ana, "S1", show_id=7, now=NOW)
    assert lower(ana, "clear") == "pause"
    hold(ana, "hold", "limit")
    here: dict[str, Any] = {"org_id": ana.org_id, "show_id": 7}
    other = Actor("person", ana.id + 1, ana.org_id, ana.roles)
    with pytest.raises(RungHeld):
        actions.confirm_lift(**here, by=other, now=NOW)
    let_go(ana, "hold")
    assert actions.confirm_lift(**here, by=other, now=NOW).rung == "clear"


def test_rooms_that_are_held_do_not_keep_others_waiting(
    ana: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However long they stand there, as rooms do whose show was over for years."""
    monkeypatch.setattr("kaibo.compliance.actions.ladder.STEPS_MAX", 2)
    for show_id in (1, 2, 3):
        hold(ana, "hold", "limit", show_id=show_id)
    say(ana, "S3", show_id=8, now=NOW + MINUTE)
    assert rung(ana, 8) == "popup"
    later = NOW + 40 * MINUTE
    assert actions.step_rungs_down(now=later) == 1
    assert (rung(ana, 8), rung(ana, 1)) == ("record", "limit")


def test_who_looked_earlier_does_not_end_what_began_since(ana: Actor) -> None:
    """A timer's clock is that of its round; what a page told meanwhile is newer."""
    hold(ana, "system", "pause", now=NOW + MINUTE)
    let_go(ana, "system", now=NOW)
    assert len(reads.room_risk(ana.org_id, 7, now=NOW).holds) == 1
    let_go(ana, "system", now=NOW + MINUTE)
    assert reads.room_risk(ana.org_id, 7, now=NOW).holds == []


def test_a_show_that_ended_is_held_by_nothing(ana: Actor) -> None:
    for cause in ("hold", "system", "decision"):
        hold(ana, cause, "limit")
    assert reads.held_rooms("decision") == [(ana.org_id, 7)]
    with transaction.atomic():
        actions.end_holds(org_id=ana.org_id, show_id=7, now=NOW + MINUTE)
    assert reads.held_rooms("decision") == []
    assert reads.room_risk(ana.org_id, 7, now=NOW).holds == []
