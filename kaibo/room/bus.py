"""What joins the gateways of a room: the port, and the bus of a single process.

Nothing on a bus waits for an answer and nothing on it is certain: who says something knows that
it was heard when he hears it himself, and says it again until then. Listeners therefore take
everything twice without harm.
"""

import uuid
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from kaibo.room.spoken import Mail, Spoken, State

# Mail that a successor of the conductor can still read.
MAIL_KEPT = 1_000


class BusAway(Exception):
    """The other gateways cannot be reached, and a room that is not open here cannot be opened."""


class Listener(Protocol):
    """One room of this gateway, as its bus sees it. Everything may come twice, or late."""

    def on_spoken(self, spoken: Spoken) -> None:
        """A tick of the room, in the one order that all gateways read."""

    def on_mail(self, mail: Mail, place: str) -> None:
        """Something for the conductor; ``place`` is where to read on after it."""

    def on_baton(self, *, held: bool) -> None:
        """Whether this gateway conducts the room; may be told again."""

    def on_link(self, *, up: bool) -> None:
        """Whether the others can be reached."""


class Bus(Protocol):
    """A gateway's way to the others. All methods run on the event loop."""

    node: str
    is_up: bool

    async def start(self) -> None:
        """Begin; returns also when the others cannot be reached yet."""

    async def stop(self) -> None:
        """Send what waits, then end."""

    async def found(self, show_id: int, *, force: bool = False) -> bool:
        """Ask for a room that this gateway does not know; True: nobody has it, it is yours.

        Args:
            force: it was asked for in vain; whatever a dead gateway left is thrown away.

        Raises:
            BusAway
        """

    async def state(self, show_id: int) -> State | None:
        """The room as its conductor wrote it down for this gateway, once; raises ``BusAway``."""

    def keep_state(self, show_id: int, node: str, state: State) -> None:
        """Write the room down for a gateway that asked; it is forgotten after some seconds."""

    def join(self, show_id: int, listener: Listener) -> None:
        """Hear a room from now on, its last ticks first, and stand by to conduct it."""

    def leave(self, show_id: int, *, is_last: bool) -> None:
        """Hear no more, and give back the baton; the last one turns off the light."""

    def say(self, show_id: int, spoken: Spoken) -> None:
        """Speak a tick to all, oneself included."""

    def read_mail(self, show_id: int, *, after: str) -> None:
        """Hear the mail too, from a place on ("": from the oldest)."""

    def send(self, show_id: int, mail: Mail) -> None:
        """Send something to the conductor; kept for a while if it cannot be sent now."""


@dataclass(slots=True)
class _Room:
    listeners: dict[str, Listener] = field(default_factory=dict)
    holder: str = ""
    states: dict[str, State] = field(default_factory=dict)
    mail: deque[tuple[int, Mail]] = field(default_factory=lambda: deque(maxlen=MAIL_KEPT))
    written: int = 0
    # Who reads the mail, and up to which place it was read.
    reader: str = ""
    read: int = 0


class Exchange:
    """Rooms of gateways that share an event loop: one gateway in the product, more in tests."""

    def __init__(self) -> None:
        self.rooms: dict[int, _Room] = {}
        self._waiting: deque[Callable[[], None]] = deque()
        self._is_busy = False

    def room(self, show_id: int) -> _Room:
        """The room of a show."""
        return self.rooms.setdefault(show_id, _Room())

    def do(self, work: Callable[[], None]) -> None:
        """Do one thing after another, also when it causes the next."""
        self._waiting.append(work)
        if self._is_busy:
            return
        self._is_busy = True
        try:
            while self._waiting:
                self._waiting.popleft()()
        finally:
            self._is_busy = False


class LocalBus:
    """The bus without a network: what is said is heard before ``say`` returns."""

    def __init__(self, exchange: Exchange | None = None) -> None:
        self.node = uuid.uuid4().hex[:12]
        self.is_up = True
        self._exchange = exchange or Exchange()

    async def start(self) -> None:
        """Nothing to begin."""

    async def stop(self) -> None:
        """Nothing to end."""

    async def found(self, show_id: int, *, force: bool = False) -> bool:
        """True for the first who asks."""
        room = self._exchange.room(show_id)
        if room.holder in room.listeners or (room.holder and not force):
            return False
        room.holder = self.node
        return True

    async def state(self, show_id: int) -> State | None:
        """What the conductor wrote down for this gateway."""
        return self._exchange.room(show_id).states.pop(self.node, None)

    def keep_state(self, show_id: int, node: str, state: State) -> None:
        """Write the room down for a gateway."""
        self._exchange.room(show_id).states[node] = state

    def join(self, show_id: int, listener: Listener) -> None:
        """Hear a room; whoever finds no conductor conducts."""
        room = self._exchange.room(show_id)
        room.listeners[self.node] = listener
        room.holder = room.holder or self.node
        self._exchange.do(lambda: listener.on_baton(held=room.holder == self.node))

    def leave(self, show_id: int, *, is_last: bool) -> None:
        """Hear no more; the next one conducts."""
        room = self._exchange.room(show_id)
        room.listeners.pop(self.node, None)
        if not room.listeners:
            self._exchange.rooms.pop(show_id, None)
        elif room.holder == self.node:
            room.holder, heir = next(iter(room.listeners.items()))
            self._exchange.do(lambda: heir.on_baton(held=True))

    def say(self, show_id: int, spoken: Spoken) -> None:
        """Speak a tick to all."""
        for listener in list(self._exchange.room(show_id).listeners.values()):
            self._exchange.do(lambda listener=listener: listener.on_spoken(spoken))  # type: ignore[misc]

    def read_mail(self, show_id: int, *, after: str) -> None:
        """Hear the mail from a place on."""
        room = self._exchange.room(show_id)
        room.reader, room.read = self.node, int(after or 0)
        self._exchange.do(lambda: self._deliver(room))

    def send(self, show_id: int, mail: Mail) -> None:
        """Send something to the conductor."""
        room = self._exchange.room(show_id)
        room.written += 1
        room.mail.append((room.written, mail))
        self._exchange.do(lambda: self._deliver(room))

    def _deliver(self, room: _Room) -> None:
        listener = room.listeners.get(room.reader)
        if listener is None:
            return
        for number, mail in list(room.mail):
            if number > room.read:
                room.read = number
                listener.on_mail(mail, str(number))
        if len(room.listeners) == 1:
            # Nobody who might read it again.
            room.mail.clear()
