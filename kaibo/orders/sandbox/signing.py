"""Signing and checking of webhooks after the Standard Webhooks specification.

The sandbox's callbacks are signed so; whoever sends webhooks of another kind brings a secret.
"""

import datetime as dt
import hashlib
import hmac
import math
from collections.abc import Mapping

from django.conf import settings
from standardwebhooks import Webhook

from kaibo.orders.errors import CallbackRefused
from kaibo.orders.ports import check_callback_time


def sign(
    event_id: str, body: str, *, now: dt.datetime, secret: str | None = None
) -> dict[str, str]:
    """The three headers that go with a webhook.

    Args:
        secret: base64, with or without ``whsec_``; the sandbox's own if left out.
    """
    return {
        "webhook-id": event_id,
        "webhook-timestamp": str(math.floor(now.timestamp())),
        "webhook-signature": _webhook(secret).sign(event_id, now, body),
    }


def check(
    headers: Mapping[str, str], body: bytes, *, now: dt.datetime, secret: str | None = None
) -> str:
    """The event's id, if the signature is ours and the time is near ``now``.

    The library's own check reads the clock itself; here the clock is an argument.

    Raises:
        CallbackRefused: unsigned, wrongly signed, or more than five minutes off.
    """
    lower = {name.lower(): value for name, value in headers.items()}
    event_id = lower.get("webhook-id", "")
    signatures = lower.get("webhook-signature", "")
    try:
        at = dt.datetime.fromtimestamp(int(lower.get("webhook-timestamp", "")), tz=dt.UTC)
        text = body.decode()
    except (ValueError, OverflowError, OSError) as error:
        raise CallbackRefused(why="unreadable") from error
    wanted = _webhook(secret).sign(event_id, at, text).encode()
    if not any(hmac.compare_digest(wanted, given.encode()) for given in signatures.split(" ")):
        raise CallbackRefused(why="signature")
    if not event_id or len(event_id) > 80:
        raise CallbackRefused(why="event id")
    check_callback_time(at, now)
    return event_id


def _webhook(secret: str | None) -> Webhook:
    if secret is not None:
        return Webhook(secret)
    key = hmac.digest(settings.SECRET_KEY.encode(), b"kaibo.sandbox.callbacks", hashlib.sha256)
    return Webhook(key)
