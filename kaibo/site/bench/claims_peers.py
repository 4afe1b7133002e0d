"""What else could take claims on this machine: the disk alone, bare SQL, a Django view."""

import datetime as dt
import json
import os
import sqlite3
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from django.db import connection, transaction
from django.http import HttpRequest, JsonResponse
from django.test import RequestFactory
from django.utils import timezone

from kaibo.promotions.models import Claim, FlashSale
from kaibo.site.bench.claims_tries import Told, Try, units_for_half
from kaibo.site.bench.figures import Stopwatch

FSYNC_BYTES = 256
VIEW_THREADS = 8


@dataclass(frozen=True, slots=True)
class Pace:
    """One peer over one round; ``cpu_us`` is of its server where it has one, per attempt."""

    winners_per_s: float
    cpu_us: float


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


def bare_sqlite(folder: Path, tries: Sequence[Try]) -> Pace:
    """Hand-written SQL without Django, facts or rules, one commit each."""
    path = folder / "bare.sqlite3"
    store = sqlite3.connect(path, isolation_level=None)
    store.executescript(
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
        f"CREATE TABLE sale (units_left INT CHECK (units_left >= 0)); INSERT INTO sale VALUES"
        f" ({units_for_half(tries)});"
        " CREATE TABLE claim (viewer_id INT PRIMARY KEY, request_key TEXT);"
    )
    won = 0
    with Stopwatch() as watch:
        for one in tries:
            store.execute("BEGIN IMMEDIATE")
            if (
                store.execute("SELECT units_left FROM sale").fetchone()[0]
                and store.execute("INSERT OR IGNORE INTO claim VALUES (?, ?)", one).rowcount
            ):
                store.execute("UPDATE sale SET units_left = units_left - 1")
                won += 1
            store.execute("COMMIT")
    store.close()
    for leftover in folder.glob("bare.sqlite3*"):
        leftover.unlink()
    return Pace(won / watch.wall_s, watch.cpu_s / len(tries) * 1e6)


def claim_view(request: HttpRequest, sale_id: int) -> JsonResponse:
    """The view one would write first: lock the sale's row, look, insert, save."""
    buyer, key = int(request.GET["viewer"]), request.GET["key"]
    with transaction.atomic():
        sale = FlashSale.objects.select_for_update().get(pk=sale_id)
        claim = sale.claims.filter(viewer_id=buyer).first()
        if claim is not None and claim.request_key != key:
            return JsonResponse({"code": "buyer_limit"}, status=409)
        if claim is None and sale.units_left == 0:
            return JsonResponse({"code": "sold_out"}, status=409)
        if claim is None:
            now = timezone.now()
            claim = Claim.objects.create(
                sale=sale,
                viewer_id=buyer,
                units=1,
                unit_price_fen=sale.price_fen,
                request_key=key,
                claimed_at=now,
                pay_before=now + dt.timedelta(seconds=sale.pay_within_s),
                arrival=sale.claims_won,
            )
            sale.units_left -= 1
            sale.claims_won += 1
            sale.save(update_fields=["units_left", "claims_won"])
    return JsonResponse({"code": "won", "claim_id": claim.pk}, status=201)


def django_view(sale_id: int, tries: Sequence[Try]) -> tuple[Pace, list[Told]]:
    """The view in threads, as a threaded server would run it; parsing HTTP is not counted."""
    lines = [tries[n::VIEW_THREADS] for n in range(VIEW_THREADS)]
    told: list[Told] = []

    def work(mine: Sequence[Try]) -> None:
        requests = RequestFactory()
        for buyer, key in mine:
            request = requests.post(f"/?viewer={buyer}&key={key}")
            said = json.loads(claim_view(request, sale_id).content)
            told.append(Told(key, said["code"], said.get("claim_id")))
        connection.close()

    threads = [threading.Thread(target=work, args=(mine,)) for mine in lines]
    with Stopwatch() as watch:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    if len(told) != len(tries):
        raise RuntimeError("the Django view failed; see above")
    won = Claim.objects.filter(sale_id=sale_id).count()
    return Pace(won / watch.wall_s, watch.cpu_s / len(tries) * 1e6), told


def backends_cpu_s() -> float | None:
    """CPU time of PostgreSQL's processes for this database, if they run on this machine.

    The log writer and the checkpointer, which all databases share, are not counted.
    """
    if connection.vendor != "postgresql":
        return None
    with connection.cursor() as cursor:
        cursor.execute("SELECT pid FROM pg_stat_activity WHERE datname = current_database()")
        pids = [pid for (pid,) in cursor.fetchall()]
    try:
        return sum(_nanoseconds(pid) for pid in pids) / 1e9
    except OSError:
        return None


def _nanoseconds(pid: int) -> int:
    if Path(f"/proc/{pid}/comm").read_text().strip() != "postgres":
        raise ProcessLookupError(pid)
    return int(Path(f"/proc/{pid}/schedstat").read_text().split()[0])
