"""Promotions on one basket, turn by turn, and the search for the subset with the lowest total."""

from collections.abc import Iterable, Sequence

from kaibo.base.money import split_by_weight
from kaibo.promotions.rules.conditions import Part
from kaibo.promotions.rules.promotion import STACKING, OfSkus, OfTags, Promotion
from kaibo.promotions.rules.quote import Line


class Basket:
    """A basket's lines by column."""

    __slots__ = ("fen", "lines", "skus", "units")

    def __init__(self, lines: Sequence[Line]) -> None:
        self.lines = tuple(lines)
        self.units = [line.units for line in lines]
        self.skus = [line.sku_id for line in lines]
        self.fen = [line.units * line.unit_price_fen for line in lines]

    def covered(self, promotion: Promotion) -> list[int]:
        """The places of the lines in a promotion's scope."""
        match promotion.scope:
            case OfSkus(ids=ids):
                return [at for at, sku in enumerate(self.skus) if sku in ids]
            case OfTags(tags=tags):
                return [at for at, line in enumerate(self.lines) if not tags.isdisjoint(line.tags)]
        return list(range(len(self.fen)))

    def part(self, at: Sequence[int], fen: Sequence[int]) -> Part:
        """These lines at these amounts (of the whole basket)."""
        units, skus = self.units, self.skus
        return Part([fen[k] for k in at], [units[k] for k in at], [skus[k] for k in at])


class Chance:
    """A promotion on one basket: the lines it covers, and the most it can take off."""

    __slots__ = ("at", "mask", "most_fen", "promotion", "rank")

    def __init__(self, promotion: Promotion, basket: Basket) -> None:
        self.promotion = promotion
        self.rank = STACKING.index(promotion.stacking)
        self.at = basket.covered(promotion)
        self.mask = sum(1 << k for k in self.at)
        self.most_fen = self.most(basket.part(self.at, basket.fen))

    def times(self, part: Part) -> int:
        """How often it applies to this part."""
        promotion = self.promotion
        times, most = promotion.condition.times(part), promotion.times_max
        return times if most is None or times < most else most

    def off(self, part: Part) -> int:
        """What it takes off this part, in fen."""
        times = self.times(part)
        return self.promotion.benefit.off(part, times, self.promotion.condition) if times else 0

    def most(self, part: Part) -> int:
        """No smaller choice of the part's lines, at these or lower amounts, gets more off."""
        times = self.times(part)
        return self.promotion.benefit.most(part, times, self.promotion.condition) if times else 0


class Step:
    """A promotion applied: what came off, and the amounts that it left."""

    __slots__ = ("after", "at", "chance", "off_fen", "shares", "units")

    def __init__(self, chance: Chance, part: Part, at: Sequence[int], times: int, off: int) -> None:
        promotion = chance.promotion
        weights, self.units = promotion.benefit.spread(part, times, promotion.condition)
        self.chance, self.at, self.off_fen = chance, at, off
        self.shares = split_by_weight(off, weights)


def apply(chance: Chance, basket: Basket, fen: list[int], taken: int) -> Step | None:
    """One turn: the promotion takes its free lines, or None if it takes nothing off.

    Args:
        fen: the amounts of all lines now; not changed.
        taken: a bit for each line that an earlier promotion of the class has.
    """
    at = chance.at
    if chance.mask & taken:
        at = [k for k in at if not taken >> k & 1]
    part = basket.part(at, fen)
    times = chance.times(part)
    if not times:
        return None
    off = chance.promotion.benefit.off(part, times, chance.promotion.condition)
    return Step(chance, part, at, times, off) if off else None


def left_after(step: Step, fen: list[int]) -> list[int]:
    """The amounts of all lines after a step."""
    fen = fen.copy()
    for k, share in zip(step.at, step.shares, strict=True):
        fen[k] -= share
    return fen


def walk(chances: Iterable[Chance], basket: Basket) -> list[Step]:
    """Every one in its turn."""
    fen, taken, rank, steps = basket.fen, 0, -1, []
    for chance in chances:
        if chance.rank != rank:
            rank, taken = chance.rank, 0
        step = apply(chance, basket, fen, taken)
        if step:
            taken |= chance.mask
            fen = left_after(step, fen)
            steps.append(step)
    return steps


class Search:
    """The best subset by branch and bound: with a promotion first, then without it.

    A branch is left when even the most that the rest could take off cannot win. That bound is
    taken at the amounts of the branch, which only fall from there; of promotions of a class with
    the very same lines only one can be used, so only the largest counts.
    """

    def __init__(self, chances: Sequence[Chance], basket: Basket) -> None:
        self._chances, self._basket = chances, basket
        self._steps: tuple[Step, ...] = ()
        self._key: tuple[int, int, list[int]] | None = None
        self._rest = _rest_from([chance.most_fen for chance in chances], chances)

    def best(self) -> Sequence[Step]:
        """The steps of the best subset, in their order."""
        fen = self._basket.fen
        self._visit(0, fen, sum(fen), 0, ())
        return self._steps

    def _visit(
        self, turn: int, fen: list[int], total: int, taken: int, steps: tuple[Step, ...]
    ) -> None:
        chances = self._chances
        while turn < len(chances):
            chance = chances[turn]
            if turn and chances[turn - 1].rank != chance.rank:
                taken = 0
            if self._hopeless(turn, fen, total, taken, len(steps)):
                return
            turn += 1
            step = apply(chance, self._basket, fen, taken)
            if step:
                after = left_after(step, fen)
                self._visit(turn, after, total - step.off_fen, taken | chance.mask, (*steps, step))
        key = (total, len(steps), sorted(step.chance.promotion.id for step in steps))
        if self._key is None or key < self._key:
            self._key, self._steps = key, steps

    def _hopeless(self, turn: int, fen: list[int], total: int, taken: int, used: int) -> bool:
        if self._key is None:
            return False
        best, fewest = self._key[0], self._key[1]
        if total - self._rest[turn] > best:
            return True
        rest = self._rest_now(turn, fen, taken)
        least = total - rest
        return least > best or (least == best and used + (rest > 0) > fewest)

    def _rest_now(self, turn: int, fen: list[int], taken: int) -> int:
        """The most that the promotions from this turn on can take off these amounts."""
        rank, basket = self._chances[turn].rank, self._basket
        most = []
        left = self._chances[turn:]
        for chance in left:
            free = chance.mask & ~taken if chance.rank == rank else chance.mask
            most.append(chance.most(basket.part(chance.at, fen)) if free else 0)
        return _rest_from(most, left)[0]


def _rest_from(most: Sequence[int], chances: Sequence[Chance]) -> list[int]:
    """From each turn on, the most that all together can take off; a 0 at the end."""
    largest: dict[tuple[int, int], int] = {}
    rests, rest = [0], 0
    for fen, chance in zip(reversed(most), reversed(chances), strict=True):
        key = (chance.rank, chance.mask)
        known = largest.get(key, 0)
        if fen > known:
            largest[key] = fen
            rest += fen - known
        rests.append(rest)
    rests.reverse()
    return rests
