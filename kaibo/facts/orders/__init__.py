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
from kaibo.facts.orders.groups import (
    GroupExpired,
    GroupOpened,
    GroupSeatMoved,
    GroupSettled,
    GroupSucceeded,
)
from kaibo.facts.orders.presales import (
    BalanceReminded,
    DepositPaid,
    PenaltyPaid,
    PresaleEnded,
    PresalePlaced,
)

__all__ = [
    "BalanceReminded",
    "DepositPaid",
    "GroupExpired",
    "GroupOpened",
    "GroupSeatMoved",
    "GroupSettled",
    "GroupSucceeded",
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
    "PenaltyPaid",
    "PresaleEnded",
    "PresalePlaced",
    "RefundTryFailed",
    "RefundWhy",
]
