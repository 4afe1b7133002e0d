"""The API object of ``/api/v1``: its routes, its document, and the same refusals as everywhere."""

from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema

from kaibo.access import reads
from kaibo.access.actions import by_key
from kaibo.access.reads import KeySelf, caller
from kaibo.site.answers import Json, answer_refusals
from kaibo.site.outside import goods, offers, shipping, trade
from kaibo.site.outside.shapes import Router, answers

_ABOUT = """\
What other programs may read and do. A key is made at the desk under 设置 → 接口 and sent as \
`Authorization: Bearer kb_…`. Money is whole fen, times are UTC. Lists come newest first in \
pieces: ask again with `after` = `next` until it is null. Refusals have one shape."""

outside = NinjaAPI(
    title="Kaibo 开播 API",
    version="1",
    description=_ABOUT,
    urls_namespace="outside-1",
    docs_url="/docs",
    openapi_url="/openapi.json",
    renderer=Json(),
)
answer_refusals(outside)

_own = Router(tags=["key"])


@_own.get("/key", response=answers(KeySelf), auth=by_key(None))
def show_key(request: HttpRequest) -> KeySelf:
    """The key that asks: what it may do, and until when."""
    return reads.key_self(caller(request))


for _router in (_own, goods.router, trade.router, offers.router, shipping.router):
    outside.add_router("", _router)


def document() -> OpenAPISchema:
    """The OpenAPI document, with addresses as they are outside."""
    return outside.get_openapi_schema(path_prefix="/api/v1/")


def show_document(request: HttpRequest) -> HttpResponse:
    """The same at ``/api/openapi.json``, where programs look for it."""
    return HttpResponse(
        Json().render(request, document(), response_status=200),
        content_type="application/json; charset=utf-8",
    )
