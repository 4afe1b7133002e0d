"""What goes through the payment port, as frozen values, and the rules all providers share."""

import datetime as dt
from dataclasses import dataclass
from typing import Final, Literal

from kaibo.orders.errors import CallbackRefused

# A signed callback that is further from our clock than this is a replay, or a clock is wrong.
CALLBACK_TOLERANCE_S: Final = 300
# No provider takes an expiry less than a minute ahead; the rest is the way there.
_EXPIRY_LEAST: Final = dt.timedelta(seconds=70)

# The provider's word for a refund that ended without money; another number may be tried for it.
REFUND_CLOSED: Final = "CLOSED"

# Our word for a refund that its provider refuses because the trade is older than its term.
REFUND_TERM_OVER: Final = "TERM_OVER"

EventKind = Literal["paid", "failed", "other"]
# How a buyer pays: on a page of the provider's, or by a QR code that another device reads.
PayBy = Literal["page", "qr"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentToOpen:
    """What a provider needs to know to take money.

    Args:
        token: 32 letters and digits, what every provider takes as the seller's number.
        payer_ip: the buyer's address; WeChat Pay's H5 page asks for it.
        back_url: where the provider's page sends the buyer afterwards; "" is nowhere.
    """

    token: str
    order_no: str
    title: str
    amount_fen: int
    opened_at: dt.datetime
    pay_before: dt.datetime
    payer_ip: str
    by: PayBy = "page"
    back_url: str = ""

    @property
    def expires_at(self) -> dt.datetime:
        """Until when the provider takes the money; the same however often it is asked."""
        return max(self.pay_before, self.opened_at + _EXPIRY_LEAST)


@dataclass(frozen=True, slots=True)
class OpenedPage:
    """Where the buyer pays, and the provider's own number for it.

    ``kind``: ``page`` is gone to, ``frame`` may be shown inside our page, and with ``code`` the
    ``url`` is the text of a QR code.
    """

    url: str
    ref: str
    kind: Literal["page", "frame", "code"] = "page"


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentEvent:
    """What a believed callback says; the same ``event_id`` is the same event.

    ``other`` is true but says nothing of money coming in: a refund's end, a payment begun.
    """

    event_id: str
    kind: EventKind
    token: str
    amount_fen: int


class NotSetUp(Exception):
    """A provider lacks settings; ``problems`` names each, for the operator."""

    def __init__(self, *problems: str) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


def check_callback_time(
    at: dt.datetime, now: dt.datetime, *, late_s: float = CALLBACK_TOLERANCE_S
) -> None:
    """Refuse what was signed more than ``late_s`` ago, or five minutes ahead of our clock.

    Raises:
        CallbackRefused: why is "time".
    """
    if not -CALLBACK_TOLERANCE_S <= (now - at).total_seconds() <= late_s:
        raise CallbackRefused(why="time")
