"""Gifts as pure decisions: how many are earned, and whose price bears their value."""

from random import Random

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaibo.promotions.errors import BelowFloor
from kaibo.promotions.rules import (
    Always,
    AmountOff,
    AtLeastFen,
    AtLeastKinds,
    AtLeastUnits,
    BasketLine,
    Condition,
    Gift,
    OfSkus,
    PriceBook,
    Promotion,
    Room,
    check_quote_floor,
    earned_by,
    price_basket,
    price_within,
    units_earned,
    worst_prices,
)
from kaibo.promotions.rules.gifts import most_unit_fen
from kaibo.promotions.tests import slow_pricing
from kaibo.promotions.tests.baskets import baskets, promotion, promotions


def line(sku_id: int, units: int, fen: int, *, floor_fen: int = 0) -> BasketLine:
    return BasketLine(
        key=str(sku_id), sku_id=sku_id, units=units, unit_price_fen=fen, floor_fen=floor_fen
    )


def gift(
    condition: Condition, *, id: int = 9, units: int = 1, value_fen: int = 600, **more: object
) -> Promotion:
    return promotion(id, Gift(70, units, value_fen), condition=condition, **more)


@pytest.mark.row("R-058", "R-061")
@pytest.mark.parametrize(
    ("condition", "times_max", "units", "shares"),
    [
        (Always(), 1, 2, (800, 400)),
        # By amount: 200 and 100 yuan of 300.
        (AtLeastFen(30_000), 1, 2, (800, 400)),
        (AtLeastFen(10_000), None, 6, (2_400, 1_200)),
        (AtLeastFen(10_000), 2, 4, (1_600, 800)),
        (AtLeastFen(30_001), 1, 0, ()),
        # By units: two and one of three.
        (AtLeastUnits(3), 1, 2, (800, 400)),
        (AtLeastUnits(1), None, 6, (2_400, 1_200)),
        (AtLeastUnits(4), 1, 0, ()),
        (AtLeastKinds(2), 1, 2, (800, 400)),
    ],
)
def test_what_is_given_and_whose_it_is(
    condition: Condition, times_max: int | None, units: int, shares: tuple[int, ...]
) -> None:
    lines = [line(1, 2, 10_000), line(2, 1, 10_000)]
    quote = price_basket(lines, [gift(condition, units=2, times_max=times_max)])
    assert quote.line_fen == (20_000, 10_000)
    assert [(g.units, g.shares) for g in quote.gifts] == ([(units, shares)] if units else [])


def test_only_goods_in_its_scope_earn_and_bear_it() -> None:
    lines = [line(2, 1, 10_000), line(1, 2, 5_000)]
    mine = gift(AtLeastUnits(2), scope=OfSkus(frozenset({1})))
    quote = price_basket(lines, [mine])
    (given_one,) = quote.gifts
    # In the caller's order of lines.
    assert (given_one.units, given_one.shares, quote.net_fen) == (1, (0, 600), (10_000, 9_400))


def test_a_threshold_reads_what_the_earlier_classes_left() -> None:
    lines = [line(1, 1, 10_000)]
    off = promotion(1, AmountOff(1), stacking="price")
    assert price_basket(lines, [off, gift(AtLeastFen(10_000))]).gifts == ()
    assert price_basket(lines, [off, gift(AtLeastFen(9_999))]).gifts[0].units == 1


@pytest.mark.row("R-058")
def test_a_gift_counts_against_the_floor() -> None:
    lines = [line(1, 1, 10_000, floor_fen=9_500)]
    quote = price_basket(lines, [gift(Always(), value_fen=500)])
    check_quote_floor(quote)
    assert quote.below_floor() == []
    dear = price_basket(lines, [gift(Always(), value_fen=501)])
    assert [found.sku_id for found in dear.below_floor()] == [1]
    with pytest.raises(BelowFloor) as refused:
        check_quote_floor(dear)
    assert (refused.value.data["price_fen"], refused.value.data["floor_fen"]) == (9_499, 9_500)
    assert refused.value.data["combination"] == [{"zh": "优惠9", "en": "Promotion 9"}]


def test_the_preview_counts_gifts_too() -> None:
    """Two units at 100 earn a gift of 6: 97 each, and 92 with a coupon of 10."""
    terms = [line(1, 2, 10_000, floor_fen=9_300)]
    mine, coupon = gift(AtLeastUnits(2)), promotion(1, AmountOff(1_000), stacking="coupon")
    (safe,) = worst_prices(terms, [mine])
    assert (safe.unit_fen, safe.verdict, safe.combination) == (9_700, "safe", (mine,))
    (below,) = worst_prices(
        terms, [mine, msgspec.structs.replace(coupon, condition=AtLeastUnits(2))]
    )
    assert (below.unit_fen, below.verdict, len(below.combination)) == (9_200, "below", 2)


