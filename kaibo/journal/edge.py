"""Telling other threads and processes that the log has grown.

A hint only: whoever misses it finds the facts at the next look. In this process it is a call;
with ``REDIS_URL`` it also goes through Redis publish/subscribe to the others.
"""

import threading
import time
import uuid
from collections.abc import Callable

import redis
import structlog
from django.conf import settings
from redis.backoff import NoBackoff
from redis.retry import Retry

CHANNEL = "kaibo:journal"
# A commit waits for its announcement: never long, and after a failure not at all for a while.
ANSWER_S = 0.5
PAUSE_S = 1.0

_listeners: list[Callable[[int | None], None]] = []
_lock = threading.Lock()
_client: "redis.Redis | None" = None
_quiet_until = 0.0
_ORIGIN = uuid.uuid4().hex
_log = structlog.get_logger(__name__)


def listen(listener: Callable[[int | None], None]) -> Callable[[], None]:
    """Call ``listener(show_id or None)`` whenever facts were committed; returns the way to stop.

    The listener is called on the writer's thread: it must only wake somebody.
    """
    with _lock:
        _listeners.append(listener)

    def stop() -> None:
        with _lock:
            if listener in _listeners:
                _listeners.remove(listener)

    return stop


def announce(show_id: int | None) -> None:
    """Say that facts were committed; never raises, because the commit already stands."""
    global _quiet_until
    tell_listeners(show_id)
    if settings.REDIS_URL and time.monotonic() >= _quiet_until:
        try:
            _redis().publish(CHANNEL, f"{_ORIGIN}:{'' if show_id is None else show_id}")
        except redis.RedisError as error:
            _quiet_until = time.monotonic() + PAUSE_S
            _log.warning("announce_failed", error=str(error))


def tell_listeners(show_id: int | None) -> None:
    """Wake the listeners of this process."""
    with _lock:
        listeners = tuple(_listeners)
    for listener in listeners:
        listener(show_id)


def relay(stop: threading.Event) -> None:
    """Pass on what other processes announced, until ``stop``; for a thread of its own."""
    while not stop.is_set():
        try:
            with _redis().pubsub(ignore_subscribe_messages=True) as channel:  # type: ignore[no-untyped-call]
                channel.subscribe(CHANNEL)
                while not stop.is_set():
                    message = channel.get_message(timeout=0.5)
                    if message:
                        _pass_on(message["data"].decode("ascii", "replace"))
        except redis.RedisError as error:
            _log.warning("relay_lost", error=str(error))
            stop.wait(1.0)


def _pass_on(text: str) -> None:
    origin, _, show_id = text.partition(":")
    # What this process announced, it heard at once.
    if origin != _ORIGIN:
        tell_listeners(int(show_id) if show_id.isdecimal() else None)


def _redis() -> "redis.Redis":
    global _client
    if _client is None:
        # The library's own retries would keep a commit waiting for seconds.
        _client = redis.Redis.from_url(
            settings.REDIS_URL,
            socket_timeout=ANSWER_S,
            socket_connect_timeout=ANSWER_S,
            retry=Retry(NoBackoff(), 0),
        )
    return _client
