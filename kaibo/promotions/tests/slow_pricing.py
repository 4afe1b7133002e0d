"""Pricing again, slowly: every unit on its own, every subset tried. Shares no code with rules."""

import itertools
import math
from collections.abc import Sequence
from fractions import Fraction

from kaibo.promotions.rules import (
    STACKING,
    Always,
    AmountOff,
    AmountOffEach,
    AtLeastFen,
    AtLeastKinds,
    AtLeastUnits,
    BasketLine,
    BundlePrice,
    CheapestFree,
    Everything,
    Gift,
    OfSkus,
    OfTags,
    PercentOff,
    Promotion,
    UnitPrice,
)

# A unit: (price, place of its line).
Unit = tuple[int, int]
# What is used, by id, with what it takes off; and what the lines then cost.
Outcome = tuple[tuple[tuple[int, int], ...], tuple[int, ...]]


def best(lines: Sequence[BasketLine], promotions: Sequence[Promotion]) -> Outcome:
    """The lowest total over all subsets; of equals the fewest, then the lowest ids."""
    outcomes = [
        play(lines, subset)
        for size in range(len(promotions) + 1)
        for subset in itertools.combinations(promotions, size)
    ]
    return min(
        outcomes,
        key=lambda found: (sum(found[1]), len(found[0]), sorted(id for id, _ in found[0])),
    )


def play(lines: Sequence[BasketLine], promotions: Sequence[Promotion]) -> Outcome:
    """All of these in their turn. Of lines that tie, that of the lower SKU and key is first."""
    order = sorted(range(len(lines)), key=lambda k: (lines[k].sku_id, lines[k].key))
    used, cost = _played([lines[k] for k in order], promotions)
    return used, tuple(cost[order.index(k)] for k in range(len(lines)))


def _played(lines: Sequence[BasketLine], promotions: Sequence[Promotion]) -> Outcome:
    cost = [line.units * line.unit_price_fen for line in lines]
    used = []
    for stacking in STACKING:
        free = set(range(len(lines)))
        for one in sorted((p for p in promotions if p.stacking == stacking), key=_turn):
            mine = sorted(k for k in free if _covers(one, lines[k]))
            units = [unit for k in mine for unit in _units(cost[k], lines[k].units, k)]
            times = _times(one, units, lines)
            off, weights = _gain(one, units, times, lines) if times else (0, {})
            if off:
                used.append((one.id, off))
                free -= set(mine)
                for k, share in _shared(off, weights).items():
                    cost[k] -= share
    return tuple(used), tuple(cost)


def net(
    lines: Sequence[BasketLine], promotions: Sequence[Promotion]
) -> tuple[tuple[int, ...], list[dict[int, int]]]:
    """What each line brings in after all of these, and who gives it something away: by line,
    each gift's id with the value that is the line's."""
    order = sorted(range(len(lines)), key=lambda k: (lines[k].sku_id, lines[k].key))
    laid = [lines[k] for k in order]
    cost = [*_played(laid, promotions)[1]]
    given: list[dict[int, int]] = [{} for _ in laid]
    for one in promotions:
        if isinstance(one.benefit, Gift):
            earlier = [p for p in promotions if _rank(p) < _rank(one)]
            for k, fen in _given(one, laid, _played(laid, earlier)[1]).items():
                cost[k] -= fen
                given[k] |= {one.id: fen} if fen else {}
    places = [order.index(k) for k in range(len(lines))]
    return tuple(cost[at] for at in places), [given[at] for at in places]


def _given(one: Promotion, lines: Sequence[BasketLine], cost: Sequence[int]) -> dict[int, int]:
    """A gift's value over the lines it is earned with, by what its condition counts."""
    assert isinstance(one.benefit, Gift)
    mine = [k for k in range(len(lines)) if _covers(one, lines[k])]
    units = [unit for k in mine for unit in _units(cost[k], lines[k].units, k)]
    times = _times(one, units, lines) if mine else 0
    by_amount = isinstance(one.condition, AtLeastFen)
    weights = {k: cost[k] if by_amount else lines[k].units for k in mine}
    return _shared(times * one.benefit.units * one.benefit.value_fen, weights) if times else {}


def _rank(one: Promotion) -> int:
    return STACKING.index(one.stacking)


def _turn(one: Promotion) -> tuple[int, int, int]:
    width = 0 if isinstance(one.scope, OfSkus) else 1 if isinstance(one.scope, OfTags) else 2
    return one.priority, width, one.id


