"""Flash-sale claims: the engine alone and through real sockets, beside what else could take them.

The engine judges batches; its peers are the product's own action with a transaction for each
claim, a Django view with ``select_for_update``, hand-written SQL and the disk's own fsync.
Through sockets the peers are an echo of the same message on the same server, and a Lua claim in
Redis. Rows and answers are recounted here: nothing oversold, nobody over the limit, equal
answers for repeats.
"""

import asyncio
import os
import statistics
from collections.abc import Iterator, Sequence
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass, field

import uvloop
from django.conf import settings
from django.db import connection
from django.utils import timezone

from kaibo.promotions.actions import Attempt, claim_flash_sale_batch
from kaibo.site.bench.claims_peers import (
    Pace,
    backends_cpu_s,
    bare_sqlite,
    django_view,
    fsync_rate,
)
from kaibo.site.bench.claims_redis import SERVER, is_here, redis_claims
from kaibo.site.bench.claims_sockets import connect, join_of_a_viewer, serving
from kaibo.site.bench.claims_tries import (
    Told,
    Try,
    audit,
    durability,
    forgetfulness,
    make_tries,
    units_for_half,
)
from kaibo.site.bench.figures import Outcome, Say, Stopwatch, pairwise
from kaibo.site.bench.scene import Scene

# Engines and how many times faster a batch must be than one transaction a claim.
BARS = {"sqlite": 15.0, "postgresql": 30.0}
ECHO_BAR, REDIS_BAR = 2.0, 1.0
# The second sale of every round has one unit for so many attempts: nearly all find it sold out.
SCARCE = 200
EACH_LINES = 32


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much is tried; ``singles`` are fewer because each pays for a whole transaction."""

    batched: int
    singles: int
    socketed: int
    sockets: int
    rounds: int
    fsync_s: float


SIZES = {
    "tiny": Sizes(batched=200, singles=20, socketed=400, sockets=10, rounds=1, fsync_s=0.05),
    "quick": Sizes(
        batched=10_000, singles=300, socketed=10_000, sockets=500, rounds=3, fsync_s=0.5
    ),
    "full": Sizes(
        batched=200_000, singles=10_000, socketed=200_000, sockets=2_000, rounds=3, fsync_s=3.0
    ),
}


@dataclass(slots=True)
class Found:
    """What the rounds gave, by subject, and how many units or answers were wrong."""

    winners: dict[str, list[float]] = field(default_factory=dict)
    cpu: dict[str, list[float]] = field(default_factory=dict)
    database_cpu: dict[str, list[float]] = field(default_factory=dict)
    faults: list[float] = field(default_factory=list)

    def keep(self, name: str, pace: Pace) -> None:
        """One round of one subject."""
        self.winners.setdefault(name, []).append(pace.winners_per_s)
        self.cpu.setdefault(name, []).append(pace.cpu_us)

    @contextmanager
    def database(self, name: str, attempts: int) -> Iterator[None]:
        """What the database's own processes spent on a round, where that can be had."""
        before = backends_cpu_s()
        yield
        after = backends_cpu_s()
        if before is not None and after is not None:
            spent = (after - before) / attempts * 1e6
            self.database_cpu.setdefault(name, []).append(spent)

    def recount(self, sale_id: int, *, units: int, told: Sequence[Told]) -> int:
        """Hold a finished sale against its rows; returns how many won."""
        found = audit(sale_id, units=units, told=told)
        self.faults.append(float(found.faults))
        return found.winners


