"""Grading rooms once a day, and naming key rooms by hand."""

import datetime as dt
from dataclasses import asdict
from typing import Final

import structlog
from django.db import transaction
from django.db.models import Max

from kaibo.audience.reads import follower_count
from kaibo.base.actor import SYSTEM, Actor
from kaibo.base.inputs import clean_text
from kaibo.base.times import day_begins, shop_day
from kaibo.compliance.reads import record_of_shows
from kaibo.facts.patrol import (
    GradeInputs,
    KeyRoomNamed,
    KeyRoomUnnamed,
    RoomGraded,
    ShowTallied,
)
from kaibo.hosts import reads as hosts
from kaibo.insight.reads import figures
from kaibo.journal.actions import append
from kaibo.orders.reads import trade_of_shows
from kaibo.patrol.actions.posts import apply_standing, queue_at_patrol
from kaibo.patrol.errors import KeyReasonMissing
from kaibo.patrol.models import Grade, KeyMark, Tally
from kaibo.patrol.reads.grading import RoomStanding, room_standing, tallied
from kaibo.patrol.rules import grades
from kaibo.patrol.rules.duty import REASON_CHARS_MAX
from kaibo.patrol.rules.grades import WINDOW_DAYS, Inputs
from kaibo.planning import reads as plans

_log = structlog.get_logger(__name__)

# A show's people are counted in the lake, which takes a while; others must not wait for long.
TALLIES_A_TIME: Final = 10
GRADES_A_TIME: Final = 50


def keep_grades(*, now: dt.datetime) -> int:
    """Count the people of shows that ended, and grade every room that has no grade of today.

    Rooms wait until the shows of their window are counted; a later call goes on. A room without
    shows in its window is graded once more, so that nothing is held against it, and then not
    again before its next show. A show that cannot be counted keeps its own room waiting alone.

    Returns:
        How many rooms were graded.
    """
    today = shop_day(now)
    since, until = _window(today)
    ended = plans.shows_ended(since=since, until=until)
    known = tallied([show_id for _, _, show_id in ended])
    waiting = [show for show in ended if show[2] not in known]
    uncounted = {(org_id, host_id) for org_id, host_id, _ in waiting[TALLIES_A_TIME:]}
    for org_id, host_id, show_id in waiting[:TALLIES_A_TIME]:
        try:
            _tally(org_id, show_id, now=now)
        except Exception:
            _log.exception("show_not_tallied", show_id=show_id)
            uncounted.add((org_id, host_id))
    rooms = {(org_id, host_id) for org_id, host_id, _ in ended} | _still_graded(today)
    of_today = Grade.objects.filter(on=today).values_list("organisation_id", "host_id")
    due = sorted(rooms - uncounted - set(of_today))[:GRADES_A_TIME]
    for org_id, host_id in due:
        grade_room(org_id=org_id, host_id=host_id, now=now)
    return len(due)


def _still_graded(today: dt.date) -> set[tuple[int, int]]:
    """Rooms whose newest grade still rests on some show."""
    oldest = today - dt.timedelta(days=WINDOW_DAYS)
    graded = Grade.objects.filter(on__gte=oldest).order_by()
    newest = graded.values("host_id").annotate(last=Max("pk")).values("last")
    rows = Grade.objects.filter(pk__in=newest).only("organisation_id", "host_id", "inputs")
    return {(row.organisation_id, row.host_id) for row in rows if row.inputs["shows"]}


@transaction.atomic
def grade_room(*, org_id: int, host_id: int, now: dt.datetime) -> None:
    """Grade a host's rooms for today, and let their rooms on air follow. Once a day.

    Source: LM-053.
    """
    queue_at_patrol(org_id)
    today = shop_day(now)
    mine = Grade.objects.filter(organisation_id=org_id, host_id=host_id)
    if mine.filter(on=today).exists():
        return
    before = mine.filter(on__lt=today).order_by("-on").values_list("letter", flat=True).first()
    inputs = _inputs(org_id, host_id, today)
    made = grades.grade(inputs)
    fact = RoomGraded(
        host_id=host_id,
        on=today,
        formula=grades.FORMULA,
        inputs=GradeInputs(**asdict(inputs)),
        score=made.score,
        letter=made.letter,
        size=made.size,
        is_large=made.is_large,
        before=before or "",
    )
    Grade.objects.create(
        organisation_id=org_id,
        host_id=host_id,
        on=today,
        formula=grades.FORMULA,
        inputs=asdict(inputs),
        score=made.score,
        letter=made.letter,
        size=made.size,
        is_large=made.is_large,
        before=fact.before,
        at=now,
    )
    append(fact, at=now, org_id=org_id, actor=SYSTEM(org_id))
    apply_standing(org_id=org_id, host_id=host_id, now=now)


