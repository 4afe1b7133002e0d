"""Compliance over HTTP: law and findings, packs and the shop's words, coverage and profile."""

from ninja import Router

from kaibo.compliance.web import book, coverage, findings

router = Router(tags=["compliance"])
router.add_router("", findings.router)
router.add_router("", book.router)
router.add_router("", coverage.router)

__all__ = ["router"]
