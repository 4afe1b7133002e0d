"""The one door from the event loop to synchronous actions and reads."""

import asyncio
import functools
import queue
import threading
from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

from django.db import close_old_connections, connections

P = ParamSpec("P")
T = TypeVar("T")

CALL_S_MAX = 10.0


class BridgeFull(Exception):
    """Too many calls wait; the caller answers "busy" instead of queueing without end."""


_Job = tuple[Callable[[], Any], asyncio.AbstractEventLoop, "asyncio.Future[Any]"]


class Bridge:
    """Threads of a stated number, a queue limit and a timeout.

    A call that times out is abandoned, not undone: its thread finishes the transaction. Whoever
    repeats it relies on the action being safe to repeat.
    """

    def __init__(self, *, threads: int = 6, waiting_max: int = 5_000) -> None:
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._waiting_max = waiting_max
        self._waiting = 0
        self._threads = [
            threading.Thread(target=self._work, name=f"room-bridge-{n}", daemon=True)
            for n in range(threads)
        ]
        for thread in self._threads:
            thread.start()

    @property
    def waiting(self) -> int:
        """Calls accepted and not yet finished."""
        return self._waiting

    async def call(self, function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a synchronous function on a thread and wait at most ``CALL_S_MAX`` seconds.

        Raises:
            BridgeFull: nothing was started.
            TimeoutError: the outcome is unknown.
        """
        if self._waiting >= self._waiting_max:
            raise BridgeFull
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()
        self._waiting += 1
        self._jobs.put((functools.partial(function, *args, **kwargs), loop, future))
        async with asyncio.timeout(CALL_S_MAX):
            return await future

    def close(self) -> None:
        """Finish what was accepted, then end the threads and their database connections."""
        for _ in self._threads:
            self._jobs.put(None)
        for thread in self._threads:
            thread.join(timeout=CALL_S_MAX)

    def _work(self) -> None:
        while (job := self._jobs.get()) is not None:
            work, loop, future = job
            result: Any = None
            error: BaseException | None = None
            try:
                close_old_connections()
                result = work()
            except BaseException as raised:
                error = raised
            if not loop.is_closed():
                loop.call_soon_threadsafe(self._finish, future, result, error)
        connections.close_all()

    def _finish(
        self, future: "asyncio.Future[Any]", result: Any, error: BaseException | None
    ) -> None:
        self._waiting -= 1
        if future.done():
            return
        if error is None:
            future.set_result(result)
        else:
            future.set_exception(error)
