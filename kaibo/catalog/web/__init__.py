"""HTTP of the catalogue."""

from ninja import Router

from kaibo.catalog.web import cards, imports, negative, papers, products

router = Router(tags=["catalog"])
router.add_router("", products.router)
router.add_router("", imports.router)
router.add_router("", papers.router)
router.add_router("", negative.router)
router.add_router("", cards.router)
