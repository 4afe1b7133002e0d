"""Who is in the room: people, not sockets. A reload is not a new viewer."""

from collections.abc import Iterator
from typing import Generic, Protocol, TypeVar


class Seat(Protocol):
    """One socket of a viewer."""

    viewer_id: int


S = TypeVar("S", bound=Seat)


class People(Generic[S]):
    """Sockets by viewer, and a short wait for those whose line broke.

    A socket that closes properly leaves at once. One that is lost keeps its person in the room
    for ``grace_s`` seconds, because most of them are back before that.
    """

    def __init__(self, *, grace_s: float, sockets_max: int) -> None:
        self._grace_s = grace_s
        self._sockets_max = sockets_max
        self._seats: dict[int, list[S]] = {}
        self._leaving: dict[int, float] = {}

    def __len__(self) -> int:
        return len(self._seats)

    def __iter__(self) -> Iterator[S]:
        for seats in self._seats.values():
            yield from seats

    def viewer_ids(self) -> list[int]:
        """Everybody in the room, also those who are missed."""
        return list(self._seats)

    def of(self, viewer_id: int) -> list[S]:
        """The open sockets of one viewer."""
        return self._seats.get(viewer_id, [])

    def is_present(self, viewer_id: int) -> bool:
        """Whether this person is in the room, or missed for less than the grace."""
        return viewer_id in self._seats

    def arrive(self, seat: S) -> list[S]:
        """Let a socket in; returns the viewer's oldest sockets that are now too many."""
        seats = self._seats.setdefault(seat.viewer_id, [])
        seats.append(seat)
        self._leaving.pop(seat.viewer_id, None)
        extra = seats[: -self._sockets_max]
        del seats[: len(extra)]
        return extra

    def depart(self, seat: S, *, lost: bool, at: float) -> bool:
        """Let a socket go; True when its person has left the room at ``at`` with it."""
        seats = self._seats.get(seat.viewer_id)
        if not seats or seat not in seats:
            return False
        seats.remove(seat)
        if seats:
            return False
        if lost:
            self._leaving[seat.viewer_id] = at + self._grace_s
            return False
        del self._seats[seat.viewer_id]
        return True

    def overdue(self, at: float) -> list[int]:
        """Viewers whose wait is over at ``at``; they have left the room."""
        gone = [viewer_id for viewer_id, until in self._leaving.items() if until <= at]
        for viewer_id in gone:
            del self._leaving[viewer_id]
            self._seats.pop(viewer_id, None)
        return gone
