"""Things that come one by one and are handled together."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

T = TypeVar("T")
# Which of those who wait are taken when there are more than fit: ascending places.
Pick = Callable[[Sequence[T], int], list[int]]


class TrayFull(Exception):
    """More waits than may; the sender is told to try again."""


class Tray(Generic[T]):
    """A list with a limit and a waiting taker; without ``pick`` the first are taken first."""

    def __init__(self, *, limit: int, pick: Pick[T] | None = None) -> None:
        self._limit, self._pick = limit, pick
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
        """Wait for the first, gather for ``gather_s`` seconds, take at most ``most``, in order."""
        while not self._items:
            self._filled.clear()
            await self._filled.wait()
        if len(self._items) < most:
            await asyncio.sleep(gather_s)
        items = self._items
        if self._pick is None or len(items) <= most:
            taken, self._items = items[:most], items[most:]
            return taken
        picked = self._pick(items, most)
        chosen = set(picked)
        self._items = [item for place, item in enumerate(items) if place not in chosen]
        return [items[place] for place in picked]
