"""The one byte form of a pack's container: a plain ZIP, stored, without times. Pure.

Every byte follows from the items' names and contents, so a reader can tell each changed byte, also
in headers that ZIP programs do not look at.
"""

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

HEADER_BYTES: Final = 30
HEADER_MARK: Final = b"PK\x03\x04"
DIRECTORY_MARK: Final = b"PK\x01\x02"
# What the plain form can hold; more needs another form, not a silent one.
PACK_BYTES_MAX: Final = 2**32 - 2
ENTRIES_MAX: Final = 2**16 - 2
_VERSION, _UTF8, _STORED, _NO_TIME, _FIRST_DAY = 20, 0x0800, 0, 0, 0x21
_COMMON: Final = struct.Struct("<HHHHHIIIHH")
_END: Final = struct.Struct("<4sHHHHIIH")


@dataclass(frozen=True, slots=True)
class Entry:
    """One file in the container; ``offset`` is of its header, ``sha256`` of its bytes in hex."""

    path: str
    byte_count: int
    crc: int
    sha256: str
    offset: int


def header(path: str, *, byte_count: int, crc: int) -> bytes:
    """What stands before a file's bytes."""
    return HEADER_MARK + _common(path, byte_count, crc) + path.encode()


def header_says(head: bytes) -> tuple[int, int, int]:
    """Bytes of the name, bytes of the file, and its CRC, as the first 30 bytes tell them."""
    _, _, _, _, _, crc, packed, _, name, _ = _COMMON.unpack(head[4:HEADER_BYTES])
    return name, packed, crc


def directory(entries: Sequence[Entry], *, offset: int) -> bytes:
    """What stands behind the last file, from ``offset`` on to the end."""
    rows = b"".join(
        DIRECTORY_MARK
        + struct.pack("<H", _VERSION)
        + _common(one.path, one.byte_count, one.crc)
        + struct.pack("<HHHII", 0, 0, 0, 0, one.offset)
        + one.path.encode()
        for one in entries
    )
    count = len(entries)
    return rows + _END.pack(b"PK\x05\x06", 0, 0, count, count, len(rows), offset, 0)


def _common(path: str, byte_count: int, crc: int) -> bytes:
    return _COMMON.pack(
        _VERSION, _UTF8, _STORED, _NO_TIME, _FIRST_DAY,
        crc, byte_count, byte_count, len(path.encode()), 0,
    )  # fmt: skip
