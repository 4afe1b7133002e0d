"""What may happen to an order and its money, as pure decisions and tables."""

from kaibo.orders.rules.orders import (
    KEY_CHARS_MAX,
    LINES_MAX,
    PAY_WITHIN,
    REASON_CHARS_MAX,
    Address,
    CloseReason,
    MoneyIn,
    check_request_key,
    check_total,
    check_undone_units,
    clean_address,
    judge_money,
    mask_receiver,
    order_no,
    refund_retry_at,
)
from kaibo.orders.rules.states import ORDER, PAYMENT, REFUND, OrderState

__all__ = [
    "KEY_CHARS_MAX",
    "LINES_MAX",
    "ORDER",
    "PAYMENT",
    "PAY_WITHIN",
    "REASON_CHARS_MAX",
    "REFUND",
    "Address",
    "CloseReason",
    "MoneyIn",
    "OrderState",
    "check_request_key",
    "check_total",
    "check_undone_units",
    "clean_address",
    "judge_money",
    "mask_receiver",
    "order_no",
    "refund_retry_at",
]
