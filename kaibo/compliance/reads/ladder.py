"""Where rooms stand on the ladder, and what that means for others."""

import datetime as dt
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Final, cast

import msgspec
from django.db.models import Count, QuerySet

from kaibo.base.pages import PIECE_ROWS
from kaibo.compliance.errors import FunctionNotGranted, FunctionOff
from kaibo.compliance.models import RiskFinding, RoomHold, RoomRisk, RungChange
from kaibo.compliance.reads.sanctions import check_function_not_sanctioned
from kaibo.compliance.rules.hits import Severity
from kaibo.compliance.rules.ladder import (
    FUNCTIONS_ZH,
    REACHED_AT,
    WINDOW,
    Found,
    Function,
    HoldCause,
    Judged,
    Reason,
    Rung,
    functions_off,
    height,
    judge_risk,
    selling_paused,
    steps_down_at,
    viewers_max,
)

CHANGES_MAX: Final = 200


@dataclass(frozen=True, slots=True)
class ReasonView:
    """The points of one finding; the points of all reasons are the score."""

    finding_id: int
    family: str
    rule_id: str
    severity: str
    severity_points: int
    repeat_points: int
    aged_points: int
    points: int


@dataclass(frozen=True, slots=True)
class RungChangeView:
    """One move on the ladder, with what it was judged by."""

    id: int
    before: str
    rung: str
    score: int
    reasons: list[ReasonView]
    cause: str
    reason: str
    by_person: int | None
    asked_by: int | None
    at: dt.datetime


@dataclass(frozen=True, slots=True)
class LiftView:
    """Somebody asks to leave the pause for this rung; another has to confirm."""

    rung: str
    reason: str
    asked_by: int
    asked_at: dt.datetime


@dataclass(frozen=True, slots=True)
class HoldView:
    """What keeps a room from going below a rung, and since when."""

    cause: HoldCause
    rung: Rung
    reason: str
    since_at: dt.datetime


@dataclass(frozen=True, slots=True)
class RoomRiskView:
    """A room on the ladder. ``reached_at``: the points from which each rung is reached.

    ``steps_down_at`` is null while something holds the room where it stands.
    """

    show_id: int
    rung: Rung
    score: int
    reasons: list[ReasonView]
    since_at: dt.datetime | None
    steps_down_at: dt.datetime | None
    viewers_max: int | None
    functions_off: bool
    selling_paused: bool
    lift: LiftView | None
    holds: list[HoldView]
    changes: list[RungChangeView]
    reached_at: dict[str, int]


@dataclass(frozen=True, slots=True)
class RungNow:
    """The rung of a room, for screens."""

    rung: Rung = "clear"
    since_at: dt.datetime | None = None
    viewers_max: int | None = None


def room_risk(org_id: int, show_id: int, *, now: dt.datetime) -> RoomRiskView:
    """Where a show's room stands at ``now``, why, and how it came there; the newest first."""
    row = RoomRisk.objects.filter(organisation_id=org_id, show_id=show_id).first()
    judged = judged_of(row, now=now) if row else Judged(0, "clear", ())
    rung, holds = rung_as_stored(row), [_hold(hold) for hold in holds_of(row)] if row else []
    is_held = any(height(hold.rung) >= height(rung) for hold in holds)
    changes = _changes(org_id, show_id)
    return RoomRiskView(
        show_id=show_id,
        rung=rung,
        score=judged.score,
        reasons=[reason_view(reason) for reason in judged.reasons],
        since_at=row.since_at if row else None,
        steps_down_at=steps_down_at(rung, since=row.since_at) if row and not is_held else None,
        viewers_max=viewers_max(rung),
        functions_off=functions_off(rung),
        selling_paused=selling_paused(rung),
        lift=_lift(row),
        holds=holds,
        changes=[_change(change) for change in changes[:CHANGES_MAX]],
        reached_at={str(rung): points for rung, points in REACHED_AT.items()},
    )


def every_rung_change(org_id: int, show_id: int) -> Iterator[RungChangeView]:
    """How a show's room came to where it stands, the newest first, all of it."""
    return map(_change, _changes(org_id, show_id).iterator(PIECE_ROWS))


def _changes(org_id: int, show_id: int) -> "QuerySet[RungChange]":
    return RungChange.objects.filter(organisation_id=org_id, show_id=show_id).order_by("-pk")


def rung_now(org_id: int, show_id: int) -> RungNow:
    """The rung of a show's room; the ground while nothing was found."""
    row = RoomRisk.objects.filter(organisation_id=org_id, show_id=show_id).first()
    if row is None:
        return RungNow()
    rung = rung_as_stored(row)
    return RungNow(rung, row.since_at, viewers_max(rung))


