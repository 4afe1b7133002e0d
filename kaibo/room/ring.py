"""Recent control events by number, so that a returning client gets exactly what it missed."""

from collections import deque
from collections.abc import Iterable

from kaibo.room.wire import Event, is_for_staff


class Ring:
    """The last ``size`` control events of one life of a room.

    Numbers start at 1 and grow by 1. Staff events take numbers too, so a viewer's numbers have
    gaps but never go back.
    """

    def __init__(self, size: int, *, epoch: str = "") -> None:
        self._events: deque[tuple[int, Event]] = deque(maxlen=size)
        self.epoch = epoch
        self.seq = 0

    def add(self, event: Event) -> int:
        """Number an event."""
        self.seq += 1
        self._events.append((self.seq, event))
        return self.seq

    def events(self) -> list[Event]:
        """All that is kept, staff's included; the last of them has number ``seq``."""
        return [event for _, event in self._events]

    def restart(self, epoch: str, events: list[Event], *, seq: int) -> None:
        """Become another gateway's ring, whose last event has number ``seq``."""
        self.epoch, self.seq = epoch, seq
        self._events.clear()
        self._events.extend(enumerate(events, start=seq - len(events) + 1))

    def since(self, seq: int, *, staff: bool) -> list[Event] | None:
        """Events after number ``seq`` that this reader may see.

        Returns:
            None when some of them are no longer kept, or ``seq`` was never given out: only a
            snapshot helps.
        """
        if seq > self.seq:
            return None
        oldest = self._events[0][0] if self._events else self.seq + 1
        if seq < oldest - 1:
            return None
        return list(_visible((e for e in self._events if e[0] > seq), staff=staff))


def _visible(events: Iterable[tuple[int, Event]], *, staff: bool) -> Iterable[Event]:
    return (event for _, event in events if staff or not is_for_staff(event))
