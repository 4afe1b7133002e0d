"""One frame to many sockets: the room beside the limit in C, nchan, Node and Channels.

Every server runs in a process of its own on one core; this process holds the readers on another
and sets the pace for all alike. Servers are measured in turns, one round after another.
"""

import contextlib
import os
import statistics
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from django.conf import settings

from kaibo.room.rules import Limits
from kaibo.site.bench import servers
from kaibo.site.bench.figures import Outcome, Say, pairwise
from kaibo.site.bench.plan import FRAME_BYTES
from kaibo.site.bench.readers import Dialect, Readers, allow_sockets, marked
from kaibo.site.bench.scene import Scene
from kaibo.site.bench.servers import Absent, Bench, Server

LIMIT_BAR = 1.25
NCHAN_BAR = 1.0
KIB_BAR = 24.0
BEATS_A_SECOND = 10.0
OF_MAXIMUM = 0.7
DRAIN_S = 20.0
ROOM_GREETING = b'{"t":"snapshot"'


@dataclass(frozen=True, slots=True)
class Sizes:
    """Sockets, seconds of each way of sending and of rest before it, and rounds."""

    sockets: tuple[int, ...]
    for_s: float
    rest_s: float
    rounds: int


SIZES = {
    "tiny": Sizes(sockets=(5,), for_s=0.2, rest_s=0.05, rounds=1),
    "quick": Sizes(sockets=(1_000,), for_s=0.7, rest_s=0.4, rounds=2),
    "full": Sizes(sockets=(1_000, 5_000, 10_000), for_s=4.0, rest_s=2.0, rounds=3),
}


@dataclass(slots=True)
class _Found:
    """What one server did, a value a round."""

    paced_us: list[float] = field(default_factory=list)
    flat_us: list[float] = field(default_factory=list)
    flat_per_s: list[float] = field(default_factory=list)
    p99_ms: list[float] = field(default_factory=list)
    user_kib: list[float] = field(default_factory=list)
    kernel_kib: list[float] = field(default_factory=list)
    idle_ms: list[float] = field(default_factory=list)


# The subject, and those it is judged by.
MUST_DELIVER = ("room", "c_epoll", "nchan")


def run(sizes: Sizes, *, say: Say) -> Outcome:
    """Measure server CPU per delivered frame, delay, and memory per connection."""
    most = max(sizes.sockets)
    allow_sockets(most)
    scene = Scene(on_hand=1_000)
    say(f"fanout: {most} viewers enter")
    hellos = scene.hellos(most)
    outcome = Outcome(runs=sizes.rounds)
    core, readers_core = servers.cores()
    if readers_core is not None:
        os.sched_setaffinity(0, {readers_core})
    for sockets in sizes.sockets:
        with all_servers(scene, hellos[:sockets], core=core) as (started, absent):
            found = {name: _Found() for name in started}
            for number in range(1, sizes.rounds + 1):
                for name in list(found):
                    say(f"fanout {number}/{sizes.rounds}: {sockets} sockets on {name}")
                    try:
                        _turn(started[name], found[name], sizes, sockets=sockets)
                    except FramesMissing as error:
                        if name in MUST_DELIVER:
                            raise
                        # A peer that is overrun is named, with what it lost, and left out.
                        del found[name]
                        outcome.absent[f"fanout.{sockets}.{name}"] = str(error)
        _tell(outcome, found, sockets=sockets)
        _judge(outcome, found, absent, sockets=sockets)
    return outcome


