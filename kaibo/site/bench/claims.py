"""Flash-sale claims: judged in batches against the same attempts one transaction each."""

import os
import random
import sqlite3
import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.db.models import Count, Sum
from django.utils import timezone

from kaibo.promotions.actions import Attempt, claim_flash_sale, claim_flash_sale_batch
from kaibo.promotions.models import Claim, FlashSale
from kaibo.site.bench.figures import Outcome, Say, Stopwatch, pairwise
from kaibo.site.bench.scene import Scene

# Engines and how many times faster a batch must be than one transaction a claim.
BARS = {"sqlite": 15.0, "postgresql": 30.0}
REPEATS_SHARE = 0.05
FSYNC_BYTES = 256


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much is tried; ``singles`` are fewer because each pays for a whole transaction."""

    batched: int
    singles: int
    rounds: int
    fsync_s: float


SIZES = {
    "tiny": Sizes(batched=200, singles=20, rounds=1, fsync_s=0.05),
    "quick": Sizes(batched=10_000, singles=500, rounds=3, fsync_s=0.5),
    "full": Sizes(batched=200_000, singles=10_000, rounds=3, fsync_s=3.0),
}


@dataclass(frozen=True, slots=True)
class _Lap:
    """One sale from its first attempt to its last."""

    winners_per_s: float
    cpu_us: float
    oversold: int


def run(sizes: Sizes, *, say: Say) -> Outcome:
    """Measure; half of the buyers find the sale sold out, one attempt in twenty is a repeat."""
    scene = Scene(on_hand=100_000_000)
    outcome = Outcome(runs=sizes.rounds)
    laps: dict[str, list[_Lap]] = {"batch_1000": [], "batch_100": [], "single": []}
    fsyncs: list[float] = []
    bare: list[float] = []
    for number in range(1, sizes.rounds + 1):
        say(f"claims {number}/{sizes.rounds}: {connection.vendor}")
        fsyncs.append(fsync_rate(settings.KAIBO_HOME, seconds=sizes.fsync_s))
        laps["single"].append(_lap(scene, sizes.singles, batch=1))
        laps["batch_100"].append(_lap(scene, sizes.batched, batch=100))
        laps["batch_1000"].append(_lap(scene, sizes.batched, batch=1_000))
        if connection.vendor == "sqlite":
            bare.append(bare_sqlite_rate(settings.KAIBO_HOME, attempts(sizes.singles)))
    for name, found in laps.items():
        outcome.tell(f"claims.{name}.winners", [lap.winners_per_s for lap in found], "1/s")
        outcome.tell(f"claims.{name}.cpu", [lap.cpu_us for lap in found], "µs/attempt")
    outcome.tell("claims.fsync", fsyncs, "1/s")
    batch = [lap.winners_per_s for lap in laps["batch_1000"]]
    if bare:
        outcome.tell("claims.bare_sqlite_single.winners", bare, "1/s")
        outcome.tell("claims.batch_1000_vs_bare_sqlite_single", pairwise(batch, bare), "ratio")
    _judge(outcome, pairwise(batch, [lap.winners_per_s for lap in laps["single"]]))
    oversold = [float(lap.oversold) for found in laps.values() for lap in found]
    outcome.judge("claims.oversold", [max(oversold)], 0.0, sense="at_most", note="units, exact")
    return outcome


def attempts(count: int, *, seed: int = 7) -> list[Attempt]:
    """Attempts of as many buyers, shuffled; some are the same request sent again."""
    dice = random.Random(seed)
    now = timezone.now()
    distinct = max(1, round(count * (1 - REPEATS_SHARE)))
    buyers = list(range(1, distinct + 1))
    buyers += dice.choices(buyers, k=count - distinct)
    dice.shuffle(buyers)
    return [Attempt(buyer, 1, f"bench-{buyer}", now) for buyer in buyers]


def fsync_rate(folder: Path, *, seconds: float) -> float:
    """Small synced writes a second: the limit of one transaction a claim on this disk."""
    path = folder / "fsync.bench"
    done, began = 0, time.perf_counter()
    with path.open("wb", buffering=0) as file:
        while time.perf_counter() - began < seconds:
            file.write(b"x" * FSYNC_BYTES)
            os.fsync(file.fileno())
            done += 1
    spent = time.perf_counter() - began
    path.unlink()
    return done / spent


def bare_sqlite_rate(folder: Path, tries: Sequence[Attempt]) -> float:
    """Winners a second of hand-written SQL without Django, facts or rules, one commit each."""
    path = folder / "bare.sqlite3"
    store = sqlite3.connect(path, isolation_level=None)
    store.executescript(
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
        f"CREATE TABLE sale (units_left INT CHECK (units_left >= 0)); INSERT INTO sale VALUES"
        f" ({_units(tries)}); CREATE TABLE claim (viewer_id INT PRIMARY KEY, request_key TEXT);"
    )
    won = 0
    with Stopwatch() as watch:
        for attempt in tries:
            store.execute("BEGIN IMMEDIATE")
            row = (attempt.viewer_id, attempt.request_key)
            if (
                store.execute("SELECT units_left FROM sale").fetchone()[0]
                and store.execute("INSERT OR IGNORE INTO claim VALUES (?, ?)", row).rowcount
            ):
                store.execute("UPDATE sale SET units_left = units_left - 1")
                won += 1
            store.execute("COMMIT")
    store.close()
    for leftover in folder.glob("bare.sqlite3*"):
        leftover.unlink()
    return won / watch.wall_s


def _lap(scene: Scene, count: int, *, batch: int) -> _Lap:
    tries = attempts(count)
    units = _units(tries)
    sale_id = scene.start_sale(units)
    # What arrived before the sale opened would be refused.
    now = timezone.now()
    tries = [Attempt(a.viewer_id, a.units, a.request_key, now) for a in tries]
    with Stopwatch() as watch:
        if batch == 1:
            for a in tries:
                claim_flash_sale(
                    sale_id=sale_id,
                    viewer_id=a.viewer_id,
                    units=1,
                    request_key=a.request_key,
                    now=timezone.now(),
                )
        else:
            for start in range(0, len(tries), batch):
                part = tries[start : start + batch]
                claim_flash_sale_batch(sale_id=sale_id, attempts=part, now=timezone.now())
    won, oversold = _audit(sale_id, units=units)
    scene.stop_sale(sale_id)
    return _Lap(won / watch.wall_s, watch.cpu_s / count * 1e6, oversold)


def _units(tries: Sequence[Attempt]) -> int:
    """Units for half of the buyers."""
    return max(1, len({a.viewer_id for a in tries}) // 2)


def _audit(sale_id: int, *, units: int) -> tuple[int, int]:
    """Winners, and units beyond the sale or a buyer's limit, counted from the rows.

    A sale that did not sell out, or whose own count disagrees with its rows, proves nothing.
    """
    claims = Claim.objects.filter(sale_id=sale_id)
    sold = claims.aggregate(units=Sum("units"))["units"] or 0
    twice = claims.values("viewer_id").annotate(n=Count("id")).filter(n__gt=1).count()
    left = FlashSale.objects.values_list("units_left", flat=True).get(pk=sale_id)
    if sold < units or left != units - min(sold, units):
        raise RuntimeError(f"sale {sale_id}: {sold} of {units} sold, {left} left")
    return claims.count(), max(0, sold - units) + twice


def _judge(outcome: Outcome, ratios: list[float]) -> None:
    for vendor, bar in BARS.items():
        name = f"claims.batch_1000_vs_single_{vendor}"
        if vendor == connection.vendor:
            note = f"winners/s, median {statistics.median(ratios):.1f} times"
            outcome.judge(name, ratios, bar, sense="at_least", note=note)
        else:
            why = "measured on the database of DATABASE_URL, which is another engine"
            outcome.cannot_judge(name, bar, sense="at_least", why=why)
