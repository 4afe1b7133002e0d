"""The clock of the place where the shop is and its law holds. Pure: ``now`` is always given."""

import datetime as dt
from typing import Final
from zoneinfo import ZoneInfo

SHOP_ZONE: Final = ZoneInfo("Asia/Shanghai")


def day_begins(day: dt.date) -> dt.datetime:
    """The moment a calendar day begins in the shop's zone, in UTC.

    >>> day_begins(dt.date(2026, 6, 1))
    datetime.datetime(2026, 5, 31, 16, 0, tzinfo=datetime.timezone.utc)
    """
    return dt.datetime.combine(day, dt.time(), SHOP_ZONE).astimezone(dt.UTC)


def shop_day(at: dt.datetime) -> dt.date:
    """The calendar day of a moment, in the shop's zone.

    >>> shop_day(dt.datetime(2026, 5, 31, 16, 0, tzinfo=dt.UTC))
    datetime.date(2026, 6, 1)
    """
    return at.astimezone(SHOP_ZONE).date()


def shop_time(at: dt.datetime) -> str:
    """A moment as people of the shop read it, in its zone.

    >>> shop_time(dt.datetime(2026, 5, 31, 16, 0, 5, tzinfo=dt.UTC))
    '2026-06-01 00:00:05'
    """
    return f"{at.astimezone(SHOP_ZONE):%Y-%m-%d %H:%M:%S}"
