"""How low each SKU's price can fall when promotions meet: the worst basket anybody could make.

Over every basket (up to so many units of each SKU) and every subset of the promotions, since what a
buyer holds and what is in force at a moment may be any of them. Where baskets and subsets are few
they are all tried and the answer is exact. Otherwise two figures enclose it: ``bound_fen``, proved,
which no basket gets below (``bounds``), and a basket found by trying likely ones, which does cost
what is said. A price between the two may or may not be reached; it is never called safe.

A price is what the buyer pays less what the line gives away as gifts (``gifts``).
"""

import math
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from itertools import compress, product
from typing import Final, Literal

import msgspec

from kaibo.promotions.errors import BelowFloor, FloorUnproven
from kaibo.promotions.rules.benefits import BundlePrice, Gift
from kaibo.promotions.rules.bounds import Reach, least_price
from kaibo.promotions.rules.conditions import AtLeastFen, AtLeastKinds, AtLeastUnits
from kaibo.promotions.rules.gifts import at_turn, given_after, most_unit_fen
from kaibo.promotions.rules.promotion import STACKING, Promotion, order_of
from kaibo.promotions.rules.quote import BasketLine, Given
from kaibo.promotions.rules.search import Basket, Chance, Step, apply, walk

# So many pairs of a basket and a subset are tried in all before a group of SKUs is enclosed only.
TRIES_MAX: Final = 20_000

# So many baskets are laid out for a SKU where not all are tried.
BASKETS_MAX: Final = 24

Units = dict[int, int]
Verdict = Literal["safe", "below", "unproven"]


class Worst(msgspec.Struct, frozen=True):
    """The lowest a SKU's price can fall.

    Args:
        terms: the SKU as it was asked about.
        bound_fen: no unit of it costs less in any basket; proved.
        basket: the basket with the lowest price found.
        place: of the SKU's line in it.
        line_fen: what that line costs there, less what it gives away.
        combination: the promotions in use there, in their order, then the gifts.
        is_exact: every basket and subset was tried, so the price found is the lowest.
    """

    terms: BasketLine
    bound_fen: int
    basket: tuple[BasketLine, ...]
    place: int
    line_fen: int
    combination: tuple[Promotion, ...]
    is_exact: bool

    @property
    def units(self) -> int:
        """How many of the SKU are in the basket."""
        return self.basket[self.place].units

    @property
    def unit_fen(self) -> int:
        """The lowest price of a unit that was found."""
        return self.line_fen // self.units

    @property
    def verdict(self) -> Verdict:
        """below: a basket breaks the floor. safe: none can. unproven: neither is shown."""
        if self.line_fen < self.terms.floor_fen * self.units:
            return "below"
        return "safe" if self.bound_fen >= self.terms.floor_fen else "unproven"


def worst_prices(
    terms: Sequence[BasketLine], promotions: Iterable[Promotion], *, tries_max: int = TRIES_MAX
) -> list[Worst]:
    """The lowest price of each SKU, in the order given.

    Args:
        terms: one line for each SKU, with as many units as a buyer may have.
        promotions: every one that may be in force at the same moment.
        tries_max: how much may be tried before only a bound is given.
    """
    listed = sorted(promotions, key=order_of)
    ranks = [(line.sku_id, line.key) for line in terms]
    order = sorted(range(len(terms)), key=ranks.__getitem__)
    # As a basket is priced: in the order of SKUs.
    terms = [terms[at] for at in order]
    whole = Basket(terms)
    chances = [chance for p in listed if (chance := Chance(p, whole)).at]
    found: dict[int, Worst] = {}
    groups = sorted(_groups(len(terms), chances), key=lambda group: _tries(group, terms))
    for group in groups:
        tries_max -= _tries(group, terms)
        if tries_max >= 0:
            found |= _every(group, terms)
        else:
            found |= _enclosed(group, terms, whole)
    return [found[at] for at in sorted(range(len(order)), key=order.__getitem__)]


class _Group:
    """SKUs and promotions that have to do with each other, and with no others.

    Gifts stand apart: each that can be earned is, for that is the worst of every line.
    """

    def __init__(self, places: list[int], chances: list[Chance]) -> None:
        self.places = places
        self.chances = [c for c in chances if not isinstance(c.promotion.benefit, Gift)]
        self.gifts = [c for c in chances if isinstance(c.promotion.benefit, Gift)]


