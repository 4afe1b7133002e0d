"""Which version of the rules holds at a moment, and which contract covers a party. Pure.

Source: 电子商务法 art. 33, 34; 直播电商监督管理办法 art. 7, 43; LM-014, LM-015, LM-016, LM-024.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from kaibo.agreements.errors import NoticeTooLong, NoticeTooShort

Kind = Literal["marketing", "negative_list", "service"]
KINDS: Final[dict[Kind, tuple[str, str]]] = {
    "marketing": ("直播营销管理规则", "Live-marketing rules"),
    "negative_list": ("商品负面目录", "Negative list of goods"),
    "service": ("平台服务协议", "Service agreement"),
}
# What a platform has to publish (直播电商监督管理办法 art. 7).
NEEDED: Final[tuple[Kind, ...]] = ("marketing", "negative_list")

Impact = Literal["minor", "major"]
# Fifteen days where many users or large interests are touched; seven is what the law asks for.
NOTICE_DAYS: Final[dict[Impact, int]] = {"minor": 7, "major": 15}
IMPACTS: Final[dict[Impact, tuple[str, str]]] = {
    "minor": ("一般修改", "Ordinary change"),
    "major": ("影响较大", "Large impact"),
}
NOTICE_DAYS_MAX: Final = 366

# ``dropped``: announced, and replaced before it took effect.
State = Literal["in_force", "announced", "past", "dropped"]

TITLE_CHARS_MAX: Final = 80
TEXT_CHARS_MAX: Final = 50_000
SUMMARY_CHARS_MAX: Final = 500
OPINION_CHARS_MAX: Final = 2_000
OPINIONS_PER_NETWORK: Final = 5
OPINIONS_MAX: Final = 10_000


# The duties that a contract has to name (直播电商监督管理办法 art. 43; LM-024).
Clause = Literal["security", "quality", "consumer"]
CLAUSES: Final[dict[Clause, tuple[str, str]]] = {
    "security": ("人员与内容安全管理", "safety of people and content"),
    "quality": ("商品质量审核", "quality checks"),
    "consumer": ("消费者权益保护", "consumer protection"),
}
# ``clauses``: a contract is there and leaves a duty out.
Contracted = Literal["none", "clauses", "held"]
PARTY_CHARS_MAX: Final = 120


@dataclass(frozen=True, slots=True)
class Covered:
    """A contract with one party; both days inclusive, ``until_on`` may lack."""

    clauses: frozenset[str]
    since_on: dt.date
    until_on: dt.date | None
    is_ended: bool


@dataclass(frozen=True, slots=True)
class Term:
    """From when a version holds until the first newer one does; half-open, ``until`` may lack."""

    number: int
    effective_at: dt.datetime
    until: dt.datetime | None


def effect_of(
    wish: dt.datetime | None, *, impact: Impact, is_first: bool, now: dt.datetime
) -> dt.datetime:
    """When a version that is published now takes effect.

    A first version changes nothing, so it needs no notice and may hold at once.

    Args:
        wish: aware; None is the earliest lawful moment.
        impact: how much a change touches; of a first version it is not asked.

    Raises:
        NoticeTooShort: before the notice of 7 or 15 times 24 hours is over.
        NoticeTooLong: more than 366 days away.

    Source: 电子商务法 art. 34; LM-015.

    >>> now = dt.datetime(2026, 11, 1, tzinfo=dt.UTC)
    >>> effect_of(None, impact="minor", is_first=False, now=now).day
    8
    """
    days = 0 if is_first else NOTICE_DAYS[impact]
    earliest = now + dt.timedelta(days=days)
    if wish is None:
        return earliest
    if wish < earliest:
        raise NoticeTooShort(days=days, earliest=earliest)
    latest = now + dt.timedelta(days=NOTICE_DAYS_MAX)
    if wish > latest:
        raise NoticeTooLong(days=NOTICE_DAYS_MAX, latest=latest)
    return wish


def terms_of(effects: Mapping[int, dt.datetime]) -> list[Term]:
    """From when to when each version holds, the newest first.

    Of two that would both hold the newer one does, so a version ends with the first effect of any
    newer one; where that is not after its own effect it never held.

    Args:
        effects: number of a version -> when it takes effect.
    """
    found: list[Term] = []
    until: dt.datetime | None = None
    for number in sorted(effects, reverse=True):
        at = effects[number]
        found.append(Term(number, at, until))
        until = at if until is None else min(at, until)
    return found


def state_of(term: Term, now: dt.datetime) -> State:
    """What a version is at a moment."""
    if term.until is not None and term.until <= term.effective_at:
        return "dropped"
    if now < term.effective_at:
        return "announced"
    return "in_force" if term.until is None or now < term.until else "past"


def in_force(terms: Sequence[Term], at: dt.datetime) -> int | None:
    """The number of the version that holds at a moment; None before there is one."""
    held = [one.number for one in terms if state_of(one, at) == "in_force"]
    assert len(held) <= 1
    return held[0] if held else None


def contracted(
    contracts: Sequence[Covered], *, first: dt.date, last: dt.date
) -> tuple[Contracted, tuple[Clause, ...]]:
    """Whether one contract covers a party on all these days with all three duties.

    Returns:
        The answer, and the duties that the best contract of these days leaves out.
    """
    on_time = [
        one
        for one in contracts
        if not one.is_ended
        and one.since_on <= first
        and (one.until_on is None or last <= one.until_on)
    ]
    if not on_time:
        return "none", ()
    lacking = [tuple(name for name in CLAUSES if name not in one.clauses) for one in on_time]
    least = min(lacking, key=len)
    return ("clauses" if least else "held"), least
