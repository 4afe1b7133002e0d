"""Connections and fan-out; knows bytes and groups, no business words."""

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
    """Connections that receive the same bytes."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._members: set[RoomProtocol] = set()
        self.delivered = 0
        self.thinned = 0

    def __len__(self) -> int:
        return len(self._members)

    def add(self, member: RoomProtocol) -> None:
        """Let a connection receive from now on."""
        self._members.add(member)

    def discard(self, member: RoomProtocol) -> None:
        """Stop writing to a connection; not being a member is no error."""
        self._members.discard(member)

    def send(self, parcel: Parcel) -> list[RoomProtocol]:
        """Write one parcel to everyone. Never blocks.

        Returns:
            Connections that are too far behind. They are no longer members; they were closed
            with 4008, and their clients come back and resume by sequence number.
        """
        behind: list[RoomProtocol] = []
        least = self._limits.lean_bytes
        full = parcel.full
        for member in self._members:
            transport = member.transport
            if transport.get_write_buffer_size() > least:
                if not self._send_slow(member, parcel):
                    behind.append(member)
            elif not transport.is_closing():
                transport.write(full)
        self.delivered += len(self._members)
        for member in behind:
            self._members.discard(member)
            member.end(wire.CLOSE_TOO_SLOW, "too slow")
        return behind

    def _send_slow(self, member: RoomProtocol, parcel: Parcel) -> bool:
        chosen = lane(member.backlog(), self._limits)
        if chosen == "close":
            return False
        framed = parcel.lean if chosen == "lean" else parcel.bare
        self.thinned += 1
        if framed is not None:
            member.write(framed)
        return True

    def end(self, code: int, reason: str) -> None:
        """Close every connection of the group."""
        members, self._members = self._members, set()
        for member in members:
            member.end(code, reason)


def send_each(members: Iterable[RoomProtocol], message: wire.ServerMessage) -> None:
    """Write one message, framed once, to a few connections."""
    framed = frame(wire.encode(message))
    for member in members:
        member.write(framed)
