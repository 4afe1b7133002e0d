"""Published rules and contracts, over HTTP."""

from ninja import Router

from kaibo.agreements.web import contracts, published

router = Router(tags=["agreements"])
router.add_router("", published.router)
router.add_router("", contracts.router)

__all__ = ["router"]
