"""Facts of the ladder replayed equal where the tables say each room stands."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from random import Random
from typing import Any

import pytest
from django.db import transaction

from kaibo.base.actor import Actor
from kaibo.base.errors import Refusal
from kaibo.compliance import actions, reads
from kaibo.compliance.models import RoomRisk
from kaibo.compliance.reads.ladder import holds_of
from kaibo.compliance.rules.hits import SEVERITIES
from kaibo.compliance.rules.ladder import HOLD_CAUSES, RUNGS
from kaibo.compliance.tests.conftest import NOW, manager_of
from kaibo.compliance.tests.words import say
from kaibo.facts import compliance as told
from kaibo.facts.base import Fact
from kaibo.journal.reads import read

pytestmark = pytest.mark.django_db

FOLDED: frozenset[type[Fact]] = frozenset(
    {
        told.RiskScored,
        told.RungChanged,
        told.LiftAsked,
        told.LiftRefused,
        told.RungHeld,
        told.RungLetGo,
        told.FunctionsGranted,
    }
)


@dataclass(frozen=True)
class Room:
    """A room as facts alone tell it."""

    rung: str = "clear"
    score: int = 0
    since_at: dt.datetime | None = None
    settled_at: dt.datetime | None = None
    asked: tuple[str, int, str, dt.datetime] | None = None
    held: frozenset[tuple[str, str]] = frozenset()
    off: tuple[str, ...] = ()


def _replayed(org_id: int) -> dict[int, Room]:
    rooms: dict[int, Room] = {}
    for entry in read(limit=10_000):
        if entry.org_id != org_id or entry.show_id is None:
            continue
        room = rooms.get(entry.show_id, Room())
        match entry.fact:
            case told.RungChanged() as moved:
                assert moved.before != moved.rung
                assert room.rung == moved.before
                settled = room.settled_at
                if moved.settles:
                    settled = room.asked[3] if moved.cause == "lift" and room.asked else entry.at
                room = replace(
                    room, rung=moved.rung, score=moved.score, since_at=entry.at,
                    settled_at=settled, asked=None,
                )  # fmt: skip
            case told.RiskScored(rung=rung, score=score):
                assert room.rung == rung
                room = replace(room, score=score)
            case told.LiftAsked(rung=rung, reason=reason):
                who = int(entry.actor.removeprefix("person:"))
                room = replace(room, asked=(rung, who, reason, entry.at))
            case told.LiftRefused(rung=rung):
                assert room.asked is not None
                assert room.asked[0] == rung
                room = replace(room, asked=None)
            case told.RungHeld(rung=held, cause=cause):
                others = {one for one in room.held if one[0] != cause}
                room = replace(room, held=frozenset({*others, (cause, held)}))
            case told.RungLetGo(rung=held, cause=cause):
                assert (cause, held) in room.held
                room = replace(room, held=room.held - {(cause, held)})
            case told.FunctionsGranted(off=off):
                room = replace(room, off=tuple(off))
            case _:
                continue
        rooms[entry.show_id] = room
    return rooms


def _stored(org_id: int) -> dict[int, Room]:
    return {
        row.show_id: Room(
            row.rung,
            row.score,
            row.since_at,
            row.settled_at,
            (row.asked_rung, row.asked_by, row.asked_reason, row.asked_at)
            if row.asked_by is not None and row.asked_at is not None
            else None,
            frozenset((hold.cause, hold.rung) for hold in holds_of(row)),
            tuple(row.functions_off),
        )
        for row in RoomRisk.objects.filter(organisation_id=org_id)
    }


@pytest.mark.parametrize("seed", range(3))
def test_the_ladder_replays_after_any_history(seed: int) -> None:
    """Findings, dismissals, time and people, in whatever order, refused or not."""
    chance, ana = Random(seed), manager_of("ana")
    people = [ana, replace(ana, id=2)]
    now, refused, known = NOW, set[str](), list[int]()
    for _ in range(250):
        now += dt.timedelta(seconds=chance.randrange(1, 240))
        show_id, by = chance.choice([7, 8]), chance.choice(people)
        try:
            _do(chance, by, show_id, known, now=now)
        except Refusal as refusal:
            refused.add(refusal.code)
    assert _replayed(ana.org_id) == _stored(ana.org_id)
    assert len(refused) >= 3
    for show_id in (7, 8):
        moves = reads.room_risk(ana.org_id, show_id, now=now).changes[::-1]
        assert len(moves) > 5
        rungs = ["clear", *(move.rung for move in moves)]
        assert [move.before for move in moves] == rungs[:-1]
        for move in moves:
            assert sum(reason.points for reason in move.reasons) == move.score


def _do(chance: Random, by: Actor, show_id: int, known: list[int], *, now: dt.datetime) -> None:
    scope: dict[str, Any] = {"org_id": by.org_id, "show_id": show_id, "by": by, "now": now}
    match chance.choice(
        [
            "say",
            "say",
            "time",
            "time",
            "dismiss",
            "move",
            "move",
            "move",
            "move",
            "yes",
            "no",
            "hold",
            "go",
            "go",
            "go",
            "over",
            "grant",
        ]
    ):
        case "say":
            severity = chance.choices(SEVERITIES, [1, 12, 30, 30])[0]
            family = chance.choice(["C1", "C2", "C3"])
            known.append(say(by, severity, show_id=show_id, now=now, family=family))
        case "time":
            actions.step_rungs_down(now=now)
        case "dismiss":
            chosen = chance.choice(known or [0])
            actions.dismiss_finding(
                org_id=by.org_id, finding_id=chosen, reason="误报", by=by, now=now
            )
        case "move":
            actions.override_rung(**scope, rung=chance.choice(RUNGS[:-1]), reason="核查")
        case "yes":
            actions.confirm_lift(**scope)
        case "no":
            actions.refuse_lift(**scope)
        case verb:
            with transaction.atomic():
                _hold(chance, verb, org_id=by.org_id, show_id=show_id, now=now)


def _hold(chance: Random, verb: str, **scope: Any) -> None:
    match verb:
        case "hold":
            cause: Any = chance.choice(HOLD_CAUSES)
            rung: Any = chance.choice(["limit", "limit", "limit", "pause"])
            actions.hold_room(**scope, rung=rung, cause=cause, reason="没有人在")
        case "go":
            for each in chance.sample(HOLD_CAUSES, 2):
                actions.let_room_go(**scope, cause=each)
        case "over":
            actions.end_holds(**scope)
        case "grant":
            actions.grant_functions(**scope, off=chance.choice([(), ("draw",), ("draw", "packet")]))
