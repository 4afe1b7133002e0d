"""What a decision against a host or a room operator may order, and what it must say. Pure.

直播电商监督管理办法 art. 12 names eight measures, asks that kind and degree fit what happened, and
that authorities' notices are carried out; 电子商务法 art. 36 asks that measures are made known.
From which severity each measure fits is the product's own.
"""

import datetime as dt
from collections.abc import Iterable
from typing import Final, Literal

from kaibo.base.errors import BadInput
from kaibo.base.machines import Machine, Move, State
from kaibo.compliance.errors import SanctionTooHeavy
from kaibo.compliance.rules.blacklist import TERM_MAX
from kaibo.compliance.rules.hits import SEVERITIES, Severity
from kaibo.compliance.rules.ladder import Rung

Measure = Literal[
    "warn",
    "limit_function",
    "limit_traffic",
    "pause",
    "timed_stop",
    "close_account",
    "bar_reregistration",
    "blacklist",
]
Party = Literal["host", "operator"]

PARTIES: Final[dict[Party, str]] = {"host": "主播", "operator": "直播间运营者"}
MEASURES: Final[dict[Measure, str]] = {
    "warn": "警示",
    "limit_function": "限制功能",
    "limit_traffic": "限制流量",
    "pause": "暂停直播",
    "timed_stop": "限期停播",
    "close_account": "关闭账号",
    "bar_reregistration": "禁止重新注册账号",
    "blacklist": "列入黑名单",
}
# The gravest finding must weigh at least so much; an authority's order is not weighed again.
FITS_FROM: Final[dict[Measure, Severity]] = {
    "warn": "S4",
    "limit_function": "S3",
    "limit_traffic": "S3",
    "pause": "S2",
    "timed_stop": "S2",
    "close_account": "S1",
    "bar_reregistration": "S1",
    "blacklist": "S1",
}
# Nobody may go on air under these; a show that is on air is taken to this rung of its ladder.
OFF_AIR: Final[dict[Measure, Rung]] = {
    "pause": "pause",
    "timed_stop": "stop",
    "close_account": "stop",
}
# These two are carried out by an entry of the blacklist, and end with it.
BY_LISTING: Final[tuple[Measure, ...]] = ("bar_reregistration", "blacklist")
BY_TWO: Final[tuple[Measure, ...]] = ("close_account",)

SANCTION: Final = Machine(
    "sanction",
    "处置决定",
    (
        State("asked", "待第二人确认"),
        State("decided", "已决定"),
        State("appealed", "申诉中"),
        State("upheld", "维持"),
        State("lifted", "申诉成立解除", is_final=True),
        State("ended", "到期解除", is_final=True),
        State("dropped", "未确认", is_final=True),
    ),
    (
        Move("asked", "confirm", "decided", by="confirm_sanction"),
        Move("asked", "refuse", "dropped", by="refuse_sanction"),
        Move("asked", "end", "dropped", by="end_due_sanctions"),
        Move("decided", "appeal", "appealed", by="appeal_sanction"),
        Move("appealed", "uphold", "upheld", by="answer_sanction"),
        Move("appealed", "lift", "lifted", by="answer_sanction"),
        Move("decided", "end", "ended", by="end_due_sanctions"),
        Move("appealed", "end", "ended", by="end_due_sanctions"),
        Move("upheld", "end", "ended", by="end_due_sanctions"),
    ),
)
HOLDING_SANCTION: Final = ("decided", "appealed", "upheld")


def first_state(measure: Measure) -> str:
    """Where a new decision stands: two people are wanted for some.

    >>> first_state("close_account"), first_state("timed_stop")
    ('asked', 'decided')
    """
    return "asked" if measure in BY_TWO else "decided"


def gravest(severities: Iterable[str]) -> Severity | None:
    """The heaviest of some findings; None without any.

    >>> gravest(["S3", "S1", "S4"])
    'S1'
    """
    given = set(severities)
    return next((one for one in SEVERITIES if one in given), None)


def check_fits(measure: Measure, severity: Severity) -> None:
    """Refuse a measure that is heavier than what was found (art. 12).

    Raises:
        SanctionTooHeavy: names the severity that it takes.
    """
    wanted = FITS_FROM[measure]
    if SEVERITIES.index(severity) > SEVERITIES.index(wanted):
        raise SanctionTooHeavy(
            measure=measure, measure_zh=MEASURES[measure], wanted=wanted, severity=severity
        )


def check_span(starts_at: dt.datetime, ends_at: dt.datetime, *, now: dt.datetime) -> None:
    """Refuse a term that lies behind, has no length, or is longer than five years.

    Raises:
        BadInput: names the end that is wrong.
    """
    if starts_at < now:
        raise BadInput(field="starts_at", why="不得早于现在 · not before now")
    if not starts_at < ends_at <= starts_at + TERM_MAX:
        raise BadInput(
            field="ends_at", why="须晚于开始，最长五年 · after the start, 5 years at most"
        )
