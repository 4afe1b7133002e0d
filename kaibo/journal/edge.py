"""Telling other threads and processes that the log has grown.

A hint only: whoever misses it finds the facts at the next look. In this process it is a call;
``carry`` takes it to another process of the machine, and with ``REDIS_URL`` Redis
publish/subscribe takes it to all of them.
"""

import threading
import time
import uuid
from collections.abc import Callable
from typing import TYPE_CHECKING

import structlog
from django.conf import settings

if TYPE_CHECKING:
    import redis

CHANNEL = "kaibo:journal"
# A commit waits for its announcement: never long, and after a failure not at all for a while.
ANSWER_S = 0.5
PAUSE_S = 1.0

Listener = Callable[[int | None], None]

_listeners: list[Listener] = []
_carriers: list[Listener] = []
_lock = threading.Lock()
_client: "redis.Redis | None" = None
_quiet_until = 0.0
_ORIGIN = uuid.uuid4().hex
_log = structlog.get_logger(__name__)


def listen(listener: Listener) -> Callable[[], None]:
    """Call ``listener(show_id or None)`` whenever facts were committed; returns the way to stop.

    The listener is called on the writer's thread: it must only wake somebody.
    """
    return _join(_listeners, listener)


def carry(carrier: Listener) -> Callable[[], None]:
    """Call ``carrier`` for what this process itself commits; returns the way to stop.

    It never hears what came from elsewhere, so two processes that carry for one another end.
    """
    return _join(_carriers, carrier)


def announce(show_id: int | None) -> None:
    """Say that facts were committed; never raises, because the commit already stands."""
    global _quiet_until
    tell_listeners(show_id)
    _tell(_carriers, show_id)
    if settings.REDIS_URL and time.monotonic() >= _quiet_until:
        import redis  # one machine needs none

        try:
            _redis().publish(CHANNEL, f"{_ORIGIN}:{'' if show_id is None else show_id}")
        except redis.RedisError as error:
            _quiet_until = time.monotonic() + PAUSE_S
            _log.warning("announce_failed", error=str(error))


def tell_listeners(show_id: int | None) -> None:
    """Wake the listeners of this process."""
    _tell(_listeners, show_id)


def relay(stop: threading.Event) -> None:
    """Pass on what other processes announced, until ``stop``; for a thread of its own."""
    import redis

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


def _join(all_of_them: list[Listener], one: Listener) -> Callable[[], None]:
    with _lock:
        all_of_them.append(one)

    def stop() -> None:
        with _lock:
            if one in all_of_them:
                all_of_them.remove(one)

    return stop


def _tell(all_of_them: list[Listener], show_id: int | None) -> None:
    with _lock:
        now = tuple(all_of_them)
    for one in now:
        one(show_id)


def _redis() -> "redis.Redis":
    global _client
    if _client is None:
        import redis
        from redis.backoff import NoBackoff
        from redis.retry import Retry

        # The library's own retries would keep a commit waiting for seconds.
        _client = redis.Redis.from_url(
            settings.REDIS_URL,
            socket_timeout=ANSWER_S,
            socket_connect_timeout=ANSWER_S,
            retry=Retry(NoBackoff(), 0),
        )
    return _client
