"""RTMP, the encoder's side of the house: take a publisher, refuse everything else.

One asyncio protocol per connection. It knows nothing of shows or playlists: who may publish,
and where the tags go, is asked of the ``Reception`` it is given.

Source: "Adobe's Real Time Messaging Protocol", 2012; sections 5.2 (handshake) and 7 (commands).
"""

import asyncio
import os
from collections.abc import Callable
from typing import cast
from urllib.parse import parse_qs

import structlog

from kaibo.base.errors import Refusal
from kaibo.media import amf, chunks
from kaibo.media.errors import PublishNotChecked
from kaibo.media.ports import APP, PublishRequest
from kaibo.media.reception import Intake, Reception, RtmpLimits

_log = structlog.get_logger(__name__)

VERSION = 3
HANDSHAKE_BYTES = 1536
WINDOW_BYTES = 2_500_000
OUT_CHUNK_BYTES = 4096
STREAM_ID = 1
NAME_LENGTH_MAX = 512


class RtmpServer:
    """Counts connections and hands each to its protocol."""

    def __init__(self, reception: Reception, limits: RtmpLimits) -> None:
        self.reception = reception
        self.limits = limits
        self._open: set[RtmpConnection] = set()
        self._server: asyncio.Server | None = None

    async def start(self, host: str, port: int) -> int:
        """Listen; port 0 takes a free one. Returns the port."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: RtmpConnection(self), host, port)
        bound: int = self._server.sockets[0].getsockname()[1]
        return bound

    async def stop(self) -> None:
        """Stop listening and drop every connection."""
        if self._server is not None:
            self._server.close()
        for connection in list(self._open):
            connection.drop("shutdown")
        if self._server is not None:
            await self._server.wait_closed()
            self._server = None

    def admit(self, connection: "RtmpConnection") -> bool:
        """Whether there is room for one more; remembers it if so."""
        same = sum(1 for other in self._open if other.address == connection.address)
        limits = self.limits
        if len(self._open) >= limits.connections_max or same >= limits.connections_per_address_max:
            return False
        self._open.add(connection)
        return True

    def forget(self, connection: "RtmpConnection") -> None:
        """The connection is closed."""
        self._open.discard(connection)


class RtmpConnection(asyncio.Protocol):
    """One encoder, from its first byte to its last."""

    _transport: asyncio.Transport

    def __init__(self, server: RtmpServer) -> None:
        self.address = ""
        self._server = server
        self._limits = server.limits
        self._loop = asyncio.get_running_loop()
        self._hello = bytearray()
        self._greetings_left = 2  # C0+C1, then C2
        self._reader = chunks.ChunkReader(
            message_bytes_max=self._limits.stranger_bytes_max,
            pending_bytes_max=2 * self._limits.stranger_bytes_max,
        )
        self._app = ""
        self._app_query = ""
        self._intake: Intake | None = None
        self._accepting: asyncio.Task[None] | None = None
        self._is_closing = False
        self._timer: asyncio.TimerHandle | None = None
        self._heard_at = 0.0
        self._received_bytes = 0
        self._acknowledged_bytes = 0

    # -- asyncio -----------------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # uvloop's is one in deed, not name
        peer = transport.get_extra_info("peername")
        self.address = str(peer[0]) if peer else "?"
        if not self._server.admit(self):
            _log.warning("rtmp_connection_refused", peer=self.address)
            self._is_closing = True
            self._transport.abort()
            return
        self._heard_at = self._loop.time()
        self._timer = self._loop.call_later(self._limits.greet_s, self._greet_timeout)

    def connection_lost(self, exc: Exception | None) -> None:
        self._is_closing = True
        if self._timer is not None:
            self._timer.cancel()
        self._end_intake("lost")
        self._server.forget(self)

    def data_received(self, data: bytes) -> None:
        if self._is_closing:
            return
        self._heard_at = self._loop.time()
        self._received_bytes += len(data)
        try:
            self._take(data)
        except (chunks.ChunkBroken, amf.AmfBroken) as broken:
            _log.warning("rtmp_broken", peer=self.address, why=str(broken))
            self.drop("broken")
            return
        self._acknowledge()

    def eof_received(self) -> bool:
        return False

    # -- time --------------------------------------------------------------------------------

    def _greet_timeout(self) -> None:
        _log.info("rtmp_greet_timeout", peer=self.address)
        self.drop("idle")

    def _idle_check(self) -> None:
        idle_s = self._loop.time() - self._heard_at
        if idle_s >= self._limits.idle_s:
            _log.info("rtmp_idle", peer=self.address)
            self.drop("idle")
            return
        self._set_timer(self._limits.idle_s - idle_s, self._idle_check)

    def _set_timer(self, delay_s: float, callback: Callable[[], None]) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = self._loop.call_later(delay_s, callback)

    # -- bytes in ----------------------------------------------------------------------------

    def _take(self, data: bytes) -> None:
        if self._greetings_left:
            self._hello += data
            rest = self._greet()
            if rest is None:
                return
            data = rest
        self._reader.feed(data)
        self._read_messages()

    def _greet(self) -> bytes | None:
        """The handshake. What follows it, once it is done."""
        if self._greetings_left == 2 and len(self._hello) >= 1 + HANDSHAKE_BYTES:
            if self._hello[0] != VERSION:
                raise chunks.ChunkBroken("not RTMP")
            theirs = bytes(self._hello[1 : 1 + HANDSHAKE_BYTES])
            del self._hello[: 1 + HANDSHAKE_BYTES]
            ours = bytes(8) + os.urandom(HANDSHAKE_BYTES - 8)
            self._transport.write(bytes((VERSION,)) + ours + theirs)
            self._greetings_left = 1
        if self._greetings_left == 1 and len(self._hello) >= HANDSHAKE_BYTES:
            self._greetings_left = 0
            rest = bytes(self._hello[HANDSHAKE_BYTES:])
            self._hello.clear()
            return rest
        return None

    def _read_messages(self) -> None:
        while not self._is_closing and self._accepting is None:
            message = self._reader.next_message()
            if message is None:
                return
            self._on_message(message)

    def _acknowledge(self) -> None:
        if self._received_bytes - self._acknowledged_bytes >= WINDOW_BYTES // 2:
            self._acknowledged_bytes = self._received_bytes
            count = self._received_bytes & 0xFFFFFFFF
            self._send(chunks.ACKNOWLEDGEMENT, count.to_bytes(4, "big"))

    # -- messages ----------------------------------------------------------------------------

    def _on_message(self, message: chunks.Message) -> None:
        kind = message.kind
        if kind in (chunks.AUDIO, chunks.VIDEO, chunks.DATA):
            if self._intake is not None:
                self._pass_on(self._intake, message)
        elif kind == chunks.COMMAND:
            self._on_command(amf.decode(message.body))
        elif kind == chunks.COMMAND_AMF3:  # a zero byte, then AMF0 all the same
            self._on_command(amf.decode(message.body[1:]))
        elif kind == chunks.USER_CONTROL and message.body[:2] == b"\0\6":
            self._send(chunks.USER_CONTROL, b"\0\7" + message.body[2:6])

    def _pass_on(self, intake: Intake, message: chunks.Message) -> None:
        try:
            intake.on_tag(message.kind, message.timestamp_ms, message.body)
        except Refusal as refusal:
            self.hang_up(refusal, "refused")

    def _on_command(self, values: list[amf.AmfValue]) -> None:
        name = values[0] if values else None
        number = values[1] if len(values) > 1 else 0
        if not isinstance(name, str) or not isinstance(number, float | int):
            raise chunks.ChunkBroken("not a command")
        match name:
            case "connect":
                self._connect(number, values[2] if len(values) > 2 else None)
            case "createStream":
                self._command(0, "_result", number, None, STREAM_ID)
            case "releaseStream" | "FCPublish":
                self._command(0, "_result", number, None, None)
            case "publish":
                self._publish(values[3] if len(values) > 3 else None)
            case "FCUnpublish" | "deleteStream" | "closeStream":
                self._end_intake("finished")
            case "play":
                self._status("error", "NetStream.Play.Failed", "only publishing is offered")
                self._close_softly()
            case _:
                pass  # encoders send small talk; no answer is an answer

    def _connect(self, number: float, about: amf.AmfValue) -> None:
        app = about.get("app") if isinstance(about, dict) else None
        path, _, query = str(app or "").partition("?")
        self._app, self._app_query = path.strip("/"), query
        self._send(chunks.WINDOW_SIZE, WINDOW_BYTES.to_bytes(4, "big"))
        self._send(chunks.PEER_BANDWIDTH, WINDOW_BYTES.to_bytes(4, "big") + b"\2")
        self._send(chunks.SET_CHUNK_SIZE, OUT_CHUNK_BYTES.to_bytes(4, "big"))
        if self._app != APP:
            what = {
                "level": "error",
                "code": "NetConnection.Connect.InvalidApp",
                "description": f"the application is /{APP}",
            }
            self._command(0, "_error", number, None, what)
            self._close_softly()
            return
        done: dict[str, amf.AmfValue] = {
            "level": "status",
            "code": "NetConnection.Connect.Success",
            "description": "connected",
            "objectEncoding": 0,
        }
        self._command(0, "_result", number, {"fmsVer": "FMS/3,0,1,123", "capabilities": 31}, done)

    # -- publishing --------------------------------------------------------------------------

    def _publish(self, name: amf.AmfValue) -> None:
        if self._intake is not None or self._app != APP:
            raise chunks.ChunkBroken("publish out of turn")
        if not isinstance(name, str) or len(name) > NAME_LENGTH_MAX:
            raise chunks.ChunkBroken("publish without a name")
        room_code, secret = split_stream_name(name, app_query=self._app_query)
        request = PublishRequest(self._app, room_code, self.address, secret)
        # Nothing more is read until the answer is known, so a stranger cannot fill memory.
        self._transport.pause_reading()
        self._accepting = self._loop.create_task(self._accept(request))

    async def _accept(self, request: PublishRequest) -> None:
        refusal: Refusal | None = None
        intake: Intake | None = None
        try:
            intake = await self._server.reception.accept(request, self.hang_up)
        except Refusal as no:
            refusal = no
        except Exception:
            _log.exception("rtmp_accept_failed", room=request.room_code)
            refusal = PublishNotChecked()
        self._accepting = None
        if self._is_closing:
            if intake is not None:
                intake.on_end("lost")
            return
        self._transport.resume_reading()
        if intake is None:
            assert refusal is not None
            _log.info("rtmp_refused", room=request.room_code, peer=self.address, why=refusal.code)
            self.hang_up(refusal, "refused")
            return
        self._begin_publishing(intake)

    def _begin_publishing(self, intake: Intake) -> None:
        self._intake = intake
        self._reader.message_bytes_max = self._limits.message_bytes_max
        self._reader.pending_bytes_max = 2 * self._limits.message_bytes_max
        self._heard_at = self._loop.time()
        self._set_timer(self._limits.idle_s, self._idle_check)
        self._send(chunks.USER_CONTROL, bytes(5) + bytes((STREAM_ID,)))  # Stream Begin
        self._status("status", "NetStream.Publish.Start", "live")
        self.data_received(b"")  # what was already here when reading stopped

    def hang_up(self, refusal: Refusal, reason: str) -> None:
        """Tell the encoder why, in its protocol's words, and close."""
        if self._is_closing:
            return
        self._end_intake(reason)
        self._status(
            "error", "NetStream.Publish.BadName", f"{refusal.code}: {refusal.message('en')}"
        )
        self._close_softly()

    def drop(self, reason: str) -> None:
        """Close at once, without a word."""
        self._end_intake(reason)
        self._is_closing = True
        self._transport.abort()

    def _end_intake(self, reason: str) -> None:
        intake, self._intake = self._intake, None
        if intake is not None:
            intake.on_end(reason)

    def _close_softly(self) -> None:
        # Closing with unread bytes in the socket would reset it, and the encoder would never
        # read why. So: stop writing, let it hang up by itself, then close anyway.
        self._is_closing = True
        if self._transport.can_write_eof():
            self._transport.write_eof()
        self._set_timer(self._limits.linger_s, self._transport.abort)

    # -- bytes out ---------------------------------------------------------------------------

    def _command(self, stream_id: int, *values: amf.AmfValue) -> None:
        self._send(chunks.COMMAND, amf.encode(*values), stream_id=stream_id)

    def _status(self, level: str, code: str, description: str) -> None:
        what = {"level": level, "code": code, "description": description}
        self._command(STREAM_ID, "onStatus", 0, None, what)

    def _send(self, kind: int, body: bytes, *, stream_id: int = 0) -> None:
        if self._transport.is_closing():
            return
        chunk_stream = {chunks.COMMAND: 3 if stream_id == 0 else 5}.get(kind, 2)
        # Our chunk size is announced before the first long message, right after "connect".
        self._transport.write(
            chunks.write_message(
                kind,
                body,
                chunk_stream=chunk_stream,
                stream_id=stream_id,
                chunk_bytes=OUT_CHUNK_BYTES,
            )
        )


def split_stream_name(name: str, *, app_query: str = "") -> tuple[str, str]:
    """``code?key=secret`` -> (code, secret). The key may also stand behind the application.

    >>> split_stream_name("room7?key=s3cret")
    ('room7', 's3cret')
    >>> split_stream_name("room7", app_query="key=s3cret")
    ('room7', 's3cret')
    >>> split_stream_name("room7")
    ('room7', '')
    """
    code, _, query = name.partition("?")
    for text in (query, app_query):
        values = parse_qs(text, max_num_fields=16).get("key") if text.count("&") < 16 else None
        if values:
            return code, values[0]
    return code, ""
