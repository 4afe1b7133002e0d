"""Writing people down and proving who they are."""

import datetime as dt
from dataclasses import dataclass
from typing import Literal, TypedDict, cast

from django.db import IntegrityError, transaction

from kaibo.access.crypto import decrypt_text, encrypt_text, keyed_digests
from kaibo.access.reads import is_colleague
from kaibo.base.actor import Actor
from kaibo.base.errors import TextMissing
from kaibo.base.inputs import clean_text, clean_url
from kaibo.compliance.reads import check_not_listed
from kaibo.facts.hosts import (
    HostAdded,
    HostChanged,
    HostIdentityRefused,
    HostVerified,
    IdNumberRevealed,
)
from kaibo.hosts import rules
from kaibo.hosts.errors import (
    IdentityMismatch,
    IdentityTaken,
    IdNumberMissing,
    NoSuchHost,
    NoSuchPerson,
    RevealReasonMissing,
)
from kaibo.hosts.models import REASON_CHARS_MAX, Host
from kaibo.hosts.reads import HostView, host_view, terms_of
from kaibo.hosts.rules import NAME_CHARS_MAX
from kaibo.hosts.rules.documents import Document, read_document
from kaibo.hosts.rules.standing import Part
from kaibo.journal.actions import append

Method = Literal["document", "in_person", "provider"]


@dataclass(frozen=True, slots=True, kw_only=True)
class HostSpec:
    """Somebody as written down; an empty ``id_number`` can be entered later.

    ``born_on`` is for documents whose number does not say it.
    """

    name: str
    stage_name: str
    avatar_url: str = ""
    person_id: int | None = None
    id_number: str = ""
    part: Part = "host"
    document: Document = "resident_id"
    born_on: dt.date | None = None


class HostChanges(TypedDict, total=False):
    """What shall read differently; what is left out stays."""

    name: str
    stage_name: str
    avatar_url: str
    person_id: int | None
    id_number: str
    part: Part
    document: Document
    born_on: dt.date | None


@transaction.atomic
def add_host(*, spec: HostSpec, by: Actor, now: dt.datetime) -> HostView:
    """Write somebody down, not verified yet.

    Raises:
        BadInput, NoSuchPerson, HostTooYoung, OnBlacklist: nothing was written.
        IdentityTaken: the document is on file as somebody; neither.
    """
    row = Host(organisation_id=by.org_id, created_at=now)
    changes: HostChanges = {
        "name": spec.name,
        "stage_name": spec.stage_name,
        "avatar_url": spec.avatar_url,
        "person_id": spec.person_id,
        "id_number": spec.id_number,
        "part": spec.part,
        "document": spec.document,
        "born_on": spec.born_on,
    }
    _write(row, changes, by=by, now=now)
    _save(row)
    fact = HostAdded(
        host_id=row.pk,
        person_id=row.person_id,
        has_id_number=bool(row.id_number_encrypted),
        part=row.part,
        document=row.document,
    )
    append(fact, at=now, org_id=by.org_id, actor=by)
    return host_view(row)


@transaction.atomic
def change_host(*, host_id: int, changes: HostChanges, by: Actor, now: dt.datetime) -> HostView:
    """Change what is written of a host; a new name or number ends the verification.

    Raises:
        NoSuchHost, BadInput, NoSuchPerson, HostTooYoung, OnBlacklist: nothing was written.
        IdentityTaken: the document is on file as somebody else; neither.
    """
    row = lock_host(by.org_id, host_id)
    anew = _write(row, changes, by=by, now=now)
    if anew:
        end_verification(row)
        row.guardian_consent_at = row.refused_at = None
    _save(row)
    fact = HostChanged(
        host_id=row.pk,
        person_id=row.person_id,
        has_id_number=bool(row.id_number_encrypted),
        identity_changed=anew,
        part=row.part,
        document=row.document,
    )
    append(fact, at=now, org_id=by.org_id, actor=by)
    return host_view(row)


def verify_host(
    *, host_id: int, id_number: str, method: Method, by: Actor, now: dt.datetime
) -> HostView:
    """Record that somebody's document was read and is theirs; holds six months.

    A mismatch is kept as a fact, because who failed a check is evidence too, and ends a
    verification that held until then.

    Args:
        id_number: as read from the document now, not copied from the file.

    Raises:
        NoSuchHost, IdNumberWrong, IdNumberMissing, HostTooYoung: nothing was written.
        IdentityMismatch: the refusal was written, and its fact.
    """
    with transaction.atomic():
        row = lock_host(by.org_id, host_id)
        if not row.id_number_encrypted:
            raise IdNumberMissing(id=host_id)
        seen = read_document(cast(Document, row.document), id_number, born_on=_told_birth(row))
        matches = decrypt_text(row.id_number_encrypted) == seen.text
        if matches:
            rules.check_age(seen.born_on, now=now, years_min=terms_of(by.org_id).age_min)
            row.verified_at, row.verification_method = now, method
            row.verified_by_id = by.id if by.kind == "person" else None
            row.refused_at = None
        else:
            end_verification(row)
            row.refused_at = now
        row.save()
        append(
            HostVerified(host_id=row.pk, method=method)
            if matches
            else HostIdentityRefused(host_id=row.pk, method=method, ends=True),
            at=now,
            org_id=by.org_id,
            actor=by,
        )
    if not matches:
        raise IdentityMismatch(id=host_id)
    return host_view(row)


