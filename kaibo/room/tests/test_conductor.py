"""Who speaks for a room, when, and why two are never both heard. One loop, no sockets."""

import asyncio
from collections import deque
from collections.abc import Iterator, Sequence
from typing import Any

import pytest

from kaibo.insight import reads as insight
from kaibo.insight.actions import BehaviourEvent
from kaibo.insight.reads import Recount
from kaibo.journal.reads import Position
from kaibo.room import wire
from kaibo.room.audience import Audience, Heard
from kaibo.room.bridge import Bridge
from kaibo.room.bus import Exchange, LocalBus
from kaibo.room.census import Census
from kaibo.room.clock import Clock
from kaibo.room.feed import News, Told
from kaibo.room.memory import Memory
from kaibo.room.rules import Limits
from kaibo.room.shown import Board, ChatLine, LinkView, SaleView
from kaibo.room.spoken import Spoken, State, encode, read_spoken, read_state
from kaibo.room.stage import Stage

LIMITS = Limits(tick_s=0.01, gone_s=60.0, open_s=0.5, again_s=0.05)


class Journal:
    """A journal of pops, and the tables and lake of one room."""

    def __init__(self) -> None:
        self.told: list[Told] = []

    def pop(self, link_no: int) -> Told:
        """A link was popped."""
        place = Position(0, len(self.told) + 1)
        told = Told(place, News(events=(wire.PopEvent(link_no=link_no),)))
        self.told.append(told)
        return told

    # --- what a stage asks ---------------------------------------------------------------

    def shelf(self) -> tuple[list[LinkView], list[SaleView]]:
        """Empty."""
        return [], []

    def judge(self, sale_id: int, attempts: Sequence[Any]) -> list[Any]:
        """Nobody claims."""
        raise AssertionError

    def post(self, drafts: Sequence[Any]) -> list[Any]:
        """Nobody chats."""
        raise AssertionError

    def record(self, events: Sequence[BehaviourEvent]) -> None:
        """Kept nowhere."""

    def recount(self, life: str, *, until_ms: int | None = None) -> Recount:
        """Nothing happened."""
        return Recount(insight.Counters(*[0] * 8), frozenset(), {})

    def facts(self, after: Position, *, limit: int) -> list[Told]:
        """From memory."""
        return [told for told in self.told if told.place > after][:limit]

    def board(self) -> Board:
        """Nobody looks."""
        return Board()

    def order(self, viewer_id: int, no: str) -> None:
        """Nobody bought."""

    def nickname(self, viewer_id: int) -> str:
        """Everybody has one."""
        return "bo"

    def follow(self, viewer_id: int, *, on: bool) -> bool:
        """Nobody follows."""
        return False


class SlowBus(LocalBus):
    """A bus whose node may be paused: what it says then waits, and is said when it wakes."""

    def __init__(self, exchange: Exchange) -> None:
        super().__init__(exchange)
        self.is_paused = False
        self.held: list[Spoken] = []

    def say(self, show_id: int, spoken: Spoken) -> None:
        """Say it, or keep it while paused."""
        if self.is_paused:
            self.held.append(spoken)
        else:
            super().say(show_id, read_spoken(encode(spoken)))

    def wake(self) -> None:
        """Say what was kept, late."""
        self.is_paused, held, self.held = False, self.held, []
        for spoken in held:
            self.say(1, spoken)

    def lose_baton(self, heir: "SlowBus") -> None:
        """The lease ran out; another took it, and this one does not know yet."""
        room = self._exchange.room(1)
        room.holder = heir.node
        self._exchange.do(lambda: room.listeners[heir.node].on_baton(held=True))


class Gateway:
    """A stage on a bus, ticked by hand."""

    def __init__(self, exchange: Exchange, journal: Journal, bridge: Bridge) -> None:
        self.bus = SlowBus(exchange)
        memory = Memory(
            org_id=1, show_id=1, code="c", title="t", state="live", chat=deque(maxlen=9)
        )
        self.stage = Stage(
            memory,
            backstage=journal,
            bridge=bridge,
            bus=self.bus,
            clock=Clock(tick_s=LIMITS.tick_s),
            limits=LIMITS,
        )

    async def open(self) -> "Gateway":
        """Take part."""
        await self.stage.open(place=Position())
        await self.settle()
        return self

    async def settle(self) -> None:
        """Let catching up come to its end."""
        while self.stage._tasks:
            await asyncio.gather(*self.stage._tasks)

    @property
    def told(self) -> list[int]:
        """The links popped, as everybody here was told."""
        events = self.stage.audience.ring.events()
        return [event.link_no for event in events if isinstance(event, wire.PopEvent)]

    @property
    def numbered(self) -> list[tuple[int, wire.Event]]:
        """The events with their numbers."""
        return list(self.stage.audience.ring._events)


