"""What can happen to goods that buyers send back."""

import datetime as dt
from typing import Literal

from kaibo.facts.base import Fact
from kaibo.facts.orders.parcels import LineUnits


class ReturnAsked(Fact, frozen=True, kw_only=True, tag="orders.return_asked.1"):
    """A buyer wants to send units back; ``window_ends_at`` is when it needs a reason."""

    return_id: int
    order_id: int
    no: str
    viewer_id: int
    reason: str
    wants_exchange: bool
    lines: list[LineUnits]
    window_ends_at: dt.datetime


class ReturnPhotoAdded(Fact, frozen=True, kw_only=True, tag="orders.return_photo_added.1"):
    """A buyer added a photograph; ``digest`` is the SHA-256 of the file as it came, in hex."""

    return_id: int
    photo_id: int
    digest: str


class ReturnPhotosForgotten(
    Fact, frozen=True, kw_only=True, tag="orders.return_photos_forgotten.1"
):
    """The photographs of a return that ended long ago were deleted."""

    return_id: int
    photo_ids: list[int]


class ReturnMoved(Fact, frozen=True, kw_only=True, tag="orders.return_moved.1"):
    """A return went on.

    ``refusal`` is why, where it was refused or rejected; ``is_sellable`` whether what came back
    can be sold again; ``refund_due_at`` when the money goes back by itself.
    """

    return_id: int
    order_id: int
    no: str
    viewer_id: int
    state: Literal[
        "accepted", "refused", "sent", "received", "refunded", "exchanged", "rejected", "withdrawn"
    ]
    refusal: str = ""
    is_sellable: bool | None = None
    refund_due_at: dt.datetime | None = None


class CancelAsked(Fact, frozen=True, kw_only=True, tag="orders.cancel_asked.1"):
    """A seller asked the buyer of a paid order to let it be cancelled."""

    ask_id: int
    order_id: int
    no: str
    viewer_id: int
    why: str


class CancelMoved(Fact, frozen=True, kw_only=True, tag="orders.cancel_moved.1"):
    """The buyer answered, or the seller took the question back."""

    ask_id: int
    order_id: int
    no: str
    viewer_id: int
    state: Literal["agreed", "review", "kept"]
