"""The writers of holds and deletions. No other code takes a recording away."""

import datetime as dt
import hashlib

from django.db import transaction

from kaibo.base.actor import SYSTEM, Actor
from kaibo.base.inputs import clean_text
from kaibo.base.times import shop_time
from kaibo.base.trees import canonical
from kaibo.evidence import reads
from kaibo.evidence.errors import (
    DeletionByOnePerson,
    HeldBack,
    HoldReasonMissing,
    NoSuchDeletion,
    NoSuchHold,
    NothingToDelete,
    StillKept,
)
from kaibo.evidence.models import Deletion, Hold
from kaibo.evidence.pieces import plain
from kaibo.evidence.reads import DeletionView, HoldView, Keeping
from kaibo.evidence.rules.exports import DELETION, REASON_CHARS_MAX
from kaibo.facts.base import Fact
from kaibo.facts.evidence import (
    DeletionAsked,
    DeletionConfirmed,
    DeletionRefused,
    HoldLifted,
    HoldPlaced,
    RecordingsDeleted,
)
from kaibo.journal.actions import append
from kaibo.media.actions import erase_recording
from kaibo.media.reads import Recording, recordings
from kaibo.planning.actions import queue_at_show


@transaction.atomic
def place_hold(*, show_id: int, reason: str, by: Actor, now: dt.datetime) -> HoldView:
    """Let nothing of a show be deleted, whatever its age.

    A hold that comes before the second person's yes stops a deletion; one that comes later finds
    the files going.

    Raises:
        NoSuchShow: none in the organisation.
        HoldReasonMissing: nothing was written.
    """
    queue_at_show(org_id=by.org_id, show_id=show_id)
    row = Hold.objects.create(
        organisation_id=by.org_id,
        show_id=show_id,
        reason=_reason(reason),
        placed_by=by.id,
        placed_at=now,
    )
    _tell(HoldPlaced(hold_id=row.pk), show_id, by=by, now=now)
    return reads.hold_view(row)


@transaction.atomic
def lift_hold(*, hold_id: int, reason: str, by: Actor, now: dt.datetime) -> HoldView:
    """End a hold.

    Raises:
        NoSuchHold: none of this id stands in the organisation.
        HoldReasonMissing: nothing was written.
    """
    rows = Hold.objects.select_for_update().filter(organisation_id=by.org_id, pk=hold_id)
    row = rows.filter(lifted_at__isnull=True).first()
    if row is None:
        raise NoSuchHold(id=hold_id)
    row.lifted_by, row.lifted_at, row.lifted_reason = by.id, now, _reason(reason)
    row.save()
    _tell(HoldLifted(hold_id=row.pk), row.show_id, by=by, now=now)
    return reads.hold_view(row)


@transaction.atomic
def ask_deletion(*, show_id: int, reason: str, by: Actor, now: dt.datetime) -> DeletionView:
    """Ask for the recordings of a show to go, once the law lets them.

    Raises:
        NoSuchShow: none in the organisation.
        StillKept, HeldBack: early; NothingToDelete: no files, or asked already;
        HoldReasonMissing. Nothing was written.
    """
    reason = _reason(reason)
    kept = _may_go(by.org_id, show_id, now=now)
    assert kept.until is not None
    waiting = Deletion.objects.filter(show_id=show_id, state__in=("asked", "confirmed"))
    if waiting.exists() or not _there(by.org_id, show_id):
        raise NothingToDelete
    row = Deletion.objects.create(
        organisation_id=by.org_id,
        show_id=show_id,
        reason=reason,
        kept_until=kept.until,
        code=kept.code,
        asked_by=by.id,
        asked_at=now,
    )
    _tell(DeletionAsked(deletion_id=row.pk), show_id, by=by, now=now)
    return reads.deletion_view(row)


