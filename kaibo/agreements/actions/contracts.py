"""Written contracts with who cooperates, and the duties they name."""

import datetime as dt
import hashlib
from dataclasses import dataclass
from typing import Final

from django.db import transaction

from kaibo.access.actions import lock_organisation
from kaibo.access.crypto import encrypt_bytes
from kaibo.agreements.errors import (
    ContractOver,
    ContractTermWrong,
    NoSuchContract,
    PartyCodeWrong,
)
from kaibo.agreements.models import Contract
from kaibo.agreements.reads.contracts import ContractView, clauses_of, contract_view
from kaibo.agreements.rules import PARTY_CHARS_MAX
from kaibo.base.actor import Actor
from kaibo.base.codes import is_credit_code
from kaibo.base.inputs import clean_text
from kaibo.base.photos import clean_photo
from kaibo.facts.agreements import ContractEnded, ContractRecorded
from kaibo.journal.actions import append

PAGE_SIDE_MAX: Final = 1_600


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractSpec:
    """A contract as signed, both days inclusive; ``has_*``: it names this duty of both sides."""

    party_name: str
    party_code: str
    since_on: dt.date
    until_on: dt.date | None = None
    has_security: bool = False
    has_quality: bool = False
    has_consumer: bool = False


def record_contract(
    *, spec: ContractSpec, paper: bytes, by: Actor, now: dt.datetime
) -> ContractView:
    """Put a signed contract on file.

    Raises:
        TextMissing, TextTooLong, TextUnreadable, PhotoTooLarge, PhotoUnreadable: nothing was
            written.
        PartyCodeWrong, ContractTermWrong: neither.

    Source: 直播电商监督管理办法 art. 43; LM-024.
    """
    name = clean_text("party_name", spec.party_name, chars_max=PARTY_CHARS_MAX, required=True)
    code = spec.party_code.strip().upper()
    if not is_credit_code(code):
        raise PartyCodeWrong(field="party_code")
    if spec.until_on is not None and spec.until_on < spec.since_on:
        raise ContractTermWrong(field="until_on")
    photo = clean_photo(paper, side_max=PAGE_SIDE_MAX)
    with transaction.atomic():
        lock_organisation(by.org_id)
        row = Contract.objects.create(
            organisation_id=by.org_id,
            party_name=name,
            party_code=code,
            has_security=spec.has_security,
            has_quality=spec.has_quality,
            has_consumer=spec.has_consumer,
            since_on=spec.since_on,
            until_on=spec.until_on,
            paper_encrypted=encrypt_bytes(photo.data),
            paper_digest=hashlib.sha256(photo.data).hexdigest(),
            recorded_at=now,
        )
        view = contract_view(row)
        fact = ContractRecorded(
            contract_id=row.pk,
            clauses=clauses_of(view),
            since_on=row.since_on,
            until_on=row.until_on,
            digest=row.paper_digest,
        )
        append(fact, at=now, org_id=by.org_id, actor=by)
        return view


@transaction.atomic
def end_contract(*, contract_id: int, by: Actor, now: dt.datetime) -> ContractView:
    """Record that a contract holds no longer.

    Raises:
        NoSuchContract, ContractOver: nothing was written.
    """
    rows = Contract.objects.select_for_update(no_key=True).defer("paper_encrypted")
    row = rows.filter(organisation_id=by.org_id, pk=contract_id).first()
    if row is None:
        raise NoSuchContract(id=contract_id)
    if row.ended_at is not None:
        raise ContractOver()
    row.ended_at = now
    row.save(update_fields=["ended_at"])
    append(ContractEnded(contract_id=row.pk), at=now, org_id=by.org_id, actor=by)
    return contract_view(row)
