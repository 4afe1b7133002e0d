"""The ladder of a live room: from findings to points, from points to a rung. Pure.

直播电商监督管理办法 art. 13 asks for warning, limiting and pausing while the show runs; art. 12
asks that the measure fits what happened. The weights and thresholds are the product's own.
"""

import bisect
import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from kaibo.compliance.rules.hits import Severity

Rung = Literal["clear", "record", "popup", "warning", "limit", "pause", "stop"]
Function = Literal["draw", "packet", "flash_sale"]
FUNCTIONS_ZH: Final[dict[Function, str]] = {
    "draw": "抽奖",
    "packet": "红包",
    "flash_sale": "秒杀",
}
# What keeps a room up while it lasts: a decision, that nobody patrols a key room, the system where
# something is gone that has to be there.
HoldCause = Literal["decision", "hold", "system"]
HOLD_CAUSES: Final[tuple[HoldCause, ...]] = ("decision", "hold", "system")
# What moved a rung: findings, time, a dismissed finding, a person, two people, what holds it.
Cause = Literal["findings", "time", "dismissal", "override", "lift", "decision", "hold", "system"]

RUNGS: Final[tuple[Rung, ...]] = (
    "clear",
    "record",
    "popup",
    "warning",
    "limit",
    "pause",
    "stop",
)
# A rung is reached with so many points.
REACHED_AT: Final[dict[Rung, int]] = {
    "clear": 0,
    "record": 1,
    "popup": 15,
    "warning": 35,
    "limit": 60,
    "pause": 100,
    "stop": 200,
}
POINTS: Final[dict[Severity, int]] = {"S1": 100, "S2": 40, "S3": 20, "S4": 5}
# What the second and every further finding of one family within the window adds.
REPEAT_POINTS: Final[dict[Severity, int]] = {"S1": 100, "S2": 20, "S3": 10, "S4": 2}
WINDOW: Final = dt.timedelta(minutes=30)
# What is read in a picture within so long is one showing: it stood there, and a reader errs.
SCENE: Final = dt.timedelta(minutes=2)
FULL_FOR: Final = dt.timedelta(minutes=10)
# How long a rung stands at least before time takes it one down; pause and stop do not go by time.
HOLDS: Final[dict[Rung, dt.timedelta]] = {
    "record": dt.timedelta(minutes=1),
    "popup": dt.timedelta(minutes=2),
    "warning": dt.timedelta(minutes=5),
    "limit": dt.timedelta(minutes=10),
}
# A limited room lets newcomers in up to so many people.
LIMITED_VIEWERS_MAX: Final = 200


@dataclass(frozen=True, slots=True)
class Found:
    """A finding as the ladder sees it.

    ``settled``: a person has answered for it. ``is_seen``: it was read in the picture.
    """

    finding_id: int
    family: str
    rule_id: str
    severity: Severity
    at: dt.datetime
    settled: bool = False
    is_seen: bool = False


@dataclass(frozen=True, slots=True)
class Reason:
    """The points of one finding: for its severity, for repetition, less what age took off."""

    finding_id: int
    family: str
    rule_id: str
    severity: Severity
    severity_points: int
    repeat_points: int
    aged_points: int

    @property
    def points(self) -> int:
        """What it adds to the score."""
        return self.severity_points + self.repeat_points - self.aged_points


@dataclass(frozen=True, slots=True)
class Judged:
    """A score, the rung it reaches, and the reasons, whose points are the score.

    The stop is reached by what was said or written alone.
    """

    score: int
    rung: Rung
    reasons: tuple[Reason, ...]


