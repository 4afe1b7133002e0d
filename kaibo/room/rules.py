"""Who may speak, how often, and what a slow reader still gets. Pure."""

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from kaibo.room.asked import CHAT_CHARS_MAX
from kaibo.room.errors import EmptyMessage, MessageTooLong, MutedNow

# A report must be answered within this time.
REPORT_ANSWER_DAYS = 3
# The whole room is warned of off-platform trade at most this often.
WARNING_EVERY_S = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Every number that bounds a room; ``…_s`` are seconds, ``…_bytes`` bytes."""

    tick_s: float = 0.15
    quiet_s: float = 5.0
    join_s: float = 10.0
    grace_s: float = 10.0
    linger_s: float = 30.0
    connections_max: int = 20_000
    admits_per_tick: int = 500
    sockets_per_viewer: int = 4
    frames_per_s: float = 40.0
    frames_burst: int = 120
    chat_per_s: float = 1.0
    chat_burst: int = 5
    likes_per_s: float = 20.0
    likes_burst: int = 40
    claims_per_s: float = 5.0
    claims_burst: int = 10
    # By address. A school or a carrier puts hundreds of phones behind one, all of whom press in
    # the same second, come within a minute, and come back together after a restart; and it
    # takes twenty such addresses to fill this server.
    sockets_per_address: int = 1_000
    joins_per_address_s: float = 50.0
    joins_per_address_burst: int = 1_000
    enters_per_address_s: float = 20.0
    enters_per_address_burst: int = 500
    claims_per_address_s: float = 200.0
    claims_per_address_burst: int = 1_000
    # Bids of an auction are judged one at a time under its lock: fewer, or they only wait.
    bids_per_address_s: float = 50.0
    bids_per_address_burst: int = 300
    # Notices of rights holders are written by people, one at a time.
    notices_per_address_s: float = 1 / 60
    notices_per_address_burst: int = 5
    chat_bytes_per_tick: int = 8_000
    chat_waiting_max: int = 1_000
    events_per_frame: int = 24
    chat_recent: int = 50
    ring_events: int = 2_000
    ticket_gather_s: float = 0.01
    ticket_batch: int = 200
    claim_gather_s: float = 0.004
    claim_batch: int = 1_000
    chat_gather_s: float = 0.02
    chat_batch: int = 1_000
    inbox_max: int = 20_000
    lake_s: float = 0.5
    report_s: float = 1.0
    gone_s: float = 5.0
    again_s: float = 1.0
    open_s: float = 4.0
    lake_batch: int = 5_000
    lake_waiting_max: int = 200_000
    board_s: float = 2.0
    lean_bytes: int = 48 * 1024
    bare_bytes: int = 96 * 1024
    slow_bytes: int = 256 * 1024


class Bucket:
    """A token bucket: ``rate`` a second, ``burst`` at once. The caller brings the time."""

    __slots__ = ("_at", "_burst", "_left", "_rate")

    def __init__(self, *, rate: float, burst: int, at: float) -> None:
        self._rate = rate
        self._burst = float(burst)
        self._left = float(burst)
        self._at = at

    def take(self, wanted: int, *, at: float) -> int:
        """How many of ``wanted`` are granted at time ``at`` (seconds, any steady clock).

        >>> bucket = Bucket(rate=1.0, burst=5, at=0.0)
        >>> [bucket.take(1, at=0.0) for _ in range(6)], bucket.take(3, at=2.0)
        ([1, 1, 1, 1, 1, 0], 2)
        """
        self._left = min(self._burst, self._left + (at - self._at) * self._rate)
        self._at = at
        granted = min(wanted, int(self._left))
        self._left -= granted
        return granted

    def is_full(self, *, at: float) -> bool:
        """Whether nothing is missing at time ``at``, as in a new one."""
        return self._left + (at - self._at) * self._rate >= self._burst


def fair_shares(senders: Sequence[str], most: int) -> list[int]:
    """Whom to take of those who wait: senders in turn, each sender's own in their order.

    Returns:
        At most ``most`` places, ascending.

    >>> fair_shares(["a", "a", "a", "b", "a", "c"], 4)
    [0, 1, 3, 5]
    """
    turns: list[int] = []
    seen: dict[str, int] = {}
    for sender in senders:
        turn = seen.get(sender, 0)
        turns.append(turn)
        seen[sender] = turn + 1
    return sorted(sorted(range(len(turns)), key=turns.__getitem__)[:most])


class Pace:
    """How fast one viewer may act, over all their sockets and reconnections."""

    __slots__ = ("chat", "claims", "likes")

    def __init__(self, limits: Limits, *, at: float) -> None:
        self.chat = Bucket(rate=limits.chat_per_s, burst=limits.chat_burst, at=at)
        self.likes = Bucket(rate=limits.likes_per_s, burst=limits.likes_burst, at=at)
        self.claims = Bucket(rate=limits.claims_per_s, burst=limits.claims_burst, at=at)


# Actions of the rulebook that keep a line of chat off the screens.
_HIDING = frozenset({"hide", "block", "pause"})

Lane = Literal["full", "lean", "bare", "close"]


def lane(backlog_bytes: int, limits: Limits) -> Lane:
    """What a reader still gets who has this much unsent: chat goes first, then the counters.

    ``full``: everything. ``lean``: no chat. ``bare``: control events only. ``close``: the
    connection ends with 4008; control events are never dropped from one that goes on.
    """
    if backlog_bytes <= limits.lean_bytes:
        return "full"
    if backlog_bytes <= limits.bare_bytes:
        return "lean"
    return "bare" if backlog_bytes <= limits.slow_bytes else "close"


# Line breaks and other controls would turn one line into several, or into nothing seen.
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+")


def chat_text(text: str) -> str:
    """One line of chat as it is kept and shown: controls become blanks, the ends are trimmed.

    Nothing else is changed or escaped: it is text, and every page shows it as text.

    Raises:
        EmptyMessage, MessageTooLong.

    >>> chat_text(" <b>hi</b>\\n1 ")
    '<b>hi</b> 1'
    """
    line = _CONTROL.sub(" ", text).strip()
    if not line:
        raise EmptyMessage
    if len(line) > CHAT_CHARS_MAX:
        raise MessageTooLong(chars=len(line), chars_max=CHAT_CHARS_MAX)
    return line


def check_may_chat(muted_until: dt.datetime | None, *, now: dt.datetime) -> None:
    """Refuse a viewer who is muted at ``now``; a mute ends at its very moment.

    Raises:
        MutedNow: with the end as text.
    """
    if muted_until is not None and now < muted_until:
        raise MutedNow(until=muted_until.strftime("%Y-%m-%d %H:%M"))


def warning_due(
    warned_at: dt.datetime | None, *, now: dt.datetime, every_s: int = WARNING_EVERY_S
) -> bool:
    """Whether the room may be warned of off-platform trade (again) at ``now``."""
    return warned_at is None or now - warned_at >= dt.timedelta(seconds=every_s)


def chat_state(actions: frozenset[str]) -> Literal["shown", "hidden", "warned"]:
    """What becomes of a line whose findings ask for these actions; the strictest decides.

    >>> chat_state(frozenset({"record"})), chat_state(frozenset({"warn", "hide"}))
    ('shown', 'hidden')
    """
    if actions & _HIDING:
        return "hidden"
    return "warned" if "warn" in actions else "shown"


def report_due(at: dt.datetime) -> dt.datetime:
    """When a report filed at ``at`` must have its answer."""
    return at + dt.timedelta(days=REPORT_ANSWER_DAYS)
