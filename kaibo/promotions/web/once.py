"""One act of the desk, done once: what is sent again under the same key gets the first answer."""

import datetime as dt
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Status

from kaibo.access.actions import answer_once
from kaibo.base.actor import Actor
from kaibo.compliance.actions import judged
from kaibo.promotions.errors import KeyMissing

HEADER = "Idempotency-Key"

_View = Callable[..., Any]


def once(status: int = 200) -> Callable[[_View], _View]:
    """Answer a route's act once for each ``Idempotency-Key``; the desk sends one with every post.

    For 24 hours the same key and question get the first answer and change nothing. A refusal is
    not kept, because nothing was written: what is sent again is judged anew.

    Raises:
        KeyMissing: no key, and so nothing would tell a repetition from a second act.
        AskedOtherwise: the key stands for another question. AskedAtOnce: it is being answered.
    """

    def give(view: _View) -> _View:
        @wraps(view)
        def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            name = request.headers.get(HEADER)
            if not name:
                raise KeyMissing()

            def act(_by: Actor, _now: dt.datetime) -> Any:
                value = view(request, *args, **kwargs)
                return value.value if isinstance(value, Status) else value

            return judged(answer_once)(request, act, name=name, status=status)

        return answered

    return give
