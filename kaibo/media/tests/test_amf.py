"""AMF0: what goes out comes back; what is broken is refused."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaibo.media import amf

_names = st.text(max_size=20).filter(bool)
_leaves = st.none() | st.booleans() | st.floats(allow_nan=False) | st.text(max_size=200)
_values = st.recursive(
    _leaves,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_names, inner, max_size=4),
    max_leaves=20,
)


@given(st.lists(_values, max_size=5))
def test_what_was_written_is_read(values: list[amf.AmfValue]) -> None:
    assert amf.decode(amf.encode(*values)) == values


def test_a_long_text_is_read() -> None:
    assert amf.decode(amf.encode("x" * 70_000)) == ["x" * 70_000]


def test_what_librtmp_sends_is_read() -> None:
    raw = (
        b"\x02\x00\x07connect\x00\x3f\xf0\x00\x00\x00\x00\x00\x00"
        b"\x03\x00\x03app\x02\x00\x04live\x00\x00\x09"
    )
    assert amf.decode(raw) == ["connect", 1.0, {"app": "live"}]


def test_an_ecma_array_ends_at_its_mark_not_at_its_count() -> None:
    raw = b"\x08\x00\x00\x00\x07\x00\x05width\x00" + struct.pack(">d", 1280) + b"\x00\x00\x09"
    assert amf.decode(raw) == [{"width": 1280.0}]


@pytest.mark.parametrize(
    "raw",
    [
        b"\x02\x00\x07conn",
        b"\x00\x3f\xf0",
        b"\x03\x00\x03app\x02\x00\x04live",
        b"\x11",
        b"\x0a\xff\xff\xff\xff",
        b"\x0c\xff\xff\xff\xffabc",
        b"\x0a\x00\x00\x00\x01" * 20 + b"\x05",
        b"\x05" * (amf.VALUES_MAX + 1),
    ],
)
def test_broken_bytes_are_refused(raw: bytes) -> None:
    with pytest.raises(amf.AmfBroken):
        amf.decode(raw)


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(raw: bytes) -> None:
    try:
        values = amf.decode(raw)
    except amf.AmfBroken:
        return
    # Each value took a byte at least, and what was read can be said again.
    assert len(values) <= len(raw)
    assert len(amf.decode(amf.encode(*values))) == len(values)