def judge_risk(found: Sequence[Found], *, now: dt.datetime) -> Judged:
    """Score the findings of a room and say which rung that is.

    A finding counts in full for 10 minutes, by half until 30 minutes are over, then not at all.
    It is a repetition if another of its family came within the 30 minutes before it, and not in
    the same moment, as several of one sentence do; what is seen in the picture, if that was at
    least two minutes before, because the same picture may have shown both. One that a person has
    answered for counts no more, but still makes the next one a repetition. The order of the
    sequence does not matter, and no finding lowers the score.

    What is seen takes a room to the pause at most: a stop does not come back, and a reader errs.

    >>> start = dt.datetime(2026, 11, 27, 12, tzinfo=dt.UTC)
    >>> three = [Found(n, f"C{n}", "r", "S3", start) for n in (1, 2, 3)]
    >>> judge_risk(three, now=start).rung, judge_risk(three, now=start + FULL_FOR).score
    ('limit', 30)
    """
    ordered = sorted(found, key=lambda one: (one.at, one.finding_id))
    reasons, heard = [], 0
    moments: dict[str, list[dt.datetime]] = {}
    for one in ordered:
        earlier = moments.setdefault(one.family, [])
        earlier.append(one.at)
        if one.settled or now - one.at >= WINDOW:
            continue
        repeat = REPEAT_POINTS[one.severity] if _is_repeated(one, earlier) else 0
        whole = POINTS[one.severity] + repeat
        aged = whole - whole // 2 if now - one.at >= FULL_FOR else 0
        reasons.append(
            Reason(
                one.finding_id,
                one.family,
                one.rule_id,
                one.severity,
                POINTS[one.severity],
                repeat,
                aged,
            )
        )
        heard += 0 if one.is_seen else reasons[-1].points
    score = sum(reason.points for reason in reasons)
    reached = score if heard >= REACHED_AT["stop"] else min(score, REACHED_AT["stop"] - 1)
    return Judged(score, rung_of(reached), tuple(reasons))


def _is_repeated(one: Found, earlier: Sequence[dt.datetime]) -> bool:
    """Whether one of the moments of its family, in their order, makes a finding a repetition."""
    if one.is_seen:
        before = bisect.bisect_right(earlier, one.at - SCENE)
    else:
        before = bisect.bisect_left(earlier, one.at)
    return before > 0 and one.at - earlier[before - 1] < WINDOW


def rung_of(score: int) -> Rung:
    """The highest rung that so many points reach.

    >>> rung_of(0), rung_of(59), rung_of(60), rung_of(1_000)
    ('clear', 'warning', 'limit', 'stop')
    """
    assert score >= 0
    return max((rung for rung in RUNGS if REACHED_AT[rung] <= score), key=height)


def height(rung: Rung) -> int:
    """How high a rung is; 0 is the ground.

    >>> height("clear"), height("stop")
    (0, 6)
    """
    return RUNGS.index(rung)


def next_rung(
    rung: Rung,
    judged: Judged,
    *,
    since: dt.datetime,
    now: dt.datetime,
    held: Rung = "clear",
) -> Rung:
    """Where the room stands now: up at once, down by one rung when its time is over.

    A pause ends by people alone, and a stopped show does not come back.

    Args:
        rung: where it stands since ``since``.
        held: it does not go below this one.
    """
    least = max(judged.rung, held, key=height)
    if height(least) > height(rung):
        return least
    hold = HOLDS.get(rung)
    if hold is None or least == rung or now - since < hold:
        return rung
    return RUNGS[height(rung) - 1]


def steps_down_at(rung: Rung, *, since: dt.datetime) -> dt.datetime | None:
    """When time may take the rung one down, if the score has fallen by then; None: never."""
    hold = HOLDS.get(rung)
    return None if hold is None else since + hold


def viewers_max(rung: Rung) -> int | None:
    """The admission cap of a rung; None: everybody may come in."""
    return LIMITED_VIEWERS_MAX if height(rung) >= height("limit") else None


def functions_off(rung: Rung) -> bool:
    """Whether draws, red packets and flash sales are refused."""
    return height(rung) >= height("limit")


def selling_paused(rung: Rung) -> bool:
    """Whether nothing can be bought, and viewers cannot write."""
    return height(rung) >= height("pause")


def needs_second_person(rung: Rung, target: Rung, *, is_grave: bool) -> bool:
    """Whether leaving a rung takes two people: a pause that a grave finding (S1) is part of.

    >>> needs_second_person("pause", "warning", is_grave=True)
    True
    """
    return is_grave and height(rung) >= height("pause") > height(target)
