"""Promotions over HTTP."""

from ninja import Router

from kaibo.promotions.web import (
    auctions,
    changes,
    draws,
    fans,
    groups,
    guards,
    invites,
    packets,
    promotions,
    quizzes,
    selling,
)

router = Router(tags=["promotions"])
router.add_router("", selling.router)
router.add_router("", promotions.router)
router.add_router("", guards.router)
router.add_router("", changes.router)
router.add_router("", groups.router)
router.add_router("", draws.router)
router.add_router("", auctions.router)
router.add_router("", packets.router)
router.add_router("", invites.router)
router.add_router("", fans.router)
router.add_router("", quizzes.router)

__all__ = ["router"]
