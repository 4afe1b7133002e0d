"""One server of the fan-out bench, a module to run: its arguments are KIND ORG SHOW PAUSE.

Commands come one JSON a line on standard input, answers go one JSON a line to standard output;
the process ends with its input.
"""

import asyncio
import base64
import gc
import hashlib
import json
import os
import resource
import sys
import time
from pathlib import Path
from typing import Any, Protocol

import uvloop
from websockets.asyncio.server import ServerConnection, broadcast, serve

_ACCEPT = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"


class Crowd(Protocol):
    """A server with readers on it."""

    async def start(self) -> int:
        """Listen; returns the port."""

    async def send(self, *, frames: int, pause_s: float, size: int) -> int:
        """Send frames of about ``size`` bytes to everyone; returns how many were delivered."""

    async def stop(self) -> None:
        """Let everybody go."""


class _Plain(asyncio.Protocol):
    """The limit: answers the upgrade, then only ever writes what somebody framed."""

    def __init__(self, members: set[asyncio.Transport]) -> None:
        self._members = members
        self._transport: Any = None
        self._head = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        if self._transport in self._members:
            return
        self._head += data
        if b"\r\n\r\n" not in self._head:
            return
        lines = (line.partition(b":") for line in self._head.split(b"\r\n"))
        named = {name.strip().lower(): value.strip() for name, _, value in lines}
        digest = hashlib.sha1(named[b"sec-websocket-key"] + _ACCEPT, usedforsecurity=False)
        self._transport.write(
            b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: " + base64.b64encode(digest.digest()) + b"\r\n\r\n"
        )
        self._members.add(self._transport)

    def connection_lost(self, exc: Exception | None) -> None:
        self._members.discard(self._transport)


class PlainCrowd:
    """An asyncio protocol and the same bytes to every transport."""

    def __init__(self) -> None:
        self._members: set[asyncio.Transport] = set()
        self._server: asyncio.Server | None = None

    async def start(self) -> int:
        """Listen on a free port."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: _Plain(self._members), "127.0.0.1", 0)
        return int(self._server.sockets[0].getsockname()[1])

    async def send(self, *, frames: int, pause_s: float, size: int) -> int:
        """Write the same framed bytes to everyone."""
        framed = b"\x81\x7e" + (size - 4).to_bytes(2, "big") + b"x" * (size - 4)
        delivered = 0
        for _ in range(frames):
            for member in self._members:
                member.write(framed)
            delivered += len(self._members)
            await asyncio.sleep(pause_s)
        return delivered

    async def stop(self) -> None:
        """Let go of the port."""
        assert self._server is not None
        self._server.close()


class LibraryCrowd:
    """The ``websockets`` library's own server and broadcast."""

    def __init__(self) -> None:
        self._server: Any = None

    async def start(self) -> int:
        """Listen on a free port, without compression or pings."""
        self._server = await serve(
            _until_gone, "127.0.0.1", 0, compression=None, ping_interval=None
        )
        return int(self._server.sockets[0].getsockname()[1])

    async def send(self, *, frames: int, pause_s: float, size: int) -> int:
        """Broadcast a text."""
        text, delivered = "x" * (size - 4), 0
        for _ in range(frames):
            members = self._server.connections
            broadcast(members, text)
            delivered += len(members)
            await asyncio.sleep(pause_s)
        return delivered

    async def stop(self) -> None:
        """Let go of the port."""
        self._server.close(close_connections=False)


async def _until_gone(connection: ServerConnection) -> None:
    await connection.wait_closed()


def _crowd(kind: str, org_id: int, show_id: int, pause_s: float) -> Crowd:
    if kind == "plain":
        return PlainCrowd()
    if kind == "websockets":
        return LibraryCrowd()
    # Only this kind needs Django, and its memory is measured.
    from kaibo.site.bench.fanout_room import RoomCrowd

    return RoomCrowd(org_id=org_id, show_id=show_id, tick_s=pause_s)


async def _obey(crowd: Crowd) -> None:
    loop = asyncio.get_running_loop()
    commands = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(commands), sys.stdin)
    _say({"port": await crowd.start()})
    while line := await commands.readline():
        command = json.loads(line)
        if command["do"] == "memory":
            await asyncio.sleep(0.5)
            gc.collect()
            _say({"kib": _resident_kib()})
            continue
        if command["do"] == "idle":
            cpu = time.process_time()
            await asyncio.sleep(command["for_s"])
            _say({"cpu_s": time.process_time() - cpu})
            continue
        cpu = time.process_time()
        delivered = await crowd.send(
            frames=command["frames"], pause_s=command["pause_s"], size=command["bytes"]
        )
        _say({"cpu_s": time.process_time() - cpu, "delivered": delivered})
    await crowd.stop()


def _say(value: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(value) + "\n")
    sys.stdout.flush()


def _resident_kib() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 1024


def main() -> None:
    """Run until the input ends; on one core, the readers take another."""
    kind, org_id, show_id, pause_s = sys.argv[1:]
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    uvloop.run(_obey(_crowd(kind, int(org_id), int(show_id), float(pause_s))))


if __name__ == "__main__":
    main()
