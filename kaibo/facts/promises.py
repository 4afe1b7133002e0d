"""What can happen to what was said on air and to its correction."""

import datetime as dt
from typing import Literal

import msgspec

from kaibo.facts.base import Fact


class HeardLine(msgspec.Struct, frozen=True, array_like=True):
    """One line said on air; ``digest`` is the SHA-256 of its text in UTF-8, in hex."""

    utterance_id: int
    began_at: dt.datetime
    ended_at: dt.datetime
    digest: str


class LinesHeard(Fact, frozen=True, kw_only=True, tag="promises.lines_heard.1"):
    """Lines that were said on air, by a recogniser, by hand, or from captions."""

    source: Literal["speech", "typed", "captions"]
    lines: list[HeardLine]


class PromiseNoted(Fact, frozen=True, kw_only=True, tag="promises.promise_noted.1"):
    """What words promised, beside what was configured at that second.

    ``source``: where the words stood; ``source_id`` names the line, message or show.
    """

    promise_id: int
    source: Literal["speech", "chat", "notice", "picture"]
    source_id: int
    said_at: dt.datetime
    link_no: int | None
    kind: str
    words: str
    configured: str
    verdict: Literal["agrees", "differs", "unknown"]


class CorrectionOpened(Fact, frozen=True, kw_only=True, tag="promises.correction_opened.1"):
    """Something was said that is not so, and has to be corrected by ``due_at``.

    It comes of a promise that differs or of a finding. ``right_…``: the words to say.
    """

    correction_id: int
    promise_id: int | None
    finding_id: int | None
    link_no: int | None
    severity: str
    wrong: str
    right_zh: str
    right_en: str
    due_at: dt.datetime


class CorrectionShown(Fact, frozen=True, kw_only=True, tag="promises.correction_shown.1"):
    """Viewers have the correction on their screens until ``until_at``; ``orders`` were told."""

    correction_id: int
    link_no: int | None
    right_zh: str
    right_en: str
    until_at: dt.datetime
    orders: int


class CorrectionSaid(Fact, frozen=True, kw_only=True, tag="promises.correction_said.1"):
    """The host said it; ``utterance_id``: in this line, null: they pressed that they did."""

    correction_id: int
    utterance_id: int | None


class CorrectionMade(Fact, frozen=True, kw_only=True, tag="promises.correction_made.1"):
    """Said, shown, and the buyers told: nothing is owed any more."""

    correction_id: int
    link_no: int | None


class CorrectionWithdrawn(Fact, frozen=True, kw_only=True, tag="promises.correction_withdrawn.1"):
    """A person decided that nothing had to be corrected, and said why."""

    correction_id: int
    link_no: int | None
    reason: str


class CorrectionOverdue(Fact, frozen=True, kw_only=True, tag="promises.correction_overdue.1"):
    """It was not made in time; its link is stopped until it is."""

    correction_id: int
    link_no: int | None
