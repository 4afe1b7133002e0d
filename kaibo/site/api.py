"""The one HTTP API: every context's routes, one way to answer a refusal."""

import importlib
import json

import structlog
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from kaibo.access.actions import LOCK_OUT_MINUTES
from kaibo.access.errors import LockedOut, SignInNeeded
from kaibo.base.errors import BadInput, Refusal

_log = structlog.get_logger(__name__)

MODULES = (
    "access.web",
    "catalog.web",
    "compliance.web",
    "hosts.web",
    "insight.web",
    "media.desk",
    "orders.web",
    "planning.web",
    "preflight.web",
    "promotions.web",
    "room.web",
)
ROUTERS = []
for _name in MODULES:  # interim, until every context of the slice is in
    try:
        ROUTERS.append(importlib.import_module(f"kaibo.{_name}").router)
    except (ImportError, AttributeError, RuntimeError) as _error:
        _log.warning("router_missing", module=_name, error=str(_error))

api = NinjaAPI(title="Kaibo 开播", version="1", docs_url="/docs")
for _router in ROUTERS:
    api.add_router("", _router)


def answer(refusal: Refusal) -> HttpResponse:
    """A refusal as JSON, in the language of the request."""
    lang = translation.get_language() or "zh-hans"
    body = {"code": refusal.code, "message": refusal.message(lang), "data": refusal.data}
    return HttpResponse(
        json.dumps(body, ensure_ascii=False, default=str),
        content_type="application/json; charset=utf-8",
        status=refusal.http_status,
    )


def answer_locked_out(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
    """The lock-out's answer, wherever somebody was guessing."""
    return answer(LockedOut(minutes=LOCK_OUT_MINUTES))


@api.exception_handler(Refusal)
def on_refusal(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    return answer(refusal)


@api.exception_handler(AuthenticationError)
def on_no_session(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    return answer(SignInNeeded())


@api.exception_handler(ValidationError)
def on_bad_body(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """The first field that cannot be read, by name; the rest under ``data.errors``."""
    found = [
        {"field": ".".join(str(part) for part in item["loc"][1:]) or "body", "why": item["msg"]}
        for item in error.errors
    ]
    refusal = BadInput(**found[0])
    refusal.data["errors"] = found
    return answer(refusal)


@api.exception_handler(HttpError)
def on_http_error(request: HttpRequest, error: HttpError) -> HttpResponse:
    refusal = BadInput(field="body", why=str(error))
    response = answer(refusal)
    response.status_code = error.status_code
    return response


@api.exception_handler(Exception)
def on_bug(request: HttpRequest, error: Exception) -> HttpResponse:
    """A bug is logged with its trace and answered without it."""
    _log.exception("request_failed", path=request.path, method=request.method)
    body = {
        "code": "internal_error",
        "message": "系统出错，您的数据没有丢失；请稍后重试 / Something broke; nothing was lost. Try again",
        "data": {},
    }
    return HttpResponse(
        json.dumps(body, ensure_ascii=False), content_type="application/json", status=500
    )
