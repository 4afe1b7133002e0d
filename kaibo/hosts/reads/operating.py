"""Who runs the organisation's rooms, and whether their file holds today."""

import datetime as dt
from dataclasses import dataclass

from kaibo.access.crypto import decrypt_bytes
from kaibo.hosts.errors import LicenceMissing
from kaibo.hosts.models import Operator
from kaibo.hosts.reads.people import standing
from kaibo.hosts.reads.standing import terms_of
from kaibo.hosts.rules import valid_through
from kaibo.hosts.rules.operator import OperatorState, operator_state


@dataclass(frozen=True, slots=True)
class OperatorView:
    """The file with today's state; without a file everything but the state is empty."""

    state: OperatorState
    kind: str
    name: str
    credit_code: str
    host_id: int | None
    address: str
    contact: str
    licence_expires_on: dt.date | None
    has_licence: bool
    verified_at: dt.datetime | None
    verified_by: int | None
    verified_through: dt.date | None


def operator(org_id: int, *, now: dt.datetime) -> OperatorView:
    """Who runs the rooms. A natural person's file holds as long as their identity does."""
    row = Operator.objects.filter(organisation_id=org_id).defer("licence_encrypted").first()
    if row is None:
        return OperatorView("missing", "", "", "", None, "", "", None, False, None, None, None)
    months = terms_of(org_id).reverify_months
    state = operator_state(row.verified_at, row.licence_expires_on, months=months, now=now)
    if row.host_id is not None and state in ("valid", "due"):
        identity = standing(org_id, row.host_id, now=now).identity
        state = "unverified" if identity in ("missing", "refused", "expired") else state
    return OperatorView(
        state=state,
        kind=row.kind,
        name=row.name,
        credit_code=row.credit_code,
        host_id=row.host_id,
        address=row.address,
        contact=row.contact,
        licence_expires_on=row.licence_expires_on,
        has_licence=bool(row.licence_digest),
        verified_at=row.verified_at,
        verified_by=row.verified_by_id,
        verified_through=valid_through(row.verified_at, months) if row.verified_at else None,
    )


def licence_data(org_id: int) -> bytes:
    """The picture of the licence, as JPEG.

    Raises:
        LicenceMissing: none is on file.
    """
    row = Operator.objects.filter(organisation_id=org_id).first()
    if row is None or not row.licence_encrypted:
        raise LicenceMissing()
    return decrypt_bytes(row.licence_encrypted)


def operator_name(org_id: int) -> str:
    """Who runs the rooms by the file, as viewers are told; "" without a file."""
    names = Operator.objects.filter(organisation_id=org_id).values_list("name", flat=True)
    return names.first() or ""
