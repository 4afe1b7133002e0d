"""True prices, true scarcity: what may be compared, called a discount, called scarce. Pure."""

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from kaibo.promotions.errors import BaseAboveDeals, DiscountNotTrue, TagRaised

DEALS_DAYS: Final = 7
RESTART_WITHIN: Final = dt.timedelta(hours=24)
# 价格促销: what "五折" may differ from the arithmetic by.
ROUNDING_FEN: Final = 100

_DIGITS = {c: n for n, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_TENS = {"十": 10, "百": 100, "千": 1_000}
_NUMBER = r"(\d{1,9}|[零〇一二三四五六七八九十百千万两]{1,12})"
_SCARCE = re.compile(
    rf"(?:最后|只剩下?|仅剩下?|还剩下?|就剩下?|剩余|余量)(?:不到)?\s*{_NUMBER}\s*(?:单|件|套|个|组|份|盒|箱|瓶|支)"
    r"(?!事|问题|环节|小时|月|人|提醒)"
)
_COUNTDOWN = re.compile(
    rf"(?:最后|只剩下?|仅剩下?|还剩下?|就剩下?|剩余|倒计时|倒数|仅限)(?:不到)?\s*{_NUMBER}\s*"
    r"(?:(?P<h>个?小时|个?钟头)|(?P<m>分钟)|(?P<s>秒钟?))"
    r"|\b(?:last|only|final)\s+(?P<en>\d{1,4})\s*(?:(?P<eh>hours?)|(?P<em>min(?:ute)?s?)|(?P<es>sec(?:ond)?s?))\b",
    re.IGNORECASE,
)
_FOLD = re.compile(
    r"([1-9]|[一二三四五六七八九])(?:[.．点]?([0-9]|[一二三四五六七八九]))?\s*折(?!扣|叠|返|腾|磨|痕)"
)


@dataclass(frozen=True, slots=True)
class Deal:
    """What one unit really cost a buyer, net of every discount, and when it was ordered."""

    unit_fen: int
    at: dt.datetime


@dataclass(frozen=True, slots=True)
class Base:
    """The lawful base of a comparison (规范促销行为规定 21, LM-092) and where it comes from."""

    price_fen: int
    source: Literal["lowest_in_days", "last_deal"]
    at: dt.datetime


@dataclass(frozen=True, slots=True)
class ScarcityHit:
    """Words that say fewer units are left than there are."""

    words: str
    said: int
    units_left: int


@dataclass(frozen=True, slots=True)
class CountdownHit:
    """Words that say something ends sooner than anything does; ``ends_at`` None: nothing ends."""

    words: str
    said: dt.timedelta
    ends_at: dt.datetime | None


def compared_base(deals: Iterable[Deal], *, start: dt.datetime) -> Base | None:
    """The lowest deal in the seven days before a promotion, else the last deal before it.

    None: nothing was ever sold, so nothing may be struck out (LM-092).

    Args:
        deals: in any order; those at or after ``start`` are not looked at.
    """
    before = [deal for deal in deals if deal.at < start]
    recent = [deal for deal in before if deal.at >= start - dt.timedelta(days=DEALS_DAYS)]
    if recent:
        lowest = min(recent, key=lambda deal: (deal.unit_fen, deal.at))
        return Base(lowest.unit_fen, "lowest_in_days", lowest.at)
    if before:
        last = max(before, key=lambda deal: (deal.at, -deal.unit_fen))
        return Base(last.unit_fen, "last_deal", last.at)
    return None


def check_base(link_no: int, *, shown_fen: int, base: Base | None) -> None:
    """Refuse a compared price above the deals it says it comes from (LM-092).

    Raises:
        BaseAboveDeals: names both; without any deal none may be shown.
    """
    if base is None or shown_fen > base.price_fen:
        most = None if base is None else base.price_fen
        raise BaseAboveDeals(link_no=link_no, shown_fen=shown_fen, base_fen=most)


def check_tag(
    link_no: int,
    *,
    price_fen: int,
    tag_fen: int,
    tags: Sequence[tuple[int, dt.datetime]],
    days: int,
    now: dt.datetime,
) -> None:
    """Refuse a tag that was raised shortly before the price is cut (禁止先涨后降, LM-093).

    Args:
        tags: earlier tags of the SKU at this shop with the moment each was shown first.

    Raises:
        TagRaised: names the lower tag and when it stood.
    """
    if tag_fen <= price_fen:
        return
    since = now - dt.timedelta(days=days)
    # The tag that stood when the look-back began counts, whenever it was put there.
    standing = [one for one in tags if one[1] < since]
    looked = [one for one in tags if since <= one[1] < now]
    if standing:
        looked.append(max(standing, key=lambda one: one[1]))
    lower = min(looked, default=None)
    if lower is not None and lower[0] < tag_fen:
        raise TagRaised(link_no=link_no, tag_fen=tag_fen, was_fen=lower[0], at=lower[1])


def check_discount_words(text: str, *, price_fen: int, base_fen: int | None) -> None:
    """Refuse "N折" that the price is not (LM-094).

    Args:
        text: a title or a notice; without such words everything passes.
        base_fen: the compared price; None refuses every "N折".

    Raises:
        DiscountNotTrue: names the words and what the price would have to be.
    """
    for found in _FOLD.finditer(text):
        tenths = _fold_tenths(found)
        # 打八五折 is 85%: hundredths of the base.
        most = None if base_fen is None else base_fen * tenths // 100 + ROUNDING_FEN
        if most is None or price_fen > most:
            raise DiscountNotTrue(words=found[0], price_fen=price_fen, base_fen=base_fen)


def scarcity_hits(text: str, *, units_left: int) -> list[ScarcityHit]:
    """Words that say fewer units are left than there are (LM-099).

    Tolerance: max(2, 5 % of what is left). More than was said is the lie; fewer is not.

    >>> [hit.said for hit in scarcity_hits("最后3单了", units_left=500)]
    [3]
    >>> scarcity_hits("最后三单了", units_left=3)
    []
    """
    hits = []
    for found in _SCARCE.finditer(text):
        said = whole_of(found[1])
        if said is not None and units_left > said + max(2, units_left // 20):
            hits.append(ScarcityHit(words=found[0], said=said, units_left=units_left))
    return hits


def countdown_hits(
    text: str, *, ends: Iterable[dt.datetime], now: dt.datetime
) -> list[CountdownHit]:
    """Words that say something ends sooner than anything on offer does (LM-098, LM-099).

    Tolerance: a minute, or a tenth of what was said. What ends even sooner is no lie to buyers.

    Args:
        ends: when prices, coupons and rounds that are on now end.

    >>> now = dt.datetime(2026, 11, 28, tzinfo=dt.UTC)
    >>> at = [now + dt.timedelta(minutes=5)]
    >>> countdown_hits("最后五分钟", ends=at, now=now)
    []
    >>> [hit.said.seconds for hit in countdown_hits("最后3分钟！", ends=at, now=now)]
    [180]
    """
    next_end = min((end for end in ends if end > now), default=None)
    hits = []
    for found in _COUNTDOWN.finditer(text):
        count = whole_of(found["en"] or found[1])
        if count is None:
            continue
        unit_s = 3_600 if found["h"] or found["eh"] else 60 if found["m"] or found["em"] else 1
        said = dt.timedelta(seconds=count * unit_s)
        if next_end is None or next_end - now > said + max(dt.timedelta(minutes=1), said / 10):
            hits.append(CountdownHit(words=found[0], said=said, ends_at=next_end))
    return hits


def countdown_words(text: str) -> list[str]:
    """Words that say how much time is left.

    >>> countdown_words("最后五分钟，倒计时10秒")
    ['最后五分钟', '倒计时10秒']
    """
    return [found[0] for found in _COUNTDOWN.finditer(text)]


def scarce_words(text: str) -> list[str]:
    """Words that say how many units are left.

    >>> scarce_words("最后3单了，仅剩五套")
    ['最后3单', '仅剩五套']
    """
    return [found[0] for found in _SCARCE.finditer(text)]


def whole_of(number: str) -> int | None:
    """A whole number in plain or Chinese digits; None if it is none.

    >>> [whole_of(one) for one in ("12", "三", "十五", "两百零五", "二〇", "一万二千", "十十")]
    [12, 3, 15, 205, 20, 12000, None]
    """
    if number.isdecimal():
        return int(number)
    if all(c in _DIGITS for c in number):
        return int("".join(str(_DIGITS[c]) for c in number))
    head, wan, tail = number.partition("万")
    if wan:
        high, low = _below_ten_thousand(head), _below_ten_thousand(tail) if tail else 0
        return None if not high or low is None else high * 10_000 + low
    return _below_ten_thousand(number)


def _below_ten_thousand(number: str) -> int | None:
    total, digit, unit_before = 0, None, 10_000
    for c in number:
        if c in _TENS:
            if _TENS[c] >= unit_before:
                return None
            total += (1 if digit is None or digit == 0 else digit) * _TENS[c]
            unit_before, digit = _TENS[c], None
        elif c in _DIGITS:
            if digit:
                return None
            digit = _DIGITS[c]
        else:
            return None
    return total + (digit or 0)


def _fold_tenths(found: re.Match[str]) -> int:
    """5折 is 50, 8.5折, 85折 and 八五折 are 85."""
    first, second = whole_of(found[1]), whole_of(found[2] or "0")
    assert first is not None
    assert second is not None
    return first * 10 + second
