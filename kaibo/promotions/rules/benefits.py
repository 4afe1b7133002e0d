"""What a promotion gives: how much it takes off a part of a basket, and off which units.

Every benefit answers three questions. ``off``: how much comes off, never more than the part costs.
``most``: a bound on that for any smaller choice of these lines at these or lower amounts; the
search for the best price rests on it. ``spread``: the weights by which the lines share it, and how
many units took part.

A fraction of a fen goes to the buyer: what a percentage takes off is rounded up.
"""

from collections.abc import Iterable, Sequence
from typing import Final

import msgspec

from kaibo.promotions.rules.conditions import (
    Always,
    AtLeastFen,
    AtLeastKinds,
    AtLeastUnits,
    Condition,
    Part,
)

WHOLE_BP: Final = 10_000

Run = tuple[int, int, int]
Spread = tuple[Sequence[int], int]


class AmountOff(msgspec.Struct, frozen=True, tag="amount_off"):
    """So much off the whole (立减, 满减), each time the condition is met.

    Args:
        max_units: of so many units only, the cheapest first.
    """

    fen: int
    max_units: int | None = None

    def off(self, part: Part, times: int, condition: Condition) -> int:
        """How much comes off, in fen."""
        whole = part.total_fen
        if self.max_units is not None:
            whole = _worth(_pick(sorted(part.runs()), self.max_units))
        return min(whole, self.fen * times)

    def most(self, part: Part, times: int, condition: Condition) -> int:
        """No choice of these lines gets more."""
        return min(part.total_fen, self.fen * times)

    def spread(self, part: Part, times: int, condition: Condition) -> Spread:
        """By amount."""
        return _by_amount(part, self.max_units)


class AmountOffEach(msgspec.Struct, frozen=True, tag="amount_off_each"):
    """So much off every unit (每件立减), of a cheaper one all of it.

    Args:
        max_units: of so many units only, the cheapest first.
    """

    fen: int
    max_units: int | None = None

    def off(self, part: Part, times: int, condition: Condition) -> int:
        """How much comes off, in fen."""
        return sum(self.spread(part, times, condition)[0])

    def most(self, part: Part, times: int, condition: Condition) -> int:
        """No choice of these lines gets more."""
        if self.max_units is None:
            return self.off(part, times, condition)
        return min(part.total_fen, self.fen * self.max_units)

    def spread(self, part: Part, times: int, condition: Condition) -> Spread:
        """Each line what comes off its own units."""
        if self.max_units is None:
            fen = self.fen
            offs = [min(line, n * fen) for line, n in zip(part.fen, part.units, strict=True)]
            return offs, part.units_total
        picked = _pick(sorted(part.runs()), self.max_units)
        return _per_line(part, ((min(each, self.fen), line, n) for each, line, n in picked))