@contextlib.contextmanager
def all_servers(
    scene: Scene, hellos: list[bytes], *, core: int | None
) -> Iterator[tuple[dict[str, Server], dict[str, str]]]:
    """Every server this machine has, started; and why the others are absent."""
    socket_io = Dialect(
        path="/socket.io/?EIO=4&transport=websocket",
        hellos=[b"40"] * len(hellos),
        greeting=b"40",
        ping=b"2",
        pong=b"3",
    )
    room = Dialect(hellos=hellos, greeting=ROOM_GREETING)
    told = {"org_id": scene.org_id, "show_ids": [scene.show_id], "by_hand": True}
    starts: dict[str, servers.Start] = {
        "room": partial(servers.ours, module="room_server", dialect=room, told=told),
        "plain": partial(servers.ours, module="plain_server", dialect=Dialect()),
        "c_epoll": servers.epoll_in_c,
        "nchan": servers.nchan,
        "ws": partial(servers.node, script="ws.js", package="ws", dialect=Dialect()),
        "socket_io": partial(
            servers.node, script="socketio.js", package="socket.io", dialect=socket_io
        ),
        "channels": servers.channels,
    }
    started: dict[str, Server] = {}
    absent: dict[str, str] = {}
    with contextlib.ExitStack() as stack:
        folder = tempfile.TemporaryDirectory(dir=settings.KAIBO_HOME)
        bench = Bench(Path(stack.enter_context(folder)), core)
        for name, start in starts.items():
            try:
                started[name] = stack.enter_context(start(bench))
            except Absent as why:
                absent[name] = str(why)
        yield started, absent


def _turn(server: Server, found: _Found, sizes: Sizes, *, sockets: int) -> None:
    """Fill a server with readers, send in three ways, and let everybody go."""
    readers = Readers(server.port, server.dialect)
    try:
        # What the first reader costs belongs to the server, not to a connection.
        readers.open([0])
        chars = _chars(server, readers)
        _rest(readers, sizes.rest_s)
        user, kernel = server.kib(), servers.kernel_kib()
        readers.open(range(1, sockets))
        _rest(readers, sizes.rest_s)
        if sockets > 1:
            found.user_kib.append((server.kib() - user) / (sockets - 1))
            found.kernel_kib.append((servers.kernel_kib() - kernel) / (sockets - 1))
        began, cpu = time.monotonic(), server.cpu_s()
        _rest(readers, sizes.rest_s)
        found.idle_ms.append((server.cpu_s() - cpu) / (time.monotonic() - began) * 1e3)
        sender = _Sender(server, readers, chars=chars)
        found.paced_us.append(sender.paced(BEATS_A_SECOND, for_s=sizes.for_s).cpu_us)
        flat = sender.flat_out(for_s=sizes.for_s)
        found.flat_us.append(flat.cpu_us)
        found.flat_per_s.append(flat.per_s)
        busy = sender.paced(OF_MAXIMUM * flat.per_s / sockets, for_s=sizes.for_s)
        found.p99_ms.append(busy.p99_ms)
    finally:
        readers.close()


class FramesMissing(RuntimeError):
    """Not every reader got every frame."""


@dataclass(frozen=True, slots=True)
class Window:
    """What came of sending for a while."""

    cpu_us: float
    per_s: float
    p99_ms: float


class _Sender:
    """Sends numbered frames and waits until everybody has each of them."""

    def __init__(self, server: Server, readers: Readers, *, chars: int) -> None:
        self._server, self._readers, self._chars = server, readers, chars
        self._number = 1

    def paced(self, per_s: float, *, for_s: float) -> Window:
        """Frames at a steady rate."""
        with self._window() as window:
            began = time.monotonic()
            for beat in range(max(1, round(for_s * per_s))):
                while time.monotonic() < began + beat / per_s:
                    self._readers.pump(0.001)
                self._publish()
        return window[0]

    def flat_out(self, *, for_s: float) -> Window:
        """As fast as readers get them: one frame on its way, one in the server's hands."""
        with self._window() as window:
            began, before = time.monotonic(), self._number
            while time.monotonic() < began + for_s:
                sent = (self._number - before) * len(self._readers)
                if sent - self._readers.log.marked <= len(self._readers):
                    self._publish()
                self._readers.pump(0.0)
        return window[0]

    def _publish(self) -> None:
        self._number += 1
        self._server.publish(marked(self._number, chars=self._chars))

    @contextlib.contextmanager
    def _window(self) -> Iterator[list[Window]]:
        self._readers.log = log = type(self._readers.log)()
        result: list[Window] = []
        began, cpu, before = time.monotonic(), self._server.cpu_s(), self._number
        yield result
        wanted = (self._number - before) * len(self._readers)
        deadline = time.monotonic() + DRAIN_S
        while log.marked < wanted and time.monotonic() < deadline:
            self._readers.pump(0.001)
        if log.marked != wanted or self._readers.lost:
            raise FramesMissing(f"{wanted} frames sent, {log.marked} arrived")
        spent, wall = self._server.cpu_s() - cpu, time.monotonic() - began
        p99 = statistics.quantiles(log.delays, n=100)[98] if wanted > 1 else log.delays[0]
        result.append(Window(spent / wanted * 1e6, wanted / wall, p99 / 1e6))


