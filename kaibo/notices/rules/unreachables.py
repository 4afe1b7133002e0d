"""Somebody whom an authority cannot reach: reminded in time, limited if nothing changes. Pure.

直播电商监督管理办法 art. 22: the platform reminds within five working days after the notice; who
does not update even then is dealt with by the platform's rules. How long that is left is ours.
"""

import datetime as dt
from typing import Final, Literal

from kaibo.base.errors import BadInput
from kaibo.base.machines import Machine, Move, State

Who = Literal["host", "operator"]

WHO: Final[dict[Who, str]] = {"host": "直播营销人员", "operator": "直播间运营者"}
REMIND_WITHIN_WORKDAYS: Final = 5
UPDATE_WITHIN_WORKDAYS: Final = 5
# A letter is written down late at times, not years late.
AGO_MAX: Final = dt.timedelta(days=366)

UNREACHABLE: Final = Machine(
    "unreachable",
    "失联通报",
    (
        State("noticed", "待提醒"),
        State("reminded", "已提醒，待更新"),
        State("limited", "逾期未更新，已限制开播"),
        State("updated", "已更新", is_final=True),
    ),
    (
        Move("noticed", "remind", "reminded", by="remind_unreachable"),
        Move("noticed", "update", "updated", by="update_unreachable"),
        Move("reminded", "limit", "limited", by="limit_due_unreachables"),
        Move("reminded", "update", "updated", by="update_unreachable"),
        Move("limited", "update", "updated", by="update_unreachable"),
    ),
)
OPEN: Final = ("noticed", "reminded", "limited")


def check_moment(field: str, at: dt.datetime, *, now: dt.datetime) -> None:
    """Refuse a moment that is still to come, or lies more than a year back.

    Raises:
        BadInput: names the field.
    """
    if not now - AGO_MAX <= at <= now:
        raise BadInput(field=field, why="须在过去一年内 · within the last year, not in the future")
