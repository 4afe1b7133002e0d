"""Promotions over HTTP."""

from ninja import Router

from kaibo.promotions.web import selling

router = Router(tags=["promotions"])
router.add_router("", selling.router)

__all__ = ["router"]
