"""What payment providers post to us; believed by signature, not by session."""

from dataclasses import dataclass

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router

from kaibo.orders import actions
from kaibo.orders.errors import CallbackRefused

BODY_BYTES_MAX = 64 * 1024

router = Router()


@dataclass(frozen=True, slots=True)
class CallbackTaken:
    """"done", or "repeat" when it was known."""

    result: str


@router.post("/pay/callbacks/{provider}", response=CallbackTaken)
def receive_callback(request: HttpRequest, provider: str) -> CallbackTaken:
    if len(request.body) > BODY_BYTES_MAX:
        raise CallbackRefused(why="too large")
    result = actions.receive_callback(
        provider=provider, headers=request.headers, body=request.body, now=timezone.now()
    )
    return CallbackTaken(result)
