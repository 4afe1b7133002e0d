"""The ladder as a rule: points add up, more never lowers, every rung is reached and left."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaibo.compliance.rules.hits import SEVERITIES, Severity
from kaibo.compliance.rules.ladder import (
    FULL_FOR,
    HOLDS,
    REACHED_AT,
    RUNGS,
    WINDOW,
    Found,
    Judged,
    Rung,
    functions_off,
    height,
    judge_risk,
    next_rung,
    selling_paused,
    steps_down_at,
    viewers_max,
)

START = dt.datetime(2026, 11, 27, 12, tzinfo=dt.UTC)


def found(
    severity: Severity,
    *,
    minute: float = 0,
    family: str = "C1",
    id: int = 1,
    settled: bool = False,
    seen: bool = False,
) -> Found:
    """A finding so many minutes after the start."""
    at = START + dt.timedelta(minutes=minute)
    return Found(id, family, f"{family}-1", severity, at, settled, seen)


ANY_FOUND = st.builds(
    found,
    st.sampled_from(SEVERITIES),
    minute=st.integers(0, 70),
    family=st.sampled_from(["C1", "C2", "C3"]),
    id=st.integers(1, 10**6),
    settled=st.booleans(),
    seen=st.booleans(),
)
MANY = st.lists(ANY_FOUND, max_size=12, unique_by=lambda one: one.finding_id)
NOW = st.integers(0, 100).map(lambda minute: START + dt.timedelta(minutes=minute))


def before(rows: list[Found], now: dt.datetime) -> list[Found]:
    """What is on record by then."""
    return [one for one in rows if one.at <= now]


@pytest.mark.row("LM-050")
@pytest.mark.parametrize(
    ("severities", "rung", "score"),
    [
        ([], "clear", 0),
        (["S4"], "record", 5),
        (["S3"], "popup", 20),
        (["S2"], "warning", 40),
        (["S3", "S3", "S3"], "limit", 60),
        (["S1"], "pause", 100),
        (["S2", "S2", "S3"], "pause", 100),
        (["S1", "S1"], "stop", 200),
    ],
)
def test_each_rung_is_reached(severities: list[Severity], rung: str, score: int) -> None:
    """Of different families within ten minutes: no repetition, nothing aged."""
    rows = [
        found(one, minute=n * 4, family=f"C{n}", id=n) for n, one in enumerate(severities, start=0)
    ]
    judged = judge_risk(rows, now=START + dt.timedelta(minutes=9, seconds=59))
    assert (judged.rung, judged.score) == (rung, score)


@pytest.mark.parametrize(
    ("severity", "scores"),
    [("S1", [100, 300]), ("S2", [40, 100, 160]), ("S3", [20, 50, 80]), ("S4", [5, 12, 19])],
)
def test_repetition_weighs_more(severity: Severity, scores: list[int]) -> None:
    """The second of a family, and each one after it."""
    rows = [found(severity, minute=n, id=n) for n in range(len(scores))]
    now = START + dt.timedelta(minutes=5)
    assert [judge_risk(rows[: n + 1], now=now).score for n in range(len(rows))] == scores


def test_one_sentence_does_not_repeat_itself() -> None:
    """Two findings of a family in the same moment, and one a second later."""
    rows = [found("S3", id=1), found("S3", id=2)]
    assert judge_risk(rows, now=START).score == 40
    later = START + dt.timedelta(seconds=1)
    rows.append(replace(rows[0], finding_id=3, at=later))
    assert judge_risk(rows, now=later).score == 70


@pytest.mark.row("LM-064")
def test_banners_of_one_picture_are_one_showing() -> None:
    """Warned at the first reading, whatever the reader makes out later; paused on a real repeat."""
    standing = [found("S2", minute=n * 0.5, id=n, seen=True) for n in range(4)]
    at = START + dt.timedelta(minutes=1.9)
    assert [judge_risk(standing[: n + 1], now=at).score for n in range(4)] == [40, 80, 120, 160]
    two = standing[:2]
    assert judge_risk(two, now=at).rung == "limit"
    # Words that come up when there was time to take the first ones down.
    new = found("S2", minute=2, id=9, seen=True)
    again = judge_risk([standing[0], new], now=new.at)
    assert (again.score, again.rung) == (100, "pause")
    # Ever new ones, each soon after the last, are no way around it.
    slides = [found("S2", minute=n, id=n, seen=True) for n in range(4)]
    judged = judge_risk(slides, now=slides[-1].at)
    assert [one.repeat_points for one in judged.reasons] == [0, 0, 20, 20]
    # What the host says after a banner is an act of its own.
    said = found("S2", minute=0.1, id=9)
    assert judge_risk([standing[0], said], now=said.at).score == 100


def test_what_is_seen_pauses_and_never_stops() -> None:
    """A stop does not come back, so it rests on what was said or written."""
    seen = [found("S1", minute=n * 5, id=n, seen=True) for n in range(2)]
    now = seen[-1].at
    judged = judge_risk(seen, now=now)
    assert (judged.score, judged.rung) == (300, "pause")
    said = [replace(one, is_seen=False) for one in seen]
    assert judge_risk(said, now=now).rung == "stop"
    assert judge_risk([*said[:1], *seen[1:]], now=now).rung == "pause"


def test_age_halves_and_ends() -> None:
    """In full before ten minutes, by half before thirty, then gone; half points fall away."""
    row = found("S4")
    at = [FULL_FOR - dt.timedelta(seconds=1), FULL_FOR, WINDOW - dt.timedelta(seconds=1), WINDOW]
    assert [judge_risk([row], now=START + age).score for age in at] == [5, 2, 2, 0]


def test_what_was_answered_for_still_makes_the_next_a_repetition() -> None:
    """An S1 after a lifted pause stops the show."""
    rows = [found("S1", settled=True), found("S1", minute=20, id=2)]
    judged = judge_risk(rows, now=START + dt.timedelta(minutes=20))
    assert (judged.score, judged.rung) == (200, "stop")
    assert [reason.finding_id for reason in judged.reasons] == [2]


@pytest.mark.row("LM-050")
@given(MANY, NOW, st.randoms(use_true_random=False))
def test_reasons_are_the_score_and_order_is_nothing(
    rows: list[Found], now: dt.datetime, chance: object
) -> None:
    """The same findings are the same score, rung and reasons, in whatever order they come."""
    rows = before(rows, now)
    judged = judge_risk(rows, now=now)
    assert sum(reason.points for reason in judged.reasons) == judged.score
    assert all(reason.points > 0 for reason in judged.reasons)
    assert REACHED_AT[judged.rung] <= judged.score
    seen = any(one.is_seen for one in rows)
    higher = [rung for rung in RUNGS[height(judged.rung) + 1 :] if rung != "stop" or not seen]
    assert all(judged.score < REACHED_AT[rung] for rung in higher)
    assert judge_risk(list(reversed(rows)), now=now) == judged


@given(MANY, ANY_FOUND, NOW)
def test_more_findings_never_lower_the_score(
    rows: list[Found], one: Found, now: dt.datetime
) -> None:
    """Nor does a graver one in the place of a lesser."""
    rows = before([row for row in rows if row.finding_id != one.finding_id], now)
    one = replace(one, at=min(one.at, now))
    fewer, more = judge_risk(rows, now=now), judge_risk([*rows, one], now=now)
    assert more.score >= fewer.score
    assert height(more.rung) >= height(fewer.rung)
    at_least = more.score
    for severity in reversed(SEVERITIES[: SEVERITIES.index(one.severity)]):
        graver = judge_risk([*rows, replace(one, severity=severity)], now=now)
        assert graver.score >= at_least
        at_least = graver.score


def _judged(score: int) -> Judged:
    rung = max((rung for rung in RUNGS if REACHED_AT[rung] <= score), key=height)
    return Judged(score, rung, ())


@given(st.sampled_from(RUNGS), st.integers(0, 400), st.integers(0, 7_200))
def test_up_at_once_down_by_one_in_its_time(rung: Rung, score: int, held_s: int) -> None:
    """And out of a pause or a stop by no time at all."""
    now = START + dt.timedelta(seconds=held_s)
    after = next_rung(rung, _judged(score), since=START, now=now)
    reached = _judged(score).rung
    if height(reached) >= height(rung):
        assert after == reached
    elif rung in HOLDS and now - START >= HOLDS[rung]:
        assert height(after) == height(rung) - 1
        assert steps_down_at(rung, since=START) == START + HOLDS[rung]
    else:
        assert after == rung


def test_what_each_rung_does() -> None:
    """The table of docs/mechanisms/ladder.md."""
    seen = [(r, viewers_max(r), functions_off(r), selling_paused(r)) for r in RUNGS]
    assert seen == [
        ("clear", None, False, False),
        ("record", None, False, False),
        ("popup", None, False, False),
        ("warning", None, False, False),
        ("limit", 200, True, False),
        ("pause", 200, True, True),
        ("stop", 200, True, True),
    ]
