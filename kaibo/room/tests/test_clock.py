"""One clock, many rooms."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from kaibo.room.clock import SLOTS, Clock

TICK_S = 0.01


class Room:
    """Counts its ticks; a broken one raises at each."""

    def __init__(self, *, is_broken: bool = False) -> None:
        self.ticks = 0
        self._is_broken = is_broken
        self._called = asyncio.Event()

    def tick(self) -> None:
        self.ticks += 1
        self._called.set()
        if self._is_broken:
            raise ValueError("broken")

    async def ticked(self, times: int) -> None:
        """Wait for so many more ticks."""
        wanted = self.ticks + times
        while self.ticks < wanted:
            self._called.clear()
            await asyncio.wait_for(self._called.wait(), 10)


@pytest.fixture
async def clock() -> AsyncIterator[Clock]:
    clock = Clock(tick_s=TICK_S)
    running = asyncio.ensure_future(clock.run())
    yield clock
    running.cancel()


async def test_rooms_tick_alike_however_many(clock: Clock) -> None:
    rooms = [Room() for _ in range(3 * SLOTS + 1)]
    for room in rooms:
        clock.add(room.tick)
    await rooms[0].ticked(5)
    counts = {room.ticks for room in rooms}
    assert max(counts) - min(counts) <= 1


async def test_a_room_that_raises_ticks_on_and_touches_no_other(clock: Clock) -> None:
    broken, sound = Room(is_broken=True), Room()
    clock.add(broken.tick)
    clock.add(sound.tick)
    await sound.ticked(3)
    await broken.ticked(2)
    # It is not taken off the clock for raising.
    assert (sound.ticks >= 3, broken.ticks >= 2) == (True, True)


async def test_a_removed_room_ticks_no_more(clock: Clock) -> None:
    gone, left = Room(), Room()
    clock.add(gone.tick)
    clock.add(left.tick)
    await gone.ticked(1)
    clock.remove(gone.tick)
    clock.remove(gone.tick)
    ticks = gone.ticks
    await left.ticked(5)
    assert gone.ticks == ticks


async def test_a_clock_without_rooms_waits_for_the_next(clock: Clock) -> None:
    first, second = Room(), Room()
    clock.add(first.tick)
    await first.ticked(1)
    clock.remove(first.tick)
    await asyncio.sleep(2 * TICK_S)
    clock.add(second.tick)
    await second.ticked(2)
    assert second.ticks < SLOTS