@transaction.atomic
def reveal_id_number(*, host_id: int, reason: str, by: Actor, now: dt.datetime) -> str:
    """Show a number in full, once, to somebody who says why; that they saw it is a fact.

    Raises:
        NoSuchHost, IdNumberMissing, RevealReasonMissing: nothing was written or shown.
        TextTooLong, TextUnreadable: neither.
    """
    why = clean_text("reason", reason, chars_max=REASON_CHARS_MAX)
    if not why:
        raise RevealReasonMissing()
    row = lock_host(by.org_id, host_id)
    if not row.id_number_encrypted:
        raise IdNumberMissing(id=host_id)
    number = decrypt_text(row.id_number_encrypted)
    if number in why.upper():
        raise RevealReasonMissing()
    append(IdNumberRevealed(host_id=row.pk, reason=why), at=now, org_id=by.org_id, actor=by)
    return number


def check_host_not_listed(*, org_id: int, host_id: int, now: dt.datetime) -> None:
    """Refuse a host who was put on the blacklist since they were written down.

    Raises:
        NoSuchHost, OnBlacklist: nothing was written.
    """
    row = lock_host(org_id, host_id)
    if row.id_number_encrypted:
        number = decrypt_text(row.id_number_encrypted)
        check_not_listed(org_id, "id_number", number, now=now)


def _write(row: Host, changes: HostChanges, *, by: Actor, now: dt.datetime) -> bool:
    """Put cleaned values into the row; whether the identity is another one now."""
    name_before = row.name
    if "name" in changes:
        row.name = clean_text("name", changes["name"], chars_max=NAME_CHARS_MAX, required=True)
    if "stage_name" in changes:
        row.stage_name = clean_text(
            "stage_name", changes["stage_name"], chars_max=NAME_CHARS_MAX, required=True
        )
    if "avatar_url" in changes:
        row.avatar_url = clean_url("avatar_url", changes["avatar_url"])
    if "person_id" in changes:
        row.person_id = _colleague(by.org_id, changes["person_id"])
    if "part" in changes:
        row.part = changes["part"]
    new_number = _write_document(row, changes, now=now)
    return new_number or row.name != name_before


def _write_document(row: Host, changes: HostChanges, *, now: dt.datetime) -> bool:
    """Put the document into the row; whether it is another one."""
    kind = changes.get("document", cast(Document, row.document))
    text = changes.get("id_number", "")
    if not text:
        is_other = kind != row.document and bool(row.id_number_encrypted)
        if is_other or changes.get("born_on") is not None:
            raise TextMissing(field="id_number")
        row.document = kind
        return False
    number = read_document(kind, text, born_on=changes.get("born_on"))
    rules.check_age(number.born_on, now=now, years_min=terms_of(row.organisation_id).age_min)
    check_not_listed(row.organisation_id, "id_number", number.text, now=now)
    is_same = (
        kind == row.document
        and number.born_on == row.born_on
        and bool(row.id_number_encrypted)
        and decrypt_text(row.id_number_encrypted) == number.text
    )
    if is_same:
        return False
    digests = keyed_digests("hosts.id_number", f"{kind} {number.text}")
    row.document, row.born_on = kind, number.born_on
    row.id_number_encrypted, row.id_number_masked = encrypt_text(number.text), number.masked
    row.id_number_digest = digests[0]
    _check_free(row, digests)
    return True


def _check_free(row: Host, digests: list[str]) -> None:
    taken = Host.objects.filter(
        organisation_id=row.organisation_id, id_number_digest__in=digests
    ).exclude(pk=row.pk)
    if other := taken.first():
        raise IdentityTaken(id=other.pk)


def _save(row: Host) -> None:
    """Save; two who write the same document down at once are told like one after the other."""
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        _check_free(row, [row.id_number_digest])
        raise


def _told_birth(row: Host) -> dt.date | None:
    return None if row.document == "resident_id" else row.born_on


def _colleague(org_id: int, person_id: int | None) -> int | None:
    if person_id is not None and not is_colleague(org_id, person_id):
        raise NoSuchPerson(id=person_id)
    return person_id


def end_verification(row: Host) -> None:
    """Forget that somebody's document was seen; the caller saves."""
    row.verified_at = row.verified_by_id = None
    row.verification_method = ""


def lock_host(org_id: int, host_id: int) -> Host:
    """The row under its lock.

    Raises:
        NoSuchHost: none of this id in the organisation.
    """
    rows = Host.objects.select_for_update()
    row = rows.filter(organisation_id=org_id, pk=host_id).first()
    if row is None:
        raise NoSuchHost(id=host_id)
    return row
