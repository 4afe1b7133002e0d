"""The lake on local disk: events appended durably, read back by DuckDB.

One folder a show; in it append-only files of JSON lines, one a process and day, synced before
``append`` returns. ``compact`` turns finished files into Parquet. Every event has an id, and a
read takes each id once, so an uncertain write or a crash in the middle of compacting doubles
nothing. A torn last line (the machine died while writing it) was never acknowledged and is
skipped.
"""

import datetime as dt
import os
import threading
import uuid
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path

import duckdb
import msgspec
import pyarrow as pa
import pyarrow.parquet as pq
from django.conf import settings

SCHEMA = pa.schema(
    [
        ("event_id", pa.string()),
        ("org_id", pa.int64()),
        ("show_id", pa.int64()),
        ("viewer_id", pa.int64()),
        ("kind", pa.string()),
        ("at_ms", pa.int64()),
        ("link_no", pa.int64()),
        ("sku_id", pa.int64()),
        ("units", pa.int64()),
        ("value", pa.int64()),
        ("ref", pa.string()),
        ("label", pa.string()),
    ]
)


class LakeEvent(msgspec.Struct, frozen=True, kw_only=True):
    """One row of the lake.

    ``event_id`` makes it unique for ever; ``at_ms`` is the server's clock, milliseconds since
    1970 UTC; ``value`` is fen, likes or seconds, as the kind says; ``ref`` an order number.
    """

    event_id: str
    org_id: int
    show_id: int
    viewer_id: int
    kind: str
    at_ms: int
    link_no: int | None = None
    sku_id: int | None = None
    units: int = 0
    value: int = 0
    ref: str = ""
    label: str = ""


_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(LakeEvent)


class Lake:
    """Events of every show under one folder. Safe for threads; several processes may append."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._lock = threading.Lock()
        self._life = uuid.uuid4().hex[:12]
        self._files: dict[tuple[int, str], int] = {}

    def append(self, events: Sequence[LakeEvent]) -> None:
        """Write events; when it returns they survive a power cut.

        Raises:
            OSError: the disk refused; nothing or a part was written, and the same events may be
            appended again.
        """
        by_show: dict[int, list[bytes]] = {}
        for event in events:
            by_show.setdefault(event.show_id, []).append(_encoder.encode(event))
        with self._lock:
            for show_id, lines in by_show.items():
                file = self._open(show_id)
                # A leading line break ends whatever an earlier failed write left behind.
                _write_all(file, b"\n" + b"\n".join(lines) + b"\n")
                os.fdatasync(file)

    def connect(self, show_ids: Iterable[int]) -> duckdb.DuckDBPyConnection:
        """An in-memory DuckDB with a table ``events`` of these shows, each event once."""
        table = pa.concat_tables([self._read(show_id) for show_id in show_ids] or [_empty()])
        connection = duckdb.connect(":memory:")
        connection.register("raw_events", table)
        connection.execute(
            "CREATE TABLE events AS SELECT * FROM raw_events"
            " QUALIFY row_number() OVER (PARTITION BY event_id) = 1"
        )
        connection.unregister("raw_events")
        return connection

    def compact(self, show_id: int, *, today: dt.date) -> int:
        """Turn a show's finished files (of earlier days) into Parquet; returns how many.

        The Parquet file is named after its source and complete before it gets that name; the
        source goes last. Interrupted anywhere, the next run does it again with the same result.
        """
        folder = self._folder(show_id)
        done = 0
        for source in sorted(folder.glob("*.jsonl")):
            if source.name[:10] >= today.isoformat():
                continue
            target = source.with_suffix(".parquet")
            part = source.with_suffix(".part")
            pq.write_table(_table(source), part, compression="zstd")
            with part.open("rb") as file:
                os.fsync(file.fileno())
            part.rename(target)
            _sync_folder(folder)
            source.unlink()
            done += 1
        return done

    def shows(self) -> list[int]:
        """Every show that has events."""
        return sorted(int(path.name.removeprefix("show=")) for path in self._root.glob("show=*"))

    def close(self) -> None:
        """Let go of the open files; appending again opens new ones."""
        with self._lock:
            for file in self._files.values():
                os.close(file)
            self._files.clear()

    def _folder(self, show_id: int) -> Path:
        return self._root / f"show={show_id}"

    def _open(self, show_id: int) -> int:
        day = dt.datetime.now(dt.UTC).date().isoformat()
        file = self._files.get((show_id, day))
        if file is None:
            folder = self._folder(show_id)
            folder.mkdir(parents=True, exist_ok=True)
            path = folder / f"{day}-{self._life}.jsonl"
            file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
            _sync_folder(folder)
            _sync_folder(self._root)
            self._files[show_id, day] = file
        return file

    def _read(self, show_id: int) -> pa.Table:
        folder = self._folder(show_id)
        parts = [pq.read_table(path, schema=SCHEMA) for path in sorted(folder.glob("*.parquet"))]
        parts += [_table(path) for path in sorted(folder.glob("*.jsonl"))]
        return pa.concat_tables(parts) if parts else _empty()


@cache
def lake() -> Lake:
    """The lake of this installation."""
    return Lake(settings.KAIBO_LAKE)


def _table(path: Path) -> pa.Table:
    rows = []
    for line in path.read_bytes().split(b"\n"):
        if not line:
            continue
        try:
            rows.append(msgspec.to_builtins(_decoder.decode(line)))
        except msgspec.DecodeError:
            continue  # torn by a crash, so never acknowledged
    return pa.Table.from_pylist(rows, schema=SCHEMA)


def _empty() -> pa.Table:
    return SCHEMA.empty_table()


def _write_all(file: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(file, view) :]


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
