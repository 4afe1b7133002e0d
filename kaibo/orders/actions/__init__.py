"""The writers of orders, by noun."""

from kaibo.orders.actions.addresses import export_to_ship
from kaibo.orders.actions.book import delete_address, save_address
from kaibo.orders.actions.callbacks import receive_callback
from kaibo.orders.actions.cancels import answer_cancel, ask_cancel, keep_order
from kaibo.orders.actions.cart import (
    CartOwner,
    CheckoutSpec,
    checkout_cart,
    forget_old_carts,
    put_in_cart,
    remove_from_cart,
)
from kaibo.orders.actions.closing import cancel_order, close_due_orders
from kaibo.orders.actions.commissions import RateWish, set_commission_rate
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
from kaibo.orders.actions.invoices import (
    ask_invoice,
    export_to_issue,
    issue_invoice,
    reverse_invoice,
    withdraw_invoice,
)
from kaibo.orders.actions.notices import answer_notice, notify_orders
from kaibo.orders.actions.parcels import (
    bounce_parcel,
    deliver_parcel,
    deliver_sandbox_parcels,
    lose_parcel,
    pack_parcel,
    set_shop_terms,
    ship_order,
    ship_parcel,
    unpack_parcel,
)
from kaibo.orders.actions.paying import open_payment
from kaibo.orders.actions.placing import AuctionWish, OrderSpec, OrderWish, place_order
from kaibo.orders.actions.presales import PresaleWish, remind_balances
from kaibo.orders.actions.protection import honour_price_drops, note_price_drop
from kaibo.orders.actions.refunds import refund_order, refund_units
from kaibo.orders.actions.return_ends import (
    exchange_return,
    refund_due_returns,
    refund_return,
    waive_return,
)
from kaibo.orders.actions.return_photos import add_return_photo, forget_return_photos
from kaibo.orders.actions.returns import (
    ReturnWish,
    accept_return,
    ask_return,
    receive_return,
    refuse_return,
    reject_return,
    send_return,
    withdraw_return,
)
from kaibo.orders.actions.seats import GroupWish
from kaibo.orders.actions.sending import retry_refunds
from kaibo.orders.actions.settling import (
    ask_refund_again,
    confirm_settlement,
    refuse_settlement,
    settle_refund,
)
from kaibo.orders.actions.statements import accept_statement
from kaibo.orders.actions.waybills import (
    WaybillReport,
    check_waybills,
    import_waybills,
    waybill_errors,
)
from kaibo.orders.rules import Address
from kaibo.orders.rules.invoices import InvoiceWish
from kaibo.orders.sandbox.courier import deliver_due as deliver_sandbox_notices

__all__ = [
    "Address",
    "AuctionWish",
    "CartOwner",
    "CheckoutSpec",
    "GroupWish",
    "InvoiceWish",
    "OrderFilePreview",
    "OrderFileResult",
    "OrderSpec",
    "OrderWish",
    "PresaleWish",
    "RateWish",
    "ReturnWish",
    "TermsWish",
    "WaybillReport",
    "accept_return",
    "accept_statement",
    "add_return_photo",
    "answer_cancel",
    "answer_notice",
    "apply_order_file",
    "ask_cancel",
    "ask_invoice",
    "ask_refund_again",
    "ask_return",
    "bounce_parcel",
    "cancel_order",
    "check_order_file",
    "check_waybills",
    "checkout_cart",
    "close_due_orders",
    "confirm_settlement",
    "default_presale",
    "delete_address",
    "deliver_parcel",
    "deliver_sandbox_notices",
    "deliver_sandbox_parcels",
    "end_due_groups",
    "exchange_return",
    "export_to_issue",
    "export_to_ship",
    "forget_old_carts",
    "forget_return_photos",
    "honour_price_drops",
    "import_waybills",
    "issue_invoice",
    "keep_order",
    "lose_parcel",
    "note_price_drop",
    "notify_orders",
    "open_payment",
    "order_file_errors",
    "order_file_preview",
    "pack_parcel",
    "pay_penalty",
    "place_order",
    "put_in_cart",
    "receive_callback",
    "receive_return",
    "refund_due_returns",
    "refund_order",
    "refund_return",
    "refund_units",
    "refuse_return",
    "refuse_settlement",
    "reject_return",
    "remap_order_file",
    "remind_balances",
    "remove_from_cart",
    "retry_refunds",
    "reverse_invoice",
    "save_address",
    "send_return",
    "set_commission_rate",
    "set_shop_terms",
    "settle_refund",
    "ship_order",
    "ship_parcel",
    "start_order_file",
    "unpack_parcel",
    "waive_return",
    "waybill_errors",
    "withdraw_invoice",
    "withdraw_return",
]
