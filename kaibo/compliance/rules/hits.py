"""What a scan answers, and what it needs to know about the situation."""

import datetime as dt
from dataclasses import dataclass
from typing import Literal

Surface = Literal["script", "title", "chat", "speech"]
# Where a finding may come from: what is read in a picture is judged as cards and chat are, and
# some are read off what is on offer.
FoundOn = Literal["script", "title", "chat", "speech", "picture", "offer"]
Verdict = Literal["violation", "needs_evidence"]
Severity = Literal["S1", "S2", "S3", "S4"]
Action = Literal["block", "pause", "hide", "warn", "evidence", "review", "record"]

SURFACES: tuple[Surface, ...] = ("script", "title", "chat", "speech")
FOUND_ON: tuple[FoundOn, ...] = (*SURFACES, "picture", "offer")
VERDICTS: tuple[Verdict, ...] = ("violation", "needs_evidence")
SEVERITIES: tuple[Severity, ...] = ("S1", "S2", "S3", "S4")
ACTIONS: tuple[Action, ...] = ("block", "pause", "hide", "warn", "evidence", "review", "record")


@dataclass(frozen=True, slots=True)
class Citation:
    """An article that anybody can open: the law's Chinese title, ``第九条``, ``（三）`` or none."""

    law: str
    article: str
    item: str = ""

    def __str__(self) -> str:
        return f"{self.law}{self.article}{self.item}"


@dataclass(frozen=True, slots=True)
class Situation:
    """What the words alone do not say.

    Attributes:
        on: the day whose rules apply; None applies every rule not yet repealed.
        allow: contacts of the shop itself (service numbers, registered accounts); a hit that
            names one of them is suppressed.
        category: trade of the product being explained, in the words of the packs
            (``tutoring``, ``medical_device`` …); some trades raise the severity.
        rehearsal: hits are marked as suppressed, because nobody is watching.
    """

    on: dt.date | None = None
    allow: tuple[str, ...] = ()
    category: str = ""
    rehearsal: bool = False


@dataclass(frozen=True, slots=True)
class Hit:
    """One rule that matched, with the article behind it.

    Attributes:
        span_start, span_end: half-open, in characters of the text as it was typed.
        matched: the text as it was typed, ``text[span_start:span_end]``.
        view: the reading in which it was seen (``V0`` literal … ``V3`` digits).
        suppressed_reason: empty for a live hit; otherwise why it does not count
            (``negation``, ``refuted``, ``question``, ``allow_list``, ``rehearsal``, or the
            id of an exemption such as ``ABS23-6-1``). Suppressed hits are still recorded.
        notify_viewers: viewers of the room have to be warned.
    """

    family: str
    rule_id: str
    law: str
    article: str
    item: str
    span_start: int
    span_end: int
    matched: str
    view: str
    verdict: Verdict
    severity: Severity
    action: Action
    message_zh: str
    message_en: str
    evidence: str = ""
    suppressed_reason: str = ""
    notify_viewers: bool = False
    pack_version: str = ""

    @property
    def is_live(self) -> bool:
        """Whether the hit counts."""
        return not self.suppressed_reason


def verdict_of(hits: tuple[Hit, ...]) -> Literal["violation", "needs_evidence", "clear"]:
    """The strongest verdict among the hits that count."""
    verdicts = {hit.verdict for hit in hits if hit.is_live}
    if "violation" in verdicts:
        return "violation"
    return "needs_evidence" if verdicts else "clear"
