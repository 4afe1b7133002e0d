"""Working days as the State Council announces them: holidays, and days made up for. Pure.

The days of each year are those of the ``chinesecalendar`` library. A year that it does not hold
has not been announced, or the library is older than the announcement; nothing is guessed.
"""

import datetime as dt
from typing import Final

import chinese_calendar
from chinese_calendar.constants import holidays

from kaibo.base.errors.workdays import YearUnknown
from kaibo.base.times import day_begins, shop_day

YEARS: Final = (min(holidays).year, max(holidays).year)


def is_workday(day: dt.date) -> bool:
    """Whether people work on a day: weekends that are made up for count, holidays do not.

    Raises:
        YearUnknown: the holidays of its year are not known.

    >>> is_workday(dt.date(2026, 2, 14)), is_workday(dt.date(2026, 2, 16))
    (True, False)
    """
    if not YEARS[0] <= day.year <= YEARS[1]:
        raise YearUnknown(year=day.year, through=YEARS[1])
    return bool(chinese_calendar.is_workday(day))


def workday_after(day: dt.date, count: int) -> dt.date:
    """The ``count``-th working day after a day, which itself does not count.

    Raises:
        YearUnknown: the term reaches into a year whose holidays are not known.

    >>> workday_after(dt.date(2026, 9, 30), 1)
    datetime.date(2026, 10, 8)
    """
    assert count >= 1
    while count:
        day += dt.timedelta(days=1)
        count -= is_workday(day)
    return day


def due_within(at: dt.datetime, count: int) -> dt.datetime | None:
    """The end of the last of so many working days after a moment, on the shop's clock.

    Returns:
        The first moment that is too late; None if it lies in a year that is not known yet.

    >>> due_within(dt.datetime(2026, 9, 30, 4, tzinfo=dt.UTC), 1).isoformat()
    '2026-10-08T16:00:00+00:00'
    """
    try:
        last = workday_after(shop_day(at), count)
    except YearUnknown:
        return None
    return day_begins(last + dt.timedelta(days=1))
