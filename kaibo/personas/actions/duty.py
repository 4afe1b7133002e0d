"""Who watches the AI people of a show, and the pause when nobody does or the label is gone."""

import datetime as dt

from django.db import transaction

from kaibo.base.actor import SYSTEM, Actor
from kaibo.compliance.actions import hold_room, let_room_go
from kaibo.facts.base import Fact
from kaibo.facts.personas import DutyLeft, DutyLost, DutyTaken, LabelChanged, ViewersReminded
from kaibo.journal.actions import append
from kaibo.personas import reads
from kaibo.personas.errors import NothingToWatch, NotOnDuty
from kaibo.personas.models import Watch
from kaibo.personas.reads import ShowAiView
from kaibo.personas.rules import Label, duty_state, label_fails, remind_due
from kaibo.planning import actions as planning
from kaibo.planning import reads as plans
from kaibo.planning.reads import ShowView

LABEL_GONE = "AI 标识未持续显示 the AI label is not on the screen"
NOBODY = "AI 人物无人值守 nobody watches the AI person"
PAPERS = "AI 人物的评估或授权失效 assessment or consent of the AI person is over"


@transaction.atomic
def take_duty(*, show_id: int, by: Actor, now: dt.datetime) -> ShowAiView:
    """Be the named officer of a show from now on; who was before is not any more.

    What was seen of the label before does not count: who takes over, or comes back after a lost
    beat, has to see it.

    Raises:
        NoSuchShow, NothingToWatch: nothing was written.

    Source: LM-088.
    """
    show = plans.show(by.org_id, show_id)
    row = _locked(show)
    if row.officer_id != by.id or duty_state(row.officer_id, row.beat_at, now=now) != "on":
        row.officer_id, row.on_since, row.label = by.id, now, ""
        _tell(row, DutyTaken(person_id=by.id), by=by, now=now)
    row.beat_at, row.is_lost = now, False
    row.save()
    return reads.show_ai(by.org_id, show_id, now=now)


@transaction.atomic
def leave_duty(*, show_id: int, by: Actor, now: dt.datetime) -> ShowAiView:
    """Be the officer no longer; a room that is on is paused within a second.

    Whoever takes over needs nobody to leave first.

    Raises:
        NoSuchShow, NothingToWatch, NotOnDuty: nothing was written.
    """
    row = _locked(plans.show(by.org_id, show_id))
    if row.officer_id != by.id:
        raise NotOnDuty()
    row.officer_id = row.on_since = None
    row.save()
    _tell(row, DutyLeft(person_id=by.id), by=by, now=now)
    return reads.show_ai(by.org_id, show_id, now=now)


def end_duties(*, org_id: int, person_id: int, now: dt.datetime) -> int:
    """Take somebody who signed out off duty in every show; returns how many.

    One that was taken again after ``now``, the moment of signing out, stays.
    """
    rows = Watch.objects.filter(organisation_id=org_id, officer_id=person_id, on_since__lte=now)
    found = list(rows.order_by("pk").values_list("pk", flat=True))
    for pk in found:
        with transaction.atomic():
            row = Watch.objects.select_for_update(no_key=True).get(pk=pk)
            if row.officer_id == person_id:
                row.officer_id = row.on_since = None
                row.save()
                _tell(row, DutyLeft(person_id=person_id), by=SYSTEM(org_id), now=now)
    return len(found)


@transaction.atomic
def beat(*, show_id: int, label: Label, by: Actor, now: dt.datetime) -> ShowAiView:
    """The officer is there, and sees the label on the viewers' page, or does not.

    Once a second while they look. The label may be gone for two seconds; then the room is paused.

    Raises:
        NoSuchShow, NothingToWatch, NotOnDuty: nothing was written.

    Source: LM-083, LM-088.
    """
    if label != "on":
        # Behind what ends the show, so that no room is held after its end.
        planning.queue_at_show(org_id=by.org_id, show_id=show_id)
    show = plans.show(by.org_id, show_id)
    row = _locked(show)
    if row.officer_id != by.id:
        raise NotOnDuty()
    row.beat_at, row.is_lost = now, False
    if row.label != label:
        row.label = label
        _tell(row, LabelChanged(label=label), by=by, now=now)
    row.off_since = None if label == "on" else row.off_since or now
    row.save()
    if show.state == "live" and label_fails(row.off_since, now=now):
        _pause(show, LABEL_GONE, now)
    return reads.show_ai(by.org_id, show_id, now=now)


def watch_personas(*, now: dt.datetime) -> int:
    """Hold shows on air on the pause while nobody watches their AI people, and remind viewers.

    Once a second. What is mended lets the room go; a person then lifts the pause.

    Returns:
        How many shows have AI people; each is looked at in a transaction of its own.
    """
    live = {show.id: show for show in plans.live_shows()}
    found = sorted(reads.shows_with_ai(live.keys())) if live else []
    for id in found:
        with transaction.atomic():
            _look(live[id], now=now)
    return len(found)


def _look(seen: ShowView, *, now: dt.datetime) -> None:
    # Behind what ends the show, so that no room is held after its end.
    planning.queue_at_show(org_id=seen.org_id, show_id=seen.id)
    show = plans.show(seen.org_id, seen.id)
    if show.state != "live":
        return
    row, by = _locked(show), SYSTEM(show.org_id)
    before = (row.is_lost, row.reminded_at)
    if lacking := _lacking(row, show, now=now):
        _pause(show, lacking, now)
    else:
        let_room_go(org_id=show.org_id, show_id=show.id, cause="system", now=now)
    if lacking == NOBODY and not row.is_lost:
        row.is_lost = True
        _tell(row, DutyLost(person_id=row.officer_id, beat_at=row.beat_at), by=by, now=now)
    started_at = show.started_at or now
    every = row.remind_every_min
    if remind_due(row.reminded_at, started_at=started_at, every_min=every, now=now):
        row.reminded_at = now
        _tell(row, ViewersReminded(remind_every_min=every), by=by, now=now)
    if before != (row.is_lost, row.reminded_at):
        row.save(update_fields=["is_lost", "reminded_at"])


def _lacking(row: Watch, show: ShowView, *, now: dt.datetime) -> str:
    """What has to be there all the time and is not; empty where everything is."""
    if duty_state(row.officer_id, row.beat_at, now=now) != "on":
        return NOBODY
    if label_fails(row.off_since, now=now):
        return LABEL_GONE
    return PAPERS if any(one.faults for one in reads.cast_of(show, now=now)) else ""


def _pause(show: ShowView, reason: str, now: dt.datetime) -> None:
    hold_room(
        org_id=show.org_id, show_id=show.id, rung="pause", cause="system", reason=reason, now=now
    )


def _locked(show: ShowView) -> Watch:
    rows = Watch.objects.select_for_update(no_key=True)
    row = rows.filter(organisation_id=show.org_id, show_id=show.id).first()
    if row is None or show.state == "ended" or not reads.has_ai(show.id):
        raise NothingToWatch()
    return row


def _tell(row: Watch, fact: Fact, *, by: Actor, now: dt.datetime) -> None:
    append(fact, at=now, org_id=row.organisation_id, show_id=row.show_id, actor=by)
