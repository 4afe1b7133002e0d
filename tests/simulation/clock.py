"""A clock that goes only when everybody waits, and an event loop that lives by it.

No real second is slept: when nothing is ready, time jumps to the next timer. Whatever asks for
the time is told this clock's: the loop, ``time``, ``datetime``.
"""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import selectors
import time
from collections.abc import Coroutine, Iterator
from typing import Any, TypeVar
from unittest import mock

import time_machine

T = TypeVar("T")

# A Friday evening in Shanghai.
EVENING = dt.datetime(2026, 11, 27, 12, 0, tzinfo=dt.UTC)
# No scene is this long: whoever waits until then waits for ever.
END_S = 7 * 24 * 3600.0


class Hangs(Exception):
    """Somebody waits for what will never come."""


class _Jump(selectors.SelectSelector):
    """Instead of waiting for sockets, time jumps."""

    loop: VirtualLoop

    def select(self, timeout: float | None = None) -> list[Any]:
        if timeout is None:
            raise Hangs("nothing is due any more")
        if timeout > 0:
            self.loop.jump(timeout)
        return []


class VirtualLoop(asyncio.SelectorEventLoop):
    """An event loop whose seconds cost nothing; ``errors`` holds what reached the top."""

    def __init__(self, clock: time_machine.Traveller) -> None:
        self._at = 0.0
        self.clock = clock
        selector = _Jump()
        selector.loop = self
        super().__init__(selector)
        self.errors: list[dict[str, Any]] = []
        self.set_exception_handler(lambda _, context: self.errors.append(context))

    def time(self) -> float:
        return self._at

    def run_in_executor(self, executor: Any, func: Any, *args: Any) -> Any:  # type: ignore[override]
        """At once: there are no other threads in this world."""
        future = self.create_future()
        future.set_result(func(*args))
        return future

    def jump(self, seconds: float) -> None:
        """Nobody has anything to do for this long."""
        self._at += seconds
        self.clock.shift(seconds)
        if self._at > END_S:
            raise Hangs("the scene never ends")


@contextlib.contextmanager
def virtual_time(start: dt.datetime = EVENING) -> Iterator[VirtualLoop]:
    """A loop and a clock that begin at ``start``; real time is back afterwards."""
    with time_machine.travel(start, tick=False) as clock:
        loop = VirtualLoop(clock)
        with mock.patch.object(time, "monotonic", loop.time):
            try:
                yield loop
            finally:
                _finish(loop)


@contextlib.contextmanager
def elsewhere() -> Iterator[None]:
    """What runs in here sees no event loop, as on a thread: Django asks, and chooses its
    connection by the answer."""
    loop = asyncio.get_running_loop()
    asyncio._set_running_loop(None)
    try:
        yield
    finally:
        asyncio._set_running_loop(loop)


def play(loop: VirtualLoop, scene: Coroutine[Any, Any, T]) -> T:
    """Run a scene to its end.

    Raises:
        Hangs: it has none.
        AssertionError: an exception reached the top meanwhile.
    """
    result = loop.run_until_complete(scene)
    assert loop.errors == [], loop.errors
    return result


def step(loop: VirtualLoop, seconds: float) -> None:
    """Set the wall clock, as an operator or a time server does; monotonic time goes on."""
    loop.clock.shift(seconds)


def _finish(loop: VirtualLoop) -> None:
    tasks = asyncio.all_tasks(loop)
    for task in tasks:
        task.cancel()
    if tasks:
        loop.run_until_complete(asyncio.wait(tasks))
    loop.close()
