"""Follows the journal for the rooms of this process."""

import asyncio
from collections.abc import Callable

import structlog

from kaibo.journal import reads as journal
from kaibo.journal.reads import Entry, Position
from kaibo.room.bridge import Bridge

# An announcement makes it look at once. What was announced may not be readable yet, because an
# older transaction is still running: so it looks again and again for a while.
LOOK_EVERY_S = 0.2
LOOK_ON_S = 3.0
# Whoever's announcement was lost is found at the next look of this kind.
LOOK_ANYWAY_S = 1.0
LOOK_MAX = 500

_log = structlog.get_logger(__name__)


class Tail:
    """Gives every new fact to ``on_entry``, in order, on the event loop."""

    def __init__(self, *, bridge: Bridge, on_entry: Callable[[Entry], None]) -> None:
        self._bridge, self._on_entry = bridge, on_entry
        self._woken = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        self._after = Position()
        self._woken_at = self._loop.time()

    def wake(self, show_id: int | None = None) -> None:
        """Look now. May be called from any thread, also after the loop ended."""
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._woken.set)

    async def begin(self) -> None:
        """Start after what is already in the journal: rooms are rebuilt from tables."""
        self._after = await self._bridge.call(journal.last_position)

    async def run(self) -> None:
        """Follow for ever; a failed look is tried again."""
        while True:
            try:
                entries = await self._bridge.call(journal.read, self._after, limit=LOOK_MAX)
            except Exception:
                _log.exception("tail_failed")
                await asyncio.sleep(1.0)
                continue
            for entry in entries:
                self._after = entry.position
                try:
                    self._on_entry(entry)
                except Exception:
                    _log.exception("fact_not_shown", entry=entry.id, tag=entry.tag)
            if len(entries) == LOOK_MAX:
                continue
            is_fresh = self._loop.time() - self._woken_at < LOOK_ON_S
            try:
                async with asyncio.timeout(LOOK_EVERY_S if is_fresh else LOOK_ANYWAY_S):
                    await self._woken.wait()
            except TimeoutError:
                continue
            self._woken.clear()
            self._woken_at = self._loop.time()
