"""Going on duty, being heard of, going off; and what an organisation set."""

import datetime as dt

from django.db import IntegrityError, transaction

from kaibo.base.actor import SYSTEM, Actor
from kaibo.base.inputs import check_whole
from kaibo.facts.patrol import DutyBegan, DutyEnded, PatrolTermsSet
from kaibo.journal.actions import append
from kaibo.patrol.models import Duty, Terms
from kaibo.patrol.reads.duty import TermsView, terms
from kaibo.patrol.rules.duty import LIMIT_AFTER, ROOMS_PER_MODERATOR_MAX, Staffing


@transaction.atomic
def set_patrol_terms(
    *, staffing: Staffing, rooms_per_moderator: int, by: Actor, now: dt.datetime
) -> TermsView:
    """Say whether moderators must match the rooms, and how many one watches. Safe to repeat.

    Raises:
        NumberOutOfRange: nothing was written.

    Source: LM-019.
    """
    check_whole("rooms_per_moderator", rooms_per_moderator, least=1, most=ROOMS_PER_MODERATOR_MAX)
    Terms.objects.get_or_create(organisation_id=by.org_id)
    row = Terms.objects.select_for_update().get(organisation_id=by.org_id)
    if (row.staffing, row.rooms_per_moderator) != (staffing, rooms_per_moderator):
        row.staffing, row.rooms_per_moderator = staffing, rooms_per_moderator
        row.save()
        fact = PatrolTermsSet(staffing=staffing, rooms_per_moderator=rooms_per_moderator)
        append(fact, at=now, org_id=by.org_id, actor=by)
    return terms(by.org_id)


def beat(*, by: Actor, now: dt.datetime) -> None:
    """Be on duty: the page says so every 20 seconds while somebody is in front of it.

    The first beat begins the duty. A beat after three minutes of silence begins another one, so
    that no duty has a hole.
    """
    with transaction.atomic():
        row = _open(by)
        if row is not None and now - row.beat_at < LIMIT_AFTER:
            row.beat_at = max(row.beat_at, now)
            row.save(update_fields=["beat_at"])
            return
        if row is not None:
            _end(row, by=SYSTEM(by.org_id), now=now, lapsed=True)
        try:
            with transaction.atomic():
                row = Duty.objects.create(
                    organisation_id=by.org_id, person_id=by.id, began_at=now, beat_at=now
                )
        except IntegrityError:  # another page of the same person was quicker
            return
        fact = DutyBegan(duty_id=row.pk, person_id=by.id)
        append(fact, at=now, org_id=by.org_id, actor=by)


@transaction.atomic
def leave_duty(*, by: Actor, now: dt.datetime) -> None:
    """Go off duty. Safe to repeat.

    A key room that one patrols is not patrolled from the last beat on.
    """
    row = _open(by)
    if row is not None:
        _end(row, by=by, now=now, lapsed=False)


def end_silent_duties(*, now: dt.datetime) -> int:
    """Take those off duty who were not heard of for three minutes.

    Returns:
        How many.
    """
    due = Duty.objects.filter(ended_at=None, beat_at__lte=now - LIMIT_AFTER).order_by("pk")
    gone = 0
    for id in list(due.values_list("pk", flat=True)):
        with transaction.atomic():
            row = due.select_for_update().filter(pk=id).first()
            if row is not None:
                _end(row, by=SYSTEM(row.organisation_id), now=now, lapsed=True)
                gone += 1
    return gone


def _open(by: Actor) -> Duty | None:
    rows = Duty.objects.select_for_update().filter(organisation_id=by.org_id, person_id=by.id)
    return rows.filter(ended_at=None).first()


def _end(row: Duty, *, by: Actor, now: dt.datetime, lapsed: bool) -> None:
    row.ended_at, row.lapsed = now, lapsed
    row.save(update_fields=["ended_at", "lapsed"])
    fact = DutyEnded(duty_id=row.pk, beat_at=row.beat_at, lapsed=lapsed)
    append(fact, at=now, org_id=row.organisation_id, actor=by)
