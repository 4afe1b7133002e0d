"""What words promise of a draw (抽奖, 福袋): prize, winners, odds, time, condition. Pure.

反不正当竞争法 on prize sales: kinds of prizes, conditions and amounts have to be clear. Only lines
that speak of a draw are read, and only plain promises.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

from kaibo.promotions.reads import whole_of

DrawKind = Literal["prize", "winners", "odds", "drawing", "entry"]
DRAW_KINDS: Final[tuple[DrawKind, ...]] = ("prize", "winners", "odds", "drawing", "entry")
# What an entry condition may be called besides a keyword's own text.
ENTRY_NAMES: Final = ("everyone", "follow", "order")

_HAN: Final = "零〇一二三四五六七八九十百千万两"
_N: Final = rf"(?:\d{{1,6}}|[{_HAN}]{{1,7}})"
_WHO: Final = "(?:个人|个|位|名|人)"
_SPEAKS: Final = re.compile(
    rf"抽奖|福袋|中奖|开奖|奖品|头奖|大奖|[一二三四五特]等奖|抽(?:出|取)?{_N}\s*{_WHO}|抽免单"
)
_WINNERS: Final = re.compile(
    rf"(?:抽(?:出|取)?|选出?|送出?|名额(?:有|是|:)?|[一总]共(?:有)?|中奖的?(?:有)?)\s*(?P<n>{_N})\s*(?:{_WHO}|份)"
)
_PRIZE: Final = re.compile(
    rf"(?:奖品(?:就)?(?:是|为|有|:)|(?:头|大|[一二三四五特]等)奖(?:就)?(?:是|为|送|:)"
    rf"|抽(?:出|取)?(?:{_N}\s*{_WHO}\S{{0,6}}?)?(?:送|赢|得))"
    rf"\s*(?:{_N}\s*[件个瓶盒袋套支包份罐箱台部张])?(?:价值{_N}(?:元|块钱?)?)?的?(?P<name>[\u4e00-\u9fffa-z0-9]{{2,12}})"
)
_NO_NAME: Final = re.compile(r"^(?:什么|啥|[一二三四五特]等奖|大奖|奖品|福利|给|你们?|大家)")
_ODDS: Final = re.compile(
    rf"中奖(?:率|概率|几率)(?:是|有|高达|:)?\s*(?:百分之(?P<p>{_N})|(?P<q>{_N})\s*%)"
)
_ALL_WIN: Final = re.compile(r"人人有奖|个个有奖|人人都?中|百分百中|必中(?!注)|100%中")
_IN: Final = re.compile(
    rf"(?P<n>{_N})\s*(?P<unit>秒钟?|分钟|个?半?小时)(?:之?后|以后)?(?:就|准时|马上)?(?:开奖|抽奖|开抽|截止|开福袋)"
)
_AT: Final = re.compile(
    rf"(?P<h>{_N})\s*(?:点钟?|:)\s*(?:(?P<half>半)|(?P<m>{_N})\s*分?)?(?:整)?(?:就|准时)?(?:开奖|抽奖|开抽|截止)"
)
_JOIN: Final = r"(?:就|即可|就可以|可以|才能?|都)?(?:能|可以)?(?:参与|参加|抽奖|抽福袋|进福袋|中奖)"
_ENTRY: Final[tuple[tuple[str, re.Pattern[str]], ...]] = (
    (
        "everyone",
        re.compile(
            rf"(?:无门槛|无条件|不用下单|不用买|免费)\S{{0,4}}?{_JOIN}|(?:所有人|人人|谁){_JOIN}"
        ),
    ),
    ("follow", re.compile(rf"(?:点(?:个|下)?关注|关注(?:主播|我们?|直播间)?)\S{{0,4}}?{_JOIN}")),
    ("order", re.compile(rf"(?<!不用)(?:下单|拍下|买一?单|购买)\S{{0,4}}?{_JOIN}")),
)
_KEYWORD: Final = re.compile(
    rf"(?:扣|打|刷|评论|发送?|回复)[\"“'](?P<quoted>[^\"”']{{1,20}})[\"”']{_JOIN}"
    rf"|(?:扣|刷|评论区?扣)(?P<word>[\u4e00-\u9fffa-z0-9]{{1,8}}?){_JOIN}"
)


@dataclass(frozen=True, slots=True)
class DrawSaid:
    """One promise of a draw.

    Args:
        name: of a prize what it is called; of an entry ``everyone``, ``follow``, ``order`` or the
            word to type; of a time on the clock ``20:30``.
        number: of winners how many, of odds percent, of a time seconds from now.
    """

    kind: DrawKind
    words: str
    name: str = ""
    number: int | None = None


def speaks_of_draw(folded: str) -> bool:
    """Whether a folded text (NFKC, lower case) speaks of a draw at all.

    >>> speaks_of_draw("抽三位送面霜"), speaks_of_draw("抽纸买三提")
    (True, False)
    """
    return _SPEAKS.search(folded) is not None


def said_of_draw(clause: str) -> Iterator[DrawSaid]:
    """What a clause of such a text promises.

    >>> [(one.kind, one.name, one.number) for one in said_of_draw("抽三位送面霜")]
    [('winners', '', 3), ('prize', '面霜', None)]
    """
    for found in _WINNERS.finditer(clause):
        if (number := whole_of(found["n"])) is not None:
            yield DrawSaid("winners", found[0], number=number)
    for found in _PRIZE.finditer(clause):
        if not _NO_NAME.match(found["name"]):
            yield DrawSaid("prize", found[0], name=found["name"])
    if all_win := _ALL_WIN.search(clause):
        yield DrawSaid("odds", all_win[0], number=100)
    for found in _ODDS.finditer(clause):
        if (number := whole_of(found["p"] or found["q"])) is not None:
            yield DrawSaid("odds", found[0], number=number)
    yield from _times(clause)
    yield from _entries(clause)


def _times(clause: str) -> Iterator[DrawSaid]:
    for found in _IN.finditer(clause):
        number, unit = whole_of(found["n"]), found["unit"]
        if number is not None and "半" not in unit:
            seconds = 1 if unit.startswith("秒") else 60 if unit == "分钟" else 3_600
            yield DrawSaid("drawing", found[0], number=number * seconds)
    for found in _AT.finditer(clause):
        hour = whole_of(found["h"])
        minute = 30 if found["half"] else whole_of(found["m"] or "0")
        if hour is not None and minute is not None and hour < 24 and minute < 60:
            yield DrawSaid("drawing", found[0], name=f"{hour:02}:{minute:02}")


def _entries(clause: str) -> Iterator[DrawSaid]:
    for name, pattern in _ENTRY:
        if found := pattern.search(clause):
            yield DrawSaid("entry", found[0], name=name)
    if found := _KEYWORD.search(clause):
        yield DrawSaid("entry", found[0], name=found["quoted"] or found["word"])
