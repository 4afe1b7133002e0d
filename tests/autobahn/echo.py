"""An echo on the product's own protocol class: it exists here and in no installation.

What the room does with a message, this does too: taken over by ``take``, handed to a listener,
written back by ``write``. Only the limit of a frame is larger, because the suite sends up to
16 MiB at once.
"""

from __future__ import annotations

import sys
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket

from kaibo.room.protocol import RoomProtocol, frame, protocol_of

SUITE_BYTES_MAX = 16 * 1024 * 1024
INVALID_UTF8 = 1007


class LargeProtocol(RoomProtocol):
    """The product's class with the suite's limit."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.conn.max_size = SUITE_BYTES_MAX


class Echo:
    """Says back what it hears, as the kind of message it was."""

    def __init__(self, protocol: RoomProtocol) -> None:
        self._protocol = protocol

    def on_message(self, data: bytes, *, is_text: bool) -> None:
        """Text is checked here, as the room's session checks it by decoding."""
        if is_text:
            try:
                data.decode()
            except UnicodeDecodeError:
                self._protocol.end(INVALID_UTF8, "not UTF-8")
                return
            self._protocol.write(frame(data))
        else:
            # The room sends no binary frames; they differ in the first byte alone.
            self._protocol.write(b"\x82" + frame(data)[1:])

    def on_lost(self, code: int | None) -> None:
        """Nothing to free."""


async def echo(websocket: WebSocket) -> None:
    """Take the connection over, as the room's way in does."""
    protocol = protocol_of(websocket)
    await websocket.accept()
    protocol.take(Echo(protocol))


def main() -> None:
    """Serve on the port given, until interrupted."""
    app = Starlette(routes=[WebSocketRoute("/", echo)])
    uvicorn.run(app, port=int(sys.argv[1]), ws=LargeProtocol, log_level="warning", lifespan="off")


if __name__ == "__main__":
    main()
