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
from kaibo.facts.orders.groups import (
    GroupExpired,
    GroupOpened,
    GroupSeatMoved,
    GroupSettled,
    GroupSucceeded,
)
from kaibo.facts.orders.invoices import (
    AddressDeleted,
    AddressSaved,
    InvoiceAsked,
    InvoiceMoved,
    InvoicesExported,
)
from kaibo.facts.orders.notices import NoticeAnswered, OrderNotified
from kaibo.facts.orders.parcels import (
    AddressesExported,
    LineUnits,
    ParcelMoved,
    ParcelPacked,
    ShippingPromised,
    ShopTermsSet,
    WaybillsImported,
)
from kaibo.facts.orders.presales import (
    BalanceReminded,
    DepositPaid,
    PenaltyPaid,
    PresaleEnded,
    PresalePlaced,
)
from kaibo.facts.orders.protection import PriceDropNoted, PriceDropSettled
from kaibo.facts.orders.returns import (
    CancelAsked,
    CancelMoved,
    ReturnAsked,
    ReturnMoved,
    ReturnPhotoAdded,
    ReturnPhotosForgotten,
)

__all__ = [
    "AddressDeleted",
    "AddressSaved",
    "AddressesExported",
    "BalanceReminded",
    "CancelAsked",
    "CancelMoved",
    "CartLinePut",
    "CartLineRemoved",
    "CartOrdered",
    "DepositPaid",
    "GroupExpired",
    "GroupOpened",
    "GroupSeatMoved",
    "GroupSettled",
    "GroupSucceeded",
    "InvoiceAsked",
    "InvoiceMoved",
    "InvoicesExported",
    "LineUnits",
    "NoticeAnswered",
    "OrderClosed",
    "OrderFileApplied",
    "OrderNotified",
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
    "PenaltyPaid",
    "PresaleEnded",
    "PresalePlaced",
    "PriceDropNoted",
    "PriceDropSettled",
    "RefundTryFailed",
    "RefundWhy",
    "ReturnAsked",
    "ReturnMoved",
    "ReturnPhotoAdded",
    "ReturnPhotosForgotten",
    "ShippingPromised",
    "ShopTermsSet",
    "WaybillsImported",
]
