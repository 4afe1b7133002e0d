"""Things that come one by one and are handled together."""

import asyncio
from typing import Generic, TypeVar

T = TypeVar("T")


class TrayFull(Exception):
    """More waits than may; the sender is told to try again."""


class Tray(Generic[T]):
    """A list with a limit and a waiting taker."""

    def __init__(self, *, limit: int) -> None:
        self._limit = limit
        self._items: list[T] = []
        self._filled = asyncio.Event()

    def __len__(self) -> int:
        return len(self._items)

    def put(self, item: T) -> None:
        """Add one; raises ``TrayFull``."""
        if len(self._items) >= self._limit:
            raise TrayFull
        self._items.append(item)
        self._filled.set()

    async def take(self, *, gather_s: float, most: int) -> list[T]:
        """Wait for the first, gather for ``gather_s`` seconds, take at most ``most`` in order."""
        while not self._items:
            self._filled.clear()
            await self._filled.wait()
        if len(self._items) < most:
            await asyncio.sleep(gather_s)
        taken, self._items = self._items[:most], self._items[most:]
        return taken
