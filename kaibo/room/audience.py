"""One room on one gateway: hears what was spoken and writes it to whoever sits here."""

from collections import deque
from typing import Literal

from kaibo.journal.reads import Position
from kaibo.room import wire
from kaibo.room.hall import Hall, Note, now_ms
from kaibo.room.hub import Parcel
from kaibo.room.memory import Memory
from kaibo.room.outbox import parcels
from kaibo.room.protocol import frame
from kaibo.room.recent import Recent
from kaibo.room.ring import Ring
from kaibo.room.rules import Limits
from kaibo.room.session import Room
from kaibo.room.spoken import Spoken, State

# Ticks that a gateway can repeat to others after Redis came back with nothing.
TICKS_KEPT = 16
# Lines of chat that are known to have been said.
LINES_KNOWN = 2_000

Heard = Literal["taken", "known", "gap"]

_ALERTS = {
    True: (
        "nodes_apart",
        "与其他节点失去联系：画面事件暂停，抢购与下单不受影响",
        "Cut off from other nodes: their events wait, claims and orders go on",
    ),
    False: ("nodes_joined", "已恢复与其他节点的联系", "Other nodes are back"),
}


class Audience:
    """What every gateway of a room knows, and its own sockets.

    All gateways read the same ticks in the same order and take only the one that follows what
    they know, so all know the same after the same tick.
    """

    def __init__(self, room: Room, memory: Memory, *, note: Note, limits: Limits) -> None:
        self.memory = memory
        self.ring = Ring(limits.ring_events)
        self.hall = Hall(room, memory, ring=self.ring, note=note, limits=limits)
        self.n = 0
        self.place = Position()
        self.mail = ""
        self.recent: deque[Spoken] = deque(maxlen=TICKS_KEPT)
        self._ids: deque[str] = deque([""], maxlen=TICKS_KEPT)
        self._said = Recent(LINES_KNOWN)
        self._limits = limits

    @property
    def last(self) -> str:
        """The id of the newest tick."""
        return self._ids[-1]

    def found(self, epoch: str, *, place: Position) -> None:
        """Begin a new life of the room; facts up to ``place`` are in its memory."""
        self.ring.restart(epoch, [], seq=0)
        self.place = place

    def knows_line(self, line_id: int) -> bool:
        """Whether a line of chat was said lately."""
        return line_id in self._said

    # --- hearing -------------------------------------------------------------------------

    def hear(self, spoken: Spoken) -> Heard:
        """Deliver a tick that follows what is known here.

        ``known``: heard before, or it lost against another of the same number. ``gap``: what it
        follows is not known here; only the room's state helps.
        """
        if spoken.epoch != self.ring.epoch:
            return "gap"
        if spoken.n <= self.n:
            return "known"
        if spoken.n != self.n + 1 or spoken.prev != self.last:
            return "gap"
        self.n, self.place, self.mail = spoken.n, spoken.place, spoken.mail
        self._ids.append(spoken.id)
        self.recent.append(spoken)
        self._apply(spoken)
        self._deliver(spoken)
        return "taken"

    def _apply(self, spoken: Spoken) -> None:
        memory = self.memory
        for event in spoken.events:
            memory.apply(event)
            self.ring.add(event)
        if spoken.counters is not None:
            memory.counters = spoken.counters
        if spoken.board is not None:
            memory.board = spoken.board
        for line in spoken.chat or ():
            memory.chat.append(line)
            self._said.add(line.id)

    def _deliver(self, spoken: Spoken) -> None:
        for group, staff in ((self.hall.viewers, False), (self.hall.staff, True)):
            if len(group):
                for parcel in parcels(spoken, staff=staff, step=self._limits.events_per_frame):
                    group.send(parcel)

    # --- coming late ---------------------------------------------------------------------

    def state(self) -> State:
        """The room as it is known here."""
        return State(
            epoch=self.ring.epoch,
            n=self.n,
            recent=list(self._ids),
            place=self.place,
            mail=self.mail,
            room=self.memory.snapshot(seq=self.ring.seq, at=now_ms(), staff=True),
            events=self.ring.events(),
            said=list(self._said),
        )

    def is_news(self, state: State) -> bool:
        """Whether a state is not an older one of what is known here."""
        return state.epoch != self.ring.epoch or state.n > self.n

    def adopt(self, state: State) -> None:
        """Become what another gateway knows, and tell whoever sits here what they missed.

        Who merely fell behind is told the missed events. If what was heard here is no part of
        the room any more (a tick that only this gateway heard), everybody gets the whole room.
        """
        is_behind = state.epoch == self.ring.epoch and self.last in state.recent
        heard = self.ring.seq
        self.n, self.place, self.mail = state.n, state.place, state.mail
        self._ids.extend(state.recent)
        self._said.update(state.said)
        self.memory.adopt(state.room)
        self.ring.restart(state.epoch, state.events, seq=state.room.seq)
        for group, staff in ((self.hall.viewers, False), (self.hall.staff, True)):
            missed = self.ring.since(heard, staff=staff) if is_behind else None
            told: wire.Tick | wire.Snapshot
            if missed is None:
                told = self.memory.snapshot(seq=self.ring.seq, at=now_ms(), staff=staff)
            else:
                told = wire.Tick(
                    seq=self.ring.seq,
                    at=now_ms(),
                    events=missed,
                    counters=self.memory.counters,
                    chat=list(self.memory.chat),
                )
            group.send(_parcel(told))

    # --- being apart ---------------------------------------------------------------------

    def be_apart(self, *, apart: bool) -> None:
        """Tell the staff here that this gateway cannot hear the others, or can again."""
        if self.memory.apart == apart:
            return
        self.memory.apart = apart
        code, zh, en = _ALERTS[apart]
        events: list[wire.Event] = [
            wire.NodesEvent(apart=apart),
            wire.AlertEvent(code=code, text=zh, text_en=en),
        ]
        told = wire.Tick(seq=self.ring.seq, at=now_ms(), events=events)
        self.hall.staff.send(_parcel(told))


def _parcel(message: wire.Tick | wire.Snapshot) -> Parcel:
    framed = frame(wire.encode(message))
    return Parcel(full=framed, lean=framed, bare=framed)
