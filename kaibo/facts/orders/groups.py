"""What can happen to a group of a group buy, and to its seats."""

import datetime as dt
from typing import Literal

from kaibo.facts.base import Fact


class GroupOpened(Fact, frozen=True, kw_only=True, tag="orders.group_opened.1"):
    """A buyer opened a group; it has until ``fills_before`` to be paid by ``size`` members."""

    group_id: int
    group_offer_id: int
    link_no: int
    size: int
    fills_before: dt.datetime


class GroupSeatMoved(Fact, frozen=True, kw_only=True, tag="orders.group_seat_moved.1"):
    """A seat was taken, paid, left unpaid, or its order refunded; what is free afterwards."""

    group_id: int
    order_id: int
    no: str
    viewer_id: int
    is_leader: bool
    state: Literal["joined", "paid", "left", "refunded"]
    seats_free: int


class GroupSucceeded(Fact, frozen=True, kw_only=True, tag="orders.group_succeeded.1"):
    """As many members have paid as were asked for: these orders may be shipped."""

    group_id: int
    group_offer_id: int
    link_no: int
    size: int
    order_ids: list[int]


class GroupExpired(Fact, frozen=True, kw_only=True, tag="orders.group_expired.1"):
    """Too few paid in time; whoever did gets their money back."""

    group_id: int
    group_offer_id: int
    link_no: int
    paid: int


class GroupSettled(Fact, frozen=True, kw_only=True, tag="orders.group_settled.1"):
    """All the money of an expired group went back."""

    group_id: int
    link_no: int
