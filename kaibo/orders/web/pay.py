"""What payment providers post to us; believed by signature, not by session."""

from typing import Final

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Router

from kaibo.orders import actions
from kaibo.orders.errors import CallbackRefused

BODY_BYTES_MAX = 64 * 1024
# Alipay's word for "told enough"; the others look at the status alone.
TAKEN: Final = "success"

router = Router()


@router.post("/pay/callbacks/{provider}")
def receive_callback(request: HttpRequest, provider: str) -> HttpResponse:
    """A provider's signed word. Anything but 200 and ``success`` makes it tell us again."""
    if len(request.body) > BODY_BYTES_MAX:
        raise CallbackRefused(why="too large")
    actions.receive_callback(
        provider=provider, headers=request.headers, body=request.body, now=timezone.now()
    )
    return HttpResponse(TAKEN, content_type="text/plain; charset=utf-8")
