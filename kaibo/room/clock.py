"""One clock for all rooms of a process: each is called once a tick, spread over the tick."""

import asyncio
import time
from collections.abc import Callable

import structlog

_log = structlog.get_logger(__name__)
# Rooms of one slot are called together; a loop serves its sockets between slots.
SLOTS = 10


class Clock:
    """Calls every room once per ``tick_s`` seconds, on the event loop.

    A timer and a task for each room would cost a quiet room more than its tick.
    """

    def __init__(self, *, tick_s: float) -> None:
        self._tick_s = tick_s
        self._slots: list[dict[Callable[[], None], None]] = [{} for _ in range(SLOTS)]
        self._has_rooms = asyncio.Event()

    def add(self, tick: Callable[[], None]) -> None:
        """Call this from now on, in the emptiest slot."""
        min(self._slots, key=len)[tick] = None
        self._has_rooms.set()

    def remove(self, tick: Callable[[], None]) -> None:
        """Call this no longer; not being called is no error."""
        for slot in self._slots:
            slot.pop(tick, None)
        if not any(self._slots):
            self._has_rooms.clear()

    async def run(self) -> None:
        """Tick for ever; what one room raises is logged and touches no other."""
        due = time.monotonic()
        while True:
            for slot in self._slots:
                due += self._tick_s / SLOTS
                if not slot:
                    continue
                # A late tick is not made up for: the next one carries everything.
                due = max(due, time.monotonic() - self._tick_s)
                await asyncio.sleep(max(0.0, due - time.monotonic()))
                for tick in list(slot):
                    _guarded(tick)
            if not self._has_rooms.is_set():
                await self._has_rooms.wait()
                due = time.monotonic()


def _guarded(tick: Callable[[], None]) -> None:
    try:
        tick()
    except Exception:
        _log.exception("tick_failed")
