"""What can happen in hosts. Numbers, names and dates of birth never stand here."""

import datetime as dt

from kaibo.facts.base import Fact


class HostAdded(Fact, frozen=True, kw_only=True, tag="hosts.host_added.1"):
    """Somebody was written down; ``person_id`` is the account they sign in with, if any."""

    host_id: int
    person_id: int | None
    has_id_number: bool
    part: str = "host"
    document: str = "resident_id"


class HostChanged(Fact, frozen=True, kw_only=True, tag="hosts.host_changed.1"):
    """What is written of somebody changed; a new identity ends the verification."""

    host_id: int
    person_id: int | None
    has_id_number: bool
    identity_changed: bool
    part: str = "host"
    document: str = "resident_id"


class HostVerified(Fact, frozen=True, kw_only=True, tag="hosts.host_verified.1"):
    """Somebody's document was read and is theirs."""

    host_id: int
    method: str


class HostIdentityRefused(Fact, frozen=True, kw_only=True, tag="hosts.host_identity_refused.1"):
    """A document was read and is not this person's; since ``ends`` that ends a verification."""

    host_id: int
    method: str
    ends: bool = False


class IdNumberRevealed(Fact, frozen=True, kw_only=True, tag="hosts.id_number_revealed.1"):
    """Somebody saw a number in full, and said why."""

    host_id: int
    reason: str


class HostPaperAdded(Fact, frozen=True, kw_only=True, tag="hosts.host_paper_added.1"):
    """A picture was put on file; ``digest`` is of what is kept. A new portrait ends a check."""

    host_id: int
    paper_id: int
    kind: str
    digest: str
    ends_verification: bool


class GuardianConsented(Fact, frozen=True, kw_only=True, tag="hosts.guardian_consented.1"):
    """The guardian of a host of 16 or 17 agreed in writing; older facts know no paper."""

    host_id: int
    guardian_id: int | None = None
    relation: str = ""
    signed_on: dt.date | None = None
    paper_id: int | None = None


class HostAffiliated(Fact, frozen=True, kw_only=True, tag="hosts.host_affiliated.1"):
    """Where somebody belongs was proved; ``has_entity``: it is known who answers for them."""

    host_id: int
    affiliation_id: int
    kind: str
    since_on: dt.date
    until_on: dt.date | None
    paper_id: int
    has_entity: bool


class EditionPublished(Fact, frozen=True, kw_only=True, tag="hosts.edition_published.1"):
    """An edition of the agreement or the course is there; ``digest`` is of its text."""

    edition_id: int
    kind: str
    number: int
    digest: str
    is_mandatory: bool
    pass_score: int
    grace_days: int


class EditionProved(Fact, frozen=True, kw_only=True, tag="hosts.edition_proved.1"):
    """Somebody signed an edition, or sat its test."""

    host_id: int
    proof_id: int
    edition_id: int
    done_on: dt.date
    score: int
    is_passed: bool
    paper_id: int | None


class IdentityTermsSet(Fact, frozen=True, kw_only=True, tag="hosts.identity_terms_set.1"):
    """The organisation set its numbers anew."""

    reverify_months: int
    age_min: int
    training_months: int
    check_hours: int


class OperatorFiled(Fact, frozen=True, kw_only=True, tag="hosts.operator_filed.1"):
    """Who runs the rooms was written down anew, and is not verified any more."""

    kind: str
    host_id: int | None
    licence_expires_on: dt.date | None


class LicenceFiled(Fact, frozen=True, kw_only=True, tag="hosts.licence_filed.1"):
    """A picture of the operator's licence was put on file, which ends a verification."""

    digest: str


class OperatorVerified(Fact, frozen=True, kw_only=True, tag="hosts.operator_verified.1"):
    """The operator's file was compared with the papers; ``digest`` is of what it said."""

    digest: str
