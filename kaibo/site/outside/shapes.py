"""What every operation of the outside API has in common: refusals, pieces of lists, parameters."""

import inspect
import json
from collections.abc import Callable
from functools import wraps
from typing import Annotated, Any

import ninja
from django.http import HttpRequest
from ninja import Header, Path, Query, Schema
from pydantic import ConfigDict, Field

from kaibo.base.errors import BadInput
from kaibo.base.pages import LIMIT_MAX, LIMIT_USUAL

# What a 64-bit column holds; beyond it nothing is stored.
ID_MAX = 2**63 - 1


class Refused(Schema):
    """A refusal: a code for programs, a sentence for people, and the numbers it speaks of."""

    code: str = Field(description="Stable; one of the refusals of this installation's version.")
    message: str = Field(description="In the language of `Accept-Language`: zh-Hans or en.")
    data: dict[str, Any]


class Body(Schema):
    """A misspelt field is an error, not silence."""

    model_config = ConfigDict(extra="forbid")


After = Annotated[
    int | None,
    Query(None, ge=1, le=ID_MAX, description="`next` of the piece before; leave out to begin."),
]
Limit = Annotated[int, Query(LIMIT_USUAL, ge=1, le=LIMIT_MAX, description="At most so many.")]
Id = Annotated[int, Path(..., ge=1, le=ID_MAX)]
Once = Annotated[
    str | None,
    Header(
        None,
        alias="Idempotency-Key",
        pattern=r"^[\x21-\x7e]+$",
        max_length=200,
        description="The same key and request within 24 hours get the same answer, done once.",
    ),
]
_REFUSALS: dict[int, Any] = dict.fromkeys((401, 403, 404, 422, 429, 503), Refused)


class Router(ninja.Router):
    """A router whose routes refuse what they do not know in the query: it is a misspelt filter."""

    def api_operation(self, methods: list[str], path: str, **options: Any) -> Any:
        give = super().api_operation(methods, path, **options)
        return lambda view: give(_known_query(view))


def _known_query(view: Callable[..., Any]) -> Callable[..., Any]:
    known = set(inspect.signature(view).parameters)

    @wraps(view)
    def judged(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        unknown = sorted(set(request.GET) - known)
        if unknown:
            raise BadInput(field=unknown[0][:40], why="没有这个参数 / no such parameter")
        return view(request, *args, **kwargs)

    return judged


def answers(shape: Any, *, status: int = 200, body: bool = False) -> dict[int, Any]:
    """Ninja's ``response=``: the shape, and every refusal that may come in its place."""
    more = {400: Refused, 409: Refused} if body else {}
    return {status: shape, **more, **_REFUSALS}


def example(text: str) -> dict[str, Any]:
    """``openapi_extra`` with an example of the request's body."""
    content = {"application/json": {"example": json.loads(text)}}
    return {"requestBody": {"content": content, "required": True}}
