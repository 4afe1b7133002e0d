"""Tables of orders, by noun. Constraints repeat what the rules say."""

from kaibo.orders.models.files import OrderFile, PlatformOrder, PlatformOrderLine
from kaibo.orders.models.group import Group, Member
from kaibo.orders.models.ledger import LedgerEntry
from kaibo.orders.models.order import Order, OrderLine
from kaibo.orders.models.payment import Callback, Payment, Refund
from kaibo.orders.models.presale import Presale
from kaibo.orders.models.sandbox import SandboxNotice, SandboxPayment, SandboxRefund

__all__ = [
    "Callback",
    "Group",
    "LedgerEntry",
    "Member",
    "Order",
    "OrderFile",
    "OrderLine",
    "Payment",
    "PlatformOrder",
    "PlatformOrderLine",
    "Presale",
    "Refund",
    "SandboxNotice",
    "SandboxPayment",
    "SandboxRefund",
]