def _groups(count: int, chances: Sequence[Chance]) -> Iterator[_Group]:
    masks = [1 << at for at in range(count)]
    for chance in chances:
        touched = [mask for mask in masks if mask & chance.mask]
        masks = [mask for mask in masks if not mask & chance.mask] + [sum(touched)]
    for mask in masks:
        places = [at for at in range(count) if mask >> at & 1]
        yield _Group(places, [chance for chance in chances if chance.mask & mask])


def _tries(group: _Group, terms: Sequence[BasketLine]) -> int:
    return math.prod(terms[at].units + 1 for at in group.places) << len(group.chances)


def _every(group: _Group, terms: Sequence[BasketLine]) -> dict[int, Worst]:
    """Every basket of the group's SKUs with every subset of its promotions."""
    found: dict[int, Worst] = {}
    for units in product(*(range(terms[at].units + 1) for at in group.places)):
        wanted = {at: n for at, n in zip(group.places, units, strict=True) if n}
        basket = _laid_out(wanted, terms)
        chances = [Chance(chance.promotion, basket) for chance in group.chances]
        gifts = [Chance(chance.promotion, basket) for chance in group.gifts]
        for used in product((False, True), repeat=len(chances)):
            steps = walk(compress(chances, used), basket)
            given = given_after(gifts, basket, steps)
            for k, at in enumerate(wanted):
                found[at] = _lower(found.get(at), terms[at], basket, k, steps, given)
    return {
        at: msgspec.structs.replace(worst, bound_fen=worst.unit_fen, is_exact=True)
        for at, worst in found.items()
    }


def _enclosed(group: _Group, terms: Sequence[BasketLine], whole: Basket) -> dict[int, Worst]:
    """A proved bound for each SKU of the group, and the lowest of likely baskets."""
    found = {}
    reaches = [
        (chance, Reach(chance.promotion, chance.part(whole.fen))) for chance in group.chances
    ]
    fillers = [_Filler(chance, terms) for chance in (*group.chances, *group.gifts)]
    for at in group.places:
        classes: list[list[Reach]] = [[] for _ in STACKING]
        for chance, reach in reaches:
            if chance.mask >> at & 1:
                classes[chance.rank].append(reach)
        price_fen = terms[at].unit_price_fen
        gifts = [chance.promotion for chance in group.gifts if chance.mask >> at & 1]
        given = sum(most_unit_fen(gift, price_fen) for gift in gifts)
        bound = math.floor(least_price(price_fen, classes)) - given
        worst = _likely(at, group, terms, fillers)
        found[at] = msgspec.structs.replace(worst, bound_fen=bound)
    return found


def _likely(
    at: int, group: _Group, terms: Sequence[BasketLine], fillers: Sequence["_Filler"]
) -> Worst:
    """The lowest price among baskets that just meet a condition, then one more, and so on."""
    mine = [filler for filler in fillers if filler.chance.mask >> at & 1]
    wanted: list[Units] = [{at: 1}, {at: terms[at].units}]
    for filler in mine:
        wanted += filler.baskets(at)
    worst: Worst | None = None
    seen: set[tuple[tuple[int, int], ...]] = set()
    while wanted and len(seen) < BASKETS_MAX:
        units = wanted.pop(0)
        if (key := tuple(sorted(units.items()))) in seen:
            continue
        seen.add(key)
        basket = _laid_out(units, terms)
        chances = [Chance(filler.chance.promotion, basket) for filler in mine]
        place = sorted(units).index(at)
        steps = _greedily(place, chances, basket)
        gifts = [c for c in chances if isinstance(c.promotion.benefit, Gift)]
        given = given_after(gifts, basket, steps)
        lower = _lower(worst, terms[at], basket, place, steps, given)
        if lower is not worst:
            worst = lower
            short = _short(chances, steps, basket)
            wanted[:0] = [mine[k].more(units, fen) for k, fen in short]
    assert worst is not None
    return worst


def _short(
    chances: Sequence[Chance], steps: Sequence[Step], basket: Basket
) -> Iterator[tuple[int, int]]:
    """Which conditions on value the basket falls short of when their turn comes, and how far."""
    for k, chance in enumerate(chances):
        condition = chance.promotion.condition
        if isinstance(condition, AtLeastFen):
            missing = condition.missing(chance.part(at_turn(chance, basket, steps)))
            if missing:
                yield k, missing