@pytest.fixture
def bridge() -> Iterator[Bridge]:
    """Two threads."""
    found = Bridge(threads=2)
    yield found
    found.close()


@pytest.fixture
def journal() -> Journal:
    """Nothing happened yet."""
    return Journal()


@pytest.fixture
async def three(bridge: Bridge, journal: Journal) -> list[Gateway]:
    """Three gateways of one room; the first conducts."""
    exchange = Exchange()
    return [await Gateway(exchange, journal, bridge).open() for _ in range(3)]


async def happen(journal: Journal, gateways: list[Gateway], link_no: int) -> None:
    """A pop that the tails of these gateways hear."""
    told = journal.pop(link_no)
    for gateway in gateways:
        gateway.stage.happened(told)


async def test_all_are_told_the_same_with_the_same_numbers(
    journal: Journal, three: list[Gateway]
) -> None:
    """One speaks, three hear, itself among them."""
    for link_no in (1, 2, 3):
        await happen(journal, three, link_no)
    assert [gateway.told for gateway in three] == [[], [], []]
    for gateway in three:
        gateway.stage.tick()
    assert [gateway.told for gateway in three] == [[1, 2, 3]] * 3
    assert three[0].numbered == three[1].numbered == three[2].numbered
    assert [gateway.stage.conductor.holds for gateway in three] == [True, False, False]


async def test_a_successor_says_what_was_not_said_and_nothing_twice(
    journal: Journal, three: list[Gateway]
) -> None:
    """The conductor dies with a tick unsaid; the next one's own tail had not even heard it."""
    first, second, third = three
    await happen(journal, three, 1)
    first.stage.tick()
    await happen(journal, [first], 2)
    await happen(journal, [first, third], 3)
    first.bus.leave(1, is_last=False)
    await second.settle()
    second.stage.tick()
    assert second.told == third.told == [1, 2, 3]
    await happen(journal, [second, third], 4)
    # The tails come late with what the successor has read from the journal.
    second.stage.happened(journal.told[1])
    second.stage.happened(journal.told[2])
    second.stage.tick()
    assert second.told == third.told == [1, 2, 3, 4]


async def late_conductor(journal: Journal, three: list[Gateway]) -> list[list[int]]:
    """The conductor is paused with a tick on its tongue, followed, and wakes up."""
    first, second, third = three
    await happen(journal, three, 1)
    first.stage.tick()
    first.bus.is_paused = True
    await happen(journal, [first], 2)
    first.stage.tick()
    first.bus.lose_baton(second.bus)
    await second.settle()
    await happen(journal, [second, third], 3)
    second.stage.tick()
    first.bus.wake()
    await first.settle()
    for gateway in three:
        gateway.stage.tick()
    return [gateway.told for gateway in three]


async def test_a_late_conductor_is_not_heard(journal: Journal, three: list[Gateway]) -> None:
    """What it says follows a tick that has been followed already."""
    assert await late_conductor(journal, three) == [[1, 2, 3]] * 3
    assert three[0].numbered == three[1].numbered == three[2].numbered


