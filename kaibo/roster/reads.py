"""Who appears in a show, and what still keeps each of them off the air."""

import datetime as dt
from dataclasses import dataclass
from typing import Any, Final, cast

from django.conf import settings

from kaibo.access.crypto import decrypt_bytes
from kaibo.hosts import reads as hosts
from kaibo.hosts.reads import HostCard, HostStanding
from kaibo.planning import reads as planning
from kaibo.planning.reads import ShowView
from kaibo.roster.errors import NoSuchCheck
from kaibo.roster.models import Appearance, Check, Submission
from kaibo.roster.rules import (
    Checked,
    LastCheck,
    Listed,
    Result,
    RosterState,
    check_state,
    roster_digest,
    roster_state,
)

SHEET_COLUMNS: Final = (
    "姓名", "播名", "身份", "证件类型", "证件号码（打码）", "核验有效期至", "归属", "归属单位",
    "责任主体", "开播前核验",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class CheckView:
    """One comparison with the photograph on file; ``has_photo`` until it is deleted in time."""

    id: int
    host_id: int
    portrait_id: int
    result: Result
    way: str
    note: str
    has_photo: bool
    checked_by: int | None
    at: dt.datetime


@dataclass(frozen=True, slots=True)
class SubmissionView:
    """A roster as it was sent."""

    number: int
    digest: str
    people: list[dict[str, Any]]
    sent_to: str
    receipt: str
    sent_by: int | None
    sent_at: dt.datetime


@dataclass(frozen=True, slots=True)
class RosterPerson:
    """Somebody who appears in a show, with today's standing and the newest check for it."""

    part: str
    is_planned: bool
    person: HostCard
    checked: Checked
    check: CheckView | None


@dataclass(frozen=True, slots=True)
class RosterView:
    """Who appears in a show. ``has_service``: an outside service may compare faces."""

    show_id: int
    show_state: str
    state: RosterState
    digest: str
    check_hours: int
    has_service: bool
    people: list[RosterPerson]
    sent: list[SubmissionView]


@dataclass(frozen=True, slots=True)
class Cast:
    """The same for the gate, without pictures and pages."""

    state: RosterState
    digest: str
    people: list["CastPerson"]


@dataclass(frozen=True, slots=True)
class CastPerson:
    """Somebody who appears, as the gate judges them."""

    host_id: int
    name: str
    part: str
    standing: HostStanding
    checked: Checked
    check_id: int | None


def roster(org_id: int, show_id: int, *, now: dt.datetime) -> RosterView:
    """Who appears in a show, the planned host first.

    Raises:
        NoSuchShow: none of this id in the organisation.
    """
    show = planning.show(org_id, show_id)
    found, parts, newest = cast_of(show, now=now), parts_of(show), _newest(show)
    cards = {card.id: card for card in hosts.host_cards(org_id, now=now) if card.id in parts}
    sent = Submission.objects.filter(organisation_id=org_id, show_id=show_id).order_by("-number")
    return RosterView(
        show_id=show_id,
        show_state=show.state,
        state=found.state,
        digest=found.digest,
        check_hours=hosts.terms_of(org_id).check_hours,
        has_service=bool(settings.KAIBO_FACE_SERVICE),
        people=[
            RosterPerson(
                part=one.part,
                is_planned=one.host_id == show.host_id,
                person=cards[one.host_id],
                checked=one.checked,
                check=newest.get(one.host_id),
            )
            for one in found.people
        ],
        sent=[submission_view(row) for row in sent],
    )


def cast_of(show: ShowView, *, now: dt.datetime) -> Cast:
    """Everybody who appears in a show as the gate judges them, the planned host first."""
    parts, newest = parts_of(show), _newest(show)
    standings = hosts.standings_of(show.org_id, list(parts), now=now)
    names = {one.id: (one.name, one.stage_name) for one in hosts.hosts(show.org_id)}
    hours = hosts.terms_of(show.org_id).check_hours
    people = []
    for host_id, part in parts.items():
        last = newest.get(host_id)
        checked = check_state(
            LastCheck(last.result, last.portrait_id, last.at) if last else None,
            portrait_id=standings[host_id].portrait_id,
            hours=hours,
            now=now,
        )
        people.append(
            CastPerson(
                host_id=host_id,
                name=names[host_id][1],
                part=part,
                standing=standings[host_id],
                checked=checked,
                check_id=last.id if last else None,
            )
        )
    listed = [
        Listed(one.host_id, one.part, names[one.host_id][0], one.standing.document_digest)
        for one in people
    ]
    digest = roster_digest(listed)
    newest_sent = (
        Submission.objects.filter(organisation_id=show.org_id, show_id=show.id)
        .order_by("-number")
        .values_list("digest", flat=True)
        .first()
    )
    return Cast(state=roster_state(digest, newest_sent), digest=digest, people=people)


def parts_of(show: ShowView) -> dict[int, str]:
    """Who appears, by id with their part, the planned host first."""
    rows = Appearance.objects.filter(organisation_id=show.org_id, show_id=show.id).order_by("pk")
    others = dict(rows.exclude(host_id=show.host_id).values_list("host_id", "part"))
    return {show.host_id: "host"} | others


def check_photo(org_id: int, id: int) -> bytes:
    """The photograph that was taken for a check, as JPEG.

    Raises:
        NoSuchCheck: none of this id in the organisation, or its photograph was deleted.
    """
    row = Check.objects.filter(organisation_id=org_id, pk=id).first()
    if row is None or not row.photo_encrypted:
        raise NoSuchCheck(id=id)
    return decrypt_bytes(row.photo_encrypted)


def sheet_rows(view: RosterView) -> list[list[str]]:
    """The roster for a platform that takes it as a sheet; numbers masked."""
    return [
        [
            one.person.name,
            one.person.stage_name,
            one.part,
            one.person.document,
            one.person.id_number_masked,
            str(one.person.verified_through or ""),
            one.person.affiliation,
            one.person.affiliation_name,
            one.person.responsible_name,
            one.checked,
        ]
        for one in view.people
    ]


def check_view(row: Check) -> CheckView:
    """A row as a value, without the picture."""
    return CheckView(
        id=row.pk,
        host_id=row.host_id,
        portrait_id=row.portrait_id,
        result=cast(Result, row.result),
        way=row.way,
        note=row.note,
        has_photo=bool(row.photo_encrypted),
        checked_by=row.checked_by_id,
        at=row.at,
    )


def submission_view(row: Submission) -> SubmissionView:
    """A row as a value."""
    return SubmissionView(
        number=row.number,
        digest=row.digest,
        people=row.people,
        sent_to=row.sent_to,
        receipt=row.receipt,
        sent_by=row.sent_by_id,
        sent_at=row.sent_at,
    )


def _newest(show: ShowView) -> dict[int, CheckView]:
    rows = Check.objects.filter(organisation_id=show.org_id, show_id=show.id).order_by("pk")
    return {row.host_id: check_view(row) for row in rows}
