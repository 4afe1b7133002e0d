"""The writers of orders, by noun."""

from kaibo.orders.actions.callbacks import receive_callback
from kaibo.orders.actions.closing import cancel_order, close_due_orders
from kaibo.orders.actions.defaults import default_presale, pay_penalty
from kaibo.orders.actions.file_keeping import TermsWish
from kaibo.orders.actions.files import (
    OrderFilePreview,
    OrderFileResult,
    apply_order_file,
    check_order_file,
    order_file_errors,
    order_file_preview,
    remap_order_file,
    start_order_file,
)
from kaibo.orders.actions.groups import end_due_groups
from kaibo.orders.actions.paying import open_payment
from kaibo.orders.actions.placing import OrderSpec, OrderWish, place_order
from kaibo.orders.actions.presales import PresaleWish, remind_balances
from kaibo.orders.actions.refunds import refund_order, refund_units, retry_refunds
from kaibo.orders.actions.seats import GroupWish
from kaibo.orders.rules import Address
from kaibo.orders.sandbox.courier import deliver_due as deliver_sandbox_notices

__all__ = [
    "Address",
    "GroupWish",
    "OrderFilePreview",
    "OrderFileResult",
    "OrderSpec",
    "OrderWish",
    "PresaleWish",
    "TermsWish",
    "apply_order_file",
    "cancel_order",
    "check_order_file",
    "close_due_orders",
    "default_presale",
    "deliver_sandbox_notices",
    "end_due_groups",
    "open_payment",
    "order_file_errors",
    "order_file_preview",
    "pay_penalty",
    "place_order",
    "receive_callback",
    "refund_order",
    "refund_units",
    "remap_order_file",
    "remind_balances",
    "retry_refunds",
    "start_order_file",
]
