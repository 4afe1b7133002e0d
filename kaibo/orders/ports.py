"""What goes through the payment port, as frozen values."""

import datetime as dt
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentToOpen:
    """What a provider needs to know to take money."""

    token: str
    order_no: str
    title: str
    amount_fen: int
    pay_before: dt.datetime


@dataclass(frozen=True, slots=True)
class OpenedPage:
    """Where the buyer pays, and the provider's own number for it."""

    url: str
    ref: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentEvent:
    """What a believed callback says; the same ``event_id`` is the same event."""

    event_id: str
    kind: Literal["paid", "failed"]
    token: str
    amount_fen: int
