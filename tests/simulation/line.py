"""A connection without a network: a client's end on one side, the product's protocol on the other.

Bytes are handed over by a call at a later turn of the loop; the server's end is uvicorn's and the
room's own code from the handshake on.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any

from uvicorn.config import Config
from uvicorn.server import ServerState
from websockets.client import ClientProtocol
from websockets.frames import Frame, Opcode
from websockets.uri import parse_uri

from kaibo.room.protocol import RoomProtocol


class _Wire(asyncio.Transport):
    """The server's transport: what it writes, the line reads."""

    def __init__(self, line: Line) -> None:
        super().__init__()
        self._line = line
        self._closing = False
        self._unsent = self._high = 0

    def write(self, data: bytes | bytearray | memoryview) -> None:
        if not self._closing:
            self._line.loop.call_soon(self._line.arrive, bytes(data))

    def hold_back(self, unsent: int) -> None:
        """So many bytes wait for a reader who does not read; 0 lets them go."""
        was_full, self._unsent = self._unsent > self._high, unsent
        if unsent > self._high and not was_full:
            self._line.server.pause_writing()
        elif was_full and not unsent:
            self._line.server.resume_writing()

    def set_write_buffer_limits(self, high: int | None = None, low: int | None = None) -> None:
        self._high = high or 0

    def get_write_buffer_size(self) -> int:
        return self._unsent

    def is_closing(self) -> bool:
        return self._closing

    def close(self) -> None:
        if not self._closing:
            self._closing = True
            self._line.loop.call_soon(self._line.cut)

    def abort(self) -> None:
        self.close()

    def pause_reading(self) -> None:
        self._line.is_paused = True

    def resume_reading(self) -> None:
        self._line.is_paused = False
        self._line.loop.call_soon(self._line.deliver)

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        return ("127.0.0.1", 1) if name in ("peername", "sockname") else default


class Line:
    """A client's end: speaks frames or bytes, keeps the messages that came, in order.

    ``is_mute``: answers neither pings nor a close.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop, config: Config, *, query: str = "") -> None:
        self.loop = loop
        self.messages: list[dict[str, Any]] = []
        self.is_over = False
        self.is_paused = False
        self.is_mute = False
        self.on_change: Callable[[], None] = lambda: None
        self._state = ServerState()
        self._up: list[bytes] = []
        self._client = ClientProtocol(parse_uri(f"ws://127.0.0.1/ws{query}"), max_size=None)
        self.wire = _Wire(self)
        self.server = RoomProtocol(config, self._state, {}, loop)
        self.server.connection_made(self.wire)

    @property
    def is_open(self) -> bool:
        """Whether the handshake is done and nobody closed."""
        return self._client.state.name == "OPEN" and not self.is_over

    @property
    def close_code(self) -> int | None:
        """What the server closed with, if it did."""
        received = self._client.close_rcvd
        return None if received is None else int(received.code)

    @property
    def is_echo(self) -> bool:
        """Whether the server only gave the client's own close code back."""
        return bool(self.server.conn.close_rcvd_then_sent)

    def shake_hands(self) -> None:
        """Ask for the socket."""
        self._client.send_request(self._client.connect())
        self.flush()

    def say(self, frame: dict[str, Any]) -> None:
        """Send a frame of the room's protocol."""
        self._client.send_text(json.dumps(frame).encode())
        self.flush()

    def send(self, opcode: Opcode, payload: bytes, *, fin: bool = True) -> None:
        """Send any frame of the WebSocket protocol, masked as a client must."""
        self.send_bytes(masked(opcode, payload, fin=fin))

    def send_bytes(self, data: bytes) -> None:
        """Send bytes as they are."""
        if data:
            self._up.append(data)
            self.loop.call_soon(self.deliver)

    def leave(self, code: int = 1000) -> None:
        """Close as a page does."""
        self._client.send_close(code)
        self.flush()

    def cut(self) -> None:
        """The line is gone, without a word."""
        if not self.is_over:
            self.is_over = True
            self.wire.close()
            self.server.connection_lost(None)
            self.on_change()

    def flush(self) -> None:
        """Send what the client's side of the protocol has to say."""
        self.send_bytes(b"".join(self._client.data_to_send()))

    # --- called by the wire ------------------------------------------------------------------

    def deliver(self) -> None:
        """Hand the server what has come, unless it has paused reading."""
        while self._up and not self.is_paused and not self.is_over:
            self.server.data_received(self._up.pop(0))

    def arrive(self, data: bytes) -> None:
        """Read what the server wrote; pings and closes are answered as a client does."""
        self._client.receive_data(data)
        for event in self._client.events_received():
            if isinstance(event, Frame) and event.opcode is Opcode.TEXT:
                self.messages.append(json.loads(bytes(event.data)))
        if not self.is_over and not self.is_mute:
            self.flush()
        self.on_change()


def masked(opcode: Opcode, payload: bytes, *, fin: bool = True) -> bytes:
    """One client frame as bytes, also what no client may send; its mask is zero."""
    size = len(payload)
    if size < 126:
        head = bytes((fin << 7 | opcode, 0x80 | size))
    else:
        head = bytes((fin << 7 | opcode, 0xFE)) + size.to_bytes(2, "big")
    return head + bytes(4) + payload
