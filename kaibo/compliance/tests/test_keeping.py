"""Keep-times: the latest of all codes, calendar time, and floors that only rise."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaibo.base.times import SHOP_ZONE
from kaibo.compliance.errors import KeepCodeUnreadable, KeptTooShort
from kaibo.compliance.rules.keeping import (
    FLOORS,
    Kept,
    Term,
    after,
    check_raised,
    codes_of,
    delete_after,
    term_of,
)
from kaibo.site import environment

LIVE = dt.datetime(2026, 11, 11, 14, 0, tzinfo=dt.UTC)
MOMENTS = st.integers(0, 10**9).map(lambda s: dt.datetime.fromtimestamp(10**9 + s, dt.UTC))
CODES = [code for codes in FLOORS.values() for code in codes] + ["R5L", "R2", "R3X", "R3P"]


def here(year: int, month: int, day: int) -> dt.datetime:
    return dt.datetime(year, month, day, tzinfo=SHOP_ZONE)


@pytest.mark.row("LM-135")
def test_a_trade_that_ends_forty_days_later_moves_the_date() -> None:
    trade = LIVE + dt.timedelta(days=40)
    assert delete_after(["R3L", "R3T"], {"L": [LIVE]}) == Kept(here(2029, 11, 12), "R3L")
    anchors = {"L": [LIVE], "T": [LIVE, trade]}
    assert delete_after(["R3L", "R3T"], anchors) == Kept(here(2029, 12, 22), "R3T")
    assert delete_after(["R3L", "R3T"], {"L": [LIVE], "T": [trade, None]}) == Kept(None, "R3T")
    assert delete_after(["R3L"], {}) == Kept(None, "")


@given(
    st.lists(st.sampled_from(CODES), min_size=1, max_size=5),
    st.dictionaries(
        st.sampled_from(["", "L", "T", "X", "P"]), st.lists(st.none() | MOMENTS, max_size=4)
    ),
)
def test_it_is_the_latest_of_everything(
    codes: list[str], anchors: dict[str, list[dt.datetime | None]]
) -> None:
    kept = delete_after(codes, anchors)
    moments = [m for code in codes for m in anchors.get(term_of(code).anchor, [])]
    if not moments or None in moments:
        assert kept.until is None
        return
    ends = [
        after(moment, term_of(code))
        for code in codes
        for moment in anchors.get(term_of(code).anchor, [])
        if moment is not None
    ]
    assert kept.until == max(ends)
    assert kept.code in codes


@given(MOMENTS, st.integers(1, 12))
def test_calendar_years_are_never_shorter_than_the_same_day(at: dt.datetime, years: int) -> None:
    """Not a day early, at most two days later than the same moment of that year."""
    local = at.astimezone(SHOP_ZONE)
    leap = local.month == 2 and local.day == 29
    same = local.replace(year=local.year + years, day=28 if leap else local.day)
    assert dt.timedelta() < after(at, Term(years, "Y", "")) - same <= dt.timedelta(days=3)


def test_179_days_of_logs_are_not_six_months() -> None:
    with pytest.raises(KeptTooShort) as refused:
        check_raised("log=R179D")
    assert refused.value.data == {"kind": "log", "given": "R179D", "floor": "R6M"}
    assert check_raised("log=R184D,log=R1") == {"log": ("R184D", "R1")}
    # Another anchor than the three years of the live: the floors stay beside it.
    assert codes_of("recording", check_raised("recording=R35M"))[-1] == "R35M"
    for short in ("log=R5M", "recording=R2L", "order=R2T"):
        with pytest.raises(KeptTooShort):
            check_raised(short)
    for wrong in ("video=R3", "log", "log=3Y", "log=R0M"):
        with pytest.raises(KeepCodeUnreadable):
            check_raised(wrong)


def test_a_setting_below_the_floor_stops_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KAIBO_KEEP", "log=R179D")
    with pytest.raises(environment.SettingError, match=r"KAIBO_KEEP='log=R179D'.*R6M"):
        environment.kept("KAIBO_KEEP")
