"""Gifts (赠品): how many a basket earns, and how their value counts against its lines. Pure.

A gift changes no price, yet it is given away by the goods that earn it. Its value is shared over
the lines in its scope the way its condition counts them: by amount where it asks for an amount,
else by units. What a line brings in, less its share, is held against the floor.
"""

from collections.abc import Sequence

import msgspec

from kaibo.base.money import split_by_weight
from kaibo.promotions.rules.benefits import Gift
from kaibo.promotions.rules.conditions import (
    Always,
    AtLeastFen,
    AtLeastKinds,
    AtLeastUnits,
    Condition,
    Part,
)
from kaibo.promotions.rules.promotion import Promotion
from kaibo.promotions.rules.quote import Given, Quote
from kaibo.promotions.rules.search import Basket, Chance, Step


class EarnedBy(msgspec.Struct, frozen=True):
    """A line that a gift was earned with, as it stood when the gift's turn came.

    Args:
        key: the caller's own name of the line.
        fen: of all its units.
    """

    key: str
    sku_id: int
    units: int
    fen: int


def give(chance: Chance, fen: Sequence[int], *, most: int | None = None) -> Given | None:
    """The gift that a basket earns at these amounts of its lines; None if it earns none.

    Args:
        most: units that are left; given is a whole number of times.
    """
    promotion, benefit = chance.promotion, _benefit(chance.promotion)
    if not chance.at:
        return None
    part = chance.part(fen)
    times = chance.times(part)
    if most is not None:
        times = min(times, most // benefit.units)
    if not times:
        return None
    units = benefit.units * times
    weights = part.fen if isinstance(promotion.condition, AtLeastFen) else part.units
    shares = [0] * len(fen)
    for at, share in zip(
        chance.at, split_by_weight(units * benefit.value_fen, weights), strict=True
    ):
        shares[at] = share
    return Given(promotion, benefit.sku_id, units, tuple(shares))


def given_after(gifts: Sequence[Chance], basket: Basket, steps: Sequence[Step]) -> list[Given]:
    """Every gift that a basket earns after these promotions, each when its turn comes."""
    found = (give(chance, at_turn(chance, basket, steps)) for chance in gifts)
    return [gift for gift in found if gift is not None]


def at_turn(chance: Chance, basket: Basket, steps: Sequence[Step]) -> Sequence[int]:
    """What each line costs when a promotion's class has its turn."""
    fen: Sequence[int] = basket.fen
    for step in steps:
        if step.chance.rank < chance.rank:
            fen = step.after
    return fen


def most_unit_fen(promotion: Promotion, price_fen: int) -> int:
    """No unit of this price bears more of a gift's value, in any basket.

    >>> from kaibo.promotions.rules.promotion import Promotion
    >>> gift = Promotion(id=1, title_zh="赠", title_en="gift", stacking="activity",
    ...     benefit=Gift(7, 1, 600), condition=AtLeastFen(10_000), times_max=None)
    >>> most_unit_fen(gift, 2_500)
    151
    """
    benefit, times = _benefit(promotion), promotion.times_max
    once = benefit.units * benefit.value_fen
    share = _share(promotion.condition, once, price_fen)
    # Largest remainders give a line one fen more at most.
    return min(share, once * times) if times is not None else share


def earned_by(gift: Given, quote: Quote) -> list[EarnedBy]:
    """The lines that a gift of a quote was earned with, as they stood when its turn came."""
    basket, fen = Basket(quote.lines), quote.fen_before(gift.promotion.stacking)
    return [
        EarnedBy(basket.lines[at].key, basket.skus[at], basket.units[at], fen[at])
        for at in basket.covered(gift.promotion)
    ]


def units_earned(promotion: Promotion, lines: Sequence[EarnedBy]) -> int:
    """How many units of the gift these lines earn, at the amounts they had."""
    units = [line.units for line in lines]
    part = Part([line.fen for line in lines], units, [line.sku_id for line in lines], sum(units))
    times, most = promotion.condition.times(part) if lines else 0, promotion.times_max
    return _benefit(promotion).units * (times if most is None else min(times, most))


def _share(condition: Condition, once_fen: int, price_fen: int) -> int:
    match condition:
        case AtLeastFen(fen=fen):
            return -(-once_fen * price_fen // fen) + 1
        case AtLeastUnits(units=each) | AtLeastKinds(kinds=each):
            return -(-once_fen // each) + 1
        case Always():
            return once_fen


def _benefit(promotion: Promotion) -> Gift:
    assert isinstance(promotion.benefit, Gift), "only a gift is given"
    return promotion.benefit