def is_selling_paused(org_id: int, show_id: int) -> bool:
    """Whether the ladder keeps everything of a show from being sold."""
    rows = RoomRisk.objects.filter(organisation_id=org_id, show_id=show_id)
    found = rows.values_list("rung", flat=True).first()
    return found is not None and selling_paused(cast(Rung, found))


def check_function_on(org_id: int, show_id: int, function: Function, *, now: dt.datetime) -> None:
    """Refuse what a limited room, one under a decision or of a low grade, may not do.

    Raises:
        FunctionOff: names the function and the score.
        FunctionSanctioned: names the function, the decision and its end.
        FunctionNotGranted: its grade does not include the function.
    """
    row = RoomRisk.objects.filter(organisation_id=org_id, show_id=show_id).first()
    if row is not None and functions_off(rung_as_stored(row)):
        raise FunctionOff(
            function=function, function_zh=FUNCTIONS_ZH[function], rung=row.rung, score=row.score
        )
    check_function_not_sanctioned(org_id, show_id, function, now=now)
    if row is not None and function in row.functions_off:
        raise FunctionNotGranted(function=function, function_zh=FUNCTIONS_ZH[function])


def record_of_shows(org_id: int, show_ids: Collection[int]) -> tuple[dict[str, int], int]:
    """What these shows said on air that stands, by severity; and how many were stopped."""
    mine = {"organisation_id": org_id, "show_id__in": show_ids}
    rows = RiskFinding.objects.filter(**mine, finding__state="open").order_by()
    counted = rows.values_list("finding__severity").annotate(count=Count("pk"))
    return dict(counted), RoomRisk.objects.filter(**mine, rung="stop").count()


def rungs_of_shows(org_id: int, show_ids: Collection[int]) -> dict[int, tuple[Rung, int]]:
    """Rung and score of each of these rooms; one where nothing was found is left out."""
    rows = RoomRisk.objects.filter(organisation_id=org_id, show_id__in=show_ids)
    return {row.show_id: (rung_as_stored(row), row.score) for row in rows}


def judged_of(row: RoomRisk, *, now: dt.datetime) -> Judged:
    """The room judged by the findings on record, dismissed ones aside."""
    # One that is out of the window may still make one within it a repetition.
    since = now - 2 * WINDOW
    rows = RiskFinding.objects.filter(
        organisation_id=row.organisation_id,
        show_id=row.show_id,
        at__gt=since,
        finding__state="open",
    )
    found = [
        Found(
            finding_id=one.finding_id,
            family=one.finding.family,
            rule_id=one.finding.rule_id,
            severity=cast(Severity, one.finding.severity),
            at=one.at,
            settled=row.settled_at is not None and one.at <= row.settled_at,
            is_seen=one.finding.surface == "picture",
        )
        for one in rows.select_related("finding")
    ]
    return judge_risk(found, now=now)


def rung_as_stored(row: RoomRisk | None) -> Rung:
    """The rung in a row, by its type."""
    return cast(Rung, row.rung) if row else "clear"


def holds_of(row: RoomRisk) -> "QuerySet[RoomHold]":
    """What holds a room up now, the oldest first."""
    rows = RoomHold.objects.filter(organisation_id=row.organisation_id, show_id=row.show_id)
    return rows.filter(ended_at=None).order_by("pk")


def held_of(row: RoomRisk) -> Rung:
    """The rung that a room does not go below; the ground where nothing holds it."""
    rungs = [cast(Rung, rung) for rung in holds_of(row).values_list("rung", flat=True)]
    return max(rungs, key=height, default="clear")


def held_rooms(cause: HoldCause) -> list[tuple[int, int]]:
    """Organisation and show of every room that a cause holds up now."""
    rows = RoomHold.objects.filter(cause=cause, ended_at=None).order_by("pk")
    return list(rows.values_list("organisation_id", "show_id"))


def reason_view(reason: Reason) -> ReasonView:
    """A reason with its sum."""
    return ReasonView(
        finding_id=reason.finding_id,
        family=reason.family,
        rule_id=reason.rule_id,
        severity=reason.severity,
        severity_points=reason.severity_points,
        repeat_points=reason.repeat_points,
        aged_points=reason.aged_points,
        points=reason.points,
    )


def _hold(row: RoomHold) -> HoldView:
    return HoldView(cast(HoldCause, row.cause), cast(Rung, row.rung), row.reason, row.since_at)


def _lift(row: RoomRisk | None) -> LiftView | None:
    if row is None or row.asked_by is None or row.asked_at is None:
        return None
    return LiftView(row.asked_rung, row.asked_reason, row.asked_by, row.asked_at)


def _change(row: RungChange) -> RungChangeView:
    return RungChangeView(
        id=row.pk,
        before=row.before,
        rung=row.rung,
        score=row.score,
        reasons=msgspec.convert(row.reasons, list[ReasonView]),
        cause=row.cause,
        reason=row.reason,
        by_person=row.by_person,
        asked_by=row.asked_by,
        at=row.at,
    )
