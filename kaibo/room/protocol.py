"""The WebSocket protocol of the one server: uvicorn's, plus a direct way to the transport.

Handshake, ping, close and limits stay the library's. What is ours: after the handshake a
connection may be *taken* by a listener. From then on messages are handed to it at once, with
no queue and no task for the connection, and frames that were framed once for everybody are
written to the transport as they are. Server frames carry no mask, so one buffer serves all.
Nearly all that clients send are short text messages in one frame that comes in one piece: these
are read here, everything else as the library reads it (docs/performance.md says what it saves).

uvicorn takes this class as its ``ws`` setting (``uvicorn.run(app, ws=RoomProtocol)``).
"""

import asyncio
import logging
import socket
from collections.abc import Callable
from typing import Any, Protocol, cast

from starlette.websockets import WebSocket
from uvicorn.config import Config
from uvicorn.protocols.utils import ClientDisconnected
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from uvicorn.server import ServerState
from websockets.exceptions import InvalidState
from websockets.frames import Frame, Opcode
from websockets.server import ServerProtocol
from websockets.utils import apply_mask

from kaibo.room.wire import FRAME_BYTES_MAX

EXTENSION = "kaibo.room"
CLOSE_WAIT_S = 5.0
# Bounds what the kernel keeps for a reader who does not read: 20,000 of them fit in memory.
SEND_BUFFER_BYTES = 64 * 1024

_log = logging.getLogger("uvicorn.error")


class Listener(Protocol):
    """Who takes a connection: told of every message and of the end, on the event loop."""

    def on_message(self, data: bytes, *, is_text: bool) -> None:
        """One whole message."""

    def on_lost(self, code: int | None) -> None:
        """The connection is gone; ``code`` is what the client closed with, if it did."""


def frame(payload: bytes) -> bytes:
    """A whole unmasked text message (RFC 6455 §5.2), ready for any number of transports.

    >>> frame(b"hi"), frame(b"x" * 200)[:4]
    (b'\\x81\\x02hi', b'\\x81~\\x00\\xc8')
    """
    size = len(payload)
    if size < 126:
        head = bytes((0x81, size))
    elif size < 65_536:
        head = b"\x81\x7e" + size.to_bytes(2, "big")
    else:
        head = b"\x81\x7f" + size.to_bytes(8, "big")
    return head + payload


def read_text(data: bytes) -> tuple[bytes, int]:
    """The text message at the head of what a client sent, and how many bytes it took.

    Returns:
        No bytes taken, if they do not begin with a whole, masked, unfragmented text frame of
        sound UTF-8 within the limit: then the library must say what they are.

    >>> read_text(bytes.fromhex("8182 00000000") + b"hi" + b"more")
    (b'hi', 8)
    >>> read_text(bytes.fromhex("8182 00000000") + b"h")
    (b'', 0)
    """
    # RFC 6455 §5.2: final text frame, masked; a length in the byte, or in the next two.
    if len(data) < 6 or data[0] != 0x81 or not 0x80 <= data[1] <= 0xFE:
        return b"", 0
    size, begin = data[1] & 0x7F, 6
    if size == 126:
        size, begin = int.from_bytes(data[2:4], "big"), 8
    end = begin + size
    if end > len(data) or size > FRAME_BYTES_MAX:
        return b"", 0
    payload = apply_mask(data[begin:end], data[begin - 4 : begin])
    if not payload.isascii():
        try:
            payload.decode()
        except UnicodeDecodeError:
            return b"", 0
    return payload, end


class _Conversation(ServerProtocol):
    """The library's rules of one connection, but for one."""

    # Whether the library has read everything it was given, up to the end of a message.
    is_between_messages = False

    def receive_data(self, data: bytes) -> None:
        """Read on."""
        self.is_between_messages = False
        super().receive_data(data)

    def recv_frame(self, frame: Frame) -> None:
        """Let a close come between the fragments of a message, as RFC 6455 §5.4 does."""
        if frame.opcode is Opcode.CLOSE:
            self.cur_size = None
        super().recv_frame(frame)
        self.is_between_messages = self.cur_size is None and not self.reader.buffer


