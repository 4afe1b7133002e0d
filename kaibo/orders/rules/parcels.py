"""Parcels: what may become of one, how many units may go into the next, until when they must go."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from kaibo.base.inputs import check_whole
from kaibo.base.machines import Machine, Move, State
from kaibo.base.times import shop_day
from kaibo.orders.errors import NoSuchLine, NothingToShip, TooManyToShip, UnitsShipped

ParcelState = Literal["packed", "shipped", "delivered", "lost", "returned", "void"]

PARCEL: Final = Machine(
    "parcel",
    "包裹",
    (
        State("packed", "待交寄"),
        State("shipped", "运输中"),
        State("delivered", "已签收", is_final=True),
        # What is lost, sent back or taken apart may be packed anew.
        State("lost", "丢件", is_final=True),
        State("returned", "退回寄件人", is_final=True),
        State("void", "已撤销", is_final=True),
    ),
    (
        Move("packed", "ship", "shipped", by="ship_parcel"),
        Move("packed", "unpack", "void", by="unpack_parcel"),
        Move("shipped", "deliver", "delivered", by="deliver_parcel"),
        Move("shipped", "lose", "lost", by="lose_parcel"),
        Move("shipped", "bounce", "returned", by="bounce_parcel"),
    ),
)
# The units of a parcel in one of these are away from the shop.
AWAY: Final = ("packed", "shipped", "delivered")
SHIP_WITHIN_H: Final = 48


@dataclass(frozen=True, slots=True, kw_only=True)
class LineUnits:
    """Where the units of one order line are.

    Args:
        refunded: their money is owed or went back.
        away: in parcels that are packed, on the way or delivered.
        delivered: of these, delivered.
        back: came back by a return, or were given up by one.
        owed: of these, those of which it is not decided yet whether money or goods go.
        returning: in returns that are open or came to an end in the buyer's favour.
    """

    units: int
    refunded: int = 0
    away: int = 0
    delivered: int = 0
    back: int = 0
    owed: int = 0
    returning: int = 0

    @property
    def to_ship(self) -> int:
        """Units that may go into a parcel now: bought, not undone, and not with the buyer."""
        return max(0, self.units - self.refunded - self.owed - (self.away - self.back))

    @property
    def to_undo(self) -> int:
        """Units whose sale may be undone without a return: they are still in the shop."""
        return self.to_ship

    @property
    def to_return(self) -> int:
        """Units that the buyer has and did not ask to send back."""
        return max(0, self.delivered - self.returning)


def pick_units(lines: Mapping[int, LineUnits], wish: Mapping[int, int] | None) -> dict[int, int]:
    """How many units of each line go into a parcel; without a wish all that are left.

    Raises:
        NoSuchLine: not a line of the order.
        NumberOutOfRange, TooManyToShip: a line does not have them left.
        NothingToShip: the parcel would be empty.
    """
    if wish is None:
        picked = {id: line.to_ship for id, line in lines.items() if line.to_ship}
    else:
        for id, units in wish.items():
            if id not in lines:
                raise NoSuchLine(id=id)
            check_whole("units", units, least=1)
            if units > lines[id].to_ship:
                raise TooManyToShip(wanted=units, left=lines[id].to_ship)
        picked = dict(wish)
    if not picked:
        raise NothingToShip()
    return picked


def check_not_shipped(lines: Mapping[int, LineUnits], units: Mapping[int, int]) -> None:
    """Refuse to undo the sale of units that left the shop: they come back by a return.

    Raises:
        UnitsShipped: nothing was written.
    """
    for id, n in units.items():
        # More than are left is refused elsewhere, in other words.
        if id in lines and lines[id].to_undo < n <= lines[id].units - lines[id].refunded:
            raise UnitsShipped(left=lines[id].to_undo)


def shipments(
    hours: Mapping[int, int], gifts: Iterable[int], default_h: int
) -> list[tuple[int, list[int]]]:
    """Which lines of an order go together: those of one promise, the shortest first.

    Gifts go with the goods that are sent last, so that none makes a parcel of its own.

    Args:
        hours: of each line of goods by its id; 0 is the shop's default.
        gifts: ids of the lines of gifts.

    Returns:
        Hours and the ids of the lines, in the order of the lines.

    >>> shipments({1: 0, 2: 24, 3: 48}, [4], 48)
    [(24, [2]), (48, [1, 3, 4])]
    """
    found: dict[int, list[int]] = {}
    for id, own in hours.items():
        found.setdefault(own or default_h, []).append(id)
    last = max(found, default=default_h)
    found.setdefault(last, []).extend(gifts)
    return sorted((h, sorted(ids)) for h, ids in found.items())


def lateness(ship_by_at: dt.datetime, now: dt.datetime) -> Literal["late", "today", "later"]:
    """Which list an order that waits belongs to; "today" is the shop's calendar day.

    >>> at = dt.datetime(2026, 5, 1, 4, tzinfo=dt.UTC)
    >>> [lateness(at, at + dt.timedelta(hours=h)) for h in (-20, -4, 1)]
    ['later', 'today', 'late']
    """
    if ship_by_at <= now:
        return "late"
    return "today" if shop_day(ship_by_at) == shop_day(now) else "later"
