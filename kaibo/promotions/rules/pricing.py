"""The one price of a basket: which promotions meet, what each takes off, and off which line.

Classes apply in the order of ``STACKING``. Within a class promotions take their turn
(``order_of``): each takes the lines of its scope that no earlier one of the class has taken, if
these meet its condition and it takes something off; otherwise it takes nothing. So a line has at
most one promotion of a class, and a condition reads what the earlier classes left.

Which promotions are used is the shop's word. ``priority``: every one that can be. ``best``: the
subset with the lowest total, exactly; of equals the fewest promotions, then the lowest ids.
Since a new promotion only adds subsets to choose from, it never raises a price.

Gifts take no line and change no price: each is given when its condition is met.
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import compress
from typing import Final, TypeVar

import msgspec

from kaibo.promotions.rules.benefits import Gift
from kaibo.promotions.rules.gifts import at_turn, give
from kaibo.promotions.rules.promotion import Choose, Promotion, order_of
from kaibo.promotions.rules.quote import Applied, BasketLine, Given, Quote
from kaibo.promotions.rules.search import Basket, Chance, Search, Step, walk

# So many promotions that could apply to one basket are weighed in every combination. Of more, the
# first given are; then each later one in turn is added if the total falls. So one that is given
# after the rest never raises a price, however many there are.
EXACT_MAX: Final = 16

Shared = TypeVar("Shared", Applied, Given)


def price_basket(
    lines: Sequence[BasketLine],
    promotions: Iterable[Promotion],
    *,
    choose: Choose = "best",
    gifts_left: Mapping[int, int] | None = None,
) -> Quote:
    """The price of a basket; see ``PriceBook`` to price many with the same promotions."""
    return PriceBook(promotions, choose=choose, gifts_left=gifts_left).quote(lines)


class PriceBook:
    """Promotions in force, put in order once, to price any number of baskets.

    Args:
        promotions: each sound (``check_promotion``) and in force for the buyer, in the order in
            which they came to be; it matters for more than ``EXACT_MAX`` that could apply.
        choose: ``best`` for the buyer, or all in their fixed order (``priority``).
        gifts_left: units by the promotion that gives them; one not named is without end.
    """

    def __init__(
        self,
        promotions: Iterable[Promotion],
        *,
        choose: Choose = "best",
        gifts_left: Mapping[int, int] | None = None,
    ) -> None:
        self.choose = choose
        self._gifts_left = gifts_left or {}
        given = tuple(promotions)
        self.promotions = tuple(sorted(given, key=order_of))
        self._age = {promotion.id: place for place, promotion in enumerate(given)}
        assert len(self._age) == len(given), "an id names one promotion"
        self._priced = [p for p in self.promotions if not isinstance(p.benefit, Gift)]
        self._gifts = [p for p in self.promotions if isinstance(p.benefit, Gift)]

    def quote(self, lines: Sequence[BasketLine]) -> Quote:
        """The price of a basket. Says nothing of floors: see ``check_quote_floor``.

        Where amounts tie, the line of the lower SKU, then key, comes first: so the order of the
        lines changes nothing but the order in which they are told.
        """
        skus = [line.sku_id for line in lines]
        if skus == sorted(set(skus)):
            return self._quote(lines)
        ranks = [(line.sku_id, line.key) for line in lines]
        order = sorted(range(len(ranks)), key=ranks.__getitem__)
        return _told(self._quote([lines[at] for at in order]), order)

    def _quote(self, lines: Sequence[BasketLine]) -> Quote:
        basket = Basket(lines)
        chances = [
            chance
            for promotion in self._priced
            if (chance := Chance(promotion, basket)).most_fen > 0
        ]
        if self.choose == "priority":
            steps: Sequence[Step] = walk(chances, basket)
        elif len(chances) <= EXACT_MAX:
            steps = Search(chances, basket).best()
        else:
            steps = _best_of_many(chances, basket, self._age)
        return self._with_gifts(_quoted(basket, steps), basket, steps)

    def _with_gifts(self, quote: Quote, basket: Basket, steps: Sequence[Step]) -> Quote:
        gifts = []
        for promotion in self._gifts:
            chance = Chance(promotion, basket)
            most = self._gifts_left.get(promotion.id)
            if gift := give(chance, at_turn(chance, basket, steps), most=most):
                gifts.append(gift)
        return msgspec.structs.replace(quote, gifts=tuple(gifts)) if gifts else quote


def _best_of_many(
    chances: Sequence[Chance], basket: Basket, age: Mapping[int, int]
) -> Sequence[Step]:
    by_age = sorted(range(len(chances)), key=lambda k: age[chances[k].promotion.id])
    used = [False] * len(chances)
    oldest = set(by_age[:EXACT_MAX])
    steps = Search([chances[k] for k in sorted(oldest)], basket).best()
    kept = {step.chance.promotion.id for step in steps}
    for k in by_age:
        used[k] = chances[k].promotion.id in kept
    for k in by_age[EXACT_MAX:]:
        used[k] = True
        tried = walk(compress(chances, used), basket)
        if sum(step.off_fen for step in tried) > sum(step.off_fen for step in steps):
            steps = tried
        else:
            used[k] = False
    return steps


def _quoted(basket: Basket, steps: Sequence[Step]) -> Quote:
    fen: Sequence[int] = basket.fen
    applied = []
    for step in steps:
        shares = step.shares
        if len(shares) < len(fen):
            shares = [was - now for was, now in zip(fen, step.after, strict=True)]
        applied.append(Applied(step.chance.promotion, step.off_fen, step.units, tuple(shares)))
        fen = step.after
    return Quote(basket.lines, tuple(applied), tuple(fen))


def _told(quote: Quote, order: Sequence[int]) -> Quote:
    """The quote in the caller's order; ``order`` says which of their lines each of ours is."""
    places = sorted(range(len(order)), key=order.__getitem__)

    def told(one: Shared) -> Shared:
        return msgspec.structs.replace(one, shares=tuple([one.shares[at] for at in places]))

    return Quote(
        tuple([quote.lines[at] for at in places]),
        tuple(map(told, quote.applied)),
        tuple([quote.line_fen[at] for at in places]),
        tuple(map(told, quote.gifts)),
    )
