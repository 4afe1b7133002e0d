"""What can happen in compliance."""

import datetime as dt

import msgspec

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


class RiskPoints(msgspec.Struct, frozen=True, kw_only=True):
    """What one finding adds to a room's score: severity and repetition, less age."""

    finding_id: int
    family: str
    rule_id: str
    severity: str
    severity_points: int
    repeat_points: int
    aged_points: int


class RiskScored(Fact, frozen=True, tag="compliance.risk_scored.1"):
    """A room's score moved and its rung did not; the points of the reasons are the score."""

    rung: str
    score: int
    reasons: list[RiskPoints]


class RungChanged(Fact, frozen=True, tag="compliance.rung_changed.1"):
    """A room moved on the ladder, and why.

    ``viewers_max``: newcomers are let in up to so many; null: all. ``reason``: of the person who
    moved it; ``asked_by`` asked to leave a pause and another confirmed. ``settles``: the findings
    until now are answered for.
    """

    change_id: int
    before: str
    rung: str
    score: int
    reasons: list[RiskPoints]
    cause: str
    viewers_max: int | None
    reason: str = ""
    asked_by: int | None = None
    settles: bool = False


class LiftAsked(Fact, frozen=True, tag="compliance.lift_asked.1"):
    """Somebody asks to let a paused room go on; another has to confirm."""

    rung: str
    reason: str


class LiftRefused(Fact, frozen=True, tag="compliance.lift_refused.1"):
    """Another did not confirm: the room stays paused."""

    rung: str


class RungHeld(Fact, frozen=True, tag="compliance.rung_held.1"):
    """A room does not go below this rung until its cause lets it go; ``reason`` says why.

    Of one cause the newest holds. Older facts know one cause alone.
    """

    rung: str
    reason: str
    cause: str = "hold"


class RungLetGo(Fact, frozen=True, tag="compliance.rung_let_go.1"):
    """What held a room up is over; without another cause it may go down again, in its time."""

    rung: str
    cause: str = "hold"


class FunctionsGranted(Fact, frozen=True, tag="compliance.functions_granted.1"):
    """What a room's grade does not let it do; none: everything is granted."""

    off: list[str]


class ListingMade(Fact, frozen=True, tag="compliance.listing_made.1"):
    """Somebody was put on the blacklist; who it is stays with the entry."""

    listing_id: int
    who: str
    kinds: list[str]
    basis: str
    ends_at: dt.datetime


class ListingAppealed(Fact, frozen=True, tag="compliance.listing_appealed.1"):
    """The listed party appealed."""

    listing_id: int


class ListingAnswered(Fact, frozen=True, tag="compliance.listing_answered.1"):
    """Another person looked at the appeal: the entry stays, or is removed."""

    listing_id: int
    is_upheld: bool


class ListingEnded(Fact, frozen=True, tag="compliance.listing_ended.1"):
    """The term of an entry is over, and its effects with it."""

    listing_id: int


class SanctionDecided(Fact, frozen=True, tag="compliance.sanction_decided.1"):
    """A measure was ordered against a host or the operator; name and words stay with the row.

    ``is_whole``: false while a second person has to confirm. ``is_ordered``: by an authority.
    """

    sanction_id: int
    who: str
    host_id: int | None
    measure: str
    finding_ids: list[int]
    law: str
    article: str
    is_ordered: bool
    starts_at: dt.datetime
    ends_at: dt.datetime
    is_whole: bool


class SanctionSeconded(Fact, frozen=True, tag="compliance.sanction_seconded.1"):
    """A second person confirmed the decision, or it was not confirmed and fell."""

    sanction_id: int
    is_confirmed: bool


class SanctionAppealed(Fact, frozen=True, tag="compliance.sanction_appealed.1"):
    """Whom the decision is against appealed."""

    sanction_id: int


class SanctionAnswered(Fact, frozen=True, tag="compliance.sanction_answered.1"):
    """Another person looked at the appeal: the measure stays, or ends at once."""

    sanction_id: int
    is_upheld: bool


class SanctionEnded(Fact, frozen=True, tag="compliance.sanction_ended.1"):
    """The term is over and the measure with it; one that nobody confirmed falls."""

    sanction_id: int


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
