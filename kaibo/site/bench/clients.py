"""Cheap WebSocket readers: they count frames, answer pings, and look at nothing."""

import asyncio
import base64
import os
from typing import TypeVar

from kaibo.room.protocol import frame

_REQUEST = (
    "GET /ws HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\n"
    "Connection: Upgrade\r\nSec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n"
)
# Room servers say welcome and snapshot to a newcomer; then the fan-out reaches it.
GREETING_FRAMES = 2
TEXT, CLOSE, PING = 0x1, 0x8, 0x9
WAIT_S = 60.0
AT_ONCE = 50

Kind = TypeVar("Kind", bound="Reader")


class Reader(asyncio.Protocol):
    """One socket. ``frames`` counts the whole text messages that arrived."""

    def __init__(self, port: int, join: bytes) -> None:
        self.frames = 0
        self.ready: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._port, self._join = port, join
        self._is_open = False
        self._rest = b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ask for the upgrade."""
        assert isinstance(transport, asyncio.Transport) or hasattr(transport, "write")
        self._transport = transport  # type: ignore[assignment]  # uvloop's own class
        key = base64.b64encode(os.urandom(16)).decode()
        self._write(_REQUEST.format(port=self._port, key=key).encode())

    def data_received(self, data: bytes) -> None:
        """Count what is whole and keep the rest."""
        self._rest += data
        if not self._is_open:
            head, found, rest = self._rest.partition(b"\r\n\r\n")
            if not found:
                return
            if b" 101 " not in head.split(b"\r\n", 1)[0]:
                self._fail(head[:80].decode("latin-1"))
                return
            self._is_open, self._rest = True, rest
            if self._join:
                self._write(masked(self._join))
        self._count()
        if self.frames >= (GREETING_FRAMES if self._join else 0) and not self.ready.done():
            self.ready.set_result(None)

    def connection_lost(self, exc: Exception | None) -> None:
        """Being cut off before the greeting is a failure."""
        self._fail("cut off")

    def close(self) -> None:
        """Leave."""
        if self._transport is not None:
            self._transport.abort()

    def _count(self) -> None:
        rest, at = self._rest, 0
        while len(rest) - at >= 2:
            size, head = rest[at + 1] & 0x7F, 2
            if size >= 126:
                head = 4 if size == 126 else 10
                size = int.from_bytes(rest[at + 2 : at + head], "big")
            if len(rest) - at < head + size:
                break
            kind = rest[at] & 0x0F
            if kind == TEXT:
                self.frames += 1
            elif kind == PING:
                pong = masked(rest[at + head : at + head + size])
                self._write(bytes((0x8A,)) + pong[1:])
            elif kind == CLOSE:
                self._fail(rest[at + head + 2 : at + head + size].decode("utf-8", "replace"))
            at += head + size
        self._rest = rest[at:]

    def _fail(self, why: str) -> None:
        if not self.ready.done():
            self.ready.set_exception(ConnectionError(why))

    def _write(self, data: bytes) -> None:
        assert self._transport is not None
        self._transport.write(data)


def masked(payload: bytes) -> bytes:
    """A client's text frame; the mask is zero, which the protocol allows."""
    framed = frame(payload)
    head = len(framed) - len(payload)
    return framed[:1] + bytes((framed[1] | 0x80,)) + framed[2:head] + bytes(4) + payload


async def connect_all(port: int, joins: list[bytes], *, kind: type[Kind] = Reader) -> list[Kind]:  # type: ignore[assignment]  # the default is one such kind
    """Connect a reader for each join, some at once; returns when all are greeted."""
    loop = asyncio.get_running_loop()
    readers: list[Kind] = []
    for start in range(0, len(joins), AT_ONCE):
        some = [kind(port, join) for join in joins[start : start + AT_ONCE]]
        for reader in some:
            await loop.create_connection(lambda reader=reader: reader, "127.0.0.1", port)  # type: ignore[misc]  # the default binds the loop's variable
        await asyncio.wait_for(asyncio.gather(*(reader.ready for reader in some)), WAIT_S)
        readers += some
    return readers
