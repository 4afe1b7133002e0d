"""Claims through real sockets: buyers on one core, the product's server on another.

Every socket has one claim in flight, so a socket stands for the buyers of one moment. What a
claim costs is the CPU time of the server, from the first frame until the room, the lake and the
followers of the journal are done with it.
"""

import asyncio
import base64
import contextlib
import json
import os
import sys
import time
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
from django.utils import timezone

from kaibo.audience.actions import enter, issue_viewer_token
from kaibo.site.bench.claims_tries import Told, Try
from kaibo.site.bench.clients import PING, Reader, connect_all, masked
from kaibo.site.bench.scene import Scene

WAIT_S = 60.0
_REQUEST = (
    "GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\n"
    "Connection: Upgrade\r\nSec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n"
)


@dataclass(frozen=True, slots=True)
class Window:
    """One round: the server's CPU per attempt, winners a second of wall time, every answer."""

    cpu_us: float
    winners_per_s: float
    told: list[Told]


class Server:
    """The server's process, from this side of its pipe."""

    def __init__(self, process: Process) -> None:
        self._process = process

    async def ask(self, **command: Any) -> dict[str, Any]:
        """One command, one answer."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(command).encode() + b"\n")
        return await self.hear()

    async def hear(self) -> dict[str, Any]:
        """The next line it says."""
        assert self._process.stdout is not None
        line = await asyncio.wait_for(self._process.stdout.readline(), WAIT_S)
        if not line:
            raise RuntimeError("the server of the bench ended")
        answer: dict[str, Any] = json.loads(line)
        return answer

    async def sees(self, sale_id: int, state: str) -> None:
        """Wait until its room shows a sale in this state."""
        until = time.monotonic() + WAIT_S
        while (await self.ask(do="sale", id=sale_id))["state"] != state:
            if time.monotonic() > until:
                raise RuntimeError(f"the room never saw sale {sale_id} {state}")
            await asyncio.sleep(0.05)

    async def cpu_s(self) -> float:
        """Its CPU time once everything it took is done."""
        return float((await self.ask(do="settle"))["cpu_s"])


@contextlib.asynccontextmanager
async def serving(scene: Scene, viewer: bytes) -> AsyncIterator[tuple[Server, int]]:
    """A server and its port; it ends with the block.

    Args:
        viewer: the join of an ordinary viewer, so that the room has somebody to show things to.
    """
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "kaibo.site.bench.claims_server",
        str(scene.org_id),
        str(scene.show_id),
        stdin=PIPE,
        stdout=PIPE,
    )
    try:
        server = Server(process)
        port = int((await server.hear())["port"])
        viewers: list[Reader] = await connect_all(port, [viewer])
        yield server, port
        for watching in viewers:
            watching.close()
    finally:
        assert process.stdin is not None
        process.stdin.close()
        try:
            await asyncio.wait_for(process.wait(), 15)
        except TimeoutError:
            process.kill()
            await process.wait()


class _Socket(asyncio.Protocol):
    """One claim in flight; what is answered is kept as it came and read afterwards."""

    def __init__(self) -> None:
        loop = asyncio.get_running_loop()
        self.is_open: asyncio.Future[None] = loop.create_future()
        self.done: asyncio.Future[None] = loop.create_future()
        self.answers: list[bytes] = []
        self.won_at = 0.0
        self._frames: Iterator[bytes] = iter(())
        self._rest = b""
        self._transport: Any = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Wait for ``ask``."""
        self._transport = transport

    def ask(self, path: str, port: int) -> None:
        """Ask for the upgrade."""
        key = base64.b64encode(os.urandom(16)).decode()
        self._transport.write(_REQUEST.format(path=path, port=port, key=key).encode())

    def start(self, frames: Sequence[bytes]) -> None:
        """Send these, each when the one before was answered."""
        self.answers, self.won_at = [], 0.0
        self.done = asyncio.get_running_loop().create_future()
        self._frames = iter(frames)
        self._next()

    def data_received(self, data: bytes) -> None:
        """Take whole frames; each is the answer to the last claim."""
        rest = self._rest + data
        if not self.is_open.done():
            head, found, rest = rest.partition(b"\r\n\r\n")
            self._rest = rest if found else head
            if found and b" 101 " in head.split(b"\r\n", 1)[0]:
                self.is_open.set_result(None)
            elif found:
                self._fail(head[:80].decode("latin-1"))
            return
        while len(rest) >= 2:
            size, at = rest[1] & 0x7F, 2
            if size == 126:
                size, at = int.from_bytes(rest[2:4], "big"), 4
            if len(rest) < at + size:
                break
            kind, payload, rest = rest[0] & 0x0F, rest[at : at + size], rest[at + size :]
            if kind == PING:
                pong = masked(payload)
                self._transport.write(bytes((0x8A,)) + pong[1:])
            elif payload.startswith(b'{"t":"answer"'):
                self.answers.append(payload)
                if b'"code":"won"' in payload:
                    self.won_at = time.perf_counter()
                self._next()
            else:
                self._fail(payload[:80].decode("utf-8", "replace"))
        self._rest = rest

    def connection_lost(self, exc: Exception | None) -> None:
        """Being cut off in the middle is a failure."""
        self._fail("cut off")

    def close(self) -> None:
        """Leave."""
        # Nobody waits any more, and a line that one cuts oneself is no failure.
        self.done.cancel()
        self._transport.abort()

    def _next(self) -> None:
        frame = next(self._frames, None)
        if frame is not None:
            self._transport.write(frame)
        elif not self.done.done():
            self.done.set_result(None)

    def _fail(self, why: str) -> None:
        for wait in (self.is_open, self.done):
            if not wait.done():
                wait.set_exception(ConnectionError(why))


