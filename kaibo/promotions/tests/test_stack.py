"""The lowest price of a SKU: held against every basket, and against accidents that happened."""

import itertools
import math
import random
from collections.abc import Sequence
from fractions import Fraction

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kaibo.promotions.errors import BelowFloor
from kaibo.promotions.rules import (
    AmountOff,
    AtLeastFen,
    AtLeastUnits,
    BasketLine,
    BundlePrice,
    OfSkus,
    PercentOff,
    Promotion,
    UnitPrice,
    Worst,
    check_quote_floor,
    price_basket,
    worst_prices,
)
from kaibo.promotions.tests import slow_pricing
from kaibo.promotions.tests.baskets import fen, line, promotion, promotions

terms_of_sku = st.builds(
    BasketLine,
    key=st.just(""),
    sku_id=st.just(0),
    units=st.integers(1, 2),
    unit_price_fen=fen,
    floor_fen=st.sampled_from([0, 1, 30, 900]),
    tags=st.sets(st.sampled_from(["a", "b"])).map(frozenset),
)
shelves = st.lists(terms_of_sku, min_size=1, max_size=3).map(
    lambda lines: [msgspec.structs.replace(one, sku_id=n) for n, one in enumerate(lines, start=1)]
)


def lowest(terms: Sequence[BasketLine], listed: Sequence[Promotion]) -> list[Fraction]:
    """The lowest price of each SKU over all baskets and subsets, tried one by one."""
    found = [Fraction(10**9)] * len(terms)
    for wanted in itertools.product(*(range(one.units + 1) for one in terms)):
        places = [at for at, units in enumerate(wanted) if units]
        lines = [msgspec.structs.replace(terms[at], units=wanted[at]) for at in places]
        for size in range(len(listed) + 1):
            for subset in itertools.combinations(listed, size):
                cost, _ = slow_pricing.net(lines, subset)
                for at, line_fen in zip(places, cost, strict=True):
                    found[at] = min(found[at], Fraction(line_fen, wanted[at]))
    return found


def is_reached(worst: Worst) -> bool:
    """Whether the basket costs what is said, by the slow reference, with all it names in use."""
    used, _ = slow_pricing.play(worst.basket, worst.combination)
    cost, given_away = slow_pricing.net(worst.basket, worst.combination)
    named = {promotion.id for promotion in worst.combination}
    met = {id for id, _ in used} | given_away[worst.place].keys()
    return cost[worst.place] == worst.line_fen and met == named


@settings(max_examples=60, deadline=None)
@given(terms=shelves, listed=promotions(most=4))
def test_the_lowest_price_is_that_of_an_exhaustive_search(
    terms: list[BasketLine], listed: list[Promotion]
) -> None:
    truth = lowest(terms, listed)
    for worst, true in zip(worst_prices(terms, listed), truth, strict=True):
        assert worst.is_exact
        assert Fraction(worst.line_fen, worst.units) == true
        assert worst.bound_fen == worst.unit_fen == math.floor(true)
        assert worst.verdict == ("below" if true < worst.terms.floor_fen else "safe")
        assert is_reached(worst)


@settings(max_examples=100, deadline=None)
@given(terms=shelves, listed=promotions(most=4))
def test_where_not_all_is_tried_the_truth_is_enclosed(
    terms: list[BasketLine], listed: list[Promotion]
) -> None:
    truth = lowest(terms, listed)
    for worst, true in zip(worst_prices(terms, listed, tries_max=0), truth, strict=True):
        assert worst.bound_fen <= true <= Fraction(worst.line_fen, worst.units)
        assert is_reached(worst)
        if worst.verdict != "unproven":
            assert worst.verdict == ("below" if true < worst.terms.floor_fen else "safe")


@settings(max_examples=30, deadline=None)
@given(listed=promotions(most=12), seed=st.integers(0, 10_000))
def test_no_basket_of_a_large_shelf_gets_below_a_bound(listed: list[Promotion], seed: int) -> None:
    dice = random.Random(seed)
    terms = [
        line(sku, 5, dice.choice([dice.randint(1, 60), dice.randint(100, 5_000)]))
        for sku in range(1, 13)
    ]
    worsts = worst_prices(terms, listed)
    for _ in range(20):
        places = dice.sample(range(len(terms)), dice.randint(1, 5))
        lines = [msgspec.structs.replace(terms[at], units=dice.randint(1, 5)) for at in places]
        subset = [one for one in listed if dice.random() < 0.7]
        quote = price_basket(lines, subset, choose=dice.choice(["best", "priority"]))
        for at, one, line_fen in zip(places, lines, quote.net_fen, strict=True):
            assert line_fen >= worsts[at].bound_fen * one.units


class TestAccidents:
    """Promotions as they were meant, and as they were saved."""

    SHELF = (
        line(1, 3, 20_000, floor_fen=12_000, sku="A-1"),
        line(2, 3, 9_900, floor_fen=6_000, sku="B-2"),
        *(line(sku, 3, 3_000 + sku * 500, floor_fen=1_000) for sku in range(3, 30)),
    )
    MEANT = (promotion(1, AmountOff(2_000), condition=AtLeastFen(20_000)),)

    def test_as_meant_nothing_gets_below_its_floor(self) -> None:
        assert {worst.verdict for worst in worst_prices(self.SHELF, self.MEANT)} == {"safe"}

    @pytest.mark.parametrize(
        ("saved", "skus"),
        [
            # 满200减20 saved as 满200减200.
            ([promotion(1, AmountOff(20_000), condition=AtLeastFen(20_000))], {"A-1", "B-2"}),
            # The threshold left out.
            ([promotion(1, AmountOff(5_000))], {"B-2"}),
            # 八折 typed as 二折.
            ([promotion(1, PercentOff(8_000))], {"A-1", "B-2"}),
            # Coupons on coupons: each alone is harmless.
            (
                [
                    *MEANT,
                    promotion(2, PercentOff(2_500), stacking="coupon"),
                    promotion(3, AmountOff(2_500), stacking="platform"),
                    promotion(4, UnitPrice(18_000), stacking="price", scope=OfSkus(frozenset({1}))),
                ],
                {"A-1", "B-2"},
            ),
            # Any three for 99 yuan, with the dearest among them.
            ([promotion(1, BundlePrice(9_900), condition=AtLeastUnits(3))], {"A-1", "B-2"}),
        ],
    )
    def test_as_saved_it_is_shown_before_the_first_order(
        self, saved: list[Promotion], skus: set[str]
    ) -> None:
        below = [one for one in worst_prices(self.SHELF, saved) if one.verdict == "below"]
        assert skus <= {worst.terms.sku for worst in below}
        for worst in below:
            quote = price_basket(worst.basket, worst.combination, choose="priority")
            assert quote.line_fen[worst.place] == worst.line_fen
            with pytest.raises(BelowFloor):
                check_quote_floor(quote)

    def test_set_twice_in_one_class_it_applies_once(self) -> None:
        twice = [*self.MEANT, msgspec.structs.replace(self.MEANT[0], id=2)]
        assert {worst.verdict for worst in worst_prices(self.SHELF, twice)} == {"safe"}
        again = msgspec.structs.replace(self.MEANT[0], id=2, stacking="platform")
        once, both = (
            worst_prices(self.SHELF, [*self.MEANT, *more])[0].line_fen for more in ([], [again])
        )
        assert (once, both) == (18_000, 16_734)
