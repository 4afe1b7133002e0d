"""Identity numbers, ages, and the calendar of verification."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaibo.base.times import SHOP_ZONE, shop_day
from kaibo.hosts import rules
from kaibo.hosts.errors import HostTooYoung, IdNumberWrong
from kaibo.hosts.tests.people import id_number


def at(text: str) -> dt.datetime:
    """A moment on the shop's clock."""
    return dt.datetime.fromisoformat(text).replace(tzinfo=SHOP_ZONE).astimezone(dt.UTC)


def test_the_standards_own_example_is_read() -> None:
    number = rules.read_id_number(" 11010519491231002x ")
    assert number.text == "11010519491231002X"
    assert number.born_on == dt.date(1949, 12, 31)
    assert number.masked == "1****************X"
    full_width = rules.read_id_number("１１０１０５１９４９１２３１００２Ｘ")
    assert full_width == number


@pytest.mark.parametrize(
    "text",
    [
        "",
        "11010519491231002",
        "110105194912310021",
        "11010519491231002XX",
        "110105194912310X2X",
        "990105194912310020",
        "11010519491331002X",
        "110105198902290010",
        "000000000000000000",
        "１" * 18,
        "abcdefghijklmnopqr",
        "1" * 5000,
        "\x00" * 18,
        "一二三四五六七八九十一二三四五六七八",
    ],
)
def test_what_is_no_identity_number_is_refused(text: str) -> None:
    with pytest.raises(IdNumberWrong):
        rules.read_id_number(text)


@given(st.integers(0, 17), st.integers(1, 9))
def test_one_wrong_digit_is_always_found(place: int, shift: int) -> None:
    good = id_number(dt.date(1990, 5, 17))
    digits = "0123456789X" if place == 17 else "0123456789"
    wrong = digits[(digits.index(good[place]) + shift) % len(digits)]
    with pytest.raises(IdNumberWrong):
        rules.read_id_number(good[:place] + wrong + good[place + 1 :])


@given(st.dates(dt.date(1900, 1, 1), dt.date(2026, 11, 22)), st.integers(0, 999))
def test_every_number_made_by_the_standard_is_read(born_on: dt.date, serial: int) -> None:
    assert rules.read_id_number(id_number(born_on, serial)).born_on == born_on


@given(st.text())
def test_no_text_breaks_the_reader(text: str) -> None:
    with pytest.raises(IdNumberWrong):
        rules.read_id_number(text)


@pytest.mark.row("R-120")
@pytest.mark.parametrize(
    ("verified", "now", "state"),
    [
        ("2026-01-31T10:00", "2026-07-31T23:59", "due"),
        ("2026-01-31T10:00", "2026-08-01T00:00", "expired"),
        ("2026-01-31T10:00", "2026-06-30T12:00", "valid"),
        ("2026-01-31T10:00", "2026-07-01T00:00", "due"),
        ("2026-08-31T10:00", "2027-02-28T23:59", "due"),
        ("2026-08-31T10:00", "2027-03-01T00:00", "expired"),
        ("2027-08-31T10:00", "2028-02-29T23:59", "due"),
        ("2027-08-31T10:00", "2028-03-01T00:00", "expired"),
        # Just after midnight in Shanghai it is still the day before in UTC.
        ("2026-02-01T00:30", "2026-08-01T23:59", "due"),
    ],
)
def test_a_verification_holds_six_calendar_months(verified: str, now: str, state: str) -> None:
    assert rules.identity_state(at(verified), now=at(now)) == state


def test_never_verified_is_missing() -> None:
    assert rules.identity_state(None, now=at("2026-01-01T00:00")) == "missing"


@given(st.dates(dt.date(2000, 1, 1), dt.date(2090, 1, 1)))
def test_six_months_are_between_181_and_184_days(day: dt.date) -> None:
    verified = dt.datetime.combine(day, dt.time(20, 0), dt.UTC)
    held = (rules.valid_through(verified) - shop_day(verified)).days
    assert 181 <= held <= 184


BORN = dt.date(2010, 6, 2)


@pytest.mark.parametrize(
    ("now", "has_consent", "state"),
    [
        ("2026-06-01T23:59", True, "too_young"),
        ("2026-06-02T00:00", False, "needs_guardian"),
        ("2026-06-02T00:00", True, "with_guardian"),
        ("2028-06-01T23:59", False, "needs_guardian"),
        ("2028-06-02T00:00", False, "adult"),
    ],
)
def test_age_counts_from_the_birthday(now: str, has_consent: bool, state: str) -> None:
    assert rules.age_state(BORN, has_consent=has_consent, now=at(now)) == state


def test_under_sixteen_is_refused() -> None:
    with pytest.raises(HostTooYoung):
        rules.check_age(BORN, now=at("2026-06-01T23:59"))
    rules.check_age(BORN, now=at("2026-06-02T00:00"))
    with pytest.raises(HostTooYoung):
        rules.check_age(dt.date(2030, 1, 1), now=at("2026-06-02T00:00"))


def test_born_on_leap_day() -> None:
    assert rules.age_years(dt.date(2008, 2, 29), on=dt.date(2026, 2, 28)) == 17
    assert rules.age_years(dt.date(2008, 2, 29), on=dt.date(2026, 3, 1)) == 18
