"""The pure rules of the guards: the window, true prices, scarcity, second persons."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaibo.base.errors import NumberOutOfRange
from kaibo.promotions import rules
from kaibo.promotions.errors import (
    BaseAboveDeals,
    DiscountNotTrue,
    SamePerson,
    TagRaised,
    UndoTooLate,
)
from kaibo.promotions.rules import Deal, GuardTerms, Pace, PaceLimit

NOW = dt.datetime(2026, 11, 22, 12, 0, tzinfo=dt.UTC)
LIMITS = (PaceLimit(60, 1_000), PaceLimit(3_600, 5_000))
steps = st.lists(st.tuples(st.integers(0, 30_000), st.integers(0, 800)), max_size=25)


def after(seconds: float) -> dt.datetime:
    return NOW + dt.timedelta(seconds=seconds)


def days(count: float) -> dt.datetime:
    return NOW + dt.timedelta(days=count)


def played(moves: list[tuple[int, int]]) -> tuple[Pace, list[tuple[dt.datetime, int]]]:
    """The pace after these (milliseconds later, fen) and the exact list of what happened."""
    pace: Pace = []
    told, at = [], NOW
    for later_ms, off_fen in moves:
        at += dt.timedelta(milliseconds=later_ms)
        pace = rules.noted(pace, LIMITS, off_fen=off_fen, now=at)
        told.append((at, off_fen))
    return pace, told


@given(steps)
def test_a_window_counts_all_of_its_length_and_at_most_a_twelfth_more(
    moves: list[tuple[int, int]],
) -> None:
    pace, told = played(moves)
    now = told[-1][0] if told else NOW
    for limit, counted in zip(LIMITS, rules.off_within(pace, LIMITS, now=now), strict=True):
        length = dt.timedelta(seconds=limit.window_s)
        exact = sum(off for at, off in told if at > now - length)
        wider = sum(off for at, off in told if at > now - length - length / 12)
        assert exact <= counted <= wider
    assert all(len(buckets) <= 14 for buckets in pace)


@given(steps, st.integers(1, 1_000), st.integers(0, 3_000))
def test_more_never_trips_later(moves: list[tuple[int, int]], more: int, place: int) -> None:
    """Monotone: whatever passes a limit still passes it when more was given away."""
    _, told = played(moves)
    bigger = [
        (ms, off + (more if place % max(1, len(moves)) == i else 0))
        for i, (ms, off) in enumerate(moves)
    ]
    now = told[-1][0] if told else NOW
    plain, heavy = played(moves)[0], played(bigger)[0]
    if rules.limit_passed(plain, LIMITS, now=now):
        assert rules.limit_passed(heavy, LIMITS, now=now)


@given(steps, st.integers(1, 600))
def test_units_until_the_trip_are_exactly_those_that_trip(
    moves: list[tuple[int, int]], each_fen: int
) -> None:
    pace, told = played(moves)
    now = told[-1][0] if told else NOW
    until = rules.units_until_trip(pace, LIMITS, off_each_fen=each_fen, now=now)
    assert until is not None
    for units in {until - 1, until, until + 1} - {-1}:
        after_it = rules.noted(pace, LIMITS, off_fen=units * each_fen, now=now)
        assert bool(rules.limit_passed(after_it, LIMITS, now=now)) == (units >= until)


def test_a_normal_pace_never_trips_and_a_clock_set_back_hides_nothing() -> None:
    """Within the limits for a week, at the defaults: 30 fen a second is under both sums."""
    limits = GuardTerms().limits()
    pace: Pace = []
    for minute in range(0, 7 * 1_440, 10):
        pace = rules.noted(pace, limits, off_fen=60_000, now=after(minute * 60))
        assert rules.limit_passed(pace, limits, now=after(minute * 60)) is None
    pace = rules.noted([], LIMITS, off_fen=1_001, now=NOW)
    assert rules.limit_passed(pace, LIMITS, now=after(-500)) == (LIMITS[0], 1_001)
    assert rules.limit_passed(pace, LIMITS, now=after(66)) is None


def test_what_two_people_agreed_to_raises_both_limits() -> None:
    agreed = GuardTerms().limits(agreed_off_fen=20_000_000)
    assert [limit.off_fen_max for limit in agreed] == [20_000_000, 20_000_000]
    assert rules.off_each_fen(None, 100) == rules.off_each_fen(100, 150) == 0
    with pytest.raises(NumberOutOfRange):
        rules.check_guard_terms(GuardTerms(short_off_fen_max=0))


@pytest.mark.row("LM-092")
def test_the_base_is_the_lowest_deal_of_seven_days_else_the_last_else_none() -> None:
    deals = [Deal(9_900, days(-6)), Deal(8_900, days(-3)), Deal(10_900, days(-1))]
    base = rules.compared_base([*deals, Deal(1_000, days(-8)), Deal(500, NOW)], start=NOW)
    assert base is not None
    assert (base.price_fen, base.source) == (8_900, "lowest_in_days")
    edge = rules.compared_base([Deal(700, days(-7)), Deal(900, days(-1))], start=NOW)
    assert edge is not None
    assert edge.price_fen == 700
    last = rules.compared_base([Deal(9_000, days(-30)), Deal(12_000, days(-9))], start=NOW)
    assert last is not None
    assert (last.price_fen, last.source) == (12_000, "last_deal")
    assert rules.compared_base([Deal(500, days(1))], start=NOW) is None
    rules.check_base(1, shown_fen=8_900, base=base)
    with pytest.raises(BaseAboveDeals) as refused:
        rules.check_base(1, shown_fen=8_901, base=base)
    assert refused.value.data == {"link_no": 1, "shown_fen": 8_901, "base_fen": 8_900}
    rules.check_base(1, shown_fen=12_000, base=last)
    with pytest.raises(BaseAboveDeals):
        rules.check_base(1, shown_fen=1, base=None)


def test_a_tag_raised_shortly_before_a_cut_is_refused() -> None:
    cut = {"price_fen": 10_000, "tag_fen": 20_000, "days": 30, "now": NOW}
    with pytest.raises(TagRaised) as refused:
        rules.check_tag(1, **cut, tags=[(10_000, days(-2)), (20_000, days(-1))])  # type: ignore[arg-type]
    assert refused.value.data["was_fen"] == 10_000
    with pytest.raises(TagRaised):
        # The low tag stood when the look-back began.
        rules.check_tag(1, **cut, tags=[(10_000, days(-90)), (20_000, days(-2))])  # type: ignore[arg-type]
    rules.check_tag(1, **cut, tags=[(10_000, days(-90)), (20_000, days(-31))])  # type: ignore[arg-type]
    rules.check_tag(1, **cut, tags=[])  # type: ignore[arg-type]
    rules.check_tag(1, price_fen=20_000, tag_fen=20_000, tags=[(1, days(-1))], days=30, now=NOW)


@pytest.mark.parametrize(
    ("text", "price_fen", "base_fen", "stands"),
    [
        ("全场5折", 13_900, 19_900, False),
        ("全场5折", 9_950, 19_900, True),
        ("全场5折", 10_050, 19_900, True),
        ("全场5折", 10_051, 19_900, False),
        ("八五折", 8_500, 10_000, True),
        ("8.5折", 8_700, 10_000, False),
        ("85折", 8_500, 10_000, True),
        ("五折", 5_000, None, False),
        ("可折叠衣架 折扣多多 3折叠", 5_000, None, True),
    ],
)
def test_words_of_a_discount_are_held_against_the_arithmetic(
    text: str, price_fen: int, base_fen: int | None, stands: bool
) -> None:
    if stands:
        rules.check_discount_words(text, price_fen=price_fen, base_fen=base_fen)
    else:
        with pytest.raises(DiscountNotTrue):
            rules.check_discount_words(text, price_fen=price_fen, base_fen=base_fen)


@pytest.mark.parametrize(
    ("text", "left", "hits"),
    [
        ("最后3单了拍完下架", 500, [3]),
        ("最后3单了拍完下架", 3, []),
        ("最后3单", 5, []),
        ("最后3单", 6, [3]),
        ("只剩五套姐妹们", 500, [5]),
        ("仅剩一百件", 105, []),
        ("仅剩一百件", 106, [100]),
        ("还剩两百零五件，最后十二单", 500, [205, 12]),
        ("最后一个问题谁来回答", 500, []),
        ("只剩我一个人在播", 500, []),
        ("最后给大家看一下背面", 500, []),
        ("最后3单", 0, []),
    ],
)
def test_scarce_words_are_held_against_the_stock(text: str, left: int, hits: list[int]) -> None:
    assert [hit.said for hit in rules.scarcity_hits(text, units_left=left)] == hits


def test_dangers_and_who_may_confirm_and_undo() -> None:
    terms = GuardTerms()
    ask = {"reference_fen": 10_000, "known_fen": 10_000}
    assert rules.dangers(terms, price_fen=3_000, units=1, **ask) == ()
    assert rules.dangers(terms, price_fen=2_999, units=1, **ask) == ("deep_cut",)
    most = terms.long_off_fen_max // 5_000
    assert rules.dangers(terms, price_fen=5_000, units=most, **ask) == ()
    assert rules.dangers(terms, price_fen=5_000, units=most + 1, **ask) == ("large_sum",)
    rules.check_second_person(1, 2)
    with pytest.raises(SamePerson):
        rules.check_second_person(1, 1)
    rules.check_undo(NOW, undo_s=30, bought=0, now=after(29))
    for bought, at in ((1, after(1)), (0, after(30))):
        with pytest.raises(UndoTooLate):
            rules.check_undo(NOW, undo_s=30, bought=bought, now=at)
