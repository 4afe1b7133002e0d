"""The writers of orders, by noun."""

from kaibo.orders.actions.callbacks import receive_callback
from kaibo.orders.actions.closing import cancel_order, close_due_orders
from kaibo.orders.actions.paying import open_payment
from kaibo.orders.actions.placing import OrderSpec, place_order
from kaibo.orders.actions.refunds import refund_order, retry_refunds
from kaibo.orders.rules import Address
from kaibo.orders.sandbox.courier import deliver_due as deliver_sandbox_notices

__all__ = [
    "Address",
    "OrderSpec",
    "cancel_order",
    "close_due_orders",
    "deliver_sandbox_notices",
    "open_payment",
    "place_order",
    "receive_callback",
    "refund_order",
    "retry_refunds",
]