def _covers(one: Promotion, line: BasketLine) -> bool:
    if isinstance(one.scope, OfSkus):
        return line.sku_id in one.scope.ids
    if isinstance(one.scope, OfTags):
        return bool(one.scope.tags & line.tags)
    assert isinstance(one.scope, Everything)
    return True


def _units(cost: int, units: int, place: int) -> list[Unit]:
    return [(cost // units + (n >= units - cost % units), place) for n in range(units)]


def _times(one: Promotion, units: Sequence[Unit], lines: Sequence[BasketLine]) -> int:
    if isinstance(one.condition, Always):
        have, need = 1, 1
    elif isinstance(one.condition, AtLeastUnits):
        have, need = len(units), one.condition.units
    elif isinstance(one.condition, AtLeastFen):
        have, need = sum(fen for fen, _ in units), one.condition.fen
    else:
        have, need = len({lines[k].sku_id for _, k in units}), one.condition.kinds
    return min(have // need, 10**9 if one.times_max is None else one.times_max)


def _gain(
    one: Promotion, units: list[Unit], times: int, lines: Sequence[BasketLine]
) -> tuple[int, dict[int, int]]:
    """What comes off, and by which weights the lines share it."""
    rising = sorted(units)
    falling = sorted(units, key=lambda unit: (-unit[0], unit[1]))
    match one.benefit:
        case AmountOff(fen=fen, max_units=most):
            mine = rising[:most] if most else units
            return min(_sum(mine), fen * times), _weights(mine)
        case AmountOffEach(fen=fen, max_units=most):
            cut = [(min(fen, each), k) for each, k in (rising[:most] if most else units)]
            return _sum(cut), _weights(cut)
        case PercentOff(bp=bp, cap_fen=cap, max_units=most):
            mine = rising[:most] if most else units
            off = math.ceil(Fraction(_sum(mine) * bp, 10_000))
            return min(off, off if cap is None else cap), _weights(mine)
        case UnitPrice(fen=fen, max_units=most):
            cut = [(each - fen, k) for each, k in rising if each > fen]
            cut = cut[:most] if most else cut
            return _sum(cut), _weights(cut)
        case BundlePrice(fen=fen):
            return _bundled(one, falling, fen, times, lines)
        case CheapestFree(units=count):
            freed, rest = rising[: count * times], rising[count * times :]
            rest.sort(key=lambda unit: (-unit[0], unit[1]))
            if isinstance(one.condition, AtLeastUnits):
                rest = rest[: max(0, one.condition.units * times - len(freed))]
            elif isinstance(one.condition, AtLeastFen):
                while rest and _sum(freed) + _sum(rest[:-1]) >= one.condition.fen * times:
                    rest.pop()
            elif isinstance(one.condition, AtLeastKinds):
                kinds = {lines[k].sku_id for _, k in freed}
                rest = _one_of_each([u for u in rest if lines[u[1]].sku_id not in kinds], lines)
                rest = rest[: max(0, one.condition.kinds * times - len(kinds))]
            return _sum(freed), _weights(freed + rest)
        case Gift():
            return 0, {}


def _bundled(
    one: Promotion, falling: list[Unit], fen: int, times: int, lines: Sequence[BasketLine]
) -> tuple[int, dict[int, int]]:
    if isinstance(one.condition, AtLeastKinds):
        size, falling = one.condition.kinds, _one_of_each(falling, lines)
    else:
        assert isinstance(one.condition, AtLeastUnits)
        size = one.condition.units
    off, mine = 0, []
    for n in range(times):
        group = falling[n * size : n * size + size]
        if _sum(group) > fen:
            off += _sum(group) - fen
            mine += group
    return off, _weights(mine)


def _one_of_each(falling: Sequence[Unit], lines: Sequence[BasketLine]) -> list[Unit]:
    first: dict[int, Unit] = {}
    for unit in falling:
        first.setdefault(lines[unit[1]].sku_id, unit)
    return list(first.values())


def _sum(units: Sequence[Unit]) -> int:
    return sum(fen for fen, _ in units)


def _weights(units: Sequence[Unit]) -> dict[int, int]:
    return {k: sum(fen for fen, line in units if line == k) for _, k in units}


def _shared(off: int, weights: dict[int, int]) -> dict[int, int]:
    """Largest remainder; of equals the earlier line."""
    exact = {k: Fraction(off * weights[k], sum(weights.values())) for k in weights}
    shares = {k: math.floor(share) for k, share in exact.items()}
    by_rest = sorted(exact, key=lambda k: (shares[k] - exact[k], k))
    for k in by_rest[: off - sum(shares.values())]:
        shares[k] += 1
    return shares
