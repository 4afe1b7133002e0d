"""What can happen in orders. Amounts are whole fen; no names, addresses or telephone numbers."""

from kaibo.facts.orders.buying import (
    OrderClosed,
    OrderedLine,
    OrderPaid,
    OrderPlaced,
    OrderRefunded,
    OrderRefundStarted,
    PaymentFailed,
    PaymentOpened,
    PaymentRefundDue,
    PaymentRefunded,
    RefundTryFailed,
    RefundWhy,
)
from kaibo.facts.orders.files import (
    OrderFileApplied,
)

__all__ = [
    "OrderClosed",
    "OrderFileApplied",
    "OrderPaid",
    "OrderPlaced",
    "OrderRefundStarted",
    "OrderRefunded",
    "OrderedLine",
    "PaymentFailed",
    "PaymentOpened",
    "PaymentRefundDue",
    "PaymentRefunded",
    "RefundTryFailed",
    "RefundWhy",
]
