"""When the journal is looked at: at once, again while something may still appear, then rarely."""

import asyncio
import datetime as dt
from collections.abc import Iterator

import pytest

from kaibo.facts.room import LinkPopped
from kaibo.journal.reads import START, Entry, Position
from kaibo.room import tail as tail_module
from kaibo.room.bridge import Bridge
from kaibo.room.tail import Tail


@pytest.fixture
def bridge() -> Iterator[Bridge]:
    """One thread."""
    found = Bridge(threads=1)
    yield found
    found.close()


class Journal:
    """A journal whose fact becomes readable at the fourth look, as behind an old transaction."""

    def __init__(self) -> None:
        self.looks = 0

    def read(self, after: Position, *, limit: int) -> list[Entry]:
        """Nothing, nothing, nothing, the fact, nothing."""
        self.looks += 1
        if self.looks < 4 or after != START:
            return []
        fact = LinkPopped(link_no=1)
        at = dt.datetime(2026, 11, 11, tzinfo=dt.UTC)
        return [Entry(Position(9, 1), 1, "room.link_popped", fact, at, 1, 1, "system")]


@pytest.mark.parametrize("looks_on", [True, False])
async def test_a_fact_that_cannot_be_read_yet_is_looked_for_again(
    bridge: Bridge, monkeypatch: pytest.MonkeyPatch, looks_on: bool
) -> None:
    """One announcement, and the fact comes late; the control looks once and rests."""
    journal = Journal()
    monkeypatch.setattr("kaibo.journal.reads.read", journal.read)
    monkeypatch.setattr(tail_module, "LOOK_EVERY_S", 0.001)
    monkeypatch.setattr(tail_module, "LOOK_ON_S", 60.0 if looks_on else 0.0)
    monkeypatch.setattr(tail_module, "LOOK_ANYWAY_S", 60.0)
    found: asyncio.Queue[Entry] = asyncio.Queue()
    tail = Tail(bridge=bridge, on_entry=found.put_nowait)
    running = asyncio.create_task(tail.run())
    while not journal.looks:
        await asyncio.sleep(0)
    tail.wake()
    if looks_on:
        assert (await found.get()).id == 1
        assert tail._after == Position(9, 1)
    else:
        while journal.looks < 2:
            await asyncio.sleep(0)
        await asyncio.sleep(0.05)
        assert (journal.looks, found.qsize()) == (2, 0)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
