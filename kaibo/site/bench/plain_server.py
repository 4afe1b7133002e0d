"""The limit of asyncio: answers the upgrade, then only ever writes what was framed once."""

import asyncio
import json
import sys
from typing import Any

import uvloop

from kaibo.room.protocol import frame

# The answer to the one key that the bench's readers use.
_ANSWER = (
    b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n"
)


class _Reader(asyncio.Protocol):
    def __init__(self, members: set[asyncio.Transport]) -> None:
        self._members = members
        self._transport: Any = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        if self._transport not in self._members:
            self._transport.write(_ANSWER)
            self._members.add(self._transport)

    def connection_lost(self, exc: Exception | None) -> None:
        self._members.discard(self._transport)


async def serve() -> None:
    """Serve on a free port until the input ends."""
    loop = asyncio.get_running_loop()
    members: set[asyncio.Transport] = set()
    server = await loop.create_server(lambda: _Reader(members), "127.0.0.1", 0, backlog=4096)
    sys.stdout.write(json.dumps({"port": server.sockets[0].getsockname()[1]}) + "\n")
    sys.stdout.flush()
    lines = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
    while line := await lines.readline():
        framed = frame(line.rstrip(b"\n"))
        for member in members:
            member.write(framed)


if __name__ == "__main__":
    uvloop.run(serve())
