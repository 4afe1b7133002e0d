"""Group buys: who may take a seat. Pure."""

import datetime as dt
from dataclasses import dataclass
from typing import Literal

from kaibo.orders.errors import GroupFull, GroupOver, InGroupAlready

GroupState = Literal["open", "full", "succeeded", "expired", "refunded"]


@dataclass(frozen=True, slots=True)
class Seats:
    """The seats of a group: ``size`` = held by unpaid members + paid + free."""

    size: int
    held: int
    paid: int

    @property
    def free(self) -> int:
        """Seats nobody has."""
        return self.size - self.held - self.paid


def check_seat(
    group_id: int,
    *,
    state: GroupState,
    seats: Seats,
    is_member: bool,
    fills_before: dt.datetime | None,
    now: dt.datetime,
) -> None:
    """Refuse a seat of a group; say nothing if it may be taken.

    Args:
        fills_before: None for late money, where the state alone decides: while a group is open
            late money is as good as any (docs/mechanisms/groups.md).

    Raises:
        GroupOver, InGroupAlready, GroupFull: in this order.
    """
    is_late = fills_before is not None and fills_before <= now
    if state in ("succeeded", "expired", "refunded") or is_late:
        raise GroupOver(id=group_id)
    if is_member:
        raise InGroupAlready(id=group_id)
    if seats.free < 1:
        raise GroupFull(id=group_id, size=seats.size)
