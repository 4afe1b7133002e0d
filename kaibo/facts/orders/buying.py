"""What can happen to an order and to its money."""

import datetime as dt
from typing import Literal

import msgspec

from kaibo.facts.base import Fact

RefundWhy = Literal[
    "order_closed",
    "units_gone",
    "price_gone",
    "already_paid",
    "wrong_amount",
    "below_floor",
    "group_gone",
    "deposit_returned",
    "refund_asked",
]


class OrderedLine(msgspec.Struct, frozen=True, kw_only=True):
    """What was ordered, at what price; ``amount_fen`` is after ``discount_fen``.

    ``link_no`` 0: a gift; its unit price is its published value. Where money goes back, a negative
    amount of it is deducted for units that did not come back.
    """

    link_no: int
    sku_id: int
    units: int
    unit_price_fen: int
    amount_fen: int
    discount_fen: int = 0


class OrderPlaced(Fact, frozen=True, kw_only=True, tag="orders.order_placed.1"):
    """A buyer committed to buy; the units are held until ``pay_before``."""

    order_id: int
    no: str
    viewer_id: int
    total_fen: int
    pay_before: dt.datetime
    lines: list[OrderedLine]
    claim_id: int | None = None
    use_ids: list[int] = []


class PaymentOpened(Fact, frozen=True, kw_only=True, tag="orders.payment_opened.1"):
    """The buyer was sent to a payment provider."""

    order_id: int
    no: str
    payment_id: int
    provider: str
    amount_fen: int


class PaymentFailed(Fact, frozen=True, kw_only=True, tag="orders.payment_failed.1"):
    """The provider says this attempt brought no money."""

    order_id: int
    no: str
    payment_id: int


class OrderPaid(Fact, frozen=True, kw_only=True, tag="orders.order_paid.1"):
    """The money is there and the units are sold; ``revived`` after an unpaid close.

    Of a presale ``payment_id`` paid the balance, and ``deposit_fen`` of the total was there before.
    """

    order_id: int
    no: str
    viewer_id: int
    payment_id: int
    total_fen: int
    lines: list[OrderedLine]
    revived: bool = False
    deposit_payment_id: int | None = None
    deposit_fen: int = 0


class OrderClosed(Fact, frozen=True, kw_only=True, tag="orders.order_closed.1"):
    """The order ended unpaid and its units were given back."""

    order_id: int
    no: str
    viewer_id: int
    reason: Literal["unpaid", "cancelled", "group_expired", "seller_default"]
    total_fen: int
    lines: list[OrderedLine]


class PaymentRefundDue(Fact, frozen=True, kw_only=True, tag="orders.payment_refund_due.1"):
    """Money is here that must go back, and why; it is owed until ``PaymentRefunded``.

    ``is_all``: nothing of the payment is left after it. ``refund_id`` is 0 in facts from before
    refunds were rows of their own.
    """

    order_id: int
    no: str
    payment_id: int
    amount_fen: int
    why: RefundWhy
    refund_id: int = 0
    is_all: bool = True


class RefundTryFailed(Fact, frozen=True, kw_only=True, tag="orders.refund_try_failed.1"):
    """The provider did not take a refund; it is tried again at ``next_try_at``."""

    order_id: int
    no: str
    payment_id: int
    tries: int
    next_try_at: dt.datetime
    refund_id: int = 0


class RefundStuck(Fact, frozen=True, kw_only=True, tag="orders.refund_stuck.1"):
    """The provider said that it will never make a refund: it is to be sent by bank.

    ``answer`` is the provider's own code.
    """

    order_id: int
    no: str
    viewer_id: int
    payment_id: int
    refund_id: int
    amount_fen: int
    answer: str


class RefundDoubled(Fact, frozen=True, kw_only=True, tag="orders.refund_doubled.1"):
    """The provider made a refund for which a transfer by bank was entered: ask for one back.

    ``is_booked``: the transfer stood already, so that the money went twice; else it waited for a
    second person and stands no more.
    """

    order_id: int
    no: str
    viewer_id: int
    payment_id: int
    refund_id: int
    amount_fen: int
    bank_ref: str
    is_booked: bool


class RefundAskedAgain(Fact, frozen=True, kw_only=True, tag="orders.refund_asked_again.1"):
    """Staff found that the provider may make a refund after all; it is tried again."""

    order_id: int
    no: str
    payment_id: int
    refund_id: int


class SettlementAsked(Fact, frozen=True, kw_only=True, tag="orders.settlement_asked.1"):
    """Staff say that a refund was sent by bank; ``needs_second`` until another person agrees."""

    order_id: int
    no: str
    refund_id: int
    settlement_id: int
    amount_fen: int
    bank_ref: str
    reason: str
    needs_second: bool


class SettlementDecided(Fact, frozen=True, kw_only=True, tag="orders.settlement_decided.1"):
    """A transfer by bank stands, or another person did not agree to it."""

    order_id: int
    no: str
    refund_id: int
    settlement_id: int
    state: Literal["done", "refused"]


class PaymentRefunded(Fact, frozen=True, kw_only=True, tag="orders.payment_refunded.1"):
    """The money of a refund is back with the buyer; ``is_all`` when all of the payment went.

    ``by_bank``: the shop sent it, because the provider could not.
    """

    order_id: int
    no: str
    payment_id: int
    amount_fen: int
    refund_id: int = 0
    is_all: bool = True
    by_bank: bool = False


class OrderRefundStarted(Fact, frozen=True, kw_only=True, tag="orders.order_refund_started.1"):
    """Units of a paid order are undone: they came back, their money is on the way.

    ``lines`` are these units alone; ``is_all`` when none is left.
    """

    order_id: int
    no: str
    viewer_id: int
    amount_fen: int
    lines: list[OrderedLine]
    is_all: bool = True


class OrderRefunded(Fact, frozen=True, kw_only=True, tag="orders.order_refunded.1"):
    """The money of undone units is back with the buyer (net of refunds counts from here).

    ``is_all`` when it was the order's last.
    """

    order_id: int
    no: str
    viewer_id: int
    amount_fen: int
    lines: list[OrderedLine]
    is_all: bool = True
