"""What can happen to red packets."""

import datetime as dt
from typing import Any

from kaibo.facts.base import Fact


class PacketSaved(Fact, frozen=True, kw_only=True, tag="promotions.packet_saved.1"):
    """A draft of a red packet has these terms now."""

    packet_id: int
    terms: dict[str, Any]


class PacketPublished(Fact, frozen=True, kw_only=True, tag="promotions.packet_published.1"):
    """The terms are public and stand, with the hash of the seed; the promotion has the money."""

    packet_id: int
    title: str
    commit: str
    promotion_id: int
    opens_at: dt.datetime
    closes_at: dt.datetime


class PacketCancelled(Fact, frozen=True, kw_only=True, tag="promotions.packet_cancelled.1"):
    """It will not take place; nobody had a portion."""

    packet_id: int


class PacketOpened(Fact, frozen=True, kw_only=True, tag="promotions.packet_opened.1"):
    """Viewers can have portions until ``closes_at``, first come, first served."""

    packet_id: int
    title: str
    number: int
    total_fen: int
    closes_at: dt.datetime


class PacketClaimed(Fact, frozen=True, kw_only=True, tag="promotions.packet_claimed.1"):
    """A viewer has the portion of a place, as a coupon."""

    packet_id: int
    claim_id: int
    viewer_id: int
    place: int
    token: str
    fen: int
    coupon_id: int


class PacketFinished(Fact, frozen=True, kw_only=True, tag="promotions.packet_finished.1"):
    """Nobody gets a portion any more; the seed is public and the rest went back to the budget."""

    packet_id: int
    title: str
    seed: str
    claims: int
    claimed_fen: int
    returned: int
    returned_fen: int
