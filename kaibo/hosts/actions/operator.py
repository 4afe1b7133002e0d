"""The file of who runs the rooms."""

import datetime as dt
import hashlib
from dataclasses import asdict
from typing import cast

from django.db import transaction

from kaibo.access.crypto import encrypt_bytes
from kaibo.base.actor import Actor
from kaibo.base.photos import clean_photo
from kaibo.base.times import shop_day
from kaibo.compliance.reads import check_not_listed
from kaibo.facts.hosts import LicenceFiled, OperatorFiled, OperatorVerified
from kaibo.hosts.actions.papers import PAGE_SIDE_MAX
from kaibo.hosts.actions.people import lock_host
from kaibo.hosts.errors import (
    LicenceMissing,
    LicenceOver,
    OperatorMissing,
    SignerUnverified,
)
from kaibo.hosts.models import Operator
from kaibo.hosts.reads import OperatorView, operator, standing
from kaibo.hosts.rules.operator import OperatorKind, OperatorSpec, clean_operator, file_digest
from kaibo.journal.actions import append


@transaction.atomic
def file_operator(*, spec: OperatorSpec, by: Actor, now: dt.datetime) -> OperatorView:
    """Write down who runs the rooms; what reads differently ends the verification.

    Raises:
        BadInput, NoSuchHost, OnBlacklist: nothing was written.
    """
    clean = clean_operator(spec)
    if clean.kind == "person":
        lock_host(by.org_id, clean.host_id or 0)
    check_not_listed(by.org_id, "credit_code", clean.credit_code, now=now)
    row = _locked(by.org_id)
    if row is None:
        row = Operator(organisation_id=by.org_id)
    elif _spec_of(row) == clean:
        return operator(by.org_id, now=now)
    for field, value in asdict(clean).items():
        setattr(row, field, value)
    row.verified_at = row.verified_by_id = None
    row.save()
    fact = OperatorFiled(
        kind=row.kind, host_id=row.host_id, licence_expires_on=row.licence_expires_on
    )
    append(fact, at=now, org_id=by.org_id, actor=by)
    return operator(by.org_id, now=now)


def file_licence(*, data: bytes, by: Actor, now: dt.datetime) -> OperatorView:
    """Put the picture of the licence on file; another one ends the verification.

    Raises:
        OperatorMissing, PhotoTooLarge, PhotoUnreadable: nothing was written.
    """
    photo = clean_photo(data, side_max=PAGE_SIDE_MAX)
    digest = hashlib.sha256(photo.data).hexdigest()
    with transaction.atomic():
        row = _known(by.org_id)
        if row.licence_digest != digest:
            row.licence_encrypted = encrypt_bytes(photo.data)
            row.licence_digest = digest
            row.verified_at = row.verified_by_id = None
            row.save()
            append(LicenceFiled(digest=digest), at=now, org_id=by.org_id, actor=by)
    return operator(by.org_id, now=now)


@transaction.atomic
def verify_operator(*, by: Actor, now: dt.datetime) -> OperatorView:
    """Record that the file was compared with the papers and is true; holds six months.

    Raises:
        OperatorMissing, LicenceMissing, LicenceOver: nothing was written.
        SignerUnverified: a natural person whose own identity is not verified; neither.
        OnBlacklist: the operator was listed meanwhile; neither.

    Source: LM-001.
    """
    row = _known(by.org_id)
    check_not_listed(by.org_id, "credit_code", row.credit_code, now=now)
    if row.host_id is not None:
        if standing(by.org_id, row.host_id, now=now).identity not in ("valid", "due"):
            raise SignerUnverified(name=row.name)
    elif not row.licence_digest:
        raise LicenceMissing()
    if row.licence_expires_on is not None and row.licence_expires_on < shop_day(now):
        raise LicenceOver(day=row.licence_expires_on.isoformat())
    row.verified_at = now
    row.verified_by_id = by.id if by.kind == "person" else None
    row.save()
    fact = OperatorVerified(digest=file_digest(_spec_of(row), row.licence_digest))
    append(fact, at=now, org_id=by.org_id, actor=by)
    return operator(by.org_id, now=now)


def _locked(org_id: int) -> Operator | None:
    return Operator.objects.select_for_update().filter(organisation_id=org_id).first()


def _known(org_id: int) -> Operator:
    row = _locked(org_id)
    if row is None:
        raise OperatorMissing()
    return row


def _spec_of(row: Operator) -> OperatorSpec:
    return OperatorSpec(
        kind=cast(OperatorKind, row.kind),
        name=row.name,
        address=row.address,
        contact=row.contact,
        credit_code=row.credit_code,
        host_id=row.host_id,
        licence_expires_on=row.licence_expires_on,
    )
