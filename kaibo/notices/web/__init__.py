"""Notices over HTTP: the desk, and the holder of a notice by its code."""

from ninja import Router

from kaibo.notices.web import desk, holder

router = Router(tags=["notices"])
router.add_router("", desk.router)
router.add_router("", holder.router)

__all__ = ["router"]
