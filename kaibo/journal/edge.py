"""Telling other threads and processes that the log has grown.

A hint only: whoever misses it finds the facts at the next look. In one process it is a call;
with ``REDIS_URL`` it also goes through Redis publish/subscribe to the other processes.
"""

import threading
from collections.abc import Callable

import redis
import structlog
from django.conf import settings

CHANNEL = "kaibo:journal"

_listeners: list[Callable[[int | None], None]] = []
_lock = threading.Lock()
_client: "redis.Redis | None" = None
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
    if settings.REDIS_URL:
        try:
            _redis().publish(CHANNEL, "" if show_id is None else str(show_id))
        except redis.RedisError as error:
            _log.warning("announce_failed", error=str(error))
        else:
            return
    tell_listeners(show_id)


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
                        text = message["data"].decode()
                        tell_listeners(int(text) if text else None)
        except redis.RedisError as error:
            _log.warning("relay_lost", error=str(error))
            stop.wait(1.0)


def _redis() -> "redis.Redis":
    global _client
    if _client is None:
        _client = redis.Redis.from_url(settings.REDIS_URL)
    return _client
