"""Fan tiers as rules: what is refused, what points reach, what a change may do."""

from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kaibo.audience.errors.fans import FanTermsStand, FanTiersCannotBe
from kaibo.audience.rules.fans import (
    TIERS_MAX,
    FanTerms,
    FanTier,
    check_fan_change,
    check_fan_terms,
    order_points,
    place_of,
    points_kept,
    watch_points,
)
from kaibo.base.errors import NumberOutOfRange, Refusal, TextMissing, TextTooLong
from kaibo.promotions.rules.running import FAN_TIERS

TERMS = FanTerms(
    tiers=(FanTier("铁粉", 100), FanTier("挚友", 300)),
    follow_points=100,
    minute_points=2,
    minutes_max=60,
    yuan_points=1,
)


def test_a_right_can_be_given_to_every_tier_that_can_be_published() -> None:
    assert len(FAN_TIERS) == TIERS_MAX


def test_names_are_tidied() -> None:
    told = msgspec.structs.replace(TERMS, tiers=(FanTier(" 铁粉 ", 100), FanTier("挚友", 300)))
    assert check_fan_terms(told) == TERMS


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"tiers": ()}, FanTiersCannotBe),
        ({"tiers": tuple(FanTier(f"{n}", n) for n in range(1, 7))}, FanTiersCannotBe),
        ({"tiers": (FanTier("甲", 5), FanTier("乙", 5))}, FanTiersCannotBe),
        ({"tiers": (FanTier("甲", 5), FanTier("甲", 9))}, FanTiersCannotBe),
        ({"tiers": (FanTier(" ", 5),)}, TextMissing),
        ({"tiers": (FanTier("粉" * 13, 5),)}, TextTooLong),
        ({"tiers": (FanTier("甲", 0),)}, NumberOutOfRange),
        ({"follow_points": 0, "yuan_points": 0, "minutes_max": 0}, FanTiersCannotBe),
        ({"yuan_points": 10_001}, NumberOutOfRange),
        ({"minutes_max": 1_441}, NumberOutOfRange),
    ],
)
def test_what_is_no_ladder_is_refused(change: dict[str, Any], refusal: type[Refusal]) -> None:
    with pytest.raises(refusal):
        check_fan_terms(msgspec.structs.replace(TERMS, **change))


@pytest.mark.parametrize(
    "change",
    [
        {"tiers": TERMS.tiers[:1]},
        {"tiers": (FanTier("铁粉", 101), FanTier("挚友", 300))},
        {"follow_points": 99},
        {"minute_points": 1},
        {"minutes_max": 59},
        {"yuan_points": 0},
    ],
)
def test_a_change_against_the_fans_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(FanTermsStand):
        check_fan_change(TERMS, msgspec.structs.replace(TERMS, **change))


def test_points_are_whole_minutes_and_whole_yuan() -> None:
    assert [watch_points(TERMS, seconds) for seconds in (0, 59, 60, 3_659, 9_000)] == [
        0, 0, 2, 120, 120
    ]  # fmt: skip
    assert [order_points(TERMS, fen) for fen in (0, 99, 100, 9_950)] == [0, 0, 1, 99]


_tiers = st.lists(st.integers(1, 500), min_size=1, max_size=5, unique=True).map(
    lambda needs: tuple(FanTier(str(n), n) for n in sorted(needs))
)
_terms = st.builds(
    FanTerms,
    tiers=_tiers,
    follow_points=st.integers(1, 9),
    minute_points=st.integers(0, 9),
    minutes_max=st.integers(0, 99),
    yuan_points=st.integers(0, 9),
)


@given(before=_terms, after=_terms, points=st.integers(0, 600), seconds=st.integers(0, 9_000))
@settings(max_examples=150)
def test_an_allowed_change_lowers_nobody(
    before: FanTerms, after: FanTerms, points: int, seconds: int
) -> None:
    try:
        check_fan_change(before, after)
    except FanTermsStand:
        return
    assert place_of(after, points) >= place_of(before, points)
    assert watch_points(after, seconds) >= watch_points(before, seconds)
    assert order_points(after, seconds) >= order_points(before, seconds)


@given(
    points=st.integers(0, 10**6),
    paid=st.integers(1, 10**6),
    backs=st.lists(st.integers(0, 10**6), max_size=5),
)
@settings(max_examples=150)
def test_points_fall_with_every_refund_and_end_at_none(
    points: int, paid: int, backs: list[int]
) -> None:
    gone, last = 0, points
    for back in backs:
        gone += back
        kept = points_kept(points, paid_fen=paid, refunded_fen=gone)
        assert 0 <= kept <= last
        last = kept
    assert points_kept(points, paid_fen=paid, refunded_fen=paid) == 0
