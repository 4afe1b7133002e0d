"""Who may speak, how often, and what a slow reader still gets."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaibo.room.errors import EmptyMessage, MessageTooLong, MutedNow
from kaibo.room.rules import (
    Bucket,
    Limits,
    chat_state,
    chat_text,
    check_may_chat,
    lane,
    report_due,
    warning_due,
)

NOW = dt.datetime(2026, 11, 22, 12, 0, tzinfo=dt.UTC)


def test_a_burst_then_one_a_second() -> None:
    """Five at once, the sixth waits for its second."""
    bucket = Bucket(rate=1.0, burst=5, at=0.0)
    assert [bucket.take(1, at=0.0) for _ in range(6)] == [1, 1, 1, 1, 1, 0]
    assert bucket.take(1, at=0.9) == 0
    assert bucket.take(1, at=1.0) == 1
    assert bucket.take(1, at=1.0) == 0


@given(
    st.lists(st.tuples(st.floats(0, 5), st.integers(1, 50)), max_size=60),
    st.floats(0.5, 30),
    st.integers(1, 40),
)
def test_never_more_than_burst_and_rate_allow(
    steps: list[tuple[float, int]], rate: float, burst: int
) -> None:
    """Whatever is asked and when, the grants stay under burst + rate × time."""
    bucket, at, granted = Bucket(rate=rate, burst=burst, at=0.0), 0.0, 0
    for wait, wanted in steps:
        at += wait
        got = bucket.take(wanted, at=at)
        assert 0 <= got <= wanted
        granted += got
    assert granted <= burst + rate * at + 1e-6


def test_chat_goes_first_then_counters_then_the_connection() -> None:
    """The four steps of a slow reader, at their edges."""
    limits = Limits(lean_bytes=100, bare_bytes=200, slow_bytes=300)
    backlogs = (0, 100, 101, 200, 201, 300, 301)
    lanes = ["full", "full", "lean", "lean", "bare", "bare", "close"]
    assert [lane(backlog, limits) for backlog in backlogs] == lanes


def test_a_line_is_one_line_of_text() -> None:
    """Controls become blanks, ends are trimmed, nothing is escaped."""
    assert chat_text(" a\nb\tc\x00\u2028d ") == "a b c d"
    assert chat_text("<script>alert(1)</script>") == "<script>alert(1)</script>"
    assert chat_text("字" * 200) == "字" * 200


@pytest.mark.parametrize("text", ["", "  \n\t ", "\x00\x1f", "\u2029"])
def test_nothing_is_not_a_message(text: str) -> None:
    """What leaves nothing to show is refused."""
    with pytest.raises(EmptyMessage):
        chat_text(text)


def test_two_hundred_characters_are_the_most() -> None:
    """201 are refused, with the number."""
    with pytest.raises(MessageTooLong) as refused:
        chat_text("字" * 201)
    assert refused.value.data == {"chars": 201, "chars_max": 200}


@given(st.text(max_size=300))
def test_whatever_is_shown_can_be_kept_and_sent(text: str) -> None:
    """A shown line is 1 to 200 characters, one line, valid UTF-8 without NUL."""
    try:
        line = chat_text(text)
    except (EmptyMessage, MessageTooLong):
        return
    assert 1 <= len(line) <= 200
    assert line == line.strip()
    assert not set(line) & set("\n\r\x00")
    line.encode()


def test_a_mute_ends_at_its_very_moment() -> None:
    """Half-open: muted before the end, free at it."""
    with pytest.raises(MutedNow):
        check_may_chat(NOW + dt.timedelta(microseconds=1), now=NOW)
    check_may_chat(NOW, now=NOW)
    check_may_chat(None, now=NOW)


def test_the_room_is_warned_once_a_minute() -> None:
    """The first time at once, then not within sixty seconds."""
    assert warning_due(None, now=NOW)
    assert not warning_due(NOW - dt.timedelta(seconds=59.9), now=NOW)
    assert warning_due(NOW - dt.timedelta(seconds=60), now=NOW)


def test_hiding_wins_over_warning() -> None:
    """The strictest action decides."""
    assert chat_state(frozenset()) == "shown"
    assert chat_state(frozenset({"record", "review"})) == "shown"
    assert chat_state(frozenset({"warn", "record"})) == "warned"
    assert chat_state(frozenset({"warn", "hide"})) == "hidden"
    assert chat_state(frozenset({"block"})) == "hidden"


def test_a_report_is_answered_within_three_days() -> None:
    """The deadline is part of the receipt."""
    assert report_due(NOW) == dt.datetime(2026, 11, 25, 12, 0, tzinfo=dt.UTC)
