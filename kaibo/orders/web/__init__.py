"""Orders over HTTP: the buyer's own, the desk's, other platforms', goods on their way, callbacks."""

from ninja import Router

from kaibo.orders.web import (
    desk,
    files,
    groups,
    invoices,
    ledger,
    my,
    my_address,
    my_cart,
    my_goods,
    pay,
    returns,
    settling,
    shipping,
)

router = Router(tags=["orders"])
router.add_router("", my.router)
router.add_router("", my_cart.router)
router.add_router("", desk.router)
router.add_router("", ledger.router)
router.add_router("", files.router)
router.add_router("", shipping.router)
router.add_router("", returns.router)
router.add_router("", settling.router)
router.add_router("", my_goods.router)
router.add_router("", pay.router)
router.add_router("", groups.router)
router.add_router("", invoices.router)
router.add_router("", my_address.router)

__all__ = ["router"]
