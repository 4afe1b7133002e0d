"""Tables of orders, by noun. Constraints repeat what the rules say."""

from kaibo.orders.models.book import SavedAddress
from kaibo.orders.models.cancels import CancelAsk
from kaibo.orders.models.cart import Cart, CartLine
from kaibo.orders.models.commissions import Commission, CommissionRate
from kaibo.orders.models.files import OrderFile, PlatformOrder, PlatformOrderLine
from kaibo.orders.models.group import Group, Member
from kaibo.orders.models.invoices import Invoice
from kaibo.orders.models.ledger import LedgerEntry, Statement
from kaibo.orders.models.notices import OrderNotice
from kaibo.orders.models.order import Order, OrderLine
from kaibo.orders.models.parcels import (
    OrderPromise,
    Parcel,
    ParcelLine,
    ShipmentPromise,
    ShopTerms,
)
from kaibo.orders.models.payment import Callback, Payment, Refund, Settlement
from kaibo.orders.models.presale import Presale
from kaibo.orders.models.protection import PriceDrop
from kaibo.orders.models.returns import Return, ReturnLine, ReturnPhoto
from kaibo.orders.models.sandbox import SandboxNotice, SandboxPayment, SandboxRefund

__all__ = [
    "Callback",
    "CancelAsk",
    "Cart",
    "CartLine",
    "Commission",
    "CommissionRate",
    "Group",
    "Invoice",
    "LedgerEntry",
    "Member",
    "Order",
    "OrderFile",
    "OrderLine",
    "OrderNotice",
    "OrderPromise",
    "Parcel",
    "ParcelLine",
    "Payment",
    "PlatformOrder",
    "PlatformOrderLine",
    "Presale",
    "PriceDrop",
    "Refund",
    "Return",
    "ReturnLine",
    "ReturnPhoto",
    "SandboxNotice",
    "SandboxPayment",
    "SandboxRefund",
    "SavedAddress",
    "Settlement",
    "ShipmentPromise",
    "ShopTerms",
    "Statement",
]