def _chars(server: Server, readers: Readers) -> int:
    """How long a text must be for a frame of ``FRAME_BYTES`` on the wire."""
    readers.log = log = type(readers.log)()
    server.publish(marked(1, chars=300))
    deadline = time.monotonic() + DRAIN_S
    while not log.marked and time.monotonic() < deadline:
        readers.pump(0.001)
    return FRAME_BYTES - (log.octets - 300)


def _rest(readers: Readers, for_s: float) -> None:
    """A while in which readers answer what they are asked and nothing is sent."""
    deadline = time.monotonic() + for_s
    while time.monotonic() < deadline:
        readers.pump(0.01)


def _tell(outcome: Outcome, found: dict[str, _Found], *, sockets: int) -> None:
    for name, figures in found.items():
        of = f"fanout.{sockets}.{name}"
        outcome.tell(f"{of}.cpu", figures.paced_us, "µs/frame delivered")
        outcome.tell(f"{of}.cpu_flat_out", figures.flat_us, "µs/frame delivered")
        outcome.tell(f"{of}.delivered_flat_out", figures.flat_per_s, "1/s")
        outcome.tell(f"{of}.p99_at_70_percent", figures.p99_ms, "ms")
        outcome.tell(f"{of}.idle", figures.idle_ms, "CPU ms/s")
        if figures.user_kib:
            outcome.tell(f"{of}.memory", figures.user_kib, "KiB/connection")
            outcome.tell(f"{of}.kernel_both_ends", figures.kernel_kib, "KiB/connection")


def _judge(
    outcome: Outcome, found: dict[str, _Found], absent: dict[str, str], *, sockets: int
) -> None:
    room = found["room"]
    for peer, bar, note in (
        ("c_epoll", LIMIT_BAR, "CPU of the server; the limit: a bare C epoll server"),
        ("nchan", NCHAN_BAR, "CPU of the server; nginx with nchan, publishing included"),
    ):
        for way, mine in (("", room.paced_us), ("_flat_out", room.flat_us)):
            name = f"fanout.{sockets}.room_vs_{peer}{way}"
            if peer in absent:
                outcome.cannot_judge(name, bar, sense="at_most", why=absent[peer])
                continue
            theirs = found[peer].flat_us if way else found[peer].paced_us
            outcome.judge(name, pairwise(mine, theirs), bar, sense="at_most", note=note)
    tick_ms = Limits().tick_s * 1e3
    outcome.judge(
        f"fanout.{sockets}.room_p99_ms",
        room.p99_ms,
        tick_ms,
        sense="at_most",
        note="delay at 70% of the room's own maximum, under one tick",
    )
    for name, why in absent.items():
        outcome.absent[f"fanout.{name}"] = why
    if room.user_kib:
        outcome.judge(
            f"fanout.{sockets}.room_kib_per_connection",
            [
                user + kernel / 2
                for user, kernel in zip(room.user_kib, room.kernel_kib, strict=True)
            ],
            KIB_BAR,
            sense="at_most",
            note="what the process wrote, and half of what the kernel holds for both ends at rest",
        )
