"""Connections and fan-out; knows bytes and groups, no business words."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass

from kaibo.room import wire
from kaibo.room.protocol import RoomProtocol, frame
from kaibo.room.rules import Limits, lane


@dataclass(frozen=True, slots=True)
class Parcel:
    """One tick for a group, framed once per form.

    ``full`` goes to every reader in time; ``lean`` lacks what a slow reader loses first;
    ``bare`` is the least (None: nothing). Forms that are equal are the same object.
    """

    full: bytes
    lean: bytes | None
    bare: bytes | None


class Group:
    """Connections that receive the same bytes.

    A transport tells when its buffer has filled and when it has drained, so nothing is asked of
    readers who are in time: each costs one write. Those behind are looked at one by one.
    """

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._in_time: dict[RoomProtocol, asyncio.Transport] = {}
        self._behind: dict[RoomProtocol, asyncio.Transport] = {}
        self._turned: list[RoomProtocol] = []
        self.delivered = 0
        self.thinned = 0

    def __len__(self) -> int:
        return len(self._in_time) + len(self._behind)

    def add(self, member: RoomProtocol) -> None:
        """Let a connection receive from now on."""
        member.transport.set_write_buffer_limits(high=self._limits.lean_bytes)
        member.on_turn = self._turned.append
        self._side_of(member)[member] = member.transport

    def discard(self, member: RoomProtocol) -> None:
        """Stop writing to a connection; not being a member is no error."""
        member.on_turn = None
        self._in_time.pop(member, None)
        self._behind.pop(member, None)

    def send(self, parcel: Parcel) -> list[RoomProtocol]:
        """Write one parcel to everyone. Never blocks.

        Returns:
            Connections that are too far behind. They are no longer members; they were closed
            with 4008, and their clients come back and resume by sequence number.
        """
        self._change_sides()
        full = parcel.full
        for transport in self._in_time.values():
            if not transport.is_closing():
                transport.write(full)
        lost = [member for member in self._behind if not self._send_slow(member, parcel)]
        self.delivered += len(self)
        for member in lost:
            self.discard(member)
            member.end(wire.CLOSE_TOO_SLOW, "too slow")
        return lost

    def end(self, code: int, reason: str) -> None:
        """Close every connection of the group."""
        for member in [*self._in_time, *self._behind]:
            self.discard(member)
            member.end(code, reason)

    def _side_of(self, member: RoomProtocol) -> "dict[RoomProtocol, asyncio.Transport]":
        # The event is the library's, cleared and set with its pause_writing and resume_writing.
        return self._in_time if member.writable.is_set() else self._behind

    def _change_sides(self) -> None:
        """Move whose buffer filled or drained, drop who is being closed.

        A write may tell that, so it waits until nobody is being written to.
        """
        while self._turned:
            member = self._turned.pop()
            transport = self._in_time.pop(member, None) or self._behind.pop(member, None)
            if transport is not None and not member.close_sent:
                self._side_of(member)[member] = transport

    def _send_slow(self, member: RoomProtocol, parcel: Parcel) -> bool:
        chosen = lane(member.backlog(), self._limits)
        if chosen == "close":
            return False
        framed = {"full": parcel.full, "lean": parcel.lean, "bare": parcel.bare}[chosen]
        self.thinned += chosen != "full"
        if framed is not None:
            member.write(framed)
        return True


def send_each(members: Iterable[RoomProtocol], message: wire.ServerMessage) -> None:
    """Write one message, framed once, to a few connections."""
    framed = frame(wire.encode(message))
    for member in members:
        member.write(framed)
