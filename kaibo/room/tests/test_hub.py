"""Fan-out without a network: order, slow readers, and what a write may say in the middle."""

import asyncio
from collections.abc import Callable
from typing import Any, cast

import pytest
from uvicorn.config import Config
from uvicorn.server import ServerState
from websockets.protocol import State

from kaibo.room import wire
from kaibo.room.hub import Group, Parcel
from kaibo.room.protocol import RoomProtocol
from kaibo.room.rules import Limits

LIMITS = Limits(lean_bytes=100, bare_bytes=200, slow_bytes=300)


class Transport:
    """What asyncio promises of a transport; its reader takes ``room`` bytes, then nothing."""

    def __init__(self, protocol: RoomProtocol, *, room: int = 10**9) -> None:
        self.sent: list[bytes] = []
        self.is_cut = False
        self._protocol, self._room = protocol, room
        self._held = self._high = 0
        self._paused = False

    def set_write_buffer_limits(self, high: int | None = None, low: int | None = None) -> None:
        self._high = high or 0

    def get_write_buffer_size(self) -> int:
        return self._held

    def is_closing(self) -> bool:
        return self.is_cut

    def write(self, data: bytes) -> None:
        assert not self.is_cut
        self.sent.append(data)
        taken = min(self._room, len(data))
        self._room -= taken
        self._held += len(data) - taken
        if self._held > self._high and not self._paused:
            self._paused = True
            self._protocol.pause_writing()

    def read_on(self) -> None:
        """The reader takes everything that waits."""
        self._held, self._room = 0, 10**9
        if self._paused:
            self._paused = False
            self._protocol.resume_writing()

    def abort(self) -> None:
        self.is_cut = True


@pytest.fixture
async def join() -> Callable[..., tuple[RoomProtocol, Transport]]:
    """Seat a reader that can take so many bytes."""

    async def app(scope: Any, receive: Any, send: Any) -> None:
        raise AssertionError("never run")

    config = Config(app, ws=RoomProtocol, log_config=None)
    config.load()

    def seat(group: Group, *, room: int = 10**9) -> tuple[RoomProtocol, Transport]:
        protocol = RoomProtocol(config, ServerState(), {}, asyncio.get_running_loop())
        transport = Transport(protocol, room=room)
        protocol.transport = cast(asyncio.Transport, transport)
        protocol.conn.state = State.OPEN
        group.add(protocol)
        return protocol, transport

    return seat


def parcel(number: int, *, size: int = 60) -> Parcel:
    """A tick whose forms can be told apart."""
    return Parcel(*(f"{form}{number}".ljust(size).encode() for form in ("full", "lean", "bare")))


def forms(transport: Transport) -> list[str]:
    """What a reader was sent, in order."""
    return [data.decode("latin-1").strip() for data in transport.sent]


Join = Callable[..., tuple[RoomProtocol, Transport]]


async def test_readers_in_time_get_every_frame_in_order(join: Join) -> None:
    group = Group(LIMITS)
    readers = [join(group)[1] for _ in range(3)]
    for number in range(5):
        assert group.send(parcel(number)) == []
    assert [forms(reader) for reader in readers] == [[f"full{n}" for n in range(5)]] * 3
    assert (group.delivered, group.thinned) == (15, 0)


async def test_a_slow_reader_loses_chat_then_counters_then_the_connection(join: Join) -> None:
    group = Group(LIMITS)
    _, quick = join(group)
    member, slow = join(group, room=0)
    lost = [group.send(parcel(number)) for number in range(7)]
    # 0, 60 and 120 bytes behind, then above 100, above 200, above 300.
    assert forms(slow)[:6] == ["full0", "full1", "lean2", "lean3", "bare4", "bare5"]
    assert lost == [[]] * 6 + [[member]]
    assert member.close_sent
    assert slow.sent[6][:4] == b"\x88\x0a" + wire.CLOSE_TOO_SLOW.to_bytes(2, "big")
    assert forms(quick) == [f"full{n}" for n in range(7)]
    assert len(group) == 1
    assert member.close_timer is not None
    member.close_timer.cancel()


async def test_who_catches_up_gets_everything_again(join: Join) -> None:
    group = Group(LIMITS)
    _, reader = join(group, room=0)
    for number in range(3):
        group.send(parcel(number))
    reader.read_on()
    for number in range(3, 6):
        group.send(parcel(number))
    assert forms(reader) == ["full0", "full1", "lean2", "full3", "full4", "full5"]


async def test_who_was_behind_before_the_seat_is_behind_in_it(join: Join) -> None:
    """A snapshot alone may fill a slow reader's buffer."""
    hall, group = Group(LIMITS), Group(LIMITS)
    member, reader = join(hall, room=0)
    reader.write(b"s" * 150)
    hall.discard(member)
    group.add(member)
    group.send(parcel(0))
    assert forms(reader)[1:] == ["lean0"]


async def test_nothing_follows_a_close_frame(join: Join) -> None:
    group = Group(LIMITS)
    member, reader = join(group)
    group.send(parcel(0))
    member.end(wire.CLOSE_REPLACED, "replaced")
    group.send(parcel(1))
    assert forms(reader)[0] == "full0"
    assert reader.sent[1][0] == 0x88
    assert len(reader.sent) == 2
    assert len(group) == 0
    assert member.close_timer is not None
    member.close_timer.cancel()


async def test_a_transport_that_is_being_closed_is_passed_over(join: Join) -> None:
    """Closed by the library between two ticks; its loss is told a moment later."""
    group = Group(LIMITS)
    _, gone = join(group)
    _, reader = join(group)
    gone.abort()
    group.send(parcel(0))
    assert (forms(gone), forms(reader)) == ([], ["full0"])


async def test_a_reader_who_left_gets_nothing_more(join: Join) -> None:
    group = Group(LIMITS)
    member, reader = join(group)
    group.discard(member)
    group.discard(member)
    group.send(parcel(0))
    assert reader.sent == []


async def test_those_behind_do_not_cost_the_others_a_frame(join: Join) -> None:
    """A write may say that a buffer filled, in the middle of a round."""
    group = Group(LIMITS)
    readers = [join(group, room=0 if number % 2 else 10**9)[1] for number in range(20)]
    for number in range(4):
        group.send(parcel(number))
    assert {len(reader.sent) for reader in readers} == {4}
