"""Reads fragmented MP4 back, written apart from the code that writes it."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Sample:
    track: int
    decode_at: int
    duration: int
    composition: int
    is_key: bool
    data: bytes


def boxes(data: bytes, start: int = 0, end: int | None = None) -> Iterator[tuple[bytes, int, int]]:
    """(kind, first byte of content, end) of each box."""
    at, end = start, len(data) if end is None else end
    while at < end:
        size = int.from_bytes(data[at : at + 4], "big")
        assert size >= 8, "box size"
        assert at + size <= end, "box inside its parent"
        yield data[at + 4 : at + 8], at + 8, at + size
        at += size


def find(data: bytes, *path: bytes, start: int = 0, end: int | None = None) -> tuple[int, int]:
    """Content of the first box at this path."""
    for kind, first, last in boxes(data, start, end):
        if kind == path[0]:
            return (first, last) if len(path) == 1 else find(data, *path[1:], start=first, end=last)
    raise AssertionError(f"no {path!r}")


def kinds(data: bytes) -> list[bytes]:
    return [kind for kind, _, _ in boxes(data)]


def samples(data: bytes) -> list[Sample]:
    """Every sample of every fragment, in file order."""
    out: list[Sample] = []
    for kind, first, last in boxes(data):
        if kind == b"moof":
            for inner, start, end in boxes(data, first, last):
                if inner == b"traf":
                    out += _track_run(data, start, end, moof_at=first - 8)
    return out


def _track_run(data: bytes, start: int, end: int, *, moof_at: int) -> list[Sample]:
    at, _ = find(data, b"tfhd", start=start, end=end)
    flags, track = _flags(data, at), _u32(data, at + 4)
    assert flags & 0x020000, "offsets count from the moof"
    default_flags = _u32(data, at + 8) if flags & 0x20 else 0
    at, _ = find(data, b"tfdt", start=start, end=end)
    clock = struct.unpack_from(">Q", data, at + 4)[0]
    at, last = find(data, b"trun", start=start, end=end)
    flags, count, offset = _flags(data, at), _u32(data, at + 4), _u32(data, at + 8)
    at, out, data_at = at + 12, [], moof_at + offset
    for _ in range(count):
        duration, size = _u32(data, at), _u32(data, at + 4)
        at += 8
        sample_flags, composition = default_flags, 0
        if flags & 0x400:
            sample_flags, at = _u32(data, at), at + 4
        if flags & 0x800:
            composition, at = struct.unpack_from(">i", data, at)[0], at + 4
        body = data[data_at : data_at + size]
        assert len(body) == size
        out.append(Sample(track, clock, duration, composition, not sample_flags & 0x10000, body))
        clock, data_at = clock + duration, data_at + size
    assert at == last, "the run ends with its box"
    return out


def _u32(data: bytes, at: int) -> int:
    return int.from_bytes(data[at : at + 4], "big")


def _flags(data: bytes, at: int) -> int:
    return _u32(data, at) & 0xFFFFFF
