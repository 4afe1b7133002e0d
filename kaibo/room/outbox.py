"""What a room has to say at the next tick, and the frames that say it."""

from collections import deque

import msgspec

from kaibo.room import wire
from kaibo.room.hub import Parcel
from kaibo.room.protocol import frame
from kaibo.room.rules import Limits
from kaibo.room.sampling import thin
from kaibo.room.shown import Board, ChatLine, Counters
from kaibo.room.spoken import Spoken

# What a line costs on the wire beside its text and name.
_LINE_BYTES = 110


class Outbox:
    """Events, chat and counters since the last frame. Events never wait and are never dropped.

    Chat beyond a tick's share waits for the next ticks; when too much waits it is sampled
    (``sampling.thin``). What staff and the host say is kept.
    """

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self.events: list[wire.Event] = []
        self._chat: deque[ChatLine] = deque()
        self.counters: Counters | None = None
        self.board: Board | None = None
        self._left_out = 0

    def add_event(self, event: wire.Event) -> None:
        """Say an event at the next tick."""
        self.events.append(event)

    def add_line(self, line: ChatLine) -> None:
        """Say a line of chat at the next tick, or a later one."""
        self._chat.append(line)

    def hide_line(self, message_id: int) -> None:
        """Forget a line that waits."""
        self._chat = deque(line for line in self._chat if line.id != message_id)

    def set_counters(self, counters: Counters) -> None:
        """Say the counters at the next tick."""
        self.counters = counters

    def set_board(self, board: Board) -> None:
        """Tell staff the board at the next tick."""
        self.board = board

    def is_empty(self) -> bool:
        """Whether there is nothing to say."""
        return not (self.events or self._chat or self.counters or self.board)

    def lines(self) -> list[ChatLine]:
        """The chat that fits into this tick, once what is too much for any tick is left out."""
        self._sample()
        left = self._limits.chat_bytes_per_tick
        lines: list[ChatLine] = []
        for line in self._chat:
            # Three bytes a character: most of it is Chinese.
            left -= _LINE_BYTES + 3 * (len(line.text) + len(line.nickname))
            if left < 0 and lines:
                break
            lines.append(line)
        return lines

    def clear(self, lines: list[ChatLine]) -> None:
        """Everything was said, and of the chat these lines."""
        self.events = []
        self.counters = self.board = None
        for _ in lines:
            self._chat.popleft()

    def take_left_out(self) -> int:
        """How many viewers' lines were left out since this was last asked."""
        left_out, self._left_out = self._left_out, 0
        return left_out

    def _sample(self) -> None:
        if len(self._chat) <= self._limits.chat_waiting_max:
            return
        kept = thin(self._chat, most=self._limits.chat_waiting_max)
        viewers = (sum(line.kind == "viewer" for line in lines) for lines in (self._chat, kept))
        self._left_out += next(viewers) - next(viewers)
        self._chat = deque(kept)


def parcels(spoken: Spoken, *, staff: bool, step: int) -> list[Parcel]:
    """The frames of one tick, for viewers or for staff, with at most ``step`` events each."""
    first = spoken.seq - len(spoken.events) + 1
    numbered = enumerate(spoken.events, start=first)
    events = [(n, event) for n, event in numbered if staff or not wire.is_for_staff(event)]
    found: list[Parcel] = []
    while len(events) > step:
        head, events = events[:step], events[step:]
        framed = _framed(wire.Tick(seq=head[-1][0], at=spoken.at, events=[e for _, e in head]))
        found.append(Parcel(full=framed, lean=framed, bare=framed))
    full = wire.Tick(
        seq=spoken.seq,
        at=spoken.at,
        events=[event for _, event in events],
        counters=spoken.counters,
        chat=spoken.chat,
        board=spoken.board if staff else None,
    )
    if full.events or full.chat or full.counters or full.board:
        found.append(_parcel(full))
    return found


def _framed(tick: wire.Tick) -> bytes:
    return frame(wire.encode(tick))


def _parcel(full: wire.Tick) -> Parcel:
    bare = wire.Tick(seq=full.seq, at=full.at, events=full.events)
    lean = msgspec.structs.replace(bare, counters=full.counters)
    framed_full = _framed(full)
    # Forms that say the same are not encoded twice.
    framed_lean = _framed(lean) if full.chat or full.board else framed_full
    framed_bare = _framed(bare) if full.counters else framed_lean
    return Parcel(
        full=framed_full,
        lean=framed_lean if full.events or full.counters else None,
        bare=framed_bare if full.events else None,
    )
