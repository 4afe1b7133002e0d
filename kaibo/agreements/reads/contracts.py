"""Contracts with who cooperates, and whether one covers a party."""

import datetime as dt
from dataclasses import dataclass

from kaibo.access.crypto import decrypt_bytes
from kaibo.agreements.errors import NoSuchContract
from kaibo.agreements.models import Contract
from kaibo.agreements.rules import Clause, Contracted, Covered, contracted


@dataclass(frozen=True, slots=True)
class ContractView:
    """A contract as pages show it; both days inclusive."""

    id: int
    party_name: str
    party_code: str
    has_security: bool
    has_quality: bool
    has_consumer: bool
    since_on: dt.date
    until_on: dt.date | None
    recorded_at: dt.datetime
    ended_at: dt.datetime | None


def contracts(org_id: int) -> list[ContractView]:
    """Every contract of the organisation, the newest first."""
    rows = Contract.objects.filter(organisation_id=org_id).defer("paper_encrypted")
    return [contract_view(row) for row in rows.order_by("-pk")]


def contracts_with(
    org_id: int, party_code: str, *, first: dt.date, last: dt.date
) -> tuple[Contracted, tuple[Clause, ...]]:
    """Whether a contract covers a party from one day to another, and which duties it leaves out."""
    rows = Contract.objects.filter(organisation_id=org_id, party_code=party_code)
    found = [contract_view(row) for row in rows.defer("paper_encrypted")]
    return contracted([_covered(one) for one in found], first=first, last=last)


def contract_paper(org_id: int, id: int) -> bytes:
    """The picture of a contract, as JPEG.

    Raises:
        NoSuchContract: none of this id in the organisation.
    """
    row = Contract.objects.filter(organisation_id=org_id, pk=id).first()
    if row is None:
        raise NoSuchContract(id=id)
    return decrypt_bytes(row.paper_encrypted)


def contract_view(row: Contract) -> ContractView:
    """A row as a value, without the picture."""
    return ContractView(
        id=row.pk,
        party_name=row.party_name,
        party_code=row.party_code,
        has_security=row.has_security,
        has_quality=row.has_quality,
        has_consumer=row.has_consumer,
        since_on=row.since_on,
        until_on=row.until_on,
        recorded_at=row.recorded_at,
        ended_at=row.ended_at,
    )


def clauses_of(view: ContractView) -> tuple[Clause, ...]:
    """The duties that a contract names."""
    told: tuple[tuple[Clause, bool], ...] = (
        ("security", view.has_security),
        ("quality", view.has_quality),
        ("consumer", view.has_consumer),
    )
    return tuple(name for name, is_there in told if is_there)


def _covered(view: ContractView) -> Covered:
    return Covered(
        clauses=frozenset(clauses_of(view)),
        since_on=view.since_on,
        until_on=view.until_on,
        is_ended=view.ended_at is not None,
    )
