"""One room on several gateways that hear each other through Redis, against one gateway."""

import contextlib
import os
import shutil
import socket
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from kaibo.room.rules import Limits
from kaibo.site.bench import servers
from kaibo.site.bench.figures import Outcome, Say, pairwise
from kaibo.site.bench.readers import Dialect, Log, Readers, allow_sockets, marked
from kaibo.site.bench.scene import Scene
from kaibo.site.bench.servers import START_S, Bench, Server

BAR = 1.2
SETTLE_S = 3.0
DRAIN_S = 20.0
TEXT_CHARS = 300
GREETING = b'{"t":"snapshot"'
REDIS = "redis-server"


@dataclass(frozen=True, slots=True)
class Sizes:
    """Viewers in all, over how many gateways they are spread, seconds a round, and rounds."""

    viewers: int
    nodes: tuple[int, ...]
    for_s: float
    rounds: int


SIZES = {
    "tiny": Sizes(viewers=6, nodes=(1, 2), for_s=0.5, rounds=1),
    "quick": Sizes(viewers=4_000, nodes=(1, 2), for_s=3.0, rounds=1),
    "full": Sizes(viewers=8_000, nodes=(1, 2, 4), for_s=10.0, rounds=3),
}


def run(sizes: Sizes, *, say: Say) -> Outcome:
    """Measure CPU of all gateways per delivered frame; the room says something at every tick.

    Every reader checks that the notices reach it by number, so the order is the same on all
    gateways or the bench fails. CPU of Redis is told beside.
    """
    outcome = Outcome(runs=sizes.rounds)
    bars = [(f"nodes.{nodes}_vs_1", nodes) for nodes in sizes.nodes[1:]]
    if shutil.which(REDIS) is None:
        for name, _ in bars:
            outcome.cannot_judge(name, BAR, sense="at_most", why="redis-server is not installed")
        return outcome
    allow_sockets(sizes.viewers)
    scene = Scene(on_hand=1_000)
    dialect = Dialect(hellos=scene.hellos(sizes.viewers), greeting=GREETING)
    found: dict[int, list[tuple[float, float]]] = {nodes: [] for nodes in sizes.nodes}
    core, readers_core = servers.cores()
    if readers_core is not None:
        os.sched_setaffinity(0, {readers_core})
    for number in range(1, sizes.rounds + 1):
        for nodes in sizes.nodes:
            say(f"nodes {number}/{sizes.rounds}: {sizes.viewers} viewers on {nodes} gateways")
            # A folder and a Redis of its own each: no room is left over from the one before.
            with tempfile.TemporaryDirectory(dir=settings.KAIBO_HOME) as home:
                found[nodes].append(_round(Bench(Path(home), core), scene, dialect, sizes, nodes))
    for nodes, rounds in found.items():
        outcome.tell(f"nodes.{nodes}.cpu", [cpu for cpu, _ in rounds], "µs/frame delivered")
        outcome.tell(f"nodes.{nodes}.redis_cpu", [redis for _, redis in rounds], "µs/frame")
    one = [cpu for cpu, _ in found[sizes.nodes[0]]]
    for name, nodes in bars:
        ratios = pairwise([cpu for cpu, _ in found[nodes]], one)
        note = f"CPU of all gateways, {sizes.viewers} viewers in all"
        outcome.judge(name, ratios, BAR, sense="at_most", note=note)
    return outcome


def _round(
    bench: Bench, scene: Scene, dialect: Dialect, sizes: Sizes, nodes: int
) -> tuple[float, float]:
    """CPU per delivered frame of the gateways together, and of Redis."""
    with contextlib.ExitStack() as stack:
        url, redis_pid = stack.enter_context(_redis(bench))
        told = {"org_id": scene.org_id, "show_ids": [scene.show_id], "redis": url}
        gateways: list[Server] = [
            stack.enter_context(
                servers.ours(bench, module="room_server", dialect=dialect, told=told)
            )
            for _ in range(nodes)
        ]
        crowds = [Readers(gateway.port, dialect) for gateway in gateways]
        for place, crowd in enumerate(crowds):
            stack.callback(crowd.close)
            crowd.open(range(place, sizes.viewers, nodes))
        _pump(crowds, SETTLE_S)
        for crowd in crowds:
            crowd.log = Log()
        beats = max(1, round(sizes.for_s / Limits().tick_s))
        before, redis_before = sum(g.cpu_s() for g in gateways), servers.cpu_s(redis_pid)
        _speak(gateways, crowds, beats=beats, viewers=sizes.viewers)
        spent = sum(g.cpu_s() for g in gateways) - before
        redis_spent = servers.cpu_s(redis_pid) - redis_before
    due = beats * sizes.viewers
    return spent / due * 1e6, redis_spent / due * 1e6


def _speak(gateways: list[Server], crowds: list[Readers], *, beats: int, viewers: int) -> None:
    """One numbered notice a tick; every gateway is told and the one that conducts says it."""
    began = time.monotonic()
    for beat in range(beats):
        text = marked(beat + 1, chars=TEXT_CHARS)
        for gateway in gateways:
            gateway.publish(text)
        _pump(crowds, began + (beat + 1) * Limits().tick_s - time.monotonic())
    deadline = time.monotonic() + DRAIN_S
    while sum(crowd.log.marked for crowd in crowds) < beats * viewers:
        if time.monotonic() > deadline:
            arrived = sum(crowd.log.marked for crowd in crowds)
            raise RuntimeError(f"{beats * viewers} frames were due, {arrived} arrived")
        _pump(crowds, 0.01)


def _pump(crowds: list[Readers], for_s: float) -> None:
    until = time.monotonic() + for_s
    while time.monotonic() < until:
        for crowd in crowds:
            crowd.pump(0.001)


@contextlib.contextmanager
def _redis(bench: Bench) -> Iterator[tuple[str, int]]:
    """A Redis for one round, on a free port of the loopback; its address and process id."""
    port = servers.free_port()
    command = [REDIS, "--bind", "127.0.0.1", "--port", str(port), "--save", ""]
    process = bench.spawn([*command, "--appendonly", "no", "--dir", str(bench.home)])
    with servers.ended(process):
        until = time.monotonic() + START_S
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                if process.poll() is not None or time.monotonic() > until:
                    raise RuntimeError("redis-server did not start") from None
                time.sleep(0.05)
        yield f"redis://127.0.0.1:{port}/0", process.pid
        process.terminate()
