"""Who sits in a room: the way in after a tick, the way out, and what a newcomer is told."""

import math
import time
from collections.abc import Callable

from kaibo.room import wire
from kaibo.room.hub import Group
from kaibo.room.memory import Memory
from kaibo.room.people import People
from kaibo.room.protocol import frame
from kaibo.room.ring import Ring
from kaibo.room.rules import Limits
from kaibo.room.session import Room, Session
from kaibo.room.shown import ViewerName

Note = Callable[[str, int], None]


class Hall:
    """Seats of one room.

    Newcomers are let in right after a frame went out: the snapshot is encoded once for all of
    them and the next frame continues it without a gap or a repeat.
    """

    def __init__(
        self, room: Room, memory: Memory, *, ring: Ring, note: Note, limits: Limits
    ) -> None:
        self.viewers = Group(limits)
        self.staff = Group(limits)
        self.idle_since = time.monotonic()
        self._room, self._memory, self._ring = room, memory, ring
        self._note, self._limits = note, limits
        self._people: People[Session] = People(
            grace_s=limits.grace_s, sockets_max=limits.sockets_per_viewer
        )
        self._staff_seats: set[Session] = set()
        self._waiting: list[Session] = []

    @property
    def is_empty(self) -> bool:
        """Whether nobody is here, missed, or on the way in."""
        return not (len(self._people) or self._staff_seats or self._waiting)

    @property
    def has_staff(self) -> bool:
        """Whether a desk or host board is connected."""
        return bool(self._staff_seats)

    def of(self, viewer_id: int) -> list[Session]:
        """The sockets of one viewer."""
        return self._people.of(viewer_id)

    def wait(self, session: Session) -> None:
        """Take a session that will be seated after the next frame."""
        self._waiting.append(session)

    def leave(self, session: Session, *, lost: bool) -> None:
        """Free the seat of a session whose connection is gone."""
        self.viewers.discard(session.protocol)
        self.staff.discard(session.protocol)
        self.idle_since = time.monotonic()
        if session.is_staff:
            self._staff_seats.discard(session)
        elif self._people.depart(session, lost=lost, at=time.monotonic()):
            self._note("leave", session.viewer_id)

    def forget_overdue(self) -> None:
        """Those whose line broke and who did not come back in time have left."""
        for viewer_id in self._people.overdue(time.monotonic()):
            self._note("leave", viewer_id)

    def call_roll(self) -> None:
        """Everybody who is here was given up for lost by the other gateways: they are back."""
        for viewer_id in self._people.viewer_ids():
            self._note("back", viewer_id)

    def let_in(self) -> None:
        """Seat those who wait, some hundreds at a time."""
        if not self._waiting:
            return
        now = self._waiting[: self._limits.admits_per_tick]
        self._waiting = self._waiting[self._limits.admits_per_tick :]
        snapshots: dict[bool, bytes] = {}
        for session in now:
            if session.is_over:
                continue
            missed = self._missed(session)
            session.tell(self._welcome(session, is_resumed=missed is not None))
            if missed is not None:
                session.tell(missed)
            else:
                if session.is_staff not in snapshots:
                    snapshots[session.is_staff] = self._snapshot(staff=session.is_staff)
                session.protocol.write(snapshots[session.is_staff])
            self._seat(session)

    def close(self, code: int, reason: str) -> None:
        """End every connection; everybody has left."""
        for session in (*self._people, *self._staff_seats, *self._waiting):
            session.end(code, reason)
        for session in list(self._people):
            if self._people.depart(session, lost=False, at=time.monotonic()):
                self._note("leave", session.viewer_id)
        for viewer_id in self._people.overdue(math.inf):
            self._note("leave", viewer_id)

    def _seat(self, session: Session) -> None:
        if session.is_staff:
            self.staff.add(session.protocol)
            self._staff_seats.add(session)
        else:
            self.viewers.add(session.protocol)
            is_back = session.resume is not None and session.resume.epoch == self._ring.epoch
            # Somebody who came back within the grace never left: it is the same view. Whether
            # they are still waited for at another gateway is seen where all is counted.
            if not is_back:
                self._note("enter", session.viewer_id)
            elif not self._people.is_present(session.viewer_id):
                self._note("back", session.viewer_id)
            for extra in self._people.arrive(session):
                self.viewers.discard(extra.protocol)
                extra.end(wire.CLOSE_REPLACED, "replaced")
        session.seated(self._room)

    def _missed(self, session: Session) -> wire.Tick | None:
        resume = session.resume
        if resume is None or resume.epoch != self._ring.epoch:
            return None
        events = self._ring.since(resume.seq, staff=session.is_staff)
        if events is None:
            return None
        return wire.Tick(
            seq=self._ring.seq, at=now_ms(), events=events, counters=self._memory.counters
        )

    def _snapshot(self, *, staff: bool) -> bytes:
        shot = self._memory.snapshot(seq=self._ring.seq, at=now_ms(), staff=staff)
        return frame(wire.encode(shot))

    def _welcome(self, session: Session, *, is_resumed: bool) -> wire.Welcome:
        name = ViewerName(id=session.viewer_id, nickname=session.nickname)
        return wire.Welcome(
            protocol=wire.PROTOCOL,
            viewer=None if session.is_staff else name,
            staff=session.is_staff,
            epoch=self._ring.epoch,
            at=now_ms(),
            tick_ms=round(self._limits.tick_s * 1000),
            resumed=is_resumed,
        )


def now_ms() -> int:
    """Milliseconds since 1970 by the server's clock."""
    return time.time_ns() // 1_000_000
