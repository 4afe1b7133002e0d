"""Compliance over HTTP: law and findings, packs and words, coverage, profile, decisions."""

from ninja import Router

from kaibo.compliance.web import book, coverage, findings, sanctions

router = Router(tags=["compliance"])
router.add_router("", findings.router)
router.add_router("", book.router)
router.add_router("", coverage.router)
router.add_router("", sanctions.router)

__all__ = ["router"]
