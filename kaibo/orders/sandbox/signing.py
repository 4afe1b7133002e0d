"""Signing and checking of the sandbox's callbacks, after the Standard Webhooks specification."""

import datetime as dt
import hashlib
import hmac
import math
from collections.abc import Mapping

from django.conf import settings
from standardwebhooks import Webhook

from kaibo.orders.errors import CallbackRefused

# A replayed or delayed callback is worth nothing after this.
TOLERANCE_S = 300


def sign(event_id: str, body: str, *, now: dt.datetime) -> dict[str, str]:
    """The three headers that go with a callback."""
    return {
        "webhook-id": event_id,
        "webhook-timestamp": str(math.floor(now.timestamp())),
        "webhook-signature": _webhook().sign(event_id, now, body),
    }


def check(headers: Mapping[str, str], body: bytes, *, now: dt.datetime) -> str:
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
    wanted = _webhook().sign(event_id, at, text).encode()
    if not any(hmac.compare_digest(wanted, given.encode()) for given in signatures.split(" ")):
        raise CallbackRefused(why="signature")
    if not event_id or len(event_id) > 80:
        raise CallbackRefused(why="event id")
    if abs((now - at).total_seconds()) > TOLERANCE_S:
        raise CallbackRefused(why="time")
    return event_id


def _webhook() -> Webhook:
    key = hmac.digest(settings.SECRET_KEY.encode(), b"kaibo.sandbox.callbacks", hashlib.sha256)
    return Webhook(key)