def run(sizes: Sizes, *, say: Say) -> Outcome:
    """Measure engine and sockets; what promises durability is judged only where there is some.

    Raises:
        RuntimeError: a check of the bench failed.
    """
    scene = Scene(on_hand=100_000_000)
    outcome, found = Outcome(runs=sizes.rounds), Found()
    fsyncs: list[float] = []
    with _Sockets(sizes, scene) as sockets:
        for number in range(1, sizes.rounds + 1):
            say(f"claims {number}/{sizes.rounds}: engine on {connection.vendor}")
            fsyncs.append(fsync_rate(settings.KAIBO_HOME, seconds=sizes.fsync_s))
            engine_round(sizes, scene, found)
            say(f"claims {number}/{sizes.rounds}: {sizes.sockets} sockets")
            sockets.round(found)
            if is_here():
                say(f"claims {number}/{sizes.rounds}: Redis")
                _redis_round(sizes, found, core=sockets.server_core)
    outcome.tell("claims.fsync", fsyncs, "1/s")
    for name, winners in found.winners.items():
        if any(winners):
            outcome.tell(f"claims.{name}.winners", winners, "1/s")
    for name, cpu in found.cpu.items():
        outcome.tell(f"claims.{name}.cpu", cpu, "µs/attempt")
    for name, cpu in found.database_cpu.items():
        outcome.tell(f"claims.{name}.database_cpu", cpu, "µs/attempt")
    _judge(outcome, found, lax=forgetfulness(durability()) or sockets.lax)
    return outcome


def engine_round(sizes: Sizes, scene: Scene, found: Found) -> None:
    """The engine and its peers once each, without sockets."""
    few, many = make_tries(sizes.singles), make_tries(sizes.batched)
    _lap(scene, "single", few, found, units=units_for_half(few), batch=1)
    sale_id = scene.start_sale(units_for_half(few))
    pace, told = django_view(sale_id, few)
    found.keep("django_view", pace)
    found.recount(sale_id, units=units_for_half(few), told=told)
    scene.stop_sale(sale_id)
    if connection.vendor == "sqlite":
        found.keep("bare_sqlite_single", bare_sqlite(settings.KAIBO_HOME, few))
    for batch in (100, 1_000):
        _lap(scene, f"batch_{batch}", many, found, units=units_for_half(many), batch=batch)
    _lap(scene, "batch_1000_scarce", many, found, units=_scarce(many), batch=1_000)


def _lap(
    scene: Scene, name: str, tries: Sequence[Try], found: Found, *, units: int, batch: int
) -> None:
    """One sale through the engine, from its first attempt to its last."""
    sale_id = scene.start_sale(units)
    # What arrived before the sale opened would be refused.
    now = timezone.now()
    attempts = [Attempt(one.buyer, 1, one.key, now) for one in tries]
    answers = []
    with found.database(name, len(tries)), Stopwatch() as watch:
        for start in range(0, len(attempts), batch):
            part = attempts[start : start + batch]
            answers += claim_flash_sale_batch(sale_id=sale_id, attempts=part, now=timezone.now())
    told = [Told(answer.request_key, answer.code, answer.claim_id) for answer in answers]
    winners = found.recount(sale_id, units=units, told=told)
    scene.stop_sale(sale_id)
    found.keep(name, Pace(winners / watch.wall_s, watch.cpu_s / len(tries) * 1e6))


