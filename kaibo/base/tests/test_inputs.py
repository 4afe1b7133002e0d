"""Texts, addresses and numbers from outside, judged before anything is written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaibo.base.errors import (
    AddressUnusable,
    NumberOutOfRange,
    TextMissing,
    TextTooLong,
    TextUnreadable,
)
from kaibo.base.inputs import check_whole, clean_text, clean_url


def test_outer_blanks_go_and_line_breaks_are_one_kind() -> None:
    assert clean_text("t", " a\r\nb\rc\t ", chars_max=9) == "a\nb\nc"
    # Composed and decomposed forms are one text.
    assert clean_text("t", "e\u0301", chars_max=1) == "é"


@pytest.mark.parametrize("text", ["a\x00", "\x1b[31m", "\x7f", "\ud800", "\x85"])
def test_what_databases_and_terminals_choke_on_is_refused(text: str) -> None:
    with pytest.raises(TextUnreadable):
        clean_text("t", text, chars_max=99)


def test_missing_and_long_say_how_much() -> None:
    with pytest.raises(TextMissing):
        clean_text("t", " \n ", chars_max=9, required=True)
    assert clean_text("t", " \n ", chars_max=9) == ""
    with pytest.raises(TextTooLong) as refused:
        clean_text("t", "abcd", chars_max=3)
    assert refused.value.data == {"field": "t", "chars": 4, "chars_max": 3}


@given(st.text())
def test_cleaning_twice_changes_nothing(text: str) -> None:
    try:
        once = clean_text("t", text, chars_max=10_000)
    except TextUnreadable:
        return
    assert clean_text("t", once, chars_max=10_000) == once


@given(st.integers(), st.integers(-5, 5), st.integers(5, 50))
def test_a_number_passes_only_inside_its_range(value: int, least: int, most: int) -> None:
    if least <= value <= most:
        assert check_whole("n", value, least=least, most=most) == value
        return
    with pytest.raises(NumberOutOfRange):
        check_whole("n", value, least=least, most=most)


def test_an_enormous_number_is_told_shortly() -> None:
    with pytest.raises(NumberOutOfRange) as refused:
        check_whole("n", 10**10_000)
    assert refused.value.data["value"] == "≈2^33220"


@pytest.mark.parametrize(
    "address",
    ["javascript:alert(1)", "JaVaScRiPt:1", "data:text/html,x", "//evil.example", "/\\evil",
     "https://", "https:///x", "a.png", "https://a b", 'https://a"b', "https://a<b", "\\\\share"],
)  # fmt: skip
def test_addresses_that_carry_something_are_refused(address: str) -> None:
    with pytest.raises(AddressUnusable):
        clean_url("u", address)


@pytest.mark.parametrize("address", ["", "/a/b.png?c=1#d", "https://例子.中国/图.png", "HTTP://h"])
def test_plain_addresses_pass(address: str) -> None:
    assert clean_url("u", address) == address