@pytest.mark.parametrize(
    ("room", "units", "why"),
    [
        (Room(gift_units=3), 3, {}),
        (Room(gift_units=2), 2, {}),
        (Room(gift_units=0), 0, {9: "gifts_gone"}),
        (Room(gift_units=9, budget_fen=1_799), 2, {}),
        (Room(gift_units=9, budget_fen=599), 0, {9: "no_budget"}),
        (Room(gift_units=9, uses=0), 0, {9: "used_up"}),
        (Room(gift_units=9, mine=0), 0, {9: "buyer_limit"}),
    ],
)
def test_while_they_last(room: Room, units: int, why: dict[int, str]) -> None:
    """Three are earned; as many are given as units and budget are left."""
    each = gift(AtLeastUnits(1), times_max=None)
    quote, left_out = price_within([line(1, 3, 10_000)], {each: room})
    assert sum(given_one.units for given_one in quote.gifts) == units
    assert (quote.total_fen, left_out) == (30_000, why)


def test_two_at_a_time_are_given_two_at_a_time() -> None:
    pair = gift(AtLeastUnits(1), units=2, times_max=None)
    quote, _ = price_within([line(1, 3, 10_000)], {pair: Room(gift_units=5)})
    assert [(g.units, g.value_fen) for g in quote.gifts] == [(4, 2_400)]
    _, left_out = price_within([line(1, 3, 10_000)], {pair: Room(gift_units=1)})
    assert left_out == {9: "gifts_gone"}


@pytest.mark.row("R-061")
@given(lines=baskets, listed=promotions())
def test_gifts_change_no_price_and_their_value_is_all_shared(
    lines: list[BasketLine], listed: list[Promotion]
) -> None:
    gifts = [one for one in listed if isinstance(one.benefit, Gift)]
    without = PriceBook([one for one in listed if one not in gifts]).quote(lines)
    quote = PriceBook(listed).quote(lines)
    assert (quote.applied, quote.line_fen) == (without.applied, without.line_fen)
    for one in quote.gifts:
        benefit = one.promotion.benefit
        assert isinstance(benefit, Gift)
        assert one.value_fen == one.units * benefit.value_fen
        assert min(one.shares) >= 0
        # What it was earned with earns it again.
        assert units_earned(one.promotion, earned_by(one, quote)) == one.units
        for at, share in enumerate(one.shares):
            price = lines[at].unit_price_fen
            most = most_unit_fen(one.promotion, price)
            assert share <= most * lines[at].units


@given(lines=baskets, listed=promotions())
def test_the_reference_shares_a_gift_alike(
    lines: list[BasketLine], listed: list[Promotion]
) -> None:
    quote = PriceBook(listed, choose="priority").quote(lines)
    cost, given_away = slow_pricing.net(lines, listed)
    assert quote.net_fen == cost
    told = [
        {one.promotion.id: one.shares[at] for one in quote.gifts if one.shares[at]}
        for at in range(len(lines))
    ]
    assert told == given_away


@given(lines=baskets, listed=promotions(most=3), order=st.randoms())
def test_the_order_of_lines_changes_no_gift(
    lines: list[BasketLine], listed: list[Promotion], order: Random
) -> None:
    shuffled = order.sample(lines, len(lines))
    one, other = PriceBook(listed).quote(lines), PriceBook(listed).quote(shuffled)
    told = [
        {
            (g.promotion.id, quote.lines[at].key, share)
            for g in quote.gifts
            for at, share in enumerate(g.shares)
        }
        for quote in (one, other)
    ]
    assert told[0] == told[1]


@given(
    lines=st.lists(st.tuples(st.integers(1, 3), st.integers(1, 5_000)), min_size=1, max_size=2),
    listed=promotions(most=3),
    tries=st.sampled_from([0, 20_000]),
)
def test_no_basket_gets_below_the_worst_price(
    lines: list[tuple[int, int]], listed: list[Promotion], tries: int
) -> None:
    """Exact or enclosed: what a line brings in, less its gifts, is never below the bound."""
    terms = [line(at + 1, units, fen) for at, (units, fen) in enumerate(lines)]
    found = worst_prices(terms, listed, tries_max=tries)
    quote = PriceBook(listed, choose="priority").quote(terms)
    for at, worst in enumerate(found):
        assert quote.net_fen[at] >= worst.bound_fen * terms[at].units
        assert worst.unit_fen >= worst.bound_fen
