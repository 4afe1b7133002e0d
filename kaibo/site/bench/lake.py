"""Behaviour into the lake against a bare Parquet writer, and boards against raw DuckDB."""

import datetime as dt
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
from django.conf import settings

from kaibo.insight import dictionary
from kaibo.insight.actions import BehaviourEvent, record_events
from kaibo.insight.lake import COLUMNS, lake
from kaibo.insight.numbers import VIEWS, ShowNumbers
from kaibo.insight.reads import TREND_S, board
from kaibo.site.bench.figures import Outcome, Say, Stopwatch, pairwise

SCHEMA = pa.schema(
    [(name, pa.string() if kind == "VARCHAR" else pa.int64()) for name, kind in COLUMNS.items()]
)
INGEST_BAR = 3.0
BOARD_BAR = 1.3
BATCH = 1_000
ORG_ID = 1
_KINDS: tuple[str, ...] = (
    ("beat",) * 70 + ("like",) * 12 + ("product_impression",) * 8 + ("product_click",) * 4
)
_KINDS += ("enter",) * 3 + ("leave",) * 2 + ("comment",)


@dataclass(frozen=True, slots=True)
class Sizes:
    """Events of one show, rounds of writing, rounds of reading."""

    events: int
    rounds: int
    boards: int


SIZES = {
    "tiny": Sizes(events=2_000, rounds=1, boards=1),
    "quick": Sizes(events=50_000, rounds=3, boards=3),
    "full": Sizes(events=500_000, rounds=5, boards=5),
}


def run(sizes: Sizes, *, say: Say) -> Outcome:
    """Write every round's events as a show of its own, then ask the first for its board."""
    outcome = Outcome(runs=sizes.rounds)
    _ingest(outcome, sizes, say=say)
    say(f"lake: boards over {sizes.events} events of the day")
    _boards(outcome, "live", show_id=1, rounds=sizes.boards)
    say("lake: boards over the same events as Parquet")
    tomorrow = dt.datetime.now(dt.UTC).date() + dt.timedelta(days=2)
    lake().close()
    lake().compact(1, today=tomorrow)
    _boards(outcome, "compacted", show_id=1, rounds=sizes.boards)
    return outcome


