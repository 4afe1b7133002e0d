"""The door to synchronous code, trays, and what is counted only after it is kept."""

import asyncio
import threading
import time
from collections.abc import Iterator, Sequence

import pytest

from kaibo.insight import reads as insight
from kaibo.insight.actions import BehaviourEvent
from kaibo.insight.reads import Recount
from kaibo.room import bridge as bridge_module
from kaibo.room.bridge import Bridge, BridgeFull
from kaibo.room.census import Census
from kaibo.room.rules import Limits
from kaibo.room.shown import Counters
from kaibo.room.spoken import Report
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


class Count:
    """One gateway's tally, and the census that hears its reports."""

    def __init__(self, bridge: Bridge, lake: Lake, *, before: Recount | None = None, **limits: int):
        self.census = Census(gone_s=5.0)
        self.census.resume(before or nothing(), until_ms=0)
        self.tally = Tally(
            org_id=1,
            show_id=2,
            node="n1",
            bridge=bridge,
            record=lake.record,
            report=self._hear,
            limits=Limits(**limits),
        )
        self.tally.epoch = "life"

    def _hear(self, report: Report) -> None:
        self.census.hear(report, at=0.0)

    @property
    def counters(self) -> Counters:
        """What has been counted."""
        return self.census.counters


def nothing(
    counters: insight.Counters | None = None, *, seen: frozenset[int] = frozenset()
) -> Recount:
    """A lake in which nobody is present."""
    empty = insight.Counters(*[0] * 8)
    return Recount(counters=counters or empty, seen=seen, present={})


async def test_nothing_is_counted_before_it_is_kept(bridge: Bridge) -> None:
    """While the lake is away the counters stand still; then all of it counts, once."""
    lake = Lake()
    found = Count(bridge, lake)
    lake.is_away = True
    found.tally.note("enter", 7)
    found.tally.note("like", 7, value=3)
    await found.tally.flush()
    assert found.counters == Counters()
    assert found.tally.waiting == 2
    lake.is_away, lake.says_no_after = False, True
    await found.tally.flush()
    assert found.counters == Counters()
    lake.says_no_after = False
    found.tally.note("leave", 7)
    await found.tally.flush()
    assert found.counters == Counters(online=0, peak=1, views=1, viewers=1, likes=3)
    assert [event.kind for event in lake.events.values()] == ["enter", "like", "leave"]
    assert next(iter(lake.events)) == "life.n1-0000000001"


async def test_a_full_lake_stops_counting_not_the_room(bridge: Bridge) -> None:
    """Beyond the limit acts are refused, and neither kept nor counted."""
    lake = Lake()
    found = Count(bridge, lake, lake_waiting_max=2)
    for _ in range(5):
        found.tally.note("share", 7)
    await found.tally.flush()
    assert (found.tally.refused, found.counters.shares, len(lake.events)) == (3, 2, 2)


async def test_a_recount_by_the_clock_meets_the_same_peak(
    bridge: Bridge, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server's clock is set back: times stand still instead of going back."""
    lake = Lake()
    found = Count(bridge, lake)
    clock = iter([5_000, 4_000, 6_000])
    monkeypatch.setattr(time, "time_ns", lambda: next(clock) * 1_000_000)
    for viewer_id in (1, 2, 3):
        found.tally.note("enter", viewer_id)
    monkeypatch.undo()
    await found.tally.flush()
    assert [event.at_ms for event in lake.events.values()] == [5_000, 5_000, 6_000]
    assert sorted(lake.events) == list(lake.events)
    assert found.counters.peak == 3


async def test_a_returning_viewer_is_not_a_new_one_after_a_restart(bridge: Bridge) -> None:
    """Who was ever seen is remembered over lives; nobody is online at first."""
    told = insight.Counters(4, 9, 12, 2, 5, 0, 0, 0)
    found = Count(bridge, Lake(), before=nothing(told, seen=frozenset({7, 8})))
    assert found.counters == Counters(online=0, peak=9, views=12, viewers=2, likes=5)
    found.tally.note("enter", 7)
    found.tally.note("enter", 9)
    await found.tally.flush()
    assert found.counters == Counters(online=2, peak=9, views=14, viewers=3, likes=5)
