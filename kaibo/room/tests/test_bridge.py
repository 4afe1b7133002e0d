"""The door to synchronous code, trays, and what is counted only after it is kept."""

import asyncio
import threading
import time
from collections.abc import Iterator, Sequence

import pytest

from kaibo.insight.actions import BehaviourEvent
from kaibo.room import bridge as bridge_module
from kaibo.room.bridge import Bridge, BridgeFull
from kaibo.room.rules import Limits
from kaibo.room.shown import Counters
from kaibo.room.tally import Tally
from kaibo.room.tray import Tray, TrayFull


@pytest.fixture
def bridge() -> Iterator[Bridge]:
    """Two threads, three calls at most."""
    found = Bridge(threads=2, waiting_max=3)
    yield found
    found.close()


async def test_calls_run_beside_one_another(bridge: Bridge) -> None:
    """Two threads that wait for each other both come through."""
    meet = threading.Barrier(2, timeout=5)
    await asyncio.gather(bridge.call(meet.wait), bridge.call(meet.wait))
    assert bridge.waiting == 0


async def test_what_is_raised_comes_back(bridge: Bridge) -> None:
    """The caller gets the refusal; the thread goes on."""
    with pytest.raises(ZeroDivisionError):
        await bridge.call(lambda: 1 // 0)
    assert await bridge.call(lambda: 7) == 7


async def test_too_many_calls_are_refused(bridge: Bridge) -> None:
    """The fourth is not even queued."""
    gate = threading.Event()
    waiting = [asyncio.create_task(bridge.call(gate.wait)) for _ in range(3)]
    await asyncio.sleep(0.05)
    with pytest.raises(BridgeFull):
        await bridge.call(gate.wait)
    gate.set()
    assert await asyncio.gather(*waiting) == [True] * 3


async def test_a_call_that_hangs_is_left(bridge: Bridge, monkeypatch: pytest.MonkeyPatch) -> None:
    """The caller is told in time; the other thread still serves."""
    monkeypatch.setattr(bridge_module, "CALL_S_MAX", 0.1)
    gate = threading.Event()
    with pytest.raises(TimeoutError):
        await bridge.call(gate.wait)
    assert await bridge.call(lambda: 7) == 7
    gate.set()


async def test_a_tray_gathers_in_order() -> None:
    """What comes within the moment is taken together, at most so many, the rest stays."""
    tray: Tray[int] = Tray(limit=5)
    taking = asyncio.create_task(tray.take(gather_s=0.05, most=3))
    await asyncio.sleep(0)
    for number in range(5):
        tray.put(number)
    with pytest.raises(TrayFull):
        tray.put(5)
    assert await taking == [0, 1, 2]
    assert await tray.take(gather_s=0.0, most=3) == [3, 4]


class Lake:
    """A lake that may be away; keeps each event once by its id, as the real one does."""

    def __init__(self) -> None:
        self.events: dict[str, BehaviourEvent] = {}
        self.is_away = False
        self.says_no_after = False

    def record(self, events: Sequence[BehaviourEvent]) -> None:
        """Keep, or fail before or after keeping."""
        if self.is_away:
            raise OSError("no space left")
        self.events |= {event.event_id: event for event in events}
        if self.says_no_after:
            raise OSError("connection lost after writing")


def tally(bridge: Bridge, lake: Lake, **limits: int) -> Tally:
    """A tally of show 2."""
    return Tally(
        org_id=1,
        show_id=2,
        bridge=bridge,
        record=lake.record,
        limits=Limits(**limits),
    )


async def test_nothing_is_counted_before_it_is_kept(bridge: Bridge) -> None:
    """While the lake is away the counters stand still; then all of it counts, once."""
    lake = Lake()
    found = tally(bridge, lake)
    lake.is_away = True
    found.note("enter", 7)
    found.note("like", 7, value=3)
    await found.flush()
    assert found.counters == Counters()
    assert found.waiting == 2
    lake.is_away, lake.says_no_after = False, True
    await found.flush()
    assert found.counters == Counters()
    lake.says_no_after = False
    found.note("leave", 7)
    await found.flush()
    assert found.counters == Counters(online=0, peak=1, views=1, viewers=1, likes=3)
    assert [event.kind for event in lake.events.values()] == ["enter", "like", "leave"]


async def test_a_full_lake_stops_counting_not_the_room(bridge: Bridge) -> None:
    """Beyond the limit acts are refused, and neither kept nor counted."""
    lake = Lake()
    found = tally(bridge, lake, lake_waiting_max=2)
    for _ in range(5):
        found.note("share", 7)
    await found.flush()
    assert (found.refused, found.counters.shares, len(lake.events)) == (3, 2, 2)


async def test_a_recount_by_the_clock_meets_the_same_peak(
    bridge: Bridge, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server's clock is set back: times stand still instead of going back."""
    lake = Lake()
    found = tally(bridge, lake)
    clock = iter([5_000, 4_000, 6_000])
    monkeypatch.setattr(time, "time_ns", lambda: next(clock) * 1_000_000)
    for viewer_id in (1, 2, 3):
        found.note("enter", viewer_id)
    monkeypatch.undo()
    await found.flush()
    assert [event.at_ms for event in lake.events.values()] == [5_000, 5_000, 6_000]
    assert sorted(lake.events) == list(lake.events)


async def test_a_returning_viewer_is_not_a_new_one_after_a_restart(bridge: Bridge) -> None:
    """Who was ever seen is remembered over lives; nobody is online at first."""
    found = tally(bridge, Lake())
    found.resume(Counters(online=4, peak=9, views=12, viewers=2, likes=5), seen={7, 8})
    assert found.counters == Counters(online=0, peak=9, views=12, viewers=2, likes=5)
    found.note("enter", 7)
    found.note("enter", 9)
    await found.flush()
    assert found.counters == Counters(online=2, peak=9, views=14, viewers=3, likes=5)
