"""What can happen in compliance."""

from kaibo.facts.base import Fact


class ComplianceHit(Fact, frozen=True, tag="compliance.compliance_hit.1"):
    """A rule matched a text; the text itself stays with the finding.

    ``suppressed_reason`` is empty for a hit that counts. The span is half-open, in characters
    of the text; ``text_sha256`` is of the text in UTF-8, in hex.
    """

    finding_id: int
    surface: str
    subject_kind: str
    subject_id: int
    text_sha256: str
    span_start: int
    span_end: int
    family: str
    rule_id: str
    pack_version: str
    law: str
    article: str
    item: str
    verdict: str
    severity: str
    action: str
    view: str
    suppressed_reason: str


class FindingDismissed(Fact, frozen=True, tag="compliance.finding_dismissed.1"):
    """A person decided that an open finding does not count."""

    finding_id: int


class FindingConfirmed(Fact, frozen=True, tag="compliance.finding_confirmed.1"):
    """A person put the words before buyers in spite of an open finding, and said why."""

    finding_id: int
    reason: str


class PackLoaded(Fact, frozen=True, tag="compliance.pack_loaded.1"):
    """A version of an added pack is in force from now; its text stays with the version.

    ``sha256`` is of the text in UTF-8, in hex; "" where the pack was withdrawn. ``again``: the
    number of the version whose text it is once more, 0 if it is new.
    """

    family: str
    number: int
    sha256: str
    again: int


class ProfileAnswered(Fact, frozen=True, tag="compliance.profile_answered.1"):
    """An organisation said what it is; its duties follow from the answers."""

    answers: dict[str, bool]
