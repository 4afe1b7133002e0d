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
from kaibo.facts.orders.cart import CartLinePut, CartLineRemoved, CartOrdered
from kaibo.facts.orders.files import (
    OrderFileApplied,
)
from kaibo.facts.orders.parcels import (
    AddressesExported,
    LineUnits,
    ParcelMoved,
    ParcelPacked,
    ShippingPromised,
    ShopTermsSet,
    WaybillsImported,
)
from kaibo.facts.orders.returns import CancelAsked, CancelMoved, ReturnAsked, ReturnMoved

__all__ = [
    "AddressesExported",
    "CancelAsked",
    "CancelMoved",
    "CartLinePut",
    "CartLineRemoved",
    "CartOrdered",
    "LineUnits",
    "OrderClosed",
    "OrderFileApplied",
    "OrderPaid",
    "OrderPlaced",
    "OrderRefundStarted",
    "OrderRefunded",
    "OrderedLine",
    "ParcelMoved",
    "ParcelPacked",
    "PaymentFailed",
    "PaymentOpened",
    "PaymentRefundDue",
    "PaymentRefunded",
    "RefundTryFailed",
    "RefundWhy",
    "ReturnAsked",
    "ReturnMoved",
    "ShippingPromised",
    "ShopTermsSet",
    "WaybillsImported",
]