def _greedily(place: int, chances: Sequence[Chance], basket: Basket) -> list[Step]:
    """In each class the promotion that takes most off one line."""
    fen: Sequence[int] = basket.fen
    steps = []
    for rank in range(len(STACKING)):
        tried = [apply(c, basket, fen, 0) for c in chances if c.rank == rank and c.most_fen]
        takes = [step for step in tried if step and step.after[place] < fen[place]]
        if takes:
            steps.append(min(takes, key=lambda step: step.after[place]))
            fen = steps[-1].after
    return steps


class _Filler:
    """What to lay beside a SKU so that one promotion's condition is just met."""

    def __init__(self, chance: Chance, terms: Sequence[BasketLine]) -> None:
        self.chance, self._terms = chance, terms
        self._rising = sorted(chance.at, key=lambda at: terms[at].unit_price_fen)
        self._prices = [terms[at].unit_price_fen for at in self._rising]

    def baskets(self, at: int) -> Iterator[Units]:
        """Baskets with the SKU in them."""
        terms, condition = self._terms[at], self.chance.promotion.condition
        match condition:
            case AtLeastUnits(units=need):
                yield {at: min(need, terms.units)}
                beside = self._rising
                if isinstance(self.chance.promotion.benefit, BundlePrice):
                    beside = beside[::-1]
                yield self._with(at, beside, need)
            case AtLeastKinds(kinds=need):
                others = [other for other in self._rising if other != at]
                if isinstance(self.chance.promotion.benefit, BundlePrice):
                    others.reverse()
                yield {at: 1} | dict.fromkeys(others[: need - 1], 1)
            case AtLeastFen(fen=need):
                if terms.unit_price_fen:
                    yield {at: min(terms.units, -(-need // terms.unit_price_fen))}
                    yield self.more({at: 1}, need - terms.unit_price_fen)

    def _with(self, at: int, beside: Iterable[int], units: int) -> Units:
        """One unit of the SKU and others, up to so many units."""
        wanted, left = {at: 1}, units - 1
        for other in beside:
            if left <= 0:
                break
            if other != at:
                wanted[other] = min(left, self._terms[other].units)
                left -= wanted[other]
        return wanted

    def more(self, units: Units, fen: int) -> Units:
        """The basket with other SKUs in scope, worth so much more if they can be."""
        if fen <= 0:
            return units
        for place in range(bisect_left(self._prices, fen), len(self._rising)):
            if self._rising[place] not in units:
                return {**units, self._rising[place]: 1}
        units = {**units}
        for other in reversed(self._rising):
            price = self._terms[other].unit_price_fen
            if fen > 0 and price and other not in units:
                units[other] = min(self._terms[other].units, -(-fen // price))
                fen -= units[other] * price
        return units


def _laid_out(units: Units, terms: Sequence[BasketLine]) -> Basket:
    return Basket([msgspec.structs.replace(terms[at], units=units[at]) for at in sorted(units)])


def _lower(
    worst: Worst | None,
    terms: BasketLine,
    basket: Basket,
    k: int,
    steps: Sequence[Step],
    gifts: Sequence[Given],
) -> Worst:
    """The lower of what was found and the price of the k-th line here, less its part of gifts."""
    line_fen = steps[-1].after[k] if steps else basket.fen[k]
    line_fen -= sum(gift.shares[k] for gift in gifts)
    if worst and worst.line_fen * basket.units[k] <= line_fen * worst.units:
        return worst
    combination = tuple(step.chance.promotion for step in steps)
    combination += tuple(gift.promotion for gift in gifts if gift.shares[k])
    return Worst(terms, 0, basket.lines, k, line_fen, combination, is_exact=False)


def check_worst(found: Iterable[Worst]) -> None:
    """Refuse promotions that together break a floor, or cannot be shown to keep it.

    Raises:
        BelowFloor: names the SKU and the promotions that meet. FloorUnproven: neither is shown.
    """
    worst_first = sorted(
        found, key=lambda worst: ("below", "unproven", "safe").index(worst.verdict)
    )
    for worst in worst_first[:1]:
        sku = worst.terms.sku or str(worst.terms.sku_id)
        met = [(promotion.title_zh, promotion.title_en) for promotion in worst.combination]
        if worst.verdict == "below":
            raise BelowFloor(
                sku=sku,
                price_fen=worst.unit_fen,
                floor_fen=worst.terms.floor_fen,
                combination=met,
            )
        if worst.verdict == "unproven":
            raise FloorUnproven(
                sku=sku,
                price_fen=worst.unit_fen,
                bound_fen=worst.bound_fen,
                floor_fen=worst.terms.floor_fen,
            )
