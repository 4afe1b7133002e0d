"""The one door from the event loop to synchronous actions and reads."""

import asyncio
import functools
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

from django.db import close_old_connections, connections

P = ParamSpec("P")
T = TypeVar("T")


class BridgeFull(Exception):
    """Too many calls wait; the caller answers "busy" instead of queueing without end."""


class Bridge:
    """A pool of threads with a stated size, a queue limit and a timeout.

    A call that times out is abandoned, not undone: its thread finishes the transaction. Whoever
    repeats it relies on the action being safe to repeat.
    """

    def __init__(self, *, threads: int = 6, waiting_max: int = 2_000) -> None:
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="room-bridge")
        self._waiting_max = waiting_max
        self._waiting = 0

    @property
    def waiting(self) -> int:
        """Calls accepted and not yet finished."""
        return self._waiting

    async def call(self, function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a synchronous function on a thread and wait at most ten seconds.

        Raises:
            BridgeFull: nothing was started.
            TimeoutError: the outcome is unknown.
        """
        if self._waiting >= self._waiting_max:
            raise BridgeFull
        self._waiting += 1
        loop = asyncio.get_running_loop()
        work = functools.partial(_run, functools.partial(function, *args, **kwargs))
        future = loop.run_in_executor(self._pool, work)
        future.add_done_callback(self._finished)
        return await asyncio.wait_for(asyncio.shield(future), timeout=10.0)

    def _finished(self, future: "asyncio.Future[object]") -> None:
        self._waiting -= 1
        # An abandoned call may still fail; without this asyncio would call it never retrieved.
        if not future.cancelled():
            future.exception()

    def close(self) -> None:
        """Finish what runs, then close the threads' database connections."""
        self._pool.shutdown(wait=True, cancel_futures=True)


def _run(work: Callable[[], T]) -> T:
    close_old_connections()
    try:
        return work()
    finally:
        if any(not connection.in_atomic_block for connection in connections.all(True)):
            close_old_connections()
