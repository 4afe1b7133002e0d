"""What a promotion asks of the part of a basket that it covers."""

from collections.abc import Iterator, Sequence

import msgspec


class Part:
    """Some lines of a basket at one moment of the pricing: what they cost now.

    A line's amount need not divide by its units; then its last units cost one fen more.
    """

    __slots__ = ("fen", "skus", "total_fen", "units", "units_total")

    def __init__(
        self, fen: Sequence[int], units: Sequence[int], skus: Sequence[int], units_total: int
    ) -> None:
        self.fen = fen
        self.units = units
        self.skus = skus
        self.total_fen = sum(fen)
        self.units_total = units_total

    def runs(self) -> Iterator[tuple[int, int, int]]:
        """Units of one price: (price of a unit, line, how many), line by line."""
        for line, (fen, units) in enumerate(zip(self.fen, self.units, strict=True)):
            each, dearer = divmod(fen, units)
            yield each, line, units - dearer
            if dearer:
                yield each + 1, line, dearer

    @property
    def kinds(self) -> int:
        """How many different SKUs."""
        return len(set(self.skus))


class Always(msgspec.Struct, frozen=True, tag="always"):
    """No condition (无门槛)."""

    def times(self, part: Part) -> int:
        """How often the part meets the condition."""
        return 1

    def missing(self, part: Part) -> int:
        """How much more it takes to meet it once."""
        return 0


class AtLeastUnits(msgspec.Struct, frozen=True, tag="units"):
    """At least so many units (满N件)."""

    units: int

    def times(self, part: Part) -> int:
        """How often the part meets the condition."""
        return part.units_total // self.units

    def missing(self, part: Part) -> int:
        """How many more units it takes."""
        return max(0, self.units - part.units_total)


class AtLeastFen(msgspec.Struct, frozen=True, tag="fen"):
    """Worth at least so much, after the earlier classes (满X元)."""

    fen: int

    def times(self, part: Part) -> int:
        """How often the part meets the condition."""
        return part.total_fen // self.fen

    def missing(self, part: Part) -> int:
        """How many more fen it takes."""
        return max(0, self.fen - part.total_fen)


class AtLeastKinds(msgspec.Struct, frozen=True, tag="kinds"):
    """At least so many different SKUs (满N种)."""

    kinds: int

    def times(self, part: Part) -> int:
        """How often the part meets the condition."""
        return part.kinds // self.kinds

    def missing(self, part: Part) -> int:
        """How many more SKUs it takes."""
        return max(0, self.kinds - part.kinds)


Condition = Always | AtLeastUnits | AtLeastFen | AtLeastKinds
