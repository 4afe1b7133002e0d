"""Who appears, whether that is what was sent, and whether each was checked. Pure."""

import datetime as dt
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

Result = Literal["match", "mismatch", "unavailable"]
RESULTS: Final[dict[Result, str]] = {
    "match": "一致",
    "mismatch": "不一致",
    "unavailable": "无法核验",
}
RosterState = Literal["unsent", "sent", "stale"]
Checked = Literal["match", "mismatch", "unavailable", "missing", "old", "portrait_changed"]

PEOPLE_MAX: Final = 50
NOTE_CHARS_MAX: Final = 200
SENT_TO_CHARS_MAX: Final = 80
RECEIPT_CHARS_MAX: Final = 120
REVIEWER: Final = "reviewer"
# The result is kept; the photograph only as long as somebody may ask (PIPL art. 19).
PHOTO_KEPT_FOR: Final = dt.timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Listed:
    """One line of a roster. ``document_digest``: a keyed hash of the document's number."""

    host_id: int
    part: str
    name: str
    document_digest: str


@dataclass(frozen=True, slots=True)
class LastCheck:
    """The newest check of a person for a show."""

    result: Result
    portrait_id: int
    at: dt.datetime


def roster_digest(people: Sequence[Listed]) -> str:
    """A digest of who is on a roster, whatever the order.

    >>> one, two = Listed(1, "host", "林", "a"), Listed(2, "guest", "李", "b")
    >>> roster_digest([one, two]) == roster_digest([two, one]) != roster_digest([one])
    True
    """
    lines = sorted([one.host_id, one.part, one.name, one.document_digest] for one in people)
    text = json.dumps(lines, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def roster_state(digest: str, sent: str | None) -> RosterState:
    """Whether what was sent last is who appears.

    Source: LM-004: a change after it was sent needs sending again.
    """
    if sent is None:
        return "unsent"
    return "sent" if sent == digest else "stale"


def check_state(
    last: LastCheck | None, *, portrait_id: int | None, hours: int, now: dt.datetime
) -> Checked:
    """Whether somebody was compared with their photograph recently enough for this show.

    Args:
        last: their newest check for this show.
        portrait_id: the photograph on file now.
        hours: how old a check may be.

    Source: LM-003.
    """
    if last is None:
        return "missing"
    if last.result != "match":
        return last.result
    if last.portrait_id != portrait_id:
        return "portrait_changed"
    return "match" if now - last.at <= dt.timedelta(hours=hours) else "old"