def make_events(show_id: int, count: int, *, seed: int = 11) -> list[BehaviourEvent]:
    """An hour of a busy room, ending now."""
    dice = random.Random(seed + show_id)
    viewers = max(10, count // 40)
    began_ms = time.time_ns() // 1_000_000 - 3_600_000
    events = []
    for number in range(count):
        kind = dice.choice(_KINDS)
        events.append(
            BehaviourEvent(
                org_id=ORG_ID,
                show_id=show_id,
                viewer_id=dice.randrange(1, viewers),
                kind=kind,
                at_ms=began_ms + number * 3_600_000 // count,
                event_id=f"{show_id:x}life-{number:08}",
                link_no=dice.randrange(1, 20) if kind.startswith("product") else None,
                value=1 if kind in ("beat", "like") else 0,
            )
        )
    return events


def _ingest(outcome: Outcome, sizes: Sizes, *, say: Say) -> None:
    found: dict[str, list[Stopwatch]] = {"record_events": [], "parquet": [], "parquet_arrow": []}
    for number in range(1, sizes.rounds + 1):
        say(f"lake {number}/{sizes.rounds}: {sizes.events} events in batches of {BATCH}")
        events = make_events(number, sizes.events)
        batches = [events[at : at + BATCH] for at in range(0, len(events), BATCH)]
        with Stopwatch() as watch:
            for batch in batches:
                record_events(batch)
        found["record_events"].append(watch)
        with Stopwatch() as watch:
            _write_parquet(settings.KAIBO_HOME / "bare.parquet", batches)
        found["parquet"].append(watch)
        ready = [_arrow(batch) for batch in batches]
        with Stopwatch() as watch:
            _write_ready(settings.KAIBO_HOME / "ready.parquet", ready)
        found["parquet_arrow"].append(watch)
    cpu: dict[str, list[float]] = {}
    for name, watches in found.items():
        cpu[name] = [watch.cpu_s / sizes.events * 1e6 for watch in watches]
        outcome.tell(f"lake.{name}.cpu", cpu[name], "µs/event")
        wall = [watch.wall_s / sizes.events * 1e6 for watch in watches]
        outcome.tell(f"lake.{name}.wall", wall, "µs/event")
    ready_made = pairwise(cpu["record_events"], cpu["parquet_arrow"])
    outcome.tell("lake.ingest_vs_parquet_of_ready_arrow", ready_made, "ratio")
    outcome.judge(
        "lake.ingest_vs_parquet",
        pairwise(cpu["record_events"], cpu["parquet"]),
        INGEST_BAR,
        sense="at_most",
        note="CPU from the same Python events; ours is synced per batch, the bare writer is not",
    )


def _write_parquet(path: Path, batches: Sequence[Sequence[BehaviourEvent]]) -> None:
    with pq.ParquetWriter(path, SCHEMA, compression="zstd") as writer:
        for batch in batches:
            writer.write_table(_arrow(batch))


def _write_ready(path: Path, tables: Sequence[Any]) -> None:
    with pq.ParquetWriter(path, SCHEMA, compression="zstd") as writer:
        for table in tables:
            writer.write_table(table)


def _arrow(batch: Sequence[BehaviourEvent]) -> Any:
    """The columns of a batch, as cheaply as Python can make them."""
    columns = {
        name: [getattr(event, name) for event in batch] for name in BehaviourEvent.__struct_fields__
    }
    constant = {"sku_id": None, "units": 0, "label": ""}
    columns |= {name: [value] * len(batch) for name, value in constant.items()}
    return pa.Table.from_pydict(columns, schema=SCHEMA)


class _Raw(ShowNumbers):
    """The dictionary's own texts on a DuckDB that the product did not fill."""

    def __init__(self, source: str) -> None:
        self._db = duckdb.connect(":memory:")
        self._db.execute(f"CREATE TABLE events AS SELECT * FROM {source}")
        self._db.execute(VIEWS)


def _ask(numbers: ShowNumbers, *, now: dt.datetime) -> dict[str, float | int | None]:
    """What a board shows: the whole show, and the last five minutes beside those before."""
    every = tuple(code for code, m in dictionary.metrics().items() if "show" in m.grains)
    trending = tuple(code for code in every if dictionary.metric(code).expression)
    now_ms, span_ms = round(now.timestamp() * 1000), TREND_S * 1000
    numbers.between(trending, from_ms=now_ms - span_ms, to_ms=now_ms + 1)
    numbers.between(trending, from_ms=now_ms - 2 * span_ms, to_ms=now_ms - span_ms)
    return numbers.values(every)


def _boards(outcome: Outcome, state: str, *, show_id: int, rounds: int) -> None:
    folder = settings.KAIBO_LAKE / f"show={show_id}"
    columns = ", ".join(f"{name}: '{kind}'" for name, kind in COLUMNS.items())
    source = {
        "live": f"read_json('{folder}/*.jsonl', format='newline_delimited', columns={{{columns}}})",
        "compacted": f"read_parquet('{folder}/*.parquet')",
    }[state]
    now = dt.datetime.now(dt.UTC)
    ours: list[Stopwatch] = []
    raws: list[Stopwatch] = []
    natives: list[Stopwatch] = []
    for _ in range(rounds):
        with Stopwatch() as watch:
            shown = board(org_id=ORG_ID, show_id=show_id, now=now)
        ours.append(watch)
        with Stopwatch() as watch, _Raw(source) as numbers:
            values = _ask(numbers, now=now)
        raws.append(watch)
        with _Raw(source) as numbers, Stopwatch() as watch:
            _ask(numbers, now=now)
        natives.append(watch)
        differing = [f.code for f in shown.figures if f.value != values[f.code]]
        if differing:
            raise RuntimeError(f"the board and raw DuckDB disagree on {differing}")
    for name, watches in ((f"board_{state}", ours), (f"raw_duckdb_{state}", raws)):
        outcome.tell(f"lake.{name}.cpu", [w.cpu_s * 1e3 for w in watches], "ms")
        outcome.tell(f"lake.{name}.wall", [w.wall_s * 1e3 for w in watches], "ms")
    outcome.tell(f"lake.raw_duckdb_in_memory_{state}.wall", [w.wall_s * 1e3 for w in natives], "ms")
    outcome.judge(
        f"lake.board_{state}_vs_raw_duckdb",
        pairwise([w.cpu_s for w in ours], [w.cpu_s for w in raws]),
        BOARD_BAR,
        sense="at_most",
        note="CPU of the whole board against DuckDB reading the same files, the same texts",
    )
