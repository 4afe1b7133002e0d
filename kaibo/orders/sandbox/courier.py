"""Delivers the sandbox's callbacks, on a thread of its own at once and by the worker later."""

import datetime as dt
import threading
from collections.abc import Callable, Mapping
from typing import Final

import httpx2
import structlog
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from kaibo.orders.models import SandboxNotice
from kaibo.orders.sandbox import signing

CALLBACK_PATH: Final = "/api/pay/callbacks/sandbox"
TRIES_MAX: Final = 10
_TIMEOUT_S: Final = 10.0

Post = Callable[[str, Mapping[str, str]], int]

_log = structlog.get_logger(__name__)


def deliver_due(*, now: dt.datetime, post: Post | None = None) -> int:
    """Post every notice that is due, sign it anew, and try again later what was not taken.

    Args:
        post: takes the body and the headers, returns the HTTP status; raises when unreachable.

    Returns:
        How many were taken.
    """
    send = post or _post
    taken = 0
    due = SandboxNotice.objects.filter(delivered_at=None, due_at__lte=now, tries__lt=TRIES_MAX)
    for notice in due.order_by("due_at", "pk")[:100]:
        # The row's own try count is the token: of two couriers one carries it.
        again_at = now + dt.timedelta(seconds=2 ** min(notice.tries + 1, 9))
        mine = SandboxNotice.objects.filter(pk=notice.pk, tries=notice.tries, delivered_at=None)
        if not mine.update(tries=notice.tries + 1, due_at=again_at):
            continue
        if _carry(notice, send, now=now):
            SandboxNotice.objects.filter(pk=notice.pk).update(delivered_at=now)
            taken += 1
    return taken


def kick() -> None:
    """Deliver what is due as soon as the present transaction is committed, without waiting."""
    transaction.on_commit(
        lambda: threading.Thread(target=_run, name="sandbox-courier", daemon=True).start()
    )


def _run() -> None:
    try:
        deliver_due(now=timezone.now())
    except Exception:
        # The rows are still there; the worker tries them again.
        _log.exception("sandbox_courier_failed")
    finally:
        connection.close()


def _carry(notice: SandboxNotice, send: Post, *, now: dt.datetime) -> bool:
    headers = signing.sign(notice.event_id, notice.body, now=now)
    try:
        status = send(notice.body, headers)
    except httpx2.HTTPError as error:
        _log.warning("sandbox_callback_failed", event_id=notice.event_id, error=str(error))
        return False
    if status >= 300:
        _log.warning("sandbox_callback_refused", event_id=notice.event_id, status=status)
    return status < 300


def _post(body: str, headers: Mapping[str, str]) -> int:
    url = settings.KAIBO_PUBLIC_URL.rstrip("/") + CALLBACK_PATH
    sent = {**headers, "content-type": "application/json"}
    # The proxy of the environment is for the outside; this goes to ourselves.
    with httpx2.Client(timeout=_TIMEOUT_S, trust_env=False) as client:
        return int(client.post(url, content=body.encode(), headers=sent).status_code)