@transaction.atomic
def name_key_room(*, host_id: int, reason: str, by: Actor, now: dt.datetime) -> RoomStanding:
    """Name a host's rooms key rooms, whatever their grade. Safe to repeat.

    A room of theirs that is on air needs its patroller from now on.

    Raises:
        NoSuchHost, KeyReasonMissing, TextTooLong, TextUnreadable: nothing was written.
    """
    why = _reason(reason)
    hosts.host(by.org_id, host_id)
    queue_at_patrol(by.org_id)
    made = {"reason": why, "by_person": by.id, "at": now}
    scope = {"organisation_id": by.org_id, "host_id": host_id, "lifted_at": None}
    if KeyMark.objects.get_or_create(**scope, defaults=made)[1]:
        fact = KeyRoomNamed(host_id=host_id, reason=why)
        append(fact, at=now, org_id=by.org_id, actor=by)
        apply_standing(org_id=by.org_id, host_id=host_id, now=now)
    return room_standing(by.org_id, host_id, now=now)


@transaction.atomic
def unname_key_room(*, host_id: int, reason: str, by: Actor, now: dt.datetime) -> RoomStanding:
    """Take back what a person named; size and grade still decide. Safe to repeat.

    Raises:
        NoSuchHost, KeyReasonMissing, TextTooLong, TextUnreadable: nothing was written.
    """
    why = _reason(reason)
    hosts.host(by.org_id, host_id)
    queue_at_patrol(by.org_id)
    rows = KeyMark.objects.filter(organisation_id=by.org_id, host_id=host_id, lifted_at=None)
    if rows.update(lifted_reason=why, lifted_by=by.id, lifted_at=now):
        fact = KeyRoomUnnamed(host_id=host_id, reason=why)
        append(fact, at=now, org_id=by.org_id, actor=by)
        apply_standing(org_id=by.org_id, host_id=host_id, now=now)
    return room_standing(by.org_id, host_id, now=now)


def _window(today: dt.date) -> tuple[dt.datetime, dt.datetime]:
    return day_begins(today - dt.timedelta(days=WINDOW_DAYS)), day_begins(today)


def _inputs(org_id: int, host_id: int, today: dt.date) -> Inputs:
    since, until = _window(today)
    ids = [show[2] for show in plans.shows_ended(since=since, until=until, host_id=host_id)]
    findings, stopped = record_of_shows(org_id, ids)
    orders, paid_fen = trade_of_shows(org_id, ids)
    return Inputs(
        findings=findings,
        shows=len(ids),
        stopped=stopped,
        followers=follower_count(org_id),
        visitors=sum(tallied(ids).values()),
        orders=orders,
        paid_fen=paid_fen,
    )


def _tally(org_id: int, show_id: int, *, now: dt.datetime) -> None:
    found = figures(org_id=org_id, show_id=show_id, codes=("viewers",))
    visitors = int(found["viewers"] or 0)
    with transaction.atomic():
        scope = {"organisation_id": org_id, "show_id": show_id}
        made = {"visitors": visitors, "at": now}
        if Tally.objects.get_or_create(**scope, defaults=made)[1]:
            fact = ShowTallied(visitors=visitors)
            append(fact, at=now, org_id=org_id, show_id=show_id, actor=SYSTEM(org_id))


def _reason(text: str) -> str:
    why = clean_text("reason", text, chars_max=REASON_CHARS_MAX)
    if not why:
        raise KeyReasonMissing()
    return why
