"""Working days: holidays, made-up days, and years that nobody announced."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaibo.base.errors.workdays import YearUnknown
from kaibo.base.times import shop_day
from kaibo.base.workdays import YEARS, due_within, is_workday, workday_after

DAYS = st.dates(dt.date(YEARS[0], 1, 1), dt.date(YEARS[1], 10, 31))


@pytest.mark.parametrize(
    ("day", "count", "last"),
    [
        # The Friday before the Spring Festival of 2026: Saturday is made up for, then nine days.
        ("2026-02-13", 1, "2026-02-14"),
        ("2026-02-13", 5, "2026-02-27"),
        # The Friday before the National Day of 2024, with a made-up Sunday before it.
        ("2024-09-27", 5, "2024-10-10"),
        ("2026-09-30", 1, "2026-10-08"),
        # Day by day in a plain week.
        ("2026-06-01", 5, "2026-06-08"),
    ],
)
def test_terms_over_holidays(day: str, count: int, last: str) -> None:
    assert workday_after(dt.date.fromisoformat(day), count) == dt.date.fromisoformat(last)


def test_a_year_without_data_is_said() -> None:
    first = dt.date(YEARS[1] + 1, 1, 1)
    for count in (1, 5):
        with pytest.raises(YearUnknown) as unknown:
            workday_after(first - dt.timedelta(days=1), count)
        assert unknown.value.data == {"year": first.year, "through": YEARS[1]}
    assert due_within(dt.datetime(first.year, 1, 1, tzinfo=dt.UTC), 1) is None


@given(DAYS, st.integers(1, 15))
def test_between_a_day_and_its_term_lie_exactly_so_many_working_days(
    day: dt.date, count: int
) -> None:
    last = workday_after(day, count)
    between = (day + dt.timedelta(days=n) for n in range(1, (last - day).days + 1))
    assert sum(map(is_workday, between)) == count
    assert is_workday(last)


@given(st.integers(0, 270 * 86_400))
def test_a_term_ends_at_midnight_of_the_shop(seconds: int) -> None:
    at = dt.datetime(2026, 1, 1, tzinfo=dt.UTC) + dt.timedelta(seconds=seconds)
    due = due_within(at, 1)
    assert due is not None
    assert due > at
    assert shop_day(due - dt.timedelta(microseconds=1)) == workday_after(shop_day(at), 1)
