"""What an RTMP connection asks of the engine, and what it may cost."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from kaibo.base.errors import Refusal
from kaibo.media.ports import PublishRequest


@dataclass(frozen=True, slots=True)
class RtmpLimits:
    """What one connection may cost us.

    Attributes:
        greet_s: from connecting to being accepted as a publisher.
        idle_s: without a single byte, once accepted.
        linger_s: a refused encoder has this long to read why.
        stranger_bytes_max: longest message before it is accepted.
        message_bytes_max: longest message of an accepted encoder.
        connections_max: open at once, over all rooms.
        connections_per_address_max: the same, from one address.
    """

    greet_s: float = 10.0
    idle_s: float = 15.0
    linger_s: float = 1.0
    stranger_bytes_max: int = 64 * 1024
    message_bytes_max: int = 8 * 1024 * 1024
    connections_max: int = 256
    connections_per_address_max: int = 32


class Intake(Protocol):
    """Where the tags of one accepted encoder go."""

    def on_tag(self, kind: int, timestamp_ms: int, body: bytes) -> None:
        """Take one tag; may raise a ``Refusal``, which is told to the encoder."""

    def on_end(self, reason: str) -> None:
        """The encoder is gone. Called once."""


HangUp = Callable[[Refusal, str], None]
"""(what to tell the encoder, reason for the record): ends its connection."""


class Reception(Protocol):
    """Decides about publishers."""

    async def accept(self, request: PublishRequest, hang_up: HangUp) -> Intake:
        """Let an encoder in, or raise a ``Refusal``."""
