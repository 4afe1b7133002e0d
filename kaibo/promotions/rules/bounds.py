"""How low a unit's price can be brought by promotions, proved without looking at baskets.

For a promotion and a unit that costs ``a`` when its turn comes, ``least_after`` is a price that no
basket gets below: of all the other lines only the best case is assumed, each at its own price or
lower, as many as buyers may have. Since every such price rises with ``a``, the lowest of a class at
the lowest of the class before is the lowest of both.

A line's share is rounded to a whole fen, up by less than one; so is what a percentage takes off.
"""

from collections.abc import Sequence
from fractions import Fraction

from kaibo.promotions.rules.benefits import (
    WHOLE_BP,
    AmountOff,
    AmountOffEach,
    BundlePrice,
    CheapestFree,
    PercentOff,
    UnitPrice,
)
from kaibo.promotions.rules.conditions import (
    AtLeastFen,
    AtLeastKinds,
    AtLeastUnits,
    Condition,
    Part,
)
from kaibo.promotions.rules.promotion import Promotion

NOTHING = Fraction(0)


class Reach:
    """A promotion and the most that a basket may hold of its scope."""

    def __init__(self, promotion: Promotion, everything: Part) -> None:
        self.promotion = promotion
        times, most = promotion.condition.times(everything), promotion.times_max
        self.times = times if most is None else min(times, most)
        self.dearest_fen = max(
            (fen // units for fen, units in zip(everything.fen, everything.units, strict=True)),
            default=0,
        )

    def least_after(self, a: Fraction) -> Fraction:
        """No unit that cost at least ``a`` costs less than this after the promotion."""
        if not self.times:
            return a
        return max(NOTHING, min(a, self._least(a)))

    def _least(self, a: Fraction) -> Fraction:
        condition = self.promotion.condition
        match self.promotion.benefit:
            case AmountOff(fen=fen, max_units=most):
                return a - min(Fraction(fen * self.times), self._share(a, fen, most, condition))
            case AmountOffEach(fen=fen):
                return a - fen
            case PercentOff(bp=bp, cap_fen=cap):
                off = a * Fraction(bp, WHOLE_BP) + 2
                return a - (off if cap is None else min(off, Fraction(cap)))
            case UnitPrice(fen=fen):
                return Fraction(fen)
            case BundlePrice(fen=fen):
                return a * self._bundle_part(a, fen) - 1
            case CheapestFree(units=units):
                return a - a * self._free_part(units, condition) - 1
        return a

    def _share(
        self, a: Fraction, fen: int, max_units: int | None, condition: Condition
    ) -> Fraction:
        """A unit's share of an amount: by what is worth V at least, fen/V of its price at most."""
        if max_units is None and isinstance(condition, AtLeastFen):
            return a * Fraction(fen, condition.fen) + 1
        return a

    def _bundle_part(self, a: Fraction, fen: int) -> Fraction:
        """What a unit in a bundle pays of its price: least beside the dearest units."""
        each = _count(self.promotion.condition)
        worth = each * Fraction(self.dearest_fen)
        if self.times == 1:
            # Units of a line differ by a fen at most.
            worth = a + 1 + (each - 1) * self.dearest_fen
        return Fraction(fen) / worth if worth > fen else Fraction(1)

    def _free_part(self, units: int, condition: Condition) -> Fraction:
        """What the free units can be of all that are counted: they are the cheapest of them."""
        match condition:
            case AtLeastUnits(units=each) | AtLeastKinds(kinds=each):
                return min(Fraction(1), Fraction(units, each))
            case AtLeastFen(fen=fen):
                return min(Fraction(1), Fraction(units * self.dearest_fen, fen))
        return Fraction(1)


def least_price(price_fen: int, classes: Sequence[Sequence[Reach]]) -> Fraction:
    """No unit of this price costs less after the promotions that cover it, class by class."""
    least = Fraction(price_fen)
    for reaches in classes:
        least = min((reach.least_after(least) for reach in reaches), default=least)
    return least


def _count(condition: Condition) -> int:
    match condition:
        case AtLeastUnits(units=each) | AtLeastKinds(kinds=each):
            return each
    raise ValueError("a bundle price needs a number of units")
