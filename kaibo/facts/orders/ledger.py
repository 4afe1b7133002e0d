"""What can happen to the ledger beside orders: statements, and commission of hosts and agencies."""

import datetime as dt
from typing import Literal

import msgspec

from kaibo.facts.base import Fact


class StatementAccepted(Fact, frozen=True, kw_only=True, tag="orders.statement_accepted.1"):
    """Somebody accepted a provider's statement: sums of what it entered so far, no lines.

    Days are ISO dates of the shop's clock, both included.
    """

    statement_id: int
    provider: str
    sha256: str
    since: str
    until: str
    entries: int
    fees_fen: int
    fees_back_fen: int
    payouts_fen: int
    reason: str


class CommissionRateSet(Fact, frozen=True, kw_only=True, tag="orders.commission_rate_set.1"):
    """From ``from_at`` on a host or an agency gets so much of what a show or a link sells."""

    rate_id: int
    link_no: int | None
    payee: Literal["host", "agency"]
    host_id: int | None
    payee_name: str
    rate_bp: int
    from_at: dt.datetime


class CommissionPart(msgspec.Struct, frozen=True, kw_only=True):
    """What of one line is owed to one payee, or no longer."""

    commission_id: int
    line_id: int
    rate_id: int
    fen: int


class CommissionMoved(Fact, frozen=True, kw_only=True, tag="orders.commission_moved.1"):
    """A paid order owes commission, or a refund (``refund_id``) undid some of it."""

    order_id: int
    no: str
    payment_id: int
    refund_id: int | None
    parts: list[CommissionPart]