class PercentOff(msgspec.Struct, frozen=True, tag="percent_off"):
    """A part of the price off (折扣, 满折); 8折 takes off 2,000 basis points.

    Args:
        bp: basis points taken off; the amount is rounded up to a whole fen.
        cap_fen: never more than this (封顶).
        max_units: of so many units only, the cheapest first.
    """

    bp: int
    cap_fen: int | None = None
    max_units: int | None = None

    def off(self, part: Part, times: int, condition: Condition) -> int:
        """How much comes off, in fen."""
        if self.max_units is None:
            return self._of(part.total_fen)
        return self._of(_worth(_pick(sorted(part.runs()), self.max_units)))

    def most(self, part: Part, times: int, condition: Condition) -> int:
        """No choice of these lines gets more."""
        if self.max_units is None:
            return self._of(part.total_fen)
        return self._of(_worth(_pick(_dearest_first(part.runs()), self.max_units)))

    def spread(self, part: Part, times: int, condition: Condition) -> Spread:
        """By amount."""
        return _by_amount(part, self.max_units)

    def _of(self, fen: int) -> int:
        off = -(-fen * self.bp // WHOLE_BP)
        return off if self.cap_fen is None else min(off, self.cap_fen)


class BundlePrice(msgspec.Struct, frozen=True, tag="bundle_price"):
    """The counted units cost so much together (N件一口价), the dearest first.

    With a condition on different SKUs, one unit of each is counted. A bundle that would cost
    more than its units is not made.
    """

    fen: int

    def off(self, part: Part, times: int, condition: Condition) -> int:
        """How much comes off, in fen."""
        counted, bundles = self._bundles(part, times, condition)
        return _worth(counted) - bundles * self.fen

    def most(self, part: Part, times: int, condition: Condition) -> int:
        """No choice of these lines gets more."""
        return self.off(part, times, condition)

    def spread(self, part: Part, times: int, condition: Condition) -> Spread:
        """By the amount of the units in the bundles."""
        return _per_line(part, self._bundles(part, times, condition)[0])

    def _bundles(self, part: Part, times: int, condition: Condition) -> tuple[list[Run], int]:
        """The units in bundles, and how many bundles."""
        each, runs = _counted(part, condition)
        # A later bundle has cheaper units: the first that is not worth making ends it.
        low, high = 0, times
        while low < high:
            middle = (low + high + 1) // 2
            before = _worth(_pick(runs, (middle - 1) * each))
            if _worth(_pick(runs, middle * each)) - before > self.fen:
                low = middle
            else:
                high = middle - 1
        return _pick(runs, low * each), low


class UnitPrice(msgspec.Struct, frozen=True, tag="unit_price"):
    """A unit costs so much (会员价, 阶梯价, 秒杀价); one that is cheaper stays as it is.

    Args:
        max_units: of so many units only, the cheapest of those that cost more first; 1 in a
            coupon's terms is an exchange coupon (兑换券), free where ``fen`` is 0.
    """

    fen: int
    max_units: int | None = None

    def off(self, part: Part, times: int, condition: Condition) -> int:
        """How much comes off, in fen."""
        return sum(self.spread(part, times, condition)[0])

    def most(self, part: Part, times: int, condition: Condition) -> int:
        """No choice of these lines gets more."""
        if self.max_units is None:
            return self.off(part, times, condition)
        dearest = _pick(_dearest_first(part.runs()), self.max_units)
        return sum(max(0, each - self.fen) * n for each, _, n in dearest)

    def spread(self, part: Part, times: int, condition: Condition) -> Spread:
        """Each line what comes off its own units."""
        fen = self.fen
        if self.max_units is not None:
            dearer = sorted(run for run in part.runs() if run[0] > fen)
            picked = _pick(dearer, self.max_units)
            return _per_line(part, ((each - fen, line, n) for each, line, n in picked))
        offs = [max(0, line - n * fen) for line, n in zip(part.fen, part.units, strict=True)]
        return offs, sum(n for off, n in zip(offs, part.units, strict=True) if off)


class CheapestFree(msgspec.Struct, frozen=True, tag="cheapest_free"):
    """The cheapest units are free (买N免一), so many each time the condition is met.

    The counted units share what comes off: the free one and the dearest beside it.
    """

    units: int = 1

    def off(self, part: Part, times: int, condition: Condition) -> int:
        """How much comes off, in fen."""
        return _worth(_pick(sorted(part.runs()), self.units * times))

    def most(self, part: Part, times: int, condition: Condition) -> int:
        """No choice of these lines gets more."""
        return _worth(_pick(_dearest_first(part.runs()), self.units * times))

    def spread(self, part: Part, times: int, condition: Condition) -> Spread:
        """By the amount of the counted units."""
        runs = sorted(part.runs())
        freed = _pick(runs, self.units * times)
        count = sum(n for _, _, n in freed)
        rest = _dearest_first(_without(runs, count))
        match condition:
            case AtLeastUnits(units=each):
                beside = _pick(rest, max(0, each * times - count))
            case AtLeastFen(fen=fen):
                beside = _until(rest, fen * times - _worth(freed))
            case AtLeastKinds(kinds=each):
                beside = _of_other_skus(part, rest, freed)
                del beside[max(0, each * times - len({part.skus[line] for _, line, _ in freed})) :]
            case Always():
                beside = rest
        return _per_line(part, [*freed, *beside])


class Gift(msgspec.Struct, frozen=True, tag="gift"):
    """Units of a SKU given beside (赠品), for each time; no price changes.

    Args:
        value_fen: of a unit, as published: what counts as given away (``gifts``), and the most
            that is deducted for one that does not come back.
    """

    sku_id: int
    units: int = 1
    value_fen: int = 0

    def off(self, part: Part, times: int, condition: Condition) -> int:
        """Nothing."""
        return 0

    def most(self, part: Part, times: int, condition: Condition) -> int:
        """Nothing."""
        return 0

    def spread(self, part: Part, times: int, condition: Condition) -> Spread:
        """Nothing to share."""
        return [0] * len(part.fen), 0


Benefit = AmountOff | AmountOffEach | PercentOff | BundlePrice | UnitPrice | CheapestFree | Gift


def _by_amount(part: Part, max_units: int | None) -> Spread:
    if max_units is None:
        return part.fen, part.units_total
    return _per_line(part, _pick(sorted(part.runs()), max_units))


def _dearest_first(runs: Iterable[Run]) -> list[Run]:
    return sorted(runs, key=lambda run: (-run[0], run[1]))


def _pick(runs: Iterable[Run], units: int) -> list[Run]:
    """The first so many units."""
    picked = []
    for each, line, n in runs:
        if units <= 0:
            break
        picked.append((each, line, min(n, units)))
        units -= n
    return picked


def _without(runs: Iterable[Run], units: int) -> list[Run]:
    """All but the first so many units."""
    left = []
    for each, line, n in runs:
        if n > units:
            left.append((each, line, n - units))
        units = max(0, units - n)
    return left


def _until(runs: Iterable[Run], fen: int) -> list[Run]:
    """The fewest of the first units that are worth so much."""
    picked = []
    for each, line, n in runs:
        if fen <= 0:
            break
        units = min(n, -(-fen // each)) if each else n
        picked.append((each, line, units))
        fen -= each * units
    return picked


def _worth(runs: Iterable[Run]) -> int:
    return sum(each * n for each, _, n in runs)


def _per_line(part: Part, runs: Iterable[Run]) -> Spread:
    weights, units = [0] * len(part.fen), 0
    for each, line, n in runs:
        weights[line] += each * n
        units += n
    return weights, units


def _of_other_skus(part: Part, runs: Iterable[Run], than: Iterable[Run]) -> list[Run]:
    """The first unit of each SKU that is not among those."""
    seen = {part.skus[line] for _, line, _ in than}
    firsts = []
    for each, line, _ in runs:
        if part.skus[line] not in seen:
            seen.add(part.skus[line])
            firsts.append((each, line, 1))
    return firsts


def _counted(part: Part, condition: Condition) -> tuple[int, list[Run]]:
    """Units to a bundle, and the units that may be in one, the dearest first."""
    runs = _dearest_first(part.runs())
    match condition:
        case AtLeastUnits(units=each):
            return each, runs
        case AtLeastKinds(kinds=each):
            return each, _of_other_skus(part, runs, ())
    raise ValueError("a bundle price needs a number of units")
