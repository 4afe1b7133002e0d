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
from typing import TYPE_CHECKING

import msgspec
from django.conf import settings

from kaibo.base.disk import sync_folder

if TYPE_CHECKING:
    import duckdb

# Column -> type in DuckDB's words, in the order of the table.
COLUMNS = {
    "event_id": "VARCHAR",
    "org_id": "BIGINT",
    "show_id": "BIGINT",
    "viewer_id": "BIGINT",
    "kind": "VARCHAR",
    "at_ms": "BIGINT",
    "link_no": "BIGINT",
    "sku_id": "BIGINT",
    "units": "BIGINT",
    "value": "BIGINT",
    "ref": "VARCHAR",
    "label": "VARCHAR",
}
# A torn line reads as nulls. It was never acknowledged, so it is left out.
_FROM_LINES = """
SELECT {names}
FROM read_json(?, format = 'newline_delimited', columns = {columns}, ignore_errors = true)
WHERE event_id IS NOT NULL
"""


class LakeEvent(msgspec.Struct, frozen=True, kw_only=True, gc=False):
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
        by_show: dict[int, list[LakeEvent]] = {}
        for event in events:
            by_show.setdefault(event.show_id, []).append(event)
        with self._lock:
            for show_id, of_show in by_show.items():
                file = self._open(show_id)
                # A leading line break ends whatever an earlier failed write left behind.
                _write_all(file, b"\n" + _encoder.encode_lines(of_show))
                os.fdatasync(file)

    def connect(self, show_ids: Iterable[int]) -> "duckdb.DuckDBPyConnection":
        """An in-memory DuckDB with a table ``events`` of these shows, each event once."""
        import duckdb  # who only appends never needs it

        connection = duckdb.connect(":memory:")
        columns = ", ".join(f"{name} {kind}" for name, kind in COLUMNS.items())
        connection.execute(f"CREATE TABLE raw ({columns})")
        for show_id in show_ids:
            folder = self._folder(show_id)
            lines = [str(path) for path in folder.glob("*.jsonl")]
            if lines:
                connection.execute(f"INSERT INTO raw {_lines()}", [lines])
            compacted = [str(path) for path in folder.glob("*.parquet")]
            if compacted:
                names = ", ".join(COLUMNS)
                connection.execute(
                    f"INSERT INTO raw SELECT {names} FROM read_parquet(?)", [compacted]
                )
        connection.execute(
            "CREATE TABLE events AS SELECT * FROM raw"
            " QUALIFY row_number() OVER (PARTITION BY event_id) = 1"
        )
        connection.execute("DROP TABLE raw")
        return connection

    def compact(self, show_id: int, *, today: dt.date) -> int:
        """Turn a show's finished files (of earlier days) into Parquet; returns how many.

        The Parquet file is named after its source and complete before it gets that name; the
        source goes last. Interrupted anywhere, the next run does it again with the same result.
        """
        import duckdb

        folder = self._folder(show_id)
        done = 0
        for source in sorted(folder.glob("*.jsonl")):
            if source.name[:10] >= today.isoformat():
                continue
            target = source.with_suffix(".parquet")
            part = source.with_suffix(".part")
            with duckdb.connect(":memory:") as connection:
                connection.execute(
                    f"COPY ({_lines()}) TO '{part}' (FORMAT parquet, COMPRESSION zstd)",
                    [[str(source)]],
                )
            with part.open("rb") as file:
                os.fsync(file.fileno())
            part.rename(target)
            sync_folder(folder)
            source.unlink()
            done += 1
        return done

    def knows(self, show_id: int) -> bool:
        """Whether a show has events, or had the beginning of one."""
        return self._folder(show_id).exists()

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
            sync_folder(folder)
            sync_folder(self._root)
            self._files[show_id, day] = file
        return file


@cache
def lake() -> Lake:
    """The lake of this installation."""
    return Lake(settings.KAIBO_LAKE)


def _lines() -> str:
    columns = ", ".join(f"{name}: '{kind}'" for name, kind in COLUMNS.items())
    return _FROM_LINES.format(names=", ".join(COLUMNS), columns="{" + columns + "}")


def _write_all(file: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(file, view) :]
