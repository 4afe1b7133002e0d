"""Until when something is kept: the latest of all codes that apply. Pure.

A code is R, a number, and years after an anchor letter or none, or M months, or D days: R3L, R3T,
R3, R6M, R60D. Anchors: L end of the live, T completion of the trade or close of the last case, X
leaving the platform, P last showing of the ad, none creation.
"""

import calendar
import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from kaibo.base.times import SHOP_ZONE, day_begins
from kaibo.compliance.errors import KeepCodeUnreadable, KeptTooShort
from kaibo.compliance.rules.retention import years_of

_SHORT: Final = re.compile(r"R([1-9]\d{0,2})([MD])")
_DAYS_IN: Final = {"D": (1, 1), "M": (28, 31), "Y": (365, 366)}

# What the law asks for at least (直播电商监督管理办法 art. 16, 网络交易监督管理办法 art. 20,
# 电子商务法 art. 31, 互联网直播服务管理规定 art. 16, 网络安全法 art. 23).
FLOORS: Final[Mapping[str, tuple[str, ...]]] = {
    "recording": ("R3L", "R3T", "R60D"),
    "chat": ("R3L", "R3T", "R60D"),
    "order": ("R3T",),
    "log": ("R6M", "R60D"),
    # Notices of rights holders and authorities, and reports to the regulator: nothing deletes them.
    "notice": ("R3", "R3T"),
}


@dataclass(frozen=True, slots=True)
class Term:
    """How long, in ``Y`` years, ``M`` months or ``D`` days, and from which anchor."""

    amount: int
    unit: str
    anchor: str


@dataclass(frozen=True, slots=True)
class Kept:
    """Until when, and which code decides; ``until`` is None while its anchor has not come."""

    until: dt.datetime | None
    code: str


def term_of(code: str) -> Term:
    """A code's meaning.

    Raises:
        KeepCodeUnreadable: it is no code.

    >>> term_of("R3L"), term_of("R6M")
    (Term(amount=3, unit='Y', anchor='L'), Term(amount=6, unit='M', anchor=''))
    """
    if (years := years_of(code)) is not None:
        return Term(years[0], "Y", years[1])
    found = _SHORT.fullmatch(code)
    if found is None:
        raise KeepCodeUnreadable(given=code[:20])
    return Term(int(found[1]), found[2], "")


def after(at: dt.datetime, term: Term) -> dt.datetime:
    """The first moment when a term that began at ``at`` is over: the end of its last day here.

    Calendar years and months, not days; a day that a month lacks is the first of the next.

    >>> after(dt.datetime(2024, 2, 29, 4, tzinfo=dt.UTC), Term(3, "Y", "")).isoformat()
    '2027-03-01T16:00:00+00:00'
    """
    day = at.astimezone(SHOP_ZONE).date()
    if term.unit == "D":
        last = day + dt.timedelta(days=term.amount)
    else:
        months = day.month - 1 + term.amount * (12 if term.unit == "Y" else 1)
        year, month = day.year + months // 12, months % 12 + 1
        if day.day <= calendar.monthrange(year, month)[1]:
            last = day.replace(year=year, month=month)
        else:
            last = dt.date(year + month // 12, month % 12 + 1, 1)
    return day_begins(last + dt.timedelta(days=1))


def delete_after(codes: Iterable[str], anchors: Mapping[str, Sequence[dt.datetime | None]]) -> Kept:
    """The latest end of all codes; of each anchor the latest moment counts.

    Args:
        anchors: moments by letter. None among them has not come yet: kept without an end. A letter
            with no moments never comes, as the trade of a show that sold nothing.
    """
    best: Kept | None = None
    for code in codes:
        term = term_of(code)
        moments = anchors.get(term.anchor, ())
        if any(moment is None for moment in moments):
            return Kept(None, code)
        for moment in moments:
            until = after(moment, term) if moment is not None else None
            if best is None or (
                until is not None and best.until is not None and until > best.until
            ):
                best = Kept(until, code)
    # Nothing began to run: nothing may go.
    return best or Kept(None, "")


def codes_of(kind: str, raised: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """The floors of a kind and what the installation adds to them."""
    return (*FLOORS[kind], *raised.get(kind, ()))


def lengthened(codes: Iterable[str], times: int) -> tuple[str, ...]:
    """The codes, and each that runs from the end of the live so many times as long beside it.

    >>> lengthened(("R3L", "R3T"), 2), lengthened(("R3L",), 1)
    (('R3L', 'R3T', 'R6L'), ('R3L',))
    """
    given = tuple(codes)
    terms = [term_of(code) for code in given]
    longer = [f"R{one.amount * times}L" for one in terms if one.anchor == "L"]
    return given if times == 1 else (*given, *dict.fromkeys(longer))


def check_raised(text: str) -> dict[str, tuple[str, ...]]:
    """What a setting such as ``recording=R5L,log=R12M`` adds to the floors.

    Raises:
        KeepCodeUnreadable: no such kind, or no code.
        KeptTooShort: shorter than the floor of the same anchor; a floor is only ever raised.

    >>> check_raised("recording=R5L, log=R184D")
    {'recording': ('R5L',), 'log': ('R184D',)}
    """
    raised: dict[str, tuple[str, ...]] = {}
    for part in filter(None, (piece.strip() for piece in text.split(","))):
        kind, _, code = (word.strip() for word in part.partition("="))
        if kind not in FLOORS:
            raise KeepCodeUnreadable(given=part[:40])
        term = term_of(code)
        same = [floor for floor in FLOORS[kind] if term_of(floor).anchor == term.anchor]
        short = next((floor for floor in same if not _covers(term, term_of(floor))), None)
        if short is not None:
            raise KeptTooShort(kind=kind, given=code, floor=short)
        raised[kind] = (*raised.get(kind, ()), code)
    return raised


def _covers(term: Term, floor: Term) -> bool:
    """Whether a term is never over before another: 184 days are six months, 179 are not."""
    if term.unit == floor.unit:
        return term.amount >= floor.amount
    if {term.unit, floor.unit} == {"Y", "M"}:
        return _months(term) >= _months(floor)
    # Any six months in a row have at most 184 days.
    least = term.amount * _DAYS_IN[term.unit][0]
    if floor.unit == "M":
        return least >= -(-floor.amount * 184 // 6)
    return least >= floor.amount * _DAYS_IN[floor.unit][1]


def _months(term: Term) -> int:
    return term.amount * (12 if term.unit == "Y" else 1)
