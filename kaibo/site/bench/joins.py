"""A crowd comes at once, and a part of it comes back at once: who is let in, and at what cost."""

import json
import os
import statistics
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from kaibo.site.bench import servers
from kaibo.site.bench.figures import Outcome, Say
from kaibo.site.bench.readers import Dialect, NotGreeted, Readers, allow_sockets
from kaibo.site.bench.scene import Scene
from kaibo.site.bench.servers import Bench, Piped

# Both parts are compared while they join: the first tenth meets an empty room, the last a full one.
PART = 10
CONSTANT_BAR = 1.25
WELCOME = b'{"t":"welcome"'


@dataclass(frozen=True, slots=True)
class Sizes:
    """Viewers who join within ``within_s`` seconds, those who reconnect together, and rounds."""

    viewers: int
    within_s: float
    again: int
    rounds: int


SIZES = {
    "tiny": Sizes(viewers=20, within_s=0.2, again=4, rounds=1),
    "quick": Sizes(viewers=2_000, within_s=5.0, again=400, rounds=1),
    "full": Sizes(viewers=10_000, within_s=10.0, again=2_000, rounds=3),
}


@dataclass(slots=True)
class _Cost:
    """What a server spent on letting people in."""

    cpu_us: float
    let_in_us: float


class _Door:
    """Lets viewers in and weighs it."""

    def __init__(self, server: Piped, readers: Readers) -> None:
        self._server, self._readers = server, readers
        self.refused = 0

    def open(self, places: Sequence[int], *, per_s: float) -> _Cost:
        """Let these viewers in at this rate."""
        cpu, before = self._server.cpu_s(), self._asked()
        try:
            self._readers.open(places, per_s=per_s)
        except NotGreeted as left:
            self.refused += left.count
        spent, after = self._server.cpu_s() - cpu, self._asked()
        people = max(1, after["let_in"] - before["let_in"])
        let_in = after["let_in_cpu_s"] - before["let_in_cpu_s"]
        return _Cost(spent / len(places) * 1e6, let_in / people * 1e6)

    def _asked(self) -> dict[str, float]:
        self._server.publish("?")
        return self._server.hear()


def run(sizes: Sizes, *, say: Say) -> Outcome:
    """Measure; nobody may be refused, and a snapshot costs a joiner the same in a full room."""
    allow_sockets(sizes.viewers)
    scene = Scene(on_hand=1_000)
    say(f"joins: {sizes.viewers} viewers enter")
    hellos = scene.hellos(sizes.viewers)
    outcome = Outcome(runs=sizes.rounds)
    figures: dict[str, list[float]] = {}
    core, readers_core = servers.cores()
    if readers_core is not None:
        os.sched_setaffinity(0, {readers_core})
    for number in range(1, sizes.rounds + 1):
        say(f"joins {number}/{sizes.rounds}: {sizes.viewers} within {sizes.within_s:g} s")
        with tempfile.TemporaryDirectory(dir=settings.KAIBO_HOME) as home:
            for name, value in _round(Bench(Path(home), core), scene, hellos, sizes).items():
                figures.setdefault(name, []).append(value)
    for name, unit in (
        ("joins.first_tenth.cpu", "µs/joiner"),
        ("joins.last_tenth.cpu", "µs/joiner"),
        ("joins.first_tenth.let_in_cpu", "µs/joiner"),
        ("joins.last_tenth.let_in_cpu", "µs/joiner"),
        ("joins.reconnect.cpu", "µs/joiner"),
        ("joins.welcome_p50", "s"),
        ("joins.welcome_p99", "s"),
        ("joins.reconnect_p99", "s"),
    ):
        outcome.tell(name, figures[name], unit)
    outcome.judge("joins.refused", figures["joins.refused"], 0.0, sense="at_most", note="viewers")
    outcome.judge(
        "joins.let_in_last_tenth_vs_first_tenth",
        figures["joins.let_in_ratio"],
        CONSTANT_BAR,
        sense="at_most",
        note="CPU of seating a joiner and writing the snapshot, which is encoded once a tick",
    )
    return outcome


def _round(bench: Bench, scene: Scene, hellos: list[bytes], sizes: Sizes) -> dict[str, float]:
    told = {"org_id": scene.org_id, "show_ids": [scene.show_id], "timed": True}
    dialect = Dialect(hellos=hellos, greeting=WELCOME)
    with servers.ours(bench, module="room_server", dialect=dialect, told=told) as server:
        readers = Readers(server.port, dialect)
        door, tenth = _Door(server, readers), max(1, sizes.viewers // PART)
        rate = sizes.viewers / sizes.within_s
        first = door.open(range(tenth), per_s=rate)
        door.open(range(tenth, sizes.viewers - tenth), per_s=rate)
        last = door.open(range(sizes.viewers - tenth, sizes.viewers), per_s=rate)
        joined = list(readers.greeted_after_s)
        readers.come_back(_with_resume(hellos, readers.greeting))
        readers.cut(readers.fds[: sizes.again])
        again = door.open(range(sizes.again), per_s=1e9)
        if b'"resumed":true' not in readers.greeting:
            raise RuntimeError("who came back was not resumed")
        returned = readers.greeted_after_s[len(joined) :]
        readers.close()
    return {
        "joins.first_tenth.cpu": first.cpu_us,
        "joins.last_tenth.cpu": last.cpu_us,
        "joins.first_tenth.let_in_cpu": first.let_in_us,
        "joins.last_tenth.let_in_cpu": last.let_in_us,
        "joins.reconnect.cpu": again.cpu_us,
        "joins.welcome_p50": statistics.median(joined),
        "joins.welcome_p99": _p99(joined),
        "joins.reconnect_p99": _p99(returned),
        "joins.refused": float(door.refused),
        "joins.let_in_ratio": last.let_in_us / first.let_in_us,
    }


def _with_resume(hellos: list[bytes], welcome: bytes) -> list[bytes]:
    """The same viewers, who have seen everything so far of this life of the room."""
    resume = {"epoch": json.loads(welcome)["epoch"], "seq": 0}
    return [json.dumps(json.loads(hello) | {"resume": resume}).encode() for hello in hellos]


def _p99(values: list[float]) -> float:
    return statistics.quantiles(values, n=100)[98] if len(values) > 1 else max(values, default=0.0)
