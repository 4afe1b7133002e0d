"""What passes between the picture engine and the rest of the house."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

APP = "live"
"""The one RTMP application there is: encoders are told rtmp://host:port/live."""


@dataclass(frozen=True, slots=True)
class PublishGrant:
    """An encoder may send the picture of one show."""

    org_id: int
    show_id: int
    room_code: str
    key_id: int


@dataclass(frozen=True, slots=True)
class PublishRequest:
    """What an encoder asked for. The secret is kept out of every printout."""

    app: str
    room_code: str
    peer: str
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class StreamBegan:
    """The first picture of one connection has arrived."""

    session_id: str
    grant: PublishGrant
    began_at: datetime
    width: int
    height: int
    has_sound: bool
    recording: str


@dataclass(frozen=True, slots=True)
class StreamOver:
    """The connection that ``StreamBegan`` announced is over.

    Attributes:
        reason: ``finished``, ``lost``, ``idle``, ``taken_over``, ``revoked``, ``broken``,
            ``refused`` or ``shutdown``.
        received_bytes: picture and sound as received.
        recorded_ms: length of what is on disk.
    """

    session_id: str
    grant: PublishGrant
    over_at: datetime
    reason: str
    received_bytes: int
    recorded_ms: int


Authorise = Callable[[str, str], PublishGrant]
"""(room code, secret) -> grant, or raises a ``Refusal``. Synchronous; called on a thread."""

OnStart = Callable[[StreamBegan], None]
OnStop = Callable[[StreamOver], None]
