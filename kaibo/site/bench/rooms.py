"""Many rooms with few viewers each, against one room with them all: the same frames in all."""

import os
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from kaibo.room.rules import Limits
from kaibo.site.bench import servers
from kaibo.site.bench.figures import Outcome, Say, pairwise
from kaibo.site.bench.readers import Dialect, Log, Readers, allow_sockets, marked
from kaibo.site.bench.scene import Scene
from kaibo.site.bench.servers import Bench, Server

BAR = 1.3
DRAIN_S = 20.0
QUIET_S = 60.0
TEXT_CHARS = 300
GREETING = b'{"t":"snapshot"'


@dataclass(frozen=True, slots=True)
class Sizes:
    """Viewers in all, over how many rooms they are spread, seconds a round, and rounds."""

    viewers: int
    rooms: tuple[int, ...]
    for_s: float
    rounds: int


SIZES = {
    "tiny": Sizes(viewers=8, rooms=(1, 4), for_s=0.5, rounds=1),
    "quick": Sizes(viewers=1_000, rooms=(1, 10, 100), for_s=2.0, rounds=1),
    "full": Sizes(viewers=10_000, rooms=(1, 10, 100, 1_000), for_s=10.0, rounds=3),
}


def run(sizes: Sizes, *, say: Say) -> Outcome:
    """Measure server CPU per delivered frame; every room says something at every tick."""
    allow_sockets(sizes.viewers)
    scene = Scene(on_hand=1_000)
    show_ids = [scene.show_id, *(scene.add_show() for _ in range(max(sizes.rooms) - 1))]
    outcome = Outcome(runs=sizes.rounds)
    found: dict[int, list[float]] = {rooms: [] for rooms in sizes.rooms}
    core, readers_core = servers.cores()
    if readers_core is not None:
        os.sched_setaffinity(0, {readers_core})
    with tempfile.TemporaryDirectory(dir=settings.KAIBO_HOME) as home:
        bench = Bench(Path(home), core)
        for number in range(1, sizes.rounds + 1):
            for rooms in sizes.rooms:
                say(f"rooms {number}/{sizes.rounds}: {sizes.viewers} viewers in {rooms} rooms")
                found[rooms].append(_cpu_us(bench, scene, show_ids[:rooms], sizes))
    for rooms, cpu in found.items():
        outcome.tell(f"rooms.{rooms}.cpu", cpu, "µs/frame delivered")
    one = found[sizes.rooms[0]]
    for rooms in sizes.rooms[1:]:
        outcome.judge(
            f"rooms.{rooms}_vs_1",
            pairwise(found[rooms], one),
            BAR,
            sense="at_most",
            note=f"CPU of the server, {sizes.viewers} viewers in all",
        )
    return outcome


def _cpu_us(bench: Bench, scene: Scene, show_ids: list[int], sizes: Sizes) -> float:
    """CPU of the server per delivered frame, with the rooms' own clocks."""
    told = {"org_id": scene.org_id, "show_ids": show_ids}
    hellos = scene.hellos(sizes.viewers, show_ids=show_ids)
    dialect = Dialect(hellos=hellos, greeting=GREETING)
    with servers.ours(bench, module="room_server", dialect=dialect, told=told) as server:
        readers = Readers(server.port, dialect)
        readers.open(range(sizes.viewers))
        tick_s, beats = Limits().tick_s, max(1, round(sizes.for_s / Limits().tick_s))
        _until_quiet(server, readers)
        readers.log = log = Log()
        began, cpu = time.monotonic(), server.cpu_s()
        for beat in range(beats):
            server.publish(marked(beat + 1, chars=TEXT_CHARS))
            _wait(readers, began + (beat + 1) * tick_s - time.monotonic())
        deadline = time.monotonic() + DRAIN_S
        while log.marked < beats * sizes.viewers and time.monotonic() < deadline:
            readers.pump(0.001)
        spent = server.cpu_s() - cpu
        readers.close()
    if log.marked != beats * sizes.viewers:
        raise RuntimeError(f"{beats * sizes.viewers} frames were due, {log.marked} arrived")
    return spent / log.marked * 1e6


def _until_quiet(server: Server, readers: Readers) -> None:
    """Until what came with the people is done: their entering goes to the lake, room by room."""
    deadline, busy = time.monotonic() + QUIET_S, True
    while busy and time.monotonic() < deadline:
        cpu = server.cpu_s()
        _wait(readers, 0.5)
        busy = server.cpu_s() - cpu > 0.1


def _wait(readers: Readers, for_s: float) -> None:
    until = time.monotonic() + for_s
    while time.monotonic() < until:
        readers.pump(0.001)