class _Sockets:
    """The product's server on one core, its buyers here on another."""

    def __init__(self, sizes: Sizes, scene: Scene) -> None:
        self._sizes, self._scene = sizes, scene
        self._tries = make_tries(sizes.socketed)
        self._runner = asyncio.Runner(loop_factory=uvloop.new_event_loop)
        self._stack = AsyncExitStack()
        self._cores = os.sched_getaffinity(0)
        self.server_core = min(self._cores)

    def __enter__(self) -> "_Sockets":
        viewer = join_of_a_viewer(self._scene)
        self._runner.run(self._open(viewer))
        os.sched_setaffinity(0, {max(self._cores)})
        return self

    def __exit__(self, *_: object) -> None:
        self._runner.run(self._stack.aclose())
        self._runner.close()
        os.sched_setaffinity(0, self._cores)

    def round(self, found: Found) -> None:
        """Echo and claims in turns, once with units for half of the buyers, once with few."""
        tries = self._tries
        for name, units in (("half", units_for_half(tries)), ("scarce", _scarce(tries))):
            echo = self._runner.run(self._echoes.claim(1, tries))
            found.keep(f"echo_{name}", Pace(0.0, echo.cpu_us))
            sale_id = self._scene.plan_sale(units)
            # A room answers from memory only what it has known since before it opened.
            self._runner.run(self._server.sees(sale_id, "planned"))
            self._scene.open_sale(sale_id)
            self._runner.run(self._server.sees(sale_id, "running"))
            with found.database(f"sockets_{name}", len(tries)):
                window = self._runner.run(self._claims.claim(sale_id, tries))
            found.recount(sale_id, units=units, told=window.told)
            self._scene.stop_sale(sale_id)
            found.keep(f"sockets_{name}", Pace(window.winners_per_s, window.cpu_us))

    async def _open(self, viewer: bytes) -> None:
        self._server, port = await self._stack.enter_async_context(serving(self._scene, viewer))
        self.lax = forgetfulness((await self._server.ask(do="durability"))["durability"])
        last = max(one.buyer for one in self._tries)
        for path in ("/claims", "/echo"):
            crowd = await connect(
                self._server, path=path, port=port, sockets=self._sizes.sockets, last=last
            )
            self._stack.callback(crowd.close)
            if path == "/claims":
                self._claims = crowd
            else:
                self._echoes = crowd
        await self._server.ask(do="seated")


def _redis_round(sizes: Sizes, found: Found, *, core: int) -> None:
    tries = make_tries(sizes.socketed)
    for fsync in ("always", "everysec"):
        pace = redis_claims(tries, folder=settings.KAIBO_HOME, fsync=fsync, core=core)
        found.keep(f"redis_{fsync}", pace)
    # As a web server asks it for one buyer after another: no pipeline holds many of them.
    few = make_tries(max(100, sizes.socketed // 10))
    pace = redis_claims(
        few, folder=settings.KAIBO_HOME, fsync="always", core=core, lines=EACH_LINES, at_once=1
    )
    found.keep("redis_always_each", pace)


def _scarce(tries: Sequence[Try]) -> int:
    return max(1, len(tries) // SCARCE)


def _judge(outcome: Outcome, found: Found, *, lax: str) -> None:
    winners, cpu = found.winners, found.cpu
    ratios = pairwise(winners["batch_1000"], winners["single"])
    for vendor, bar in BARS.items():
        name = f"claims.batch_1000_vs_single_{vendor}"
        if vendor != connection.vendor:
            why = "measured on the database of DATABASE_URL, which is another engine"
            outcome.cannot_judge(name, bar, sense="at_least", why=why)
        elif lax:
            outcome.cannot_judge(name, bar, sense="at_least", why=lax)
        else:
            note = f"winners/s, median {statistics.median(ratios):.1f} times"
            outcome.judge(name, ratios, bar, sense="at_least", note=note)
    for name in ("half", "scarce"):
        outcome.judge(
            f"claims.sockets_{name}_vs_echo",
            pairwise(cpu[f"sockets_{name}"], cpu[f"echo_{name}"]),
            ECHO_BAR,
            sense="at_most",
            note="CPU of the server per attempt, everything that follows from it included",
        )
    name = "claims.sockets_vs_redis_always"
    lacks = lax or ("" if is_here() else f"{SERVER} is not installed")
    if lacks:
        outcome.cannot_judge(name, REDIS_BAR, sense="at_least", why=lacks)
    else:
        note = "durable winners/s: sockets against a Lua claim through redis-py pipelines"
        values = pairwise(winners["sockets_half"], winners["redis_always"])
        outcome.judge(name, values, REDIS_BAR, sense="at_least", note=note)
    note = "units oversold, buyers over their limit, answers at odds with the rows: exact"
    outcome.judge("claims.faults", [max(found.faults)], 0.0, sense="at_most", note=note)
