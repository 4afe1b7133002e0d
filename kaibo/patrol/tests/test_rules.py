"""Grades, sampling and duty as pure decisions."""

import datetime as dt
import hashlib
from collections import Counter
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kaibo.patrol.errors import NoModeratorCapacity
from kaibo.patrol.rules import grades
from kaibo.patrol.rules.duty import check_capacity, staffing_applies
from kaibo.patrol.rules.grades import LETTERS, Inputs, grade
from kaibo.patrol.rules.sampling import (
    GRADE_WEIGHT,
    RUNG_WEIGHT,
    Room,
    chances,
    draw,
    is_overdue,
    risk_of,
    weight_of,
)

COUNTS = st.integers(min_value=0, max_value=10**9)
INPUTS = st.builds(
    Inputs,
    findings=st.dictionaries(st.sampled_from(["S1", "S2", "S3", "S4"]), st.integers(0, 50)),
    stopped=st.integers(0, 5),
    followers=COUNTS,
    visitors=COUNTS,
    orders=COUNTS,
    paid_fen=st.integers(-(10**9), 10**12),
)
ROOMS = st.lists(
    st.builds(
        Room,
        show_id=st.integers(1, 10**6),
        letter=st.sampled_from(LETTERS),
        is_key=st.booleans(),
        rung=st.sampled_from(list(RUNG_WEIGHT)),
        viewers=st.integers(0, 10**6),
        unseen_s=st.integers(0, 10**5),
    ),
    min_size=1,
    max_size=12,
    unique_by=lambda room: room.show_id,
)


@given(INPUTS)
def test_a_grade_is_its_lines_and_nothing_else(inputs: Inputs) -> None:
    """Anybody can add it up; the same inputs give the same grade."""
    made = grade(inputs)
    assert made == grade(inputs)
    assert made.score == max(0, 100 + sum(line.points for line in made.score_lines))
    assert made.size == sum(line.points for line in made.size_lines)
    assert 0 <= made.score <= 100 >= made.size >= 0
    reached = [one for one in LETTERS if made.score >= grades.REACHED_AT[one]]
    assert made.letter == reached[0]
    assert made.is_large == (made.size >= 45)


@given(INPUTS, st.sampled_from(["S1", "S2", "S3", "S4"]))
def test_one_more_finding_never_raises_a_grade_nor_moves_its_size(
    inputs: Inputs, severity: str
) -> None:
    more = dict(inputs.findings)
    more[severity] = more.get(severity, 0) + 1
    worse = grade(Inputs(findings=more, stopped=inputs.stopped, followers=inputs.followers))
    same = grade(Inputs(findings=inputs.findings, stopped=inputs.stopped))
    assert worse.score <= same.score
    assert LETTERS.index(worse.letter) >= LETTERS.index(same.letter)


def test_a_worse_grade_may_do_less_and_is_looked_at_more_often() -> None:
    for better, worse in pairwise(LETTERS):
        assert set(grades.functions_off(better)) <= set(grades.functions_off(worse))
        assert grades.look_every(worse, is_key=False) <= grades.look_every(better, is_key=False)
        assert grades.look_every(better, is_key=True) == dt.timedelta(minutes=10)
        assert GRADE_WEIGHT[worse] > GRADE_WEIGHT[better]
    assert "draw" in grades.functions_off("C")
    assert "draw" not in grades.functions_off("B")


@settings(max_examples=40)
@given(ROOMS, st.text(max_size=20), st.randoms())
def test_a_draw_is_drawn_again_by_seed_and_weights_alone(
    rooms: list[Room], seed: str, chance: object
) -> None:
    among = chances(rooms)
    assert among == chances(rooms[::-1])
    chosen = draw(among, seed=seed)
    late = [room.show_id for room in rooms if is_overdue(room)]
    assert chosen in (late or [room.show_id for room in rooms])
    # By another way to count: everybody written down as often as their weight.
    places = [one.show_id for one in among for _ in range(one.weight)]
    number = int(hashlib.sha256(seed.encode()).hexdigest(), 16)
    assert places[number % len(places)] == chosen
    assert all(weight_of(room) >= risk_of(room) >= 1 for room in rooms)


def test_chance_follows_weight() -> None:
    """20 000 draws among 1 to 9: within four standard deviations of what was promised."""
    among = chances([Room(1, "A", False, "clear", 0, 0), Room(2, "D", False, "clear", 100, 0)])
    assert [one.weight for one in among] == [1, 9]
    seen = Counter(draw(among, seed=str(number)) for number in range(20_000))
    assert abs(seen[1] - 2_000) < 4 * 42.5


@given(st.integers(1, 500), st.integers(0, 30), st.integers(1, 100))
def test_capacity_is_a_product(rooms: int, moderators: int, per: int) -> None:
    if rooms <= moderators * per:
        check_capacity(rooms, moderators=moderators, per_moderator=per)
        return
    with pytest.raises(NoModeratorCapacity) as refused:
        check_capacity(rooms, moderators=moderators, per_moderator=per)
    needed = refused.value.data["needed"]
    check_capacity(rooms, moderators=needed, per_moderator=per)
    assert needed > moderators


def test_who_is_asked_for_moderators() -> None:
    kinds = ("platform", "private_domain", "merchant", "agency", "")
    assert [staffing_applies("auto", kind) for kind in kinds] == [True, True, False, False, False]
    assert all(staffing_applies("on", kind) for kind in kinds)
    assert not any(staffing_applies("off", kind) for kind in kinds)
