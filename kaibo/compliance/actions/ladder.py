"""What moves a room on the ladder: findings, time, people. In the transaction of its cause."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import asdict
from typing import cast

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from kaibo.base.actor import SYSTEM, Actor
from kaibo.base.inputs import clean_text
from kaibo.compliance.errors import (
    LiftNotAsked,
    LiftSamePerson,
    NoSuchRung,
    OverrideReasonMissing,
    RungFinal,
    RungHeld,
    RungUnchanged,
)
from kaibo.compliance.models import Finding, RiskFinding, RoomHold, RoomRisk, RungChange
from kaibo.compliance.reads.ladder import (
    RoomRiskView,
    held_of,
    holds_of,
    judged_of,
    reason_view,
    room_risk,
    rung_as_stored,
)
from kaibo.compliance.rules.ladder import (
    HOLDS,
    RUNGS,
    Cause,
    Judged,
    Rung,
    height,
    needs_second_person,
    next_rung,
    viewers_max,
)
from kaibo.facts.base import Fact
from kaibo.facts.compliance import LiftAsked, LiftRefused, RiskPoints, RiskScored, RungChanged
from kaibo.journal.actions import append

REASON_CHARS_MAX = 200
STEPS_MAX = 500


def count_findings(rows: Sequence[Finding], *, org_id: int, show_id: int, now: dt.datetime) -> None:
    """Count what the shop said on air, and let the room step up in this same transaction."""
    assert transaction.get_connection().in_atomic_block
    row = lock_room(org_id, show_id, now=now)
    RiskFinding.objects.bulk_create(
        RiskFinding(finding=one, organisation_id=org_id, show_id=show_id, at=one.found_at)
        for one in rows
    )
    _judge(row, cause="findings", now=now)


def recount_room(finding: Finding, *, now: dt.datetime) -> None:
    """A finding was dismissed: the score falls; the rung follows in its own time."""
    if not RiskFinding.objects.filter(finding=finding).exists():
        return
    assert finding.show_id is not None
    _judge(lock_room(finding.organisation_id, finding.show_id, now=now), cause="dismissal", now=now)


def step_rungs_down(*, now: dt.datetime) -> int:
    """Take rooms whose time on a rung is over one down, if their score has fallen.

    A room that something holds on its rung is not looked at, so that none that waits for people
    keeps the others waiting.

    Returns:
        How many were looked at, at most 500; each in a transaction of its own.
    """
    due = Q(pk__in=[])
    for rung, hold in HOLDS.items():
        due |= Q(rung=rung, since_at__lte=now - hold)
    held = RoomHold.objects.filter(
        organisation_id=OuterRef("organisation_id"),
        show_id=OuterRef("show_id"),
        rung=OuterRef("rung"),
        ended_at=None,
    )
    rooms = RoomRisk.objects.filter(due & ~Exists(held), rung__in=list(HOLDS)).order_by("since_at")
    found = list(rooms.values_list("organisation_id", "show_id")[:STEPS_MAX])
    for org_id, show_id in found:
        with transaction.atomic():
            _judge(lock_room(org_id, show_id, now=now), cause="time", now=now)
    return len(found)


@transaction.atomic
def override_rung(
    *, org_id: int, show_id: int, rung: str, reason: str, by: Actor, now: dt.datetime
) -> RoomRiskView:
    """Move a room up or down by hand; downwards the findings until now are answered for.

    A pause that a grave finding (S1) is part of is not left by one person: then this only asks,
    and another confirms with ``confirm_lift``.

    Raises:
        NoSuchRung, OverrideReasonMissing, RungUnchanged, RungFinal: nothing was written.
        RungHeld: the room may not go so low now; neither.
        TextTooLong, TextUnreadable: neither.
    """
    target = next((known for known in RUNGS if known == rung), None)
    if target is None:
        raise NoSuchRung(rung=rung[:20], rungs=", ".join(RUNGS))
    why = clean_text("reason", reason, chars_max=REASON_CHARS_MAX)
    if not why:
        raise OverrideReasonMissing()
    row = lock_room(org_id, show_id, now=now)
    stands = rung_as_stored(row)
    if stands == "stop":
        raise RungFinal()
    if stands == target:
        raise RungUnchanged(rung=row.get_rung_display())
    _check_not_held(row, target)
    if needs_second_person(stands, target, is_grave=_is_grave(row)):
        row.asked_rung, row.asked_by, row.asked_reason = target, by.id, why
        row.asked_at = now
        row.save()
        tell(row, LiftAsked(rung=target, reason=why), by=by, now=now)
    else:
        is_down = height(target) < height(stands)
        if is_down:
            row.settled_at = now
        move_room(row, target, cause="override", by=by, reason=why, settles=is_down, now=now)
    return room_risk(org_id, show_id, now=now)


@transaction.atomic
def confirm_lift(*, org_id: int, show_id: int, by: Actor, now: dt.datetime) -> RoomRiskView:
    """Let a paused room go on, as another asked; what was found since then counts on.

    Raises:
        LiftNotAsked, LiftSamePerson: nothing was written.
        RungHeld: meanwhile something holds the room above what was asked for; neither.
    """
    row = _lock_asked(org_id, show_id, now=now)
    if row.asked_by == by.id:
        raise LiftSamePerson()
    asked = cast(Rung, row.asked_rung)
    _check_not_held(row, asked)
    row.settled_at = row.asked_at
    reached = judged_of(row, now=now).rung
    target = max(asked, reached, key=height)
    reason, asked_by = row.asked_reason, row.asked_by
    move_room(
        row, target, cause="lift", by=by, reason=reason, asked_by=asked_by, settles=True, now=now
    )
    return room_risk(org_id, show_id, now=now)


@transaction.atomic
def refuse_lift(*, org_id: int, show_id: int, by: Actor, now: dt.datetime) -> RoomRiskView:
    """Keep a room paused although somebody asked to lift it; who asked may take it back.

    Raises:
        LiftNotAsked: nothing was written.
    """
    row = _lock_asked(org_id, show_id, now=now)
    fact = LiftRefused(rung=row.asked_rung)
    _forget_ask(row)
    row.save()
    tell(row, fact, by=by, now=now)
    return room_risk(org_id, show_id, now=now)


def lock_room(org_id: int, show_id: int, *, now: dt.datetime) -> RoomRisk:
    """A room under its row lock; it stands on the ground until something moves it."""
    rows = RoomRisk.objects.select_for_update()
    mine = {"organisation_id": org_id, "show_id": show_id}
    return rows.get_or_create(**mine, defaults={"since_at": now})[0]


def _check_not_held(row: RoomRisk, target: Rung) -> None:
    """Refuse a rung below what holds the room, naming the cause that holds it highest.

    Raises:
        RungHeld: nothing was written.
    """
    above = [hold for hold in holds_of(row) if height(cast(Rung, hold.rung)) > height(target)]
    if above:
        highest = max(above, key=lambda hold: height(cast(Rung, hold.rung)))
        raise RungHeld(rung=highest.get_rung_display(), reason=highest.reason)


def _lock_asked(org_id: int, show_id: int, *, now: dt.datetime) -> RoomRisk:
    rows = RoomRisk.objects.select_for_update()
    row = rows.filter(organisation_id=org_id, show_id=show_id).first()
    if row is None or row.asked_by is None:
        raise LiftNotAsked()
    return row


def _is_grave(row: RoomRisk) -> bool:
    """Whether an S1 stands unanswered; dismissing it does not answer for it."""
    rows = RiskFinding.objects.filter(
        organisation_id=row.organisation_id, show_id=row.show_id, finding__severity="S1"
    )
    if row.settled_at is not None:
        rows = rows.filter(at__gt=row.settled_at)
    return rows.exists()


def _judge(row: RoomRisk, *, cause: Cause, now: dt.datetime) -> None:
    stands = rung_as_stored(row)
    if stands == "stop":
        return
    judged = judged_of(row, now=now)
    target = next_rung(stands, judged, since=row.since_at, now=now, held=held_of(row))
    if target != stands:
        move_room(row, target, cause=cause, by=SYSTEM(row.organisation_id), judged=judged, now=now)
    elif judged.score != row.score:
        row.score = judged.score
        row.save()
        fact = RiskScored(rung=row.rung, score=row.score, reasons=_points(judged))
        tell(row, fact, by=SYSTEM(row.organisation_id), now=now)


def move_room(
    row: RoomRisk,
    target: Rung,
    *,
    cause: Cause,
    by: Actor,
    now: dt.datetime,
    judged: Judged | None = None,
    reason: str = "",
    asked_by: int | None = None,
    settles: bool = False,
) -> None:
    """Put a locked room on a rung, with the row and the fact of the move."""
    judged = judged or judged_of(row, now=now)
    before = row.rung
    row.rung, row.score, row.since_at = target, judged.score, now
    _forget_ask(row)
    row.save()
    change = RungChange.objects.create(
        organisation_id=row.organisation_id,
        show_id=row.show_id,
        before=before,
        rung=target,
        score=judged.score,
        reasons=[asdict(reason_view(one)) for one in judged.reasons],
        cause=cause,
        reason=reason,
        by_person=by.id if by.kind == "person" else None,
        asked_by=asked_by,
        at=now,
    )
    fact = RungChanged(
        change_id=change.pk,
        before=before,
        rung=target,
        score=judged.score,
        reasons=_points(judged),
        cause=cause,
        viewers_max=viewers_max(target),
        reason=reason,
        asked_by=asked_by,
        settles=settles,
    )
    tell(row, fact, by=by, now=now)


def _forget_ask(row: RoomRisk) -> None:
    row.asked_rung = row.asked_reason = ""
    row.asked_by = row.asked_at = None


def _points(judged: Judged) -> list[RiskPoints]:
    return [RiskPoints(**asdict(reason)) for reason in judged.reasons]


def tell(row: RoomRisk, fact: Fact, *, by: Actor, now: dt.datetime) -> None:
    """Append a fact of a room."""
    append(fact, at=now, org_id=row.organisation_id, show_id=row.show_id, actor=by)
