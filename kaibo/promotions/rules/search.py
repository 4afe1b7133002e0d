"""Promotions on one basket, turn by turn, and the search for the subset with the lowest total."""

from collections.abc import Iterable, Sequence
from operator import sub

from kaibo.base.money import split_by_weight
from kaibo.promotions.rules.benefits import Spread
from kaibo.promotions.rules.conditions import Part
from kaibo.promotions.rules.promotion import STACKING, OfSkus, OfTags, Promotion
from kaibo.promotions.rules.quote import BasketLine


class Basket:
    """A basket's lines by column."""

    __slots__ = ("fen", "lines", "places", "skus", "units", "whole")

    def __init__(self, lines: Sequence[BasketLine]) -> None:
        self.lines = tuple(lines)
        self.places = range(len(self.lines))
        self.units = [line.units for line in lines]
        self.skus = [line.sku_id for line in lines]
        self.fen = [line.units * line.unit_price_fen for line in lines]
        self.whole = Part(self.fen, self.units, self.skus, sum(self.units))

    def covered(self, promotion: Promotion) -> Sequence[int]:
        """The places of the lines in a promotion's scope."""
        match promotion.scope:
            case OfSkus(ids=ids):
                return [at for at, sku in enumerate(self.skus) if sku in ids]
            case OfTags(tags=tags):
                return [at for at, line in enumerate(self.lines) if not tags.isdisjoint(line.tags)]
        return self.places

    def part(self, at: Sequence[int], fen: Sequence[int]) -> Part:
        """These lines at these amounts (of the whole basket)."""
        units = [self.units[k] for k in at]
        return Part([fen[k] for k in at], units, [self.skus[k] for k in at], sum(units))


class Chance:
    """A promotion on one basket: the lines it covers, and the most it can take off."""

    __slots__ = ("_covers_all", "_part", "at", "mask", "most_fen", "promotion", "rank")

    def __init__(self, promotion: Promotion, basket: Basket) -> None:
        self.promotion = promotion
        self.rank = STACKING.index(promotion.stacking)
        self.at = basket.covered(promotion)
        self._covers_all = len(self.at) == len(basket.fen)
        if self._covers_all:
            self.mask, self._part = (1 << len(basket.fen)) - 1, basket.whole
        else:
            self.mask, self._part = sum([1 << k for k in self.at]), basket.part(self.at, basket.fen)
        self.most_fen = self.most(self._part)

    def part(self, fen: Sequence[int]) -> Part:
        """All the lines it covers, at these amounts (of the whole basket)."""
        was = self._part
        mine = fen if self._covers_all else [fen[k] for k in self.at]
        return Part(mine, was.units, was.skus, was.units_total)

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
    """A promotion applied: what came off, and the amounts of all lines after it."""

    __slots__ = ("after", "at", "chance", "off_fen", "shares", "units")

    def __init__(
        self, chance: Chance, at: Sequence[int], fen: Sequence[int], off_fen: int, spread: Spread
    ) -> None:
        weights, self.units = spread
        self.chance, self.at, self.off_fen = chance, at, off_fen
        self.shares = split_by_weight(off_fen, weights)
        if len(at) == len(fen):
            self.after = list(map(sub, fen, self.shares))
        else:
            self.after = [*fen]
            for k, share in zip(at, self.shares, strict=True):
                self.after[k] -= share


def apply(chance: Chance, basket: Basket, fen: Sequence[int], taken: int) -> Step | None:
    """One turn: the promotion takes its free lines, or None if it takes nothing off.

    Args:
        fen: the amounts of all lines now; not changed.
        taken: a bit for each line that an earlier promotion of the class has.
    """
    at = chance.at
    if chance.mask & taken:
        at = [k for k in at if not taken >> k & 1]
        part = basket.part(at, fen)
    else:
        part = chance.part(fen)
    times = chance.times(part)
    if not times:
        return None
    benefit, condition = chance.promotion.benefit, chance.promotion.condition
    off = benefit.off(part, times, condition)
    return Step(chance, at, fen, off, benefit.spread(part, times, condition)) if off else None


def walk(chances: Iterable[Chance], basket: Basket) -> list[Step]:
    """Every one in its turn."""
    fen, taken, rank, steps = basket.fen, 0, -1, []
    for chance in chances:
        if chance.rank != rank:
            rank, taken = chance.rank, 0
        step = apply(chance, basket, fen, taken)
        if step:
            taken |= chance.mask
            fen = step.after
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
        likely = _largest_of_each(self._chances)
        if len(likely) < len(self._chances):
            # A good price to begin with spares many branches.
            self._keep(tuple(walk(likely, self._basket)))
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
                used = (*steps, step)
                self._visit(turn, step.after, total - step.off_fen, taken | chance.mask, used)
        self._keep(steps)

    def _keep(self, steps: tuple[Step, ...]) -> None:
        fen = steps[-1].after if steps else self._basket.fen
        key = (sum(fen), len(steps), sorted([step.chance.promotion.id for step in steps]))
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
        rank = self._chances[turn].rank
        most = []
        left = self._chances[turn:]
        for chance in left:
            free = chance.mask & ~taken if chance.rank == rank else chance.mask
            most.append(chance.most(chance.part(fen)) if free else 0)
        return _rest_from(most, left)[0]


def _largest_of_each(chances: Sequence[Chance]) -> list[Chance]:
    """Of those of a class with the very same lines, the one that may take off most."""
    largest: dict[tuple[int, int], Chance] = {}
    for chance in chances:
        rival = largest.setdefault((chance.rank, chance.mask), chance)
        if rival.most_fen < chance.most_fen:
            largest[chance.rank, chance.mask] = chance
    return [chance for chance in chances if largest[chance.rank, chance.mask] is chance]


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
