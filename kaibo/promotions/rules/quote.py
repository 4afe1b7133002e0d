"""What is priced, and what its price is made of."""

import msgspec

from kaibo.promotions.errors import BelowFloor
from kaibo.promotions.rules.promotion import STACKING, Promotion, Stacking


class BasketLine(msgspec.Struct, frozen=True, kw_only=True):
    """What a buyer wants of one SKU.

    Args:
        key: the caller's own name of the line.
        sku: the code people know the SKU by.
        unit_price_fen: before any promotion.
        floor_fen: of a unit; 0 means none is set.
        tags: groups that promotions may name.
    """

    key: str
    sku_id: int
    units: int
    unit_price_fen: int
    floor_fen: int = 0
    sku: str = ""
    tags: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        assert self.units >= 1, "a line has units"
        assert self.unit_price_fen >= 0
        assert self.floor_fen >= 0


class Applied(msgspec.Struct, frozen=True):
    """One promotion in use.

    Args:
        off_fen: taken off in all; ``sum(shares)``.
        units: how many took part.
        shares: taken off each line of the basket, in its order.
    """

    promotion: Promotion
    off_fen: int
    units: int
    shares: tuple[int, ...]


class Given(msgspec.Struct, frozen=True):
    """Units of a SKU that go with the basket for nothing.

    Args:
        shares: what of their value each line of the basket gives away, in its order.
    """

    promotion: Promotion
    sku_id: int
    units: int
    shares: tuple[int, ...] = ()

    @property
    def value_fen(self) -> int:
        """What they are worth, as published."""
        return sum(self.shares)


class Quote(msgspec.Struct, frozen=True):
    """The price of a basket.

    Args:
        applied: in the order in which they applied.
        line_fen: what each line costs after all of them; ``sum`` is the total.
    """

    lines: tuple[BasketLine, ...]
    applied: tuple[Applied, ...]
    line_fen: tuple[int, ...]
    gifts: tuple[Given, ...] = ()

    @property
    def total_fen(self) -> int:
        """What the buyer pays."""
        return sum(self.line_fen)

    @property
    def before_fen(self) -> int:
        """What it costs without promotions."""
        return sum(line.units * line.unit_price_fen for line in self.lines)

    def fen_before(self, stacking: Stacking) -> list[int]:
        """What each line costs when a class's turn comes."""
        fen, rank = [line.units * line.unit_price_fen for line in self.lines], STACKING.index
        for used in self.applied:
            if rank(used.promotion.stacking) < rank(stacking):
                fen = [line - share for line, share in zip(fen, used.shares, strict=True)]
        return fen

    @property
    def net_fen(self) -> tuple[int, ...]:
        """What each line brings in, less what it gives away as gifts; held against its floor."""
        net = self.line_fen
        for gift in self.gifts:
            net = tuple([fen - share for fen, share in zip(net, gift.shares, strict=True)])
        return net

    def below_floor(self) -> list[BasketLine]:
        """Lines that bring in less than their floor."""
        return [
            line
            for line, fen in zip(self.lines, self.net_fen, strict=True)
            if fen < line.floor_fen * line.units
        ]


def check_quote_floor(quote: Quote) -> None:
    """Refuse a price below a floor, naming the SKU and the promotions that met on its line.

    What a line gives away as gifts is taken off its price first.

    Raises:
        BelowFloor: the first such line in the basket's order; nothing is sold.
    """
    for at, line in enumerate(quote.lines):
        fen = quote.net_fen[at]
        if fen < line.floor_fen * line.units:
            raise BelowFloor(
                sku=line.sku or str(line.sku_id),
                price_fen=fen // line.units,
                floor_fen=line.floor_fen,
                combination=[(met.title_zh, met.title_en) for met in _met(quote, at)],
            )


def _met(quote: Quote, at: int) -> list[Promotion]:
    """The promotions that take something off a line, then those it gives something away for."""
    used = [used.promotion for used in quote.applied if used.shares[at]]
    return used + [gift.promotion for gift in quote.gifts if gift.shares[at]]
