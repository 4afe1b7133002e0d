"""Naming who appears, sending the roster, and comparing faces before going on air."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Final, Literal

from django.db import transaction
from django.db.models import Max

from kaibo.access.crypto import encrypt_bytes
from kaibo.base.actor import SYSTEM, Actor
from kaibo.base.inputs import clean_text
from kaibo.base.photos import clean_photo
from kaibo.compliance.actions import override_rung
from kaibo.compliance.errors import RungFinal, RungUnchanged
from kaibo.facts.roster import (
    Appearing,
    CheckPhotosForgotten,
    PersonChecked,
    RosterChanged,
    RosterSent,
)
from kaibo.hosts import reads as hosts
from kaibo.hosts.reads import Part
from kaibo.journal.actions import append
from kaibo.planning import actions as planning
from kaibo.planning import reads as plans
from kaibo.planning.reads import ShowView
from kaibo.roster import edge, reads
from kaibo.roster.errors import (
    AffiliationMissing,
    CheckOfOneself,
    FaceServiceOff,
    NamedTwice,
    NotOnRoster,
    PersonUnverified,
    PortraitMissing,
    RosterClosed,
    RosterFull,
)
from kaibo.roster.models import Appearance, Check, Submission
from kaibo.roster.reads import CheckView, RosterView
from kaibo.roster.rules import (
    NOTE_CHARS_MAX,
    PEOPLE_MAX,
    PHOTO_KEPT_FOR,
    RECEIPT_CHARS_MAX,
    REVIEWER,
    SENT_TO_CHARS_MAX,
    Result,
)

PHOTO_SIDE_MAX: Final = 800
VERIFIED: Final = ("valid", "due")
_PHOTOS_A_TIME: Final = 500


@transaction.atomic
def set_guests(
    *, show_id: int, guests: Sequence[tuple[int, Part]], by: Actor, now: dt.datetime
) -> RosterView:
    """Name everybody who appears beside the planned host; also while the show is on.

    Args:
        guests: ids with the part of each; whoever is left out is no longer on the roster.

    Raises:
        NoSuchShow, RosterClosed, NoSuchHost, NamedTwice, RosterFull: nothing was written.
        AffiliationMissing: somebody new has no affiliation that is proved today; neither.

    Source: LM-005.
    """
    show = _locked(by.org_id, show_id)
    if len(guests) >= PEOPLE_MAX:
        raise RosterFull(most=PEOPLE_MAX)
    wanted: dict[int, Part] = {}
    for host_id, part in guests:
        person = hosts.host(by.org_id, host_id)
        if host_id in wanted or host_id == show.host_id:
            raise NamedTwice(name=person.stage_name)
        wanted[host_id] = part
    rows = Appearance.objects.filter(organisation_id=by.org_id, show_id=show_id)
    before: Mapping[int, str] = dict(rows.values_list("host_id", "part"))
    for host_id, standing in hosts.standings_of(by.org_id, list(wanted), now=now).items():
        if host_id not in before and standing.affiliation is None:
            raise AffiliationMissing(name=hosts.host(by.org_id, host_id).stage_name)
    if wanted != before:
        rows.delete()
        Appearance.objects.bulk_create(
            Appearance(organisation_id=by.org_id, show_id=show_id, host_id=host_id, part=part)
            for host_id, part in wanted.items()
        )
        told = tuple(Appearing(host_id=host_id, part=part) for host_id, part in wanted.items())
        append(RosterChanged(guests=told), at=now, org_id=by.org_id, show_id=show_id, actor=by)
    return reads.roster(by.org_id, show_id, now=now)


@transaction.atomic
def send_roster(
    *, show_id: int, sent_to: str, receipt: str, by: Actor, now: dt.datetime
) -> RosterView:
    """Record that the roster as it stands was sent to the platform, and by what receipt.

    What was sent is kept with a digest; a later change of who appears makes it stale. Sending is
    the operator's own act: nothing leaves the house from here.

    Raises:
        NoSuchShow, RosterClosed, TextMissing, TextTooLong, TextUnreadable: nothing was written.
        PersonUnverified: somebody's identity is not verified; neither.

    Source: LM-004.
    """
    show = _locked(by.org_id, show_id)
    to = clean_text("sent_to", sent_to, chars_max=SENT_TO_CHARS_MAX, required=True)
    slip = clean_text("receipt", receipt, chars_max=RECEIPT_CHARS_MAX)
    cast = reads.cast_of(show, now=now)
    for one in cast.people:
        if one.standing.identity not in VERIFIED:
            raise PersonUnverified(name=one.name)
    view = reads.roster(by.org_id, show_id, now=now)
    rows = Submission.objects.filter(show_id=show_id)
    number = (rows.aggregate(most=Max("number"))["most"] or 0) + 1
    Submission.objects.create(
        organisation_id=by.org_id,
        show_id=show_id,
        number=number,
        digest=cast.digest,
        people=[dict(zip(reads.SHEET_COLUMNS, row, strict=True)) for row in reads.sheet_rows(view)],
        sent_to=to,
        receipt=slip,
        sent_by_id=by.id if by.kind == "person" else None,
        sent_at=now,
    )
    fact = RosterSent(
        number=number, digest=cast.digest, host_ids=tuple(one.host_id for one in cast.people)
    )
    append(fact, at=now, org_id=by.org_id, show_id=show_id, actor=by)
    return reads.roster(by.org_id, show_id, now=now)


def check_person(
    *,
    show_id: int,
    host_id: int,
    photo: bytes,
    result: Literal["match", "mismatch"],
    note: str,
    by: Actor,
    now: dt.datetime,
) -> CheckView:
    """A colleague compares somebody with the photograph on file, before the show or in it.

    A mismatch while the show is on pauses selling in its room.

    Args:
        photo: of the person, taken now.

    Raises:
        NoSuchShow, RosterClosed, NotOnRoster, PersonUnverified, PortraitMissing, CheckOfOneself,
        PhotoTooLarge, PhotoUnreadable, TextTooLong, TextUnreadable: nothing was written.

    Source: LM-003.
    """
    if by.kind == "person" and by.id == hosts.host(by.org_id, host_id).person_id:
        raise CheckOfOneself()
    taken = clean_photo(photo, side_max=PHOTO_SIDE_MAX).data
    return _keep(
        show_id=show_id, host_id=host_id, photo=taken, result=result, way=REVIEWER,
        note=clean_text("note", note, chars_max=NOTE_CHARS_MAX), by=by, now=now,
    )  # fmt: skip


def check_person_outside(
    *, show_id: int, host_id: int, photo: bytes, by: Actor, now: dt.datetime
) -> CheckView:
    """The plugged-in service compares; without an answer the result is ``unavailable``.

    ``unavailable`` keeps the show shut like a mismatch, until a colleague compares.

    Raises:
        FaceServiceOff, and as ``check_person``: nothing was written.
    """
    portrait_id = hosts.standing(by.org_id, host_id, now=now).portrait_id
    faces = edge.service()
    if faces is None:
        raise FaceServiceOff()
    if portrait_id is None:
        raise PortraitMissing(name=hosts.host(by.org_id, host_id).stage_name)
    taken = clean_photo(photo, side_max=PHOTO_SIDE_MAX).data
    result = edge.compare(faces, hosts.paper_data(by.org_id, portrait_id), taken)
    return _keep(
        show_id=show_id, host_id=host_id, photo=taken, result=result, way=faces.name[:40],
        note="", by=by, now=now, portrait_id=portrait_id,
    )  # fmt: skip


def forget_check_photos(*, now: dt.datetime) -> int:
    """Delete photographs of checks that are older than ``PHOTO_KEPT_FOR``; results stay.

    Returns:
        How many were deleted.
    """
    due = Check.objects.filter(at__lte=now - PHOTO_KEPT_FOR).exclude(photo_encrypted="")
    gone = 0
    for org_id in sorted(set(due.values_list("organisation_id", flat=True))):
        with transaction.atomic():
            rows = due.filter(organisation_id=org_id).select_for_update().order_by("pk")
            ids = [row.pk for row in rows.only("pk")[:_PHOTOS_A_TIME]]
            Check.objects.filter(pk__in=ids).update(photo_encrypted="")
            if ids:
                fact = CheckPhotosForgotten(check_ids=ids)
                append(fact, at=now, org_id=org_id, actor=SYSTEM(org_id))
            gone += len(ids)
    return gone


@transaction.atomic
def _keep(
    *,
    show_id: int,
    host_id: int,
    photo: bytes,
    result: Result,
    way: str,
    note: str,
    by: Actor,
    now: dt.datetime,
    portrait_id: int | None = None,
) -> CheckView:
    show = _locked(by.org_id, show_id)
    if host_id not in reads.parts_of(show):
        raise NotOnRoster(id=host_id)
    name, standing = (
        hosts.host(by.org_id, host_id).stage_name,
        hosts.standing(by.org_id, host_id, now=now),
    )
    if standing.portrait_id is None:
        raise PortraitMissing(name=name)
    if standing.identity not in VERIFIED:
        raise PersonUnverified(name=name)
    row = Check.objects.create(
        organisation_id=by.org_id,
        show_id=show_id,
        host_id=host_id,
        portrait_id=portrait_id or standing.portrait_id,
        result=result,
        way=way,
        note=note,
        photo_encrypted=encrypt_bytes(photo),
        checked_by_id=by.id if by.kind == "person" else None,
        at=now,
    )
    fact = PersonChecked(
        check_id=row.pk, host_id=host_id, result=result, way=way, portrait_id=row.portrait_id
    )
    append(fact, at=now, org_id=by.org_id, show_id=show_id, actor=by)
    if result == "mismatch" and show.state == "live":
        _pause(show, name, by=by, now=now)
    return reads.check_view(row)


def _pause(show: ShowView, name: str, *, by: Actor, now: dt.datetime) -> None:
    """Take the room to the pause; one that stands there or was stopped stays as it is."""
    reason = f"出镜人员核验不一致 face does not match: {name}"
    try:
        override_rung(
            org_id=show.org_id, show_id=show.id, rung="pause", reason=reason,
            by=by, now=now,
        )  # fmt: skip
    except (RungFinal, RungUnchanged):
        return


def _locked(org_id: int, show_id: int) -> ShowView:
    planning.queue_at_show(org_id=org_id, show_id=show_id)
    show = plans.show(org_id, show_id)
    if show.state == "ended":
        raise RosterClosed()
    return show
