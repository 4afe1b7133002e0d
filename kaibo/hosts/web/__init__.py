"""People who appear, over HTTP."""

from ninja import Router

from kaibo.hosts.web import files, operator, people

router = Router(tags=["hosts"])
router.add_router("", people.router)
router.add_router("", files.router)
router.add_router("", operator.router)

__all__ = ["router"]