async def test_control_a_late_conductor_would_be_heard_twice(
    journal: Journal, three: list[Gateway], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same without looking at what a tick follows: a fact is told twice."""
    hear = Audience.hear

    def gullible(self: Audience, spoken: Spoken) -> Heard:
        self.n = spoken.n - 1
        self._ids[-1] = spoken.prev
        return hear(self, spoken)

    monkeypatch.setattr(Audience, "hear", gullible)
    told = await late_conductor(journal, three)
    assert told[2].count(2) == 2


async def test_of_two_at_once_the_first_in_the_stream_is_heard(
    journal: Journal, three: list[Gateway]
) -> None:
    """The late one comes first: then the successor is not heard, and says it anew."""
    first, second, third = three
    first.bus.is_paused = True
    await happen(journal, three, 1)
    first.stage.tick()
    first.bus.lose_baton(second.bus)
    second.bus.is_paused = True
    await second.settle()
    await happen(journal, [second, third], 2)
    second.stage.tick()
    first.bus.wake()
    second.bus.wake()
    assert third.told == [1]
    await second.settle()
    second.stage.tick()
    assert [gateway.told for gateway in three] == [[1, 2]] * 3


async def test_a_tick_that_was_lost_is_said_again(journal: Journal, three: list[Gateway]) -> None:
    """Until the conductor hears it itself; whoever hears it twice takes it once."""
    first = three[0]
    first.bus.is_paused = True
    await happen(journal, three, 1)
    first.stage.tick()
    first.bus.held.clear()
    for _ in range(2):
        first.stage.conductor._said_at = 0.0
        first.stage.tick()
    assert len(first.bus.held) == 2
    first.bus.wake()
    assert [gateway.told for gateway in three] == [[1]] * 3


async def test_who_comes_later_knows_the_same(
    journal: Journal, three: list[Gateway], bridge: Bridge
) -> None:
    """Memory, numbers and recent events are those of the others."""
    await happen(journal, three, 1)
    three[0].stage.tick()
    fourth = await Gateway(three[0].bus._exchange, journal, bridge).open()
    assert fourth.numbered == three[0].numbered
    assert fourth.stage.memory.popped == 1
    assert fourth.stage.audience.ring.epoch == three[0].stage.audience.ring.epoch
    await happen(journal, three, 2)
    three[0].stage.tick()
    assert fourth.told == [1, 2]


async def test_who_missed_a_tick_asks(journal: Journal, three: list[Gateway]) -> None:
    """A tick is lost on the way to one gateway only; the next one shows it."""
    first, second, third = three
    room = first.bus._exchange.room(1)
    away = room.listeners.pop(third.bus.node)
    await happen(journal, three, 1)
    first.stage.tick()
    room.listeners[third.bus.node] = away
    await happen(journal, three, 2)
    first.stage.tick()
    assert third.told == []
    await third.settle()
    assert third.told == second.told == [1, 2]
    assert third.numbered == first.numbered


@pytest.mark.parametrize("forgives", [True, False])
async def test_who_stood_still_finds_nobody_dead(
    three: list[Gateway], monkeypatch: pytest.MonkeyPatch, forgives: bool
) -> None:
    """A conductor stopped for 100 s has not heard the others either; the control buries them."""
    if not forgives:
        monkeypatch.setattr(Census, "forgive", lambda self, seconds: None)
    conductor = three[0].stage.conductor
    for gateway in three[1:]:
        gateway.stage.tally.epoch = three[0].stage.tally.epoch
        gateway.stage.tally.note("enter", 7)
    for gateway in three:
        await gateway.stage.tally.flush()
    assert conductor.census.counters.online == 1
    for node in conductor.census._nodes.values():
        node.heard_at -= 100.0
    conductor._ticked_at -= 100.0
    three[0].stage.tick()
    await three[0].stage.tally.flush()
    for gateway in three[1:]:
        gateway.stage.tally.note("leave", 8)
        await gateway.stage.tally.flush()
    assert conductor.census.counters.online == (1 if forgives else 0)


async def test_chat_goes_by_the_conductor_and_once(journal: Journal, three: list[Gateway]) -> None:
    """Lines that one gateway kept are said by all; what was said is not said by a successor."""
    first, second, third = three
    third.stage.show_line(line(1))
    third.stage.show_line(line(2))
    await asyncio.sleep(0)
    first.stage.tick()
    assert [shown.id for shown in second.stage.memory.chat] == [1, 2]
    third.stage.show_line(line(3))
    await asyncio.sleep(0)
    first.bus.leave(1, is_last=False)
    await second.settle()
    second.stage.tick()
    assert [shown.id for shown in third.stage.memory.chat] == [1, 2, 3]


async def test_what_was_hidden_first_is_never_shown(journal: Journal, three: list[Gateway]) -> None:
    """The desk was quicker than the line's own way."""
    first, second, third = three
    told = Told(Position(0, 9), News(events=(wire.HiddenEvent(message_id=1),)))
    journal.told.append(told)
    for gateway in three:
        gateway.stage.happened(told)
    third.stage.show_line(line(1))
    await asyncio.sleep(0)
    first.stage.tick()
    assert list(second.stage.memory.chat) == []


def test_what_gateways_say_is_checked() -> None:
    """Bytes of another shape are refused; a state comes back as it was."""
    with pytest.raises(ValueError, match="missing required field"):
        read_spoken(b"\x81\xa1n\x01")
    room = Memory(org_id=1, show_id=1, code="c", title="t", state="live")
    state = State(
        epoch="e",
        n=3,
        recent=["a"],
        place=Position(5, 6),
        mail="7-0",
        room=room.snapshot(seq=2, at=1, staff=True),
        events=[wire.PopEvent(link_no=1), wire.HostNoteEvent(text="慢")],
        said=[-4],
    )
    assert read_state(encode(state)) == state


def line(number: int) -> ChatLine:
    """A line of chat of nobody."""
    return ChatLine(id=number, viewer_id=0, nickname="bo", text="好", at=0, kind="staff")
