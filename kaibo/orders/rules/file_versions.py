"""Which of two tellings of an order is the newer: by the order's own time, else the file's."""

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal
from zoneinfo import ZoneInfo

ExportedFrom = Literal["name", "rows", ""]

_DAY = r"(20\d\d)[-_./年]?(0[1-9]|1[0-2])[-_./月]?(0[1-9]|[12]\d|3[01])日?"
_TIME = r"(?:[ T_-]{0,2}([01]\d|2[0-3])[-_.:：时]?([0-5]\d)(?:[-_.:：分]?([0-5]\d))?)?"
_MOMENT: Final = re.compile(rf"(?<!\d){_DAY}{_TIME}(?!\d)")
# Seconds or milliseconds since 1970, as some platforms name their files; 2017 to 2033.
_EPOCH: Final = re.compile(r"(?<!\d)(1[5-9]\d{8})(?:\d{3})?(?!\d)")
_SAID: Final = re.compile(r"导出时间|下载时间|生成时间|export(?:ed)? (?:time|at)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Telling:
    """When an order was told so: by the platform's own last change of it, and by its file."""

    changed_at: dt.datetime | None
    told_at: dt.datetime


def is_older(new: Telling, known: Telling) -> bool:
    """Whether what is known is newer, so that ``new`` does not replace it.

    Where both name the order's own last change, that decides; a tie, and everything else, is
    decided by when the files were exported. Of two that say the same moment the later upload
    counts, as it always did.

    >>> noon = dt.datetime(2026, 5, 1, 4, tzinfo=dt.UTC)
    >>> early, late = (noon + dt.timedelta(hours=h) for h in (-1, 1))
    >>> is_older(Telling(early, late), Telling(noon, early))
    True
    >>> is_older(Telling(None, noon), Telling(late, early)), is_older(*[Telling(None, noon)] * 2)
    (False, False)
    """
    if new.changed_at and known.changed_at and new.changed_at != known.changed_at:
        return new.changed_at < known.changed_at
    return new.told_at < known.told_at


def export_time(filename: str, above: Sequence[str]) -> tuple[str, ExportedFrom]:
    """When a file says that it was exported, as ISO text, and where it says so; "" if nowhere.

    A name with several days is of a period and says nothing. Without a zone the text is by the
    shop's clock; a day alone begins at midnight.

    Args:
        above: the text of each line above the header.

    >>> export_time("订单_20260612153000.xlsx", []), export_time("订单 2026-06-12.csv", [])
    (('2026-06-12T15:30:00', 'name'), ('2026-06-12T00:00:00', 'name'))
    >>> export_time("20260601-20260630.csv", ["导出时间：2026-07-01 09:00"])
    ('2026-07-01T09:00:00', 'rows')
    >>> export_time("1781249400123_abc.csv", []), export_time("订单.csv", ["合计 3 单"])
    (('2026-06-12T07:30:00+00:00', 'name'), ('', ''))
    """
    for line in above:
        said = _SAID.search(line)
        moments = _moments(line[said.end() :]) if said else []
        if moments:
            return moments[0], "rows"
    moments = _moments(filename)
    if len({moment[:10] for moment in moments}) == 1:
        return moments[-1], "name"
    if not moments and (epoch := _EPOCH.search(filename)):
        return dt.datetime.fromtimestamp(int(epoch[1]), tz=dt.UTC).isoformat(), "name"
    return "", ""


def moment_of(text: str, zone: str) -> dt.datetime | None:
    """A text of ``export_time`` as a moment in UTC, by the clock of a shop; None without one."""
    if not text or not zone:
        return None
    at = dt.datetime.fromisoformat(text)
    return (at if at.tzinfo else at.replace(tzinfo=ZoneInfo(zone))).astimezone(dt.UTC)


def _moments(text: str) -> list[str]:
    found = []
    for match in _MOMENT.finditer(text):
        year, month, day, hour, minute, second = (int(part or 0) for part in match.groups())
        try:
            at = dt.datetime(year, month, day, hour, minute, second)  # noqa: DTZ001 - zone follows
        except ValueError:
            continue
        found.append(at.isoformat())
    return found
