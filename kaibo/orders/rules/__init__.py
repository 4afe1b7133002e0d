"""What may happen to an order and its money, as pure decisions and tables."""

from kaibo.orders.rules.orders import (
    KEY_CHARS_MAX,
    PAY_WITHIN,
    REASON_CHARS_MAX,
    Address,
    CloseReason,
    MoneyIn,
    check_request_key,
    check_total,
    clean_address,
    judge_money,
    mask_receiver,
    order_no,
    refund_retry_at,
)
from kaibo.orders.rules.states import ORDER, PAYMENT, OrderState

__all__ = [
    "KEY_CHARS_MAX",
    "ORDER",
    "PAYMENT",
    "PAY_WITHIN",
    "REASON_CHARS_MAX",
    "Address",
    "CloseReason",
    "MoneyIn",
    "OrderState",
    "check_request_key",
    "check_total",
    "clean_address",
    "judge_money",
    "mask_receiver",
    "order_no",
    "refund_retry_at",
]
