"""Whether the pictures of a pack are those that were recorded, as far as the pack can say."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, BinaryIO, Final

from kaibo.base.trees import canonical, grow, leaf_digest, root_of
from kaibo.evidence.rules import container, packs
from kaibo.evidence.rules.container import Entry
from kaibo.facts.evidence import RecordingSealed
from kaibo.facts.registry import tag_of

RECORDINGS: Final = "recordings.json"
CLIPS: Final = "clips/"
_CHUNK: Final = 1 << 20
_VALUE_BYTES_MAX: Final = 64 * 2**20


class Wrong(Exception):
    """The first wrong item."""


def check_pictures(
    file: BinaryIO, entries: Mapping[str, Entry], items: Sequence[Mapping[str, Any]]
) -> None:
    """Hold the list of segments against what was sealed, and each clip against the list.

    A disk may change after a stream ended and before a pack was built: then the pack is whole, and
    its picture is not the one that was recorded. A recording of which no segment is left says
    nothing.

    Raises:
        Wrong: names the item.
    """
    entry = entries.get(RECORDINGS)
    if entry is None:
        return
    try:
        listed = {
            one["session_id"]: one["segments"] for one in read_value(file, entry)["recordings"]
        }
        _check_list(file, entries, listed)
        for item in items:
            if item["path"].startswith(CLIPS):
                _check_clip(file, entries[item["path"]], item, listed)
    except (KeyError, TypeError, ValueError, StopIteration) as error:
        raise Wrong(f"{RECORDINGS}: it cannot be read") from error


def _check_list(
    file: BinaryIO, entries: Mapping[str, Entry], listed: Mapping[str, list[dict[str, Any]]]
) -> None:
    for line in read_lines(file, entries[packs.JOURNAL]) if packs.JOURNAL in entries else ():
        told = line.get("entry") or {}
        if told.get("tag") != tag_of(RecordingSealed):
            continue
        sealed = json.loads(told["body"]) if isinstance(told["body"], str) else told["body"]
        segments = listed.get(sealed["session_id"])
        if segments and _root(segments) != sealed["root"]:
            raise Wrong(
                f"{RECORDINGS}: the segments of {sealed['session_id']} are not those that were"
                " sealed when its stream ended"
            )


def _root(segments: Sequence[dict[str, Any]]) -> str:
    peaks, _ = grow([], 0, [leaf_digest(canonical(one)) for one in segments])
    return root_of(peaks).hex()


def _check_clip(
    file: BinaryIO,
    entry: Entry,
    item: Mapping[str, Any],
    listed: Mapping[str, list[dict[str, Any]]],
) -> None:
    """A clip is the beginning of its file and then whole segments, which have to be the list's."""
    _, session_id, name, offset = item["source"].split(" ")
    count = int(item["path"].removesuffix(".mp4").rpartition("-")[2])
    segments = listed[session_id]
    first = next(
        place
        for place, one in enumerate(segments)
        if (one["file"], one["offset"]) == (name, int(offset))
    )
    film = segments[first : first + count]
    begins = entry.byte_count - sum(one["byte_count"] for one in film)
    if begins < 0 or len(film) < count:
        raise Wrong(f"{entry.path}: it is shorter than its segments")
    file.seek(_start(entry) + begins)
    for one in film:
        if _digest(file, one["byte_count"]) != one["sha256"]:
            raise Wrong(
                f"{entry.path}: the segment of {one['begins_at']} is not the one that was recorded"
            )


def _digest(file: BinaryIO, byte_count: int) -> str:
    digest = hashlib.sha256()
    while byte_count and (chunk := file.read(min(byte_count, _CHUNK))):
        byte_count -= len(chunk)
        digest.update(chunk)
    return digest.hexdigest()


def _start(entry: Entry) -> int:
    return entry.offset + container.HEADER_BYTES + len(entry.path.encode())


def read_lines(file: BinaryIO, entry: Entry) -> Iterator[dict[str, Any]]:
    """A file of JSON lines in the pack, one after another; the file may be read elsewhere between.

    Raises:
        Wrong: a line cannot be read.
    """
    at, left = _start(entry), entry.byte_count
    while left > 0:
        file.seek(at)
        line = file.readline(left)
        at, left = at + len(line), left - len(line)
        try:
            value = json.loads(line)
            assert isinstance(value, dict)
        except (ValueError, AssertionError) as error:
            raise Wrong(f"{entry.path}: a line cannot be read") from error
        yield value


def read_value(file: BinaryIO, entry: Entry) -> dict[str, Any]:
    """A JSON file of the pack; only its one byte form is right (RFC 8785).

    Raises:
        Wrong: it is too long, or not in that form.
    """
    if entry.byte_count > _VALUE_BYTES_MAX:
        raise Wrong(f"{entry.path}: it is too long")
    file.seek(_start(entry))
    data = file.read(entry.byte_count)
    try:
        value = json.loads(data)
        if isinstance(value, dict) and canonical(value) == data:
            return value
    except (ValueError, RecursionError):
        pass
    raise Wrong(f"{entry.path}: it is not canonical JSON")
