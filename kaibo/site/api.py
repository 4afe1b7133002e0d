"""The one HTTP API: every context's routes, one way to answer a refusal."""

import json
from collections.abc import Mapping
from typing import Any

import structlog
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.views.defaults import bad_request, page_not_found
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.renderers import JSONRenderer

from kaibo.access.actions import LOCK_OUT_MINUTES
from kaibo.access.errors import LockedOut, SignInNeeded
from kaibo.access.web import router as access
from kaibo.base.errors import BadInput, NotFound, Refusal, TextUnreadable
from kaibo.catalog.web import router as catalog
from kaibo.compliance.web import router as compliance
from kaibo.hosts.web import router as hosts
from kaibo.insight.web import router as insight
from kaibo.media.desk import router as media
from kaibo.orders.web import router as orders
from kaibo.planning.web import router as planning
from kaibo.preflight.web import router as preflight
from kaibo.promotions.web import router as promotions
from kaibo.room.web import router as room
from kaibo.site.errors import DatabaseAway

_log = structlog.get_logger(__name__)

ROUTERS = (
    access,
    catalog,
    compliance,
    hosts,
    insight,
    media,
    orders,
    planning,
    preflight,
    promotions,
    room,
)


class _Json(JSONRenderer):
    json_dumps_params: Mapping[str, Any] = {"ensure_ascii": False}


api = NinjaAPI(title="Kaibo 开播", version="1", docs_url="/docs", renderer=_Json())
for _router in ROUTERS:
    api.add_router("", _router)


def answer(refusal: Refusal) -> HttpResponse:
    """A refusal as JSON, in the language of the request."""
    return HttpResponse(
        refusal.as_json(translation.get_language() or "zh-hans"),
        content_type="application/json; charset=utf-8",
        status=refusal.http_status,
        headers=refusal.headers,
    )


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


@api.exception_handler(Refusal)
def on_refusal(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    return answer(refusal)


@api.exception_handler(AuthenticationError)
def on_no_session(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    return answer(SignInNeeded())


@api.exception_handler(ValidationError)
def on_bad_body(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """The first field that cannot be read, by name; the rest under ``data.errors``."""
    return answer(BadInput.of_faults([(item["loc"][1:], item["msg"]) for item in error.errors]))


@api.exception_handler(HttpError)
def on_http_error(request: HttpRequest, error: HttpError) -> HttpResponse:
    refusal = BadInput(field="body", why=str(error))
    response = answer(refusal)
    response.status_code = error.status_code
    return response


@api.exception_handler(OperationalError)
@api.exception_handler(InterfaceError)
def on_database_away(request: HttpRequest, error: Exception) -> HttpResponse:
    """No bug: what the request asked for may or may not stand, and may be asked again."""
    _log.exception("database_away", path=request.path, method=request.method)
    return answer(DatabaseAway())


@api.exception_handler(Exception)
def on_bug(request: HttpRequest, error: Exception) -> HttpResponse:
    """A bug is logged with its trace and answered without it."""
    _log.exception("request_failed", path=request.path, method=request.method)
    body = {
        "code": "internal_error",
        "message": "系统出错，数据没有丢失，请重试 / Something broke; nothing was lost, try again",
        "data": {},
    }
    return HttpResponse(
        json.dumps(body, ensure_ascii=False), content_type="application/json", status=500
    )