@transaction.atomic
def confirm_deletion(*, deletion_id: int, by: Actor, now: dt.datetime) -> DeletionView:
    """The second person agrees; everything is judged again. The files go soon after.

    Raises:
        NoSuchDeletion: none waits in the organisation.
        DeletionByOnePerson: they asked themselves.
        StillKept, HeldBack: something changed meanwhile. Nothing was written.
    """
    row = _waiting(deletion_id, by=by)
    if row.asked_by == by.id:
        raise DeletionByOnePerson
    kept = _may_go(by.org_id, row.show_id, now=now)
    assert kept.until is not None
    row.kept_until, row.code = kept.until, kept.code
    found = _there(by.org_id, row.show_id)
    row.certificate = {
        "show_id": row.show_id,
        "code": kept.code,
        "kept_until": kept.until.isoformat(),
        "reason": row.reason,
        "asked_by": row.asked_by,
        "confirmed_by": by.id,
        "confirmed_at": now.isoformat(),
        "recordings": plain(found),
    }
    row.sha256 = hashlib.sha256(canonical(row.certificate)).hexdigest()
    row.state = DELETION.after(row.state, "confirm")
    row.decided_by, row.decided_at = by.id, now
    row.save()
    fact = DeletionConfirmed(deletion_id=row.pk, certificate=row.sha256)
    _tell(fact, row.show_id, by=by, now=now)
    return reads.deletion_view(row)


@transaction.atomic
def refuse_deletion(*, deletion_id: int, by: Actor, now: dt.datetime) -> DeletionView:
    """The recordings stay.

    Raises:
        NoSuchDeletion: none waits in the organisation.
        DeletionByOnePerson: they asked themselves. Nothing was written.
    """
    row = _waiting(deletion_id, by=by)
    if row.asked_by == by.id:
        raise DeletionByOnePerson
    row.state = DELETION.after(row.state, "refuse")
    row.decided_by, row.decided_at = by.id, now
    row.save()
    _tell(DeletionRefused(deletion_id=row.pk), row.show_id, by=by, now=now)
    return reads.deletion_view(row)


def finish_deletions(*, now: dt.datetime) -> int:
    """Take the files of confirmed deletions away; returns how many. Safe to repeat after a kill."""
    done = 0
    for row in Deletion.objects.filter(state="confirmed").order_by("pk"):
        for recording in row.certificate["recordings"]:
            erase_recording(org_id=row.organisation_id, session_id=recording["session_id"])
        with transaction.atomic():
            held = Deletion.objects.filter(pk=row.pk, state="confirmed")
            if held.update(state=DELETION.after("confirmed", "finish"), done_at=now):
                fact = RecordingsDeleted(deletion_id=row.pk)
                _tell(fact, row.show_id, by=SYSTEM(row.organisation_id), now=now)
                done += 1
    return done


def _may_go(org_id: int, show_id: int, *, now: dt.datetime) -> Keeping:
    # Holds and deletions of one show queue here.
    queue_at_show(org_id=org_id, show_id=show_id)
    kept = reads.keeping(org_id, show_id)
    if kept.standing:
        raise HeldBack(count=len(kept.standing))
    if kept.until is None or now < kept.until:
        until = shop_time(kept.until) if kept.until else "—"
        raise StillKept(by=kept.code or "—", until=until)
    return kept


def _there(org_id: int, show_id: int) -> list[Recording]:
    return [one for one in recordings(org_id=org_id, show_id=show_id) if one.segments]


def _waiting(deletion_id: int, *, by: Actor) -> Deletion:
    rows = Deletion.objects.select_for_update().filter(organisation_id=by.org_id, pk=deletion_id)
    row = rows.filter(state="asked").first()
    if row is None:
        raise NoSuchDeletion(id=deletion_id)
    return row


def _reason(reason: str) -> str:
    reason = clean_text("reason", reason, chars_max=REASON_CHARS_MAX)
    if not reason:
        raise HoldReasonMissing
    return reason


def _tell(fact: Fact, show_id: int, *, by: Actor, now: dt.datetime) -> None:
    append(fact, at=now, org_id=by.org_id, show_id=show_id, actor=by)
