"""One way to answer a refusal, whatever the API."""

import json
from collections.abc import Mapping
from typing import Any

import structlog
from django.db import DatabaseError, InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.renderers import JSONRenderer

from kaibo.access.errors import KeyInvalid, SignInNeeded
from kaibo.base.actor import Actor
from kaibo.base.errors import BadInput, Refusal
from kaibo.compliance.actions import note_firings
from kaibo.site.errors import DatabaseAway

_log = structlog.get_logger(__name__)


class Json(JSONRenderer):
    """JSON with Chinese as it is written."""

    json_dumps_params: Mapping[str, Any] = {"ensure_ascii": False}


def answer(refusal: Refusal) -> HttpResponse:
    """A refusal as JSON, in the language of the request."""
    return HttpResponse(
        refusal.as_json(translation.get_language() or "zh-hans"),
        content_type="application/json; charset=utf-8",
        status=refusal.http_status,
        headers=refusal.headers,
    )


def answer_refusals(api: NinjaAPI) -> None:
    """Give an API these answers; who calls ``/api/v1`` without a key is told of keys."""
    # Its stub asks for a handler of the class as well as of what is raised.
    take: Any = api.add_exception_handler
    take(Refusal, on_refusal)
    take(AuthenticationError, on_no_session)
    take(ValidationError, on_bad_body)
    take(HttpError, on_http_error)
    take(OperationalError, on_database_away)
    take(InterfaceError, on_database_away)
    take(Exception, on_bug)


def on_refusal(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    _note_control(request, refusal)
    return answer(refusal)


def _note_control(request: HttpRequest, refusal: Refusal) -> None:
    """Where the refusal is a control at work, the coverage page knows; nobody waits for that."""
    by = getattr(request, "auth", None)
    if not isinstance(by, Actor):
        return
    met = [refusal.code, *(f"check:{code}" for code in refusal.data.get("red", ()))]
    try:
        note_firings(met, org_id=by.org_id, now=timezone.now())
    except DatabaseError:
        _log.exception("firing_not_noted", code=refusal.code)


def on_no_session(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    is_outside = request.path.startswith("/api/v1/")
    return answer(KeyInvalid() if is_outside else SignInNeeded())


def on_bad_body(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """The first field that cannot be read, by name; the rest under ``data.errors``."""
    return answer(BadInput.of_faults([(item["loc"][1:], item["msg"]) for item in error.errors]))


def on_http_error(request: HttpRequest, error: HttpError) -> HttpResponse:
    refusal = BadInput(field="body", why=str(error))
    response = answer(refusal)
    response.status_code = error.status_code
    return response


def on_database_away(request: HttpRequest, error: Exception) -> HttpResponse:
    """No bug: what the request asked for may or may not stand, and may be asked again."""
    _log.exception("database_away", path=request.path, method=request.method)
    return answer(DatabaseAway())


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
