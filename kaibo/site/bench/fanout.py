"""One frame to many sockets: the room's server, a plain protocol, and a library, side by side.

Each server runs in a process of its own and measures its own CPU time; this process holds the
readers. All three keep their connections for the whole run and are measured in turns.
"""

import asyncio
import contextlib
import json
import os
import resource
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import uvloop
from django.utils import timezone

from kaibo.audience.actions import enter, issue_viewer_token
from kaibo.site.bench.fanout_readers import Reader, connect_all
from kaibo.site.bench.figures import Outcome, Say, pairwise
from kaibo.site.bench.scene import Scene

KINDS = ("room", "plain", "websockets")
PLAIN_BAR = 1.25
KIB_BAR = 24.0
FRAME_BYTES = 400
WAIT_S = 60.0
IDLE_S = 2.0


@dataclass(frozen=True, slots=True)
class Sizes:
    """Sockets, frames a round and the pause between them; about 10,000 deliveries a second."""

    sockets: int
    frames: int
    pause_s: float
    rounds: int


SIZES = {
    "tiny": Sizes(sockets=5, frames=10, pause_s=0.02, rounds=1),
    "quick": Sizes(sockets=200, frames=100, pause_s=0.02, rounds=3),
    "full": Sizes(sockets=1_000, frames=100, pause_s=0.1, rounds=5),
}


@dataclass(frozen=True, slots=True)
class _Window:
    """What a server says of one round."""

    cpu_us: float
    delivered: int


