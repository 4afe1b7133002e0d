"""What can happen to published rules and contracts. Texts and names never stand here."""

import datetime as dt

from kaibo.facts.base import Fact


class RulesPublished(Fact, frozen=True, kw_only=True, tag="agreements.rules_published.1"):
    """A version of the rules was published; ``digest`` is of its texts in both languages."""

    version_id: int
    kind: str
    number: int
    impact: str
    digest: str
    effective_at: dt.datetime


class RulesAcknowledged(Fact, frozen=True, kw_only=True, tag="agreements.rules_acknowledged.1"):
    """The room operator took note of a version."""

    version_id: int


class OpinionLeft(Fact, frozen=True, kw_only=True, tag="agreements.opinion_left.1"):
    """Somebody said something about an announced version."""

    version_id: int
    opinion_id: int


class ContractRecorded(Fact, frozen=True, kw_only=True, tag="agreements.contract_recorded.1"):
    """A contract was put on file with the duties it names; ``digest`` is of its picture."""

    contract_id: int
    clauses: tuple[str, ...]
    since_on: dt.date
    until_on: dt.date | None
    digest: str


class ContractEnded(Fact, frozen=True, kw_only=True, tag="agreements.contract_ended.1"):
    """A contract holds no longer."""

    contract_id: int
