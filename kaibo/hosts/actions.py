"""Writing hosts down and proving who they are."""

import datetime as dt
from dataclasses import dataclass
from typing import Literal, TypedDict

from django.db import transaction

from kaibo.access.crypto import decrypt_text, encrypt_text
from kaibo.access.reads import is_colleague
from kaibo.base.actor import Actor
from kaibo.base.inputs import clean_text, clean_url
from kaibo.compliance.reads import check_not_listed
from kaibo.facts.hosts import (
    GuardianConsented,
    HostAdded,
    HostChanged,
    HostIdentityRefused,
    HostVerified,
)
from kaibo.hosts import rules
from kaibo.hosts.errors import (
    GuardianNotNeeded,
    IdentityMismatch,
    IdNumberMissing,
    NoSuchHost,
    NoSuchPerson,
)
from kaibo.hosts.models import Host
from kaibo.hosts.reads import HostView, host_view
from kaibo.hosts.rules import NAME_CHARS_MAX
from kaibo.journal.actions import append

Method = Literal["document", "in_person", "provider"]


@dataclass(frozen=True, slots=True, kw_only=True)
class HostSpec:
    """A host as written down; an empty ``id_number`` can be entered later."""

    name: str
    stage_name: str
    avatar_url: str = ""
    person_id: int | None = None
    id_number: str = ""


class HostChanges(TypedDict, total=False):
    """What shall read differently; what is left out stays."""

    name: str
    stage_name: str
    avatar_url: str
    person_id: int | None
    id_number: str


@transaction.atomic
def add_host(*, spec: HostSpec, by: Actor, now: dt.datetime) -> HostView:
    """Write a host down, not verified yet.

    Raises:
        BadInput, NoSuchPerson, HostTooYoung, OnBlacklist: nothing was written.
    """
    row = Host(organisation_id=by.org_id, created_at=now)
    changes: HostChanges = {
        "name": spec.name,
        "stage_name": spec.stage_name,
        "avatar_url": spec.avatar_url,
        "person_id": spec.person_id,
        "id_number": spec.id_number,
    }
    _write(row, changes, by=by, now=now)
    row.save()
    fact = HostAdded(
        host_id=row.pk, person_id=row.person_id, has_id_number=bool(row.id_number_encrypted)
    )
    append(fact, at=now, org_id=by.org_id, actor=by)
    return host_view(row)


@transaction.atomic
def change_host(*, host_id: int, changes: HostChanges, by: Actor, now: dt.datetime) -> HostView:
    """Change what is written of a host; a new name or number ends the verification.

    Raises:
        NoSuchHost, BadInput, NoSuchPerson, HostTooYoung, OnBlacklist: nothing was written.
    """
    row = _locked(by.org_id, host_id)
    anew = _write(row, changes, by=by, now=now)
    if anew:
        row.verified_at = row.verified_by_id = row.guardian_consent_at = None
        row.verification_method = ""
    row.save()
    fact = HostChanged(
        host_id=row.pk,
        person_id=row.person_id,
        has_id_number=bool(row.id_number_encrypted),
        identity_changed=anew,
    )
    append(fact, at=now, org_id=by.org_id, actor=by)
    return host_view(row)


def verify_host(
    *, host_id: int, id_number: str, method: Method, by: Actor, now: dt.datetime
) -> HostView:
    """Record that a host's document was read and is theirs; holds six months.

    A mismatch is kept as a fact, because who failed a check is evidence too; nothing else
    changes.

    Args:
        id_number: as read from the document now, not copied from the file.

    Raises:
        NoSuchHost, IdNumberWrong, IdNumberMissing, HostTooYoung: nothing was written.
        IdentityMismatch: the fact alone was written.
    """
    seen = rules.read_id_number(id_number)
    with transaction.atomic():
        row = _locked(by.org_id, host_id)
        if not row.id_number_encrypted:
            raise IdNumberMissing(id=host_id)
        matches = decrypt_text(row.id_number_encrypted) == seen.text
        if matches:
            rules.check_age(seen.born_on, now=now)
            row.verified_at, row.verification_method = now, method
            row.verified_by_id = by.id if by.kind == "person" else None
            row.save()
        append(
            HostVerified(host_id=row.pk, method=method)
            if matches
            else HostIdentityRefused(host_id=row.pk, method=method),
            at=now,
            org_id=by.org_id,
            actor=by,
        )
    if not matches:
        raise IdentityMismatch(id=host_id)
    return host_view(row)


@transaction.atomic
def record_guardian_consent(*, host_id: int, by: Actor, now: dt.datetime) -> HostView:
    """Record that the guardian of a host of 16 or 17 has agreed in writing.

    Raises:
        NoSuchHost, GuardianNotNeeded: nothing was written.
    """
    row = _locked(by.org_id, host_id)
    has_consent = row.guardian_consent_at is not None
    age = rules.age_state(row.born_on, has_consent=has_consent, now=now)
    if age not in ("needs_guardian", "with_guardian"):
        raise GuardianNotNeeded(id=host_id)
    row.guardian_consent_at = now
    row.save(update_fields=["guardian_consent_at"])
    append(GuardianConsented(host_id=row.pk), at=now, org_id=by.org_id, actor=by)
    return host_view(row)


def check_host_not_listed(*, org_id: int, host_id: int, now: dt.datetime) -> None:
    """Refuse a host who was put on the blacklist since they were written down.

    Raises:
        NoSuchHost, OnBlacklist: nothing was written.
    """
    row = _locked(org_id, host_id)
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
    new_number = changes.get("id_number", "") != "" and _write_id_number(
        row, changes["id_number"], now=now
    )
    return new_number or row.name != name_before


def _write_id_number(row: Host, text: str, *, now: dt.datetime) -> bool:
    number = rules.read_id_number(text)
    rules.check_age(number.born_on, now=now)
    check_not_listed(row.organisation_id, "id_number", number.text, now=now)
    if row.id_number_encrypted and decrypt_text(row.id_number_encrypted) == number.text:
        return False
    row.id_number_encrypted = encrypt_text(number.text)
    row.id_number_masked = number.masked
    row.born_on = number.born_on
    return True


def _colleague(org_id: int, person_id: int | None) -> int | None:
    if person_id is not None and not is_colleague(org_id, person_id):
        raise NoSuchPerson(id=person_id)
    return person_id


def _locked(org_id: int, host_id: int) -> Host:
    rows = Host.objects.select_for_update()
    row = rows.filter(organisation_id=org_id, pk=host_id).first()
    if row is None:
        raise NoSuchHost(id=host_id)
    return row
