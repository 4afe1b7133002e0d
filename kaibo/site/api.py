"""The one HTTP API: every context's routes, one way to answer a refusal."""

from django.http import HttpRequest, HttpResponse
from django.views.defaults import bad_request, page_not_found
from ninja import NinjaAPI

from kaibo.access.actions import LOCK_OUT_MINUTES
from kaibo.access.errors import LockedOut
from kaibo.access.web import router as access
from kaibo.agreements.web import router as agreements
from kaibo.audience.web import router as audience
from kaibo.base.errors import NotFound, TextUnreadable
from kaibo.catalog.web import router as catalog
from kaibo.compliance.web import router as compliance
from kaibo.evidence.web import router as evidence
from kaibo.hooks.web import router as hooks
from kaibo.hosts.web import router as hosts
from kaibo.insight.web import router as insight
from kaibo.media.desk import router as media
from kaibo.notices.web import router as notices
from kaibo.orders.web import router as orders
from kaibo.patrol.web import router as patrol
from kaibo.personas.web import router as personas
from kaibo.planning.web import router as planning
from kaibo.preflight.web import router as preflight
from kaibo.promises.web import router as promises
from kaibo.promotions.web import router as promotions
from kaibo.room.rights import router as rights
from kaibo.room.web import router as room
from kaibo.roster.web import router as roster
from kaibo.site.answers import Json, answer, answer_refusals
from kaibo.site.lists import router as lists

ROUTERS = (
    # First: an address with a word at its end would take a file's for that word.
    lists,
    access,
    agreements,
    audience,
    catalog,
    compliance,
    evidence,
    hooks,
    hosts,
    insight,
    media,
    notices,
    orders,
    patrol,
    personas,
    planning,
    preflight,
    promises,
    roster,
    promotions,
    rights,
    room,
)


# The pages' own routes: they change with the pages, so their document is not served.
api = NinjaAPI(title="Kaibo 开播", version="1", openapi_url=None, docs_url=None, renderer=Json())
answer_refusals(api)
for _router in ROUTERS:
    api.add_router("", _router)


def answer_locked_out(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
    """The lock-out's answer, wherever somebody was guessing."""
    return answer(LockedOut(minutes=LOCK_OUT_MINUTES))


def on_unknown_address(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Below /api the answer is JSON like every other; elsewhere Django's own page."""
    if request.path.startswith("/api/"):
        return answer(NotFound(what="此地址 this address"))
    return page_not_found(request, exception)


def on_unreadable_address(request: HttpRequest, exception: Exception) -> HttpResponse:
    """A query or cookie that no database may be asked for, in the same two forms."""
    if request.path.startswith("/api/"):
        return answer(TextUnreadable(field="?"))
    return bad_request(request, exception)
