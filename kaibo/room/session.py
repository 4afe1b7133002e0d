"""One connection of the room: its place, its limits, its first frame and its last."""

import asyncio
import time
from typing import Any, Protocol

import msgspec
import structlog

from kaibo.base.actor import Actor
from kaibo.base.errors import Refusal
from kaibo.promotions.reads import ClaimAnswer
from kaibo.room import asked, wire
from kaibo.room.claims import SoldOut, answer_frame
from kaibo.room.protocol import RoomProtocol, frame
from kaibo.room.rules import Bucket, Limits

_log = structlog.get_logger(__name__)
# Frames that a client may send ahead of the welcome.
EARLY_MAX = 16


class Room(Protocol):
    """What a session needs of the stage it sits in."""

    def receive(self, session: "Session", message: asked.ClientMessage) -> None:
        """Handle one frame."""

    def leave(self, session: "Session", *, lost: bool) -> None:
        """Forget the session."""


class Doorman(Protocol):
    """Who lets sessions in."""

    limits: Limits

    async def admit(self, session: "Session", join: asked.Join) -> None:
        """Seat the session in its room, or end it with the right code."""

    def gone(self, session: "Session") -> None:
        """Forget a session that ended."""


class Session:
    """One socket from its acceptance to its end."""

    def __init__(self, protocol: RoomProtocol, door: Doorman, *, lang: str, address: str) -> None:
        self.protocol = protocol
        self.lang, self.address = lang, address
        self.viewer_id = 0
        self.nickname = ""
        self.actor: Actor | None = None
        self.room: Room | None = None
        self.resume: asked.Resume | None = None
        self._door = door
        self._early: list[asked.ClientMessage] = []
        self._joining: asyncio.Task[None] | None = None
        limits, at = door.limits, time.monotonic()
        self._frames = Bucket(rate=limits.frames_per_s, burst=limits.frames_burst, at=at)
        self.is_over = False
        self._clock = protocol.loop.call_later(limits.join_s, self._late)

    @property
    def is_staff(self) -> bool:
        """Whether this is a desk or host board, not a viewer."""
        return self.actor is not None

    def on_message(self, data: bytes, *, is_text: bool) -> None:
        """Read one frame; a bad one ends the connection with 4000, a flood with 4029."""
        if not self._frames.take(1, at=time.monotonic()):
            self.end(wire.CLOSE_TOO_MANY, "too many frames")
            return
        try:
            if not is_text:
                raise msgspec.DecodeError("binary frame")
            message = wire.decode_client(data)
        except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
            self.end(wire.CLOSE_BAD_FRAME, _short(str(error)))
            return
        if self.room is not None:
            self._hand_over(message)
        elif self._joining is not None:
            if isinstance(message, asked.Join) or len(self._early) >= EARLY_MAX:
                self.end(wire.CLOSE_BAD_FRAME, "wait for the welcome")
            else:
                self._early.append(message)
        elif isinstance(message, asked.Join):
            self._clock.cancel()
            self._joining = self.protocol.loop.create_task(self._join(message))
        else:
            self.end(wire.CLOSE_BAD_FRAME, "join must come first")

    def on_lost(self, code: int | None) -> None:
        """The connection is gone: free the seat."""
        self._clock.cancel()
        self.is_over = True
        room, self.room = self.room, None
        if room is not None:
            # 1000 and 1001 are a page that was closed; anything else may come back.
            room.leave(self, lost=code not in (1000, 1001))
        self._door.gone(self)

    def seated(self, room: Room) -> None:
        """Sit in a room; frames that came early are handled now, in order."""
        self.room = room
        early, self._early = self._early, []
        for message in early:
            self._hand_over(message)

    def tell(self, message: wire.ServerMessage) -> None:
        """Write one frame to this connection alone."""
        self.protocol.write(frame(wire.encode(message)))

    def answer(
        self,
        ref: str,
        code: str,
        *,
        ok: bool = False,
        message: str | None = None,
        data: wire.ChatResult | None = None,
    ) -> None:
        """Answer the frame that carried ``ref``."""
        self.tell(wire.Answer(ref=ref, ok=ok, code=code, message=message, data=data))

    def refuse(self, ref: str, refusal: Refusal) -> None:
        """Answer with a refusal, in the language of the page."""
        self.answer(ref, refusal.code, message=refusal.message(self.lang))

    def claimed(self, claim: asked.Claim, answer: ClaimAnswer) -> None:
        """Answer a claim with what the judge said."""
        self.tell(answer_frame(claim, answer, lang=self.lang))

    def lost(self, claim: asked.Claim, sold_out: SoldOut) -> None:
        """Answer a claim that came after the last unit."""
        payload = sold_out.frame(self.lang, ref=claim.ref, key=claim.key)
        self.protocol.write(frame(payload))

    def end(self, code: int, reason: str = "") -> None:
        """Close; the seat is freed when the connection is gone."""
        self._clock.cancel()
        self.protocol.end(code, reason)

    def _late(self) -> None:
        self.end(wire.CLOSE_NOT_ADMITTED, "no join in time")

    async def _join(self, join: asked.Join) -> None:
        try:
            await self._door.admit(self, join)
        except Exception:
            _log.exception("join_failed")
            self.end(wire.CLOSE_RESTARTING, "try again")

    def _hand_over(self, message: asked.ClientMessage) -> None:
        if isinstance(message, asked.Join):
            self.end(wire.CLOSE_BAD_FRAME, "already joined")
            return
        assert self.room is not None
        try:
            self.room.receive(self, message)
        except Exception:
            # One bad message must not end the room, nor the connection.
            _log.exception("message_failed", frame=type(message).__name__)
            ref: Any = getattr(message, "ref", None)
            if ref is not None:
                self.answer(ref, "internal_error")


def _short(text: str) -> str:
    # A close reason has at most 123 bytes; messages of the decoder are ASCII but for field names.
    return text.encode("ascii", "replace")[:100].decode()