class Crowd:
    """Sockets to one path of the server; the buyer of an attempt decides which one it takes."""

    def __init__(self, server: Server, sockets: Sequence[_Socket]) -> None:
        self._server, self._sockets = server, sockets

    async def claim(self, sale_id: int, tries: Sequence[Try]) -> Window:
        """Send every attempt and hear every answer."""
        frames: list[list[bytes]] = [[] for _ in self._sockets]
        for number, one in enumerate(tries):
            frames[one.buyer % len(frames)].append(_claim_frame(number, sale_id, one.key))
        cpu, began = await self._server.cpu_s(), time.perf_counter()
        for sock, mine in zip(self._sockets, frames, strict=True):
            sock.start(mine)
        await asyncio.gather(*(sock.done for sock in self._sockets))
        cpu = await self._server.cpu_s() - cpu
        told = [_told(answer) for sock in self._sockets for answer in sock.answers]
        if len(told) != len(tries):
            raise RuntimeError(f"{len(tries)} attempts, {len(told)} answers")
        winners = len({one.claim_id for one in told if one.claim_id is not None})
        spent = max(sock.won_at for sock in self._sockets) - began
        return Window(cpu / len(tries) * 1e6, winners / spent, told)

    def close(self) -> None:
        """Leave."""
        for sock in self._sockets:
            sock.close()


async def connect(server: Server, *, path: str, port: int, sockets: int, last: int) -> Crowd:
    """Open sockets to ``/claims`` or ``/echo`` for the buyers 1 to ``last``."""
    loop = asyncio.get_running_loop()
    opened: list[_Socket] = []
    for number in range(sockets):
        _, sock = await loop.create_connection(_Socket, "127.0.0.1", port)
        # Buyer n takes socket n mod sockets; number 0 is nobody's.
        first = number or sockets
        sock.ask(f"{path}?first={first}&step={sockets}&last={last}", port)
        await asyncio.wait_for(sock.is_open, WAIT_S)
        opened.append(sock)
    return Crowd(server, opened)


class _Result(msgspec.Struct):
    key: str
    claim_id: int | None


class _Answer(msgspec.Struct):
    code: str
    data: _Result | None = None


_decoder = msgspec.json.Decoder(_Answer)


def _told(payload: bytes) -> Told:
    answer = _decoder.decode(payload)
    if answer.data is None:
        raise RuntimeError(f"a claim was answered {answer.code}")
    return Told(answer.data.key, answer.code, answer.data.claim_id)


def _claim_frame(number: int, sale_id: int, key: str) -> bytes:
    """A claim as a page sends it; the key comes last, for ``claims_server``."""
    text = f'{{"t":"claim","ref":"c{number}","sale_id":{sale_id},"units":1,"key":"{key}"}}'
    return masked(text.encode())


def join_of_a_viewer(scene: Scene) -> bytes:
    """The first frame of somebody who came in by the door."""
    viewer = enter(
        org_id=scene.org_id, device="bench-device-claims", nickname="claims", now=timezone.now()
    )
    token = issue_viewer_token(viewer.id, scene.org_id, scene.show_id)
    return json.dumps({"t": "join", "token": token, "resume": None}).encode()