class RoomProtocol(WebSocketsSansIOProtocol):
    """One connection; ``take`` moves it from the ASGI application to a listener."""

    conn: _Conversation

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        # No compression: a frame is the same bytes for everyone.
        self.conn = _Conversation(extensions=[], max_size=FRAME_BYTES_MAX, logger=_log)
        self.listener: Listener | None = None
        # Told when the buffer has filled or drained (see ``writable``), and when the end has begun.
        self.on_turn: Callable[[RoomProtocol], None] | None = None

    def take(self, listener: Listener) -> None:
        """Hand this accepted connection to a listener for the rest of its life."""
        assert self.handshake_complete, "accept first"
        assert self.listener is None, "taken already"
        self.listener = listener
        sock = self.transport.get_extra_info("socket")
        if sock is not None:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER_BYTES)
        if self.read_paused:
            self.read_paused = False
            self.transport.resume_reading()
        while not self.queue.empty():
            message = self.queue.get_nowait()
            if message["type"] == "websocket.receive":
                text = message.get("text")
                data = text.encode() if text is not None else message.get("bytes") or b""
                listener.on_message(data, is_text=text is not None)
            elif message["type"] == "websocket.disconnect":
                listener.on_lost(message.get("code"))

    def backlog(self) -> int:
        """Bytes written but not yet given to the kernel."""
        return self.transport.get_write_buffer_size()

    def write(self, framed: bytes) -> None:
        """Write a frame made by ``frame``; after a close it goes nowhere."""
        if not self.close_sent and not self.transport.is_closing():
            self.transport.write(framed)

    def end(self, code: int, reason: str = "") -> None:
        """Close with a code; the transport is cut if the client does not answer in time."""
        if self.close_sent or self.transport.is_closing():
            return
        try:
            self.conn.send_close(code, reason)
        except InvalidState:
            self.transport.abort()
            return
        self.transport.write(b"".join(self.conn.data_to_send()))
        self.close_sent = True
        self._turn()
        self.stop_keepalive()
        self.close_timer = self.loop.call_later(CLOSE_WAIT_S, self.transport.abort)

    def pause_writing(self) -> None:
        """The transport's buffer has filled: its reader is behind."""
        super().pause_writing()
        self._turn()

    def resume_writing(self) -> None:
        """The transport's buffer has drained."""
        super().resume_writing()
        self._turn()

    def _turn(self) -> None:
        if self.on_turn is not None:
            self.on_turn(self)

    def data_received(self, data: bytes) -> None:
        """Hand over whole text messages at once; leave the rest to the library."""
        while self.listener is not None and self.conn.is_between_messages and not self.close_sent:
            message, size = read_text(data)
            if not size:
                break
            data = data[size:]
            self.listener.on_message(message, is_text=True)
            if not data:
                return
        super().data_received(data)

    def send_receive_event_to_app(self) -> None:
        """Give a whole message to the listener, or queue it for the application."""
        if self.listener is None:
            super().send_receive_event_to_app()
            return
        data = self.frames[0] if len(self.frames) == 1 else b"".join(self.frames)
        self.frames = []
        if not self.close_sent:
            self.listener.on_message(bytes(data), is_text=self.curr_msg_data_type == "text")

    def connection_lost(self, exc: Exception | None) -> None:
        """Tell the listener that the connection is gone."""
        super().connection_lost(exc)
        if self.listener is not None:
            received = self.conn.close_rcvd
            self.listener.on_lost(received.code if received is not None else None)

    def shutdown(self) -> None:
        """Close with 1012 as the server stops; a client that does not read is cut."""
        super().shutdown()
        self.loop.call_later(1.0, self.transport.abort)

    async def run_asgi(self) -> None:
        """Run the application; a taken connection outlives it."""
        cast(dict[str, Any], self.scope["extensions"])[EXTENSION] = {"protocol": self}
        try:
            await self.app(self.scope, self.receive, self.send)
        except ClientDisconnected:
            pass
        except BaseException:
            self.logger.exception("Exception in ASGI application\n")
            self.send_500_response()
            self.transport.close()
            return
        if self.listener is not None:
            # The way in is over; request, answer and scope are a quarter of a connection.
            del self.request, self.response, self.scope
        elif self.close_timer is None:
            if not self.handshake_complete:
                self.send_500_response()
            self.transport.close()


def protocol_of(websocket: WebSocket) -> RoomProtocol:
    """The connection below an ASGI socket.

    Raises:
        RuntimeError: the server runs another protocol class than ``RoomProtocol``.
    """
    extension = (websocket.scope.get("extensions") or {}).get(EXTENSION)
    if extension is None:
        raise RuntimeError("the room needs uvicorn to run with ws=RoomProtocol")
    return cast(RoomProtocol, extension["protocol"])
