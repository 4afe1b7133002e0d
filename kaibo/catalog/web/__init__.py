"""HTTP of the catalogue."""

from ninja import Router

from kaibo.catalog.web import products

router = Router(tags=["catalog"])
router.add_router("", products.router)
