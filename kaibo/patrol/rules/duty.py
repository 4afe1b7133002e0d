"""Who is on duty, for how many rooms, and since when nobody watches a key room. Pure."""

import datetime as dt
from typing import Final, Literal

from kaibo.patrol.errors import NoModeratorCapacity

Staffing = Literal["auto", "on", "off"]
Lost = Literal["", "alert", "limit"]

STAFFING: Final[dict[Staffing, str]] = {"auto": "按主体", "on": "开启", "off": "关闭"}
LOST: Final[dict[Lost, str]] = {"": "在岗", "alert": "已提醒", "limit": "已限制"}
ROOMS_PER_MODERATOR: Final = 20
ROOMS_PER_MODERATOR_MAX: Final = 1_000
# A page beats as often while somebody is in front of it.
BEAT_EVERY: Final = dt.timedelta(seconds=20)
ALERT_AFTER: Final = dt.timedelta(seconds=60)
LIMIT_AFTER: Final = dt.timedelta(seconds=180)
# A look that nobody signed within so long saw nothing that counts.
LOOK_LAPSES_AFTER: Final = dt.timedelta(minutes=15)
NOTE_CHARS_MAX: Final = 500
REASON_CHARS_MAX: Final = 200


def is_present(beat_at: dt.datetime, *, now: dt.datetime) -> bool:
    """Whether somebody on duty was heard of within the last minute."""
    return now - beat_at < ALERT_AFTER


def lost_by(beat_at: dt.datetime, *, now: dt.datetime) -> Lost:
    """What follows when a key room's patroller was last heard of then (LM-052).

    >>> noon = dt.datetime(2026, 11, 28, 12, tzinfo=dt.UTC)
    >>> [lost_by(noon, now=noon + dt.timedelta(seconds=s)) for s in (59, 60, 179, 180)]
    ['', 'alert', 'alert', 'limit']
    """
    silent = now - beat_at
    if silent >= LIMIT_AFTER:
        return "limit"
    return "alert" if silent >= ALERT_AFTER else ""


def staffing_applies(staffing: Staffing, kind: str) -> bool:
    """Whether moderators must match the rooms: as it was set, else by what the organisation is.

    The duty is a platform's (直播电商监督管理办法 art. 13), and of who gives others closed rooms as
    far as its service goes (art. 24). A merchant with rooms of its own is asked only if it wants.
    """
    return staffing == "on" or (staffing == "auto" and kind in ("platform", "private_domain"))


def check_capacity(rooms: int, *, moderators: int, per_moderator: int) -> None:
    """Refuse when ``rooms``, the one that opens included, are more than so many can watch (LM-019).

    Raises:
        NoModeratorCapacity: says how many there are and how many it takes.
    """
    if rooms > moderators * per_moderator:
        raise NoModeratorCapacity(
            rooms=rooms, moderators=moderators, needed=-(-rooms // per_moderator)
        )
