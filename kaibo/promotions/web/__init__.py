"""Promotions over HTTP."""

from ninja import Router

from kaibo.promotions.web import promotions, selling

router = Router(tags=["promotions"])
router.add_router("", selling.router)
router.add_router("", promotions.router)

__all__ = ["router"]
