"""The lowest price of every SKU, beside an exhaustive search on the same shelves.

The search prices every basket within the units a buyer may have with every subset of the
promotions. On small random shelves both must find the same price of every SKU, to the fraction of
a fen, or the bench fails; beyond a few SKUs only one of them can answer.
"""

import itertools
import math
import random
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import msgspec

from kaibo.promotions.rules import (
    STACKING,
    Always,
    AmountOff,
    AmountOffEach,
    AtLeastFen,
    AtLeastKinds,
    AtLeastUnits,
    BasketLine,
    Benefit,
    BundlePrice,
    CheapestFree,
    Condition,
    Everything,
    Gift,
    OfSkus,
    PercentOff,
    PriceBook,
    Promotion,
    UnitPrice,
    worst_prices,
)
from kaibo.site.bench.figures import Outcome, Say, Stopwatch

SKUS_MAX, UNITS_MAX, PROMOTIONS_MAX = 3, 2, 4


@dataclass(frozen=True, slots=True)
class SolverSizes:
    """Random small shelves to agree on, and how many SKUs the search is asked for at most."""

    instances: int
    searched: int


def agree(outcome: Outcome, sizes: SolverSizes, *, say: Say) -> None:
    """Hold the solver against the search on random shelves, and time both.

    Raises:
        RuntimeError: they differ, or the solver gave up on a small shelf; names the seed.
    """
    say(f"offers: {sizes.instances} random shelves, solver and exhaustive search")
    ours_s = search_s = 0.0
    for seed in range(sizes.instances):
        terms, listed = random_shelf(seed)
        with Stopwatch() as watch:
            worsts = worst_prices(terms, listed)
        ours_s += watch.cpu_s
        with Stopwatch() as watch:
            truth = exhaustive(terms, listed)
        search_s += watch.cpu_s
        found = [Fraction(worst.line_fen, worst.units) for worst in worsts]
        if found != truth or not all(worst.is_exact for worst in worsts):
            raise RuntimeError(f"shelf of seed {seed}: {found} is not {truth}")
    outcome.tell("offers.solver.agreed", [sizes.instances], "shelves")
    outcome.tell("offers.solver.small.cpu", [ours_s / sizes.instances * 1e6], "µs/shelf")
    outcome.tell("offers.exhaustive.small.cpu", [search_s / sizes.instances * 1e6], "µs/shelf")


def grow(outcome: Outcome, sizes: SolverSizes, *, say: Say) -> None:
    """What both take as SKUs grow, with the same four promotions of up to two units."""
    dice = random.Random(7)
    listed = [_promotion(dice, id, skus=SKUS_MAX) for id in range(1, PROMOTIONS_MAX + 1)]
    for skus in range(1, sizes.searched + 1):
        say(f"offers: exhaustive search of {skus} SKUs")
        terms = [_line(dice, sku, units=UNITS_MAX) for sku in range(1, skus + 1)]
        with Stopwatch() as watch:
            exhaustive(terms, listed)
        outcome.tell(f"offers.exhaustive.skus_{skus}.cpu", [watch.cpu_s], "s")
        with Stopwatch() as watch:
            worst_prices(terms, listed)
        outcome.tell(f"offers.solver.skus_{skus}.cpu", [watch.cpu_s], "s")


def tries_log10(terms: Sequence[BasketLine], promotions: int) -> float:
    """How many prices the search would work out, as a power of ten."""
    baskets = sum(math.log10(line.units + 1) for line in terms)
    return baskets + promotions * math.log10(2)


def exhaustive(terms: Sequence[BasketLine], listed: Sequence[Promotion]) -> list[Fraction]:
    """The lowest price of a unit of each SKU, over every basket and every subset.

    Args:
        terms: one line a SKU, with the most units that a buyer may have.
    """
    subsets = [
        PriceBook(subset, choose="priority")
        for size in range(len(listed) + 1)
        for subset in itertools.combinations(listed, size)
    ]
    found = [Fraction(line.unit_price_fen) for line in terms]
    for wanted in itertools.product(*(range(line.units + 1) for line in terms)):
        places = [at for at, units in enumerate(wanted) if units]
        lines = [msgspec.structs.replace(terms[at], units=wanted[at]) for at in places]
        for book in subsets:
            for at, fen in zip(places, book.quote(lines).net_fen, strict=True):
                found[at] = min(found[at], Fraction(fen, wanted[at]))
    return found


def random_shelf(seed: int) -> tuple[list[BasketLine], list[Promotion]]:
    """A few SKUs and promotions of any kind; the same for the same seed."""
    dice = random.Random(seed)
    skus = dice.randint(1, SKUS_MAX)
    terms = [_line(dice, sku, units=dice.randint(1, UNITS_MAX)) for sku in range(1, skus + 1)]
    count = dice.randint(0, PROMOTIONS_MAX)
    return terms, [_promotion(dice, id, skus=skus) for id in range(1, count + 1)]


def _line(dice: random.Random, sku: int, *, units: int) -> BasketLine:
    price = dice.choice([dice.randint(1, 60), dice.randint(100, 5_000)])
    return BasketLine(key=str(sku), sku_id=sku, units=units, unit_price_fen=price)


def _promotion(dice: random.Random, id: int, *, skus: int) -> Promotion:
    fen = dice.choice([dice.randint(1, 60), dice.randint(1, 5_000)])
    counting = (AtLeastUnits(dice.randint(1, 4)), AtLeastKinds(dice.randint(1, 3)))
    benefit: Benefit = dice.choice(
        (
            AmountOff(fen),
            AmountOffEach(fen),
            PercentOff(dice.choice([333, 1_000, 5_000]), dice.choice([None, fen])),
            UnitPrice(fen),
            CheapestFree(dice.randint(1, 2)),
            BundlePrice(fen),
            Gift(sku_id=99, units=1, value_fen=fen),
        )
    )
    condition: Condition = dice.choice((Always(), AtLeastFen(fen), *counting))
    if isinstance(benefit, BundlePrice):
        condition = dice.choice(counting)
    some = frozenset(dice.sample(range(1, skus + 1), dice.randint(1, skus)))
    return Promotion(
        id=id,
        title_zh="优惠",
        title_en="Promotion",
        stacking=dice.choice(STACKING),
        benefit=benefit,
        condition=condition,
        scope=dice.choice((Everything(), OfSkus(some))),
        times_max=1 if isinstance(condition, Always) else dice.choice([1, 2, None]),
        priority=dice.randint(0, 1),
    )