class _Server:
    """One of the servers, from this side of the pipe."""

    def __init__(self, process: Process) -> None:
        self._process = process
        self.readers: list[Reader] = []
        self.kib_per_connection = 0.0

    async def ask(self, command: dict[str, Any]) -> dict[str, Any]:
        """One command, one answer."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(command).encode() + b"\n")
        return await self.hear()

    async def hear(self) -> dict[str, Any]:
        """The next line it says."""
        assert self._process.stdout is not None
        line = await asyncio.wait_for(self._process.stdout.readline(), WAIT_S)
        if not line:
            raise RuntimeError("a server of the bench ended")
        answer: dict[str, Any] = json.loads(line)
        return answer

    async def fill(self, joins: list[bytes], *, port: int) -> None:
        """Connect everybody; what the first costs belongs to the server, not to a connection."""
        self.readers = await connect_all(port, joins[:1])
        await self.send(frames=5, pause_s=0.05)
        before = await self.ask({"do": "memory"})
        self.readers += await connect_all(port, joins[1:])
        after = await self.ask({"do": "memory"})
        if len(joins) > 1:
            grown = after["kib"] - before["kib"]
            self.kib_per_connection = grown / (len(joins) - 1)

    async def send(self, *, frames: int, pause_s: float) -> _Window:
        """One round; every frame must have reached every reader."""
        seen = sum(reader.frames for reader in self.readers)
        command = {"do": "send", "frames": frames, "pause_s": pause_s, "bytes": FRAME_BYTES}
        said = await self.ask(command)
        delivered = int(said["delivered"])
        for _ in range(200):
            got = sum(reader.frames for reader in self.readers) - seen
            if got >= delivered:
                return _Window(said["cpu_s"] / delivered * 1e6, delivered)
            await asyncio.sleep(0.05)
        raise RuntimeError(f"{delivered} frames were sent, {got} arrived")


def run(sizes: Sizes, *, say: Say) -> Outcome:
    """Measure server CPU per delivered frame, and memory per connection."""
    allow_sockets()
    scene = Scene(on_hand=1_000)
    say(f"fanout: {sizes.sockets} viewers enter")
    joins = [
        join_of(org_id=scene.org_id, show_id=scene.show_id, number=number)
        for number in range(sizes.sockets)
    ]
    return uvloop.run(_measure(sizes, scene, joins, say=say))


async def _measure(sizes: Sizes, scene: Scene, joins: list[bytes], *, say: Say) -> Outcome:
    outcome = Outcome(runs=sizes.rounds)
    windows: dict[str, list[_Window]] = {kind: [] for kind in KINDS}
    async with contextlib.AsyncExitStack() as stack:
        servers: dict[str, _Server] = {}
        for kind in KINDS:
            say(f"fanout: {sizes.sockets} sockets to {kind}")
            server = await stack.enter_async_context(_server(kind, scene, sizes))
            port = (await server.hear())["port"]
            await server.fill(joins if kind == "room" else [b""] * len(joins), port=port)
            servers[kind] = server
        keep_to_one_core(1)
        for number in range(1, sizes.rounds + 1):
            say(f"fanout {number}/{sizes.rounds}: {sizes.frames} frames each")
            for kind, server in servers.items():
                window = await server.send(frames=sizes.frames, pause_s=sizes.pause_s)
                windows[kind].append(window)
        for kind, server in servers.items():
            # What it does without readers' frames: the room looks at its journal, ticks, counts.
            idle = await server.ask({"do": "idle", "for_s": IDLE_S})
            outcome.tell(f"fanout.{kind}.idle", [idle["cpu_s"] / IDLE_S * 1e3], "CPU ms/s")
            outcome.tell(f"fanout.{kind}.memory", [server.kib_per_connection], "KiB/connection")
            for reader in server.readers:
                reader.close()
    cpu = {kind: [w.cpu_us for w in found] for kind, found in windows.items()}
    for kind, found in windows.items():
        outcome.tell(f"fanout.{kind}.cpu", cpu[kind], "µs/frame delivered")
        outcome.tell(f"fanout.{kind}.delivered", [float(w.delivered) for w in found], "frames")
    outcome.tell("fanout.room_vs_websockets", pairwise(cpu["room"], cpu["websockets"]), "ratio")
    _judge(outcome, pairwise(cpu["room"], cpu["plain"]), kib=servers["room"].kib_per_connection)
    return outcome


def _judge(outcome: Outcome, ratios: list[float], *, kib: float) -> None:
    outcome.judge(
        "fanout.room_vs_plain_protocol",
        ratios,
        PLAIN_BAR,
        sense="at_most",
        note="the limit available here: an asyncio protocol that writes ready bytes, same loop",
    )
    why = "this package carries no C server to compare with"
    outcome.cannot_judge("fanout.room_vs_c_epoll", PLAIN_BAR, sense="at_most", why=why)
    why = "no nginx with nchan is started by this command"
    outcome.cannot_judge("fanout.room_vs_nchan", 1.0, sense="at_most", why=why)
    outcome.judge(
        "fanout.room_kib_per_connection",
        [kib],
        KIB_BAR,
        sense="at_most",
        note="user space of the server process; the kernel's socket buffers come on top",
    )


@contextlib.asynccontextmanager
async def _server(kind: str, scene: Scene, sizes: Sizes) -> AsyncIterator[_Server]:
    """A server that ends when its standard input does."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "kaibo.site.bench.fanout_server",
        kind,
        str(scene.org_id),
        str(scene.show_id),
        str(sizes.pause_s),
        stdin=PIPE,
        stdout=PIPE,
    )
    try:
        yield _Server(process)
    finally:
        assert process.stdin is not None
        process.stdin.close()
        try:
            await asyncio.wait_for(process.wait(), 15)
        except TimeoutError:
            process.kill()
            await process.wait()


def join_of(*, org_id: int, show_id: int, number: int) -> bytes:
    """A viewer of its own number enters; what its socket says first."""
    viewer = enter(
        org_id=org_id,
        device=f"bench-device-{number:08}",
        nickname=f"v{number}",
        now=timezone.now(),
    )
    token = issue_viewer_token(viewer.id, org_id, show_id)
    return json.dumps({"t": "join", "token": token, "resume": None}).encode()


def allow_sockets() -> None:
    """As many open sockets as the system lets this user have."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def keep_to_one_core(place: int) -> None:
    """Readers on one core, servers on another: else their caches meet."""
    cores = sorted(os.sched_getaffinity(0))
    if len(cores) > place:
        os.sched_setaffinity(0, {cores[place]})
