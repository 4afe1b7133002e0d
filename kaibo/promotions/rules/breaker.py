"""The breaker (熔断): when too much is given away in too short a time, stop selling. Pure.

What counts is money given away per time: units × (reference price − what was paid). A wrong price
with many orders and a deep mistake with few both show in it; a fair price at any pace does not.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from kaibo.base.inputs import check_whole
from kaibo.base.money import FEN_MAX

# A window is cut into so many buckets: the breaker may be early by one of them, never late.
BUCKETS: Final = 12
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)

# For each limit its buckets as [number, off_fen], by number; as stored with the row it watches.
Pace = list[list[list[int]]]


@dataclass(frozen=True, slots=True)
class PaceLimit:
    """At most this much may be given away within any window of this length."""

    window_s: int
    off_fen_max: int


@dataclass(frozen=True, slots=True, kw_only=True)
class GuardTerms:
    """A shop's thresholds; the defaults stand until it sets its own.

    Args:
        short_s, short_off_fen_max: the fast window: a wrong price in a full room.
        long_s, long_off_fen_max: the slow window: a mistake nobody sees overnight. The same sum
            is the most that one person may put on air at an open price: units × discount beyond
            it needs a second. All units of a flash sale may go at once: there the fast sum counts.
        price_share_bp_min: a price below this share of what the goods cost needs a second person.
        undo_s: how long a change may be taken back while nobody bought.
        ask_lasts_s: how long a change waits for its second person.
        tag_days: a compared price may not be above the lowest of these days.
    """

    short_s: int = 60
    short_off_fen_max: int = 5_000_000
    long_s: int = 86_400
    long_off_fen_max: int = 10_000_000
    price_share_bp_min: int = 3_000
    undo_s: int = 30
    ask_lasts_s: int = 900
    tag_days: int = 30

    def limits(self, *, agreed_off_fen: int = 0) -> tuple[PaceLimit, PaceLimit]:
        """Both limits, raised to what two people agreed to give away on purpose."""
        return (
            PaceLimit(self.short_s, max(self.short_off_fen_max, agreed_off_fen)),
            PaceLimit(self.long_s, max(self.long_off_fen_max, agreed_off_fen)),
        )


def check_guard_terms(terms: GuardTerms) -> None:
    """Refuse thresholds that would stop everything or nothing.

    Raises:
        NumberOutOfRange: names the field.
    """
    check_whole("short_s", terms.short_s, least=BUCKETS, most=3_600)
    check_whole("long_s", terms.long_s, least=terms.short_s, most=7 * 86_400)
    check_whole("short_off_fen_max", terms.short_off_fen_max, least=1, most=FEN_MAX)
    check_whole("long_off_fen_max", terms.long_off_fen_max, least=1, most=FEN_MAX)
    check_whole("price_share_bp_min", terms.price_share_bp_min, least=0, most=10_000)
    check_whole("undo_s", terms.undo_s, least=0, most=600)
    check_whole("ask_lasts_s", terms.ask_lasts_s, least=30, most=86_400)
    check_whole("tag_days", terms.tag_days, least=7, most=366)


def off_within(pace: Pace, limits: Sequence[PaceLimit], *, now: dt.datetime) -> list[int]:
    """What was given away in the window of each limit that ends now, in fen.

    A bucket counts while any part of it lies in the window. Buckets of the future count too: a
    clock that was set back hides nothing.
    """
    return [
        sum(off for number, off in buckets if number >= _oldest(limit, now))
        for limit, buckets in _zipped(pace, limits)
    ]


def noted(pace: Pace, limits: Sequence[PaceLimit], *, off_fen: int, now: dt.datetime) -> Pace:
    """The pace with so much more given away now; what no window reaches any more is dropped."""
    assert off_fen >= 0
    after: Pace = []
    for limit, buckets in _zipped(pace, limits):
        oldest, here = _oldest(limit, now), _bucket(limit, now)
        kept = {number: off for number, off in buckets if number >= oldest}
        if off_fen:
            kept[here] = kept.get(here, 0) + off_fen
        after.append([[number, off] for number, off in sorted(kept.items())])
    return after


def limit_passed(
    pace: Pace, limits: Sequence[PaceLimit], *, now: dt.datetime
) -> tuple[PaceLimit, int] | None:
    """The first limit that is exceeded and what was given away in its window; None if none is."""
    for limit, off_fen in zip(limits, off_within(pace, limits, now=now), strict=True):
        if off_fen > limit.off_fen_max:
            return limit, off_fen
    return None


def units_until_trip(
    pace: Pace, limits: Sequence[PaceLimit], *, off_each_fen: int, now: dt.datetime
) -> int | None:
    """How many more units can be given before the breaker trips, the tripping one included.

    None: nothing is given away on a unit, so there is no such number.

    >>> now = dt.datetime(2026, 11, 26, tzinfo=dt.UTC)
    >>> units_until_trip([], [PaceLimit(60, 1_000)], off_each_fen=300, now=now)
    4
    """
    if off_each_fen <= 0:
        return None
    spent = off_within(pace, limits, now=now)
    left = [max(-1, limit.off_fen_max - off) for limit, off in zip(limits, spent, strict=True)]
    return min(each // off_each_fen + 1 if each >= 0 else 0 for each in left)


def off_each_fen(reference_fen: int | None, price_fen: int) -> int:
    """What a unit at this price gives away; nothing where no reference is known."""
    return 0 if reference_fen is None else max(0, reference_fen - price_fen)


def _zipped(pace: Pace, limits: Sequence[PaceLimit]) -> list[tuple[PaceLimit, list[list[int]]]]:
    padded = [*pace, *([] for _ in limits)]
    return list(zip(limits, padded, strict=False))


def _width_us(limit: PaceLimit) -> int:
    return limit.window_s * 1_000_000 // BUCKETS


def _bucket(limit: PaceLimit, now: dt.datetime) -> int:
    return (now - _EPOCH) // dt.timedelta(microseconds=1) // _width_us(limit)


def _oldest(limit: PaceLimit, now: dt.datetime) -> int:
    return _bucket(limit, now - dt.timedelta(seconds=limit.window_s))
