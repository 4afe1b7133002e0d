"""What can happen to an order that is paid in two parts."""

import datetime as dt
from typing import Literal

from kaibo.facts.base import Fact


class PresalePlaced(Fact, frozen=True, kw_only=True, tag="orders.presale_placed.1"):
    """An order waits for its deposit; the terms are those its buyer was shown."""

    order_id: int
    no: str
    presale_offer_id: int
    deposit_fen: int
    balance_fen: int
    late_rule: str
    balance_closes_at: dt.datetime


class DepositPaid(Fact, frozen=True, kw_only=True, tag="orders.deposit_paid.1"):
    """The deposit is here and kept; the order may be paid until ``pay_before``."""

    order_id: int
    no: str
    viewer_id: int
    payment_id: int
    amount_fen: int
    pay_before: dt.datetime


class BalanceReminded(Fact, frozen=True, kw_only=True, tag="orders.balance_reminded.1"):
    """The time for the balance is nearly over; the buyer's page says so."""

    order_id: int
    no: str
    viewer_id: int
    pay_before: dt.datetime


class PresaleEnded(Fact, frozen=True, kw_only=True, tag="orders.presale_ended.1"):
    """How a presale ended without goods, or by the seller's default.

    ``deposit_fen``: the deposit that was kept, or goes back; 0 where none was paid or where all
    of the order goes back. ``penalty_fen`` is owed beside it.
    """

    order_id: int
    no: str
    viewer_id: int
    how: Literal["lapsed", "forfeited", "returned", "defaulted"]
    payment_id: int | None
    deposit_fen: int
    penalty_fen: int = 0


class PenaltyPaid(Fact, frozen=True, kw_only=True, tag="orders.penalty_paid.1"):
    """The seller paid what its default costs, outside the payment providers."""

    order_id: int
    no: str
    payment_id: int
    amount_fen: int
