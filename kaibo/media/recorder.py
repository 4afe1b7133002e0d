"""What was received, on disk: one folder per connection, readable at any moment.

Fragments are appended as they are cut, so a killed process loses at most the part in
progress. The index is one JSON line per closed segment, with the SHA-256 of its bytes.

Synchronous; the engine calls it on a thread, one call at a time.
"""

import datetime as dt
import hashlib
import json
import os
from dataclasses import dataclass
from io import FileIO
from pathlib import Path
from typing import Any

from kaibo.media.fmp4 import Init, Part

INDEX_NAME = "index.jsonl"


@dataclass(frozen=True, slots=True)
class RecordedSegment:
    """One line of the index: ``byte_count`` bytes from ``offset`` in ``file``."""

    file: str
    offset: int
    byte_count: int
    duration_ms: int
    begins_at: dt.datetime
    sha256: str


class Recorder:
    """Writes one connection's picture below ``folder``.

    A new ``Init`` starts a new file, because one MP4 has one set of parameters.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.recorded_ms = 0
        self._files = 0
        self._file: FileIO | None = None
        self._name = ""
        self._size = 0
        self._index = FileIO(folder / INDEX_NAME, "a")
        self._segment: dict[str, Any] | None = None
        self._digest = hashlib.sha256()

    def begin(self, init: Init) -> None:
        """Open the next file.

        Raises:
            OSError: the disk does not take it; as do ``add`` and ``close``.
        """
        self._end_file()
        self._files += 1
        self._name = f"picture-{self._files}.mp4"
        self._file = FileIO(self.folder / self._name, "x")
        self._size = 0
        self._write(init.data)

    def add(self, part: Part, *, begins_at: dt.datetime) -> None:
        """Append one part to the file."""
        if part.opens_segment:
            self._end_segment()
        if self._segment is None:
            self._digest = hashlib.sha256()
            self._segment = {
                "file": self._name,
                "offset": self._size,
                "begins_at": begins_at.astimezone(dt.UTC).isoformat(timespec="milliseconds"),
                "duration_ms": 0,
            }
        self._write(part.data)
        self._digest.update(part.data)
        self._segment["duration_ms"] += part.duration_ms
        self.recorded_ms += part.duration_ms

    def close(self) -> None:
        """End the last segment and the files."""
        self._end_file()
        self._index.close()

    def _write(self, data: bytes) -> None:
        assert self._file is not None, "begin() comes first"
        _write_all(self._file, data)
        self._size += len(data)

    def _end_segment(self) -> None:
        if self._segment is None:
            return
        segment, self._segment = self._segment, None
        segment["byte_count"] = self._size - segment["offset"]
        segment["sha256"] = self._digest.hexdigest()
        assert self._file is not None
        os.fsync(self._file.fileno())
        _write_all(self._index, json.dumps(segment, sort_keys=True).encode() + b"\n")

    def _end_file(self) -> None:
        self._end_segment()
        if self._file is not None:
            self._file.close()
            self._file = None


def read_index(folder: Path) -> list[RecordedSegment]:
    """The closed segments of a recording, oldest first.

    A last line cut short by a crash is left out; so is one whose bytes are not all there.
    """
    path = folder / INDEX_NAME
    if not path.is_file():
        return []
    found: list[RecordedSegment] = []
    for line in path.read_bytes().split(b"\n")[:-1]:
        row = json.loads(line)
        segment = RecordedSegment(
            row["file"],
            row["offset"],
            row["byte_count"],
            row["duration_ms"],
            dt.datetime.fromisoformat(row["begins_at"]),
            row["sha256"],
        )
        picture = folder / segment.file
        if picture.is_file() and picture.stat().st_size >= segment.offset + segment.byte_count:
            found.append(segment)
    return found


def broken_segments(folder: Path) -> list[RecordedSegment]:
    """Segments whose bytes on disk no longer have the SHA-256 of the index."""
    bad: list[RecordedSegment] = []
    for segment in read_index(folder):
        with (folder / segment.file).open("rb") as file:
            file.seek(segment.offset)
            data = file.read(segment.byte_count)
        if hashlib.sha256(data).hexdigest() != segment.sha256:
            bad.append(segment)
    return bad


def _write_all(file: FileIO, data: bytes) -> None:
    """Unbuffered files may take a part of the bytes; what is written is the system's at once."""
    view = memoryview(data)
    while view:
        view = view[file.write(view) or 0 :]
