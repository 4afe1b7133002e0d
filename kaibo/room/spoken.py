"""What the gateways of one room tell one another: the ticks of the room, and its mail.

Everything is read back through these types, so what another process wrote is checked before it
is used. Instants are milliseconds since 1970 by the writer's clock.
"""

from typing import Annotated, Literal

import msgspec

from kaibo.journal.reads import Position
from kaibo.room.asked import Number
from kaibo.room.shown import Board, ChatLine, Counters
from kaibo.room.wire import Event, Snapshot

Name = Annotated[str, msgspec.Meta(max_length=64)]

ActKind = Literal["enter", "back", "leave", "like", "comment", "follow", "unfollow", "share"]


class Spoken(msgspec.Struct, frozen=True, kw_only=True):
    """One tick of a room, the same on every gateway.

    ``n`` counts the ticks of a life of the room; ``prev`` is the ``id`` of the one before, and a
    tick that does not follow what a gateway knows last is not delivered: that alone keeps two
    conductors from being heard at once. ``seq`` is the number of the last of ``events``.
    ``place``: every fact up to here is in this tick or an earlier one. ``mail``: the same for
    the mail of the gateways. ``gone``: gateways that were found dead.
    """

    epoch: Name
    n: Number
    id: Name
    prev: Name
    seq: Number
    at: Number
    place: Position
    mail: Name
    events: list[Event]
    counters: Counters | None = None
    chat: list[ChatLine] | None = None
    board: Board | None = None
    gone: list[Name] = []


class State(msgspec.Struct, frozen=True, kw_only=True):
    """A whole room after tick ``n``, for a gateway that comes later or fell behind.

    ``recent``: ids of the newest ticks, oldest first, so that the reader sees whether it merely
    fell behind. ``events``: the newest control events, the last of them numbered ``room.seq``.
    """

    epoch: Name
    n: Number
    recent: list[Name]
    place: Position
    mail: Name
    room: Snapshot
    events: list[Event]
    said: list[int]


class Act(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """One act that the lake has. ``node``: the gateway it happened at."""

    at_ms: Number
    no: Number
    kind: ActKind
    viewer_id: Number
    value: Number
    node: Name


class Report(msgspec.Struct, frozen=True, kw_only=True, tag="report"):
    """What a gateway's viewers did; ``no`` rises by one, so that a lost report is noticed.

    Every act of the gateway later than ``from_ms`` and up to ``upto_ms`` is in this report;
    ``from_ms`` is the ``upto_ms`` of the report before. ``is_last``: it leaves the room.
    """

    node: Name
    no: Number
    from_ms: Number
    upto_ms: Number
    acts: list[Act]
    has_staff: bool = False
    is_last: bool = False


class Lines(msgspec.Struct, frozen=True, kw_only=True, tag="lines"):
    """Chat that was kept and may be shown."""

    lines: list[ChatLine]


class Ask(msgspec.Struct, frozen=True, kw_only=True, tag="ask"):
    """A gateway needs the room's state."""

    node: Name


Mail = Report | Lines | Ask

_encoder = msgspec.msgpack.Encoder()
_spoken: msgspec.msgpack.Decoder[Spoken] = msgspec.msgpack.Decoder(Spoken)
_state: msgspec.msgpack.Decoder[State] = msgspec.msgpack.Decoder(State)
_mail: msgspec.msgpack.Decoder[Mail] = msgspec.msgpack.Decoder(Mail)


def encode(message: Spoken | State | Mail) -> bytes:
    """One message between gateways as MessagePack."""
    return _encoder.encode(message)


def read_spoken(data: bytes) -> Spoken:
    """Read a tick; raises ``msgspec.DecodeError`` for anything else."""
    return _spoken.decode(data)


def read_state(data: bytes) -> State:
    """Read a state; raises ``msgspec.DecodeError`` for anything else."""
    return _state.decode(data)


def read_mail(data: bytes) -> Mail:
    """Read a piece of mail; raises ``msgspec.DecodeError`` for anything else."""
    return _mail.decode(data)
