"""AMF0, the notation of RTMP commands: what encoders send and what we answer.

Read with limits, because it comes from anyone who can reach the port. Pure.

Source: "Action Message Format -- AMF 0", Adobe, 2007.
"""

import struct
from collections.abc import Mapping, Sequence
from typing import TypeAlias

AmfValue: TypeAlias = (
    "bool | int | float | str | Sequence[AmfValue] | Mapping[str, AmfValue] | None"
)

VALUES_MAX = 512
DEPTH_MAX = 8

_NUMBER, _BOOLEAN, _STRING, _OBJECT = 0x00, 0x01, 0x02, 0x03
_NULL, _UNDEFINED, _ECMA_ARRAY, _OBJECT_END = 0x05, 0x06, 0x08, 0x09
_STRICT_ARRAY, _DATE, _LONG_STRING = 0x0A, 0x0B, 0x0C


class AmfBroken(ValueError):
    """The bytes are not AMF0, or larger than any honest encoder sends."""


def decode(data: bytes) -> list[AmfValue]:
    """Read every value in ``data``.

    Raises:
        AmfBroken: cut short, unknown marker, more than ``VALUES_MAX`` values, or nested
            deeper than ``DEPTH_MAX``.
    """
    return _Reader(data).read_all()


def encode(*values: AmfValue) -> bytes:
    """Write values one after the other, as RTMP commands want them."""
    out = bytearray()
    for value in values:
        _write(out, value)
    return bytes(out)


class _Reader:
    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0
        self._values = 0

    def read_all(self) -> list[AmfValue]:
        out: list[AmfValue] = []
        while self._at < len(self._data):
            out.append(self._value(depth=0))
        return out

    def _take(self, count: int) -> bytes:
        chunk = self._data[self._at : self._at + count]
        if len(chunk) != count:
            raise AmfBroken("cut short")
        self._at += count
        return chunk

    def _u16(self) -> int:
        return int.from_bytes(self._take(2), "big")

    def _u32(self) -> int:
        return int.from_bytes(self._take(4), "big")

    def _text(self, count: int) -> str:
        return self._take(count).decode("utf-8", "replace")

    def _number(self) -> float:
        number: float = struct.unpack(">d", self._take(8))[0]
        return number

    def _value(self, *, depth: int) -> AmfValue:
        self._values += 1
        if self._values > VALUES_MAX or depth > DEPTH_MAX:
            raise AmfBroken("too many values")
        marker = self._take(1)[0]
        match marker:
            case 0x00:
                return self._number()
            case 0x01:
                return self._take(1) != b"\0"
            case 0x02:
                return self._text(self._u16())
            case 0x03:
                return self._object(depth=depth)
            case 0x05 | 0x06:
                return None
            case 0x08:
                self._u32()  # the count is a hint that encoders get wrong; the end mark rules
                return self._object(depth=depth)
            case 0x0A:
                return [self._value(depth=depth + 1) for _ in range(self._array_length())]
            case 0x0B:
                milliseconds = self._number()
                self._take(2)  # time zone, reserved: always zero
                return milliseconds
            case 0x0C:
                return self._text(self._u32())
            case _:
                raise AmfBroken(f"unknown marker {marker:#x}")

    def _array_length(self) -> int:
        length = self._u32()
        if length > VALUES_MAX:
            raise AmfBroken("too many values")
        return length

    def _object(self, *, depth: int) -> dict[str, AmfValue]:
        out: dict[str, AmfValue] = {}
        while True:
            length = self._u16()
            if length == 0 and self._data[self._at : self._at + 1] == bytes((_OBJECT_END,)):
                self._at += 1
                return out
            name = self._text(length)
            out[name] = self._value(depth=depth + 1)


def _write(out: bytearray, value: AmfValue) -> None:
    if value is None:
        out.append(_NULL)
    elif isinstance(value, bool):
        out += bytes((_BOOLEAN, value))
    elif isinstance(value, int | float):
        out.append(_NUMBER)
        out += struct.pack(">d", value)
    elif isinstance(value, str):
        _write_string(out, value)
    elif isinstance(value, Mapping):
        out.append(_OBJECT)
        for name, item in value.items():
            raw = name.encode()
            out += struct.pack(">H", len(raw)) + raw
            _write(out, item)
        out += bytes((0, 0, _OBJECT_END))
    else:
        out.append(_STRICT_ARRAY)
        out += struct.pack(">I", len(value))
        for item in value:
            _write(out, item)


def _write_string(out: bytearray, value: str) -> None:
    raw = value.encode()
    if len(raw) > 0xFFFF:
        out.append(_LONG_STRING)
        out += struct.pack(">I", len(raw)) + raw
    else:
        out.append(_STRING)
        out += struct.pack(">H", len(raw)) + raw
