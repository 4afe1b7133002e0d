"""Chunk streams: every size, every header, every clock; and what is refused."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaibo.media import chunks
from kaibo.media.tests.encoder import ChunkWriter

PAST_EXTENDED_MS = 0xFFFFFF + 40


def reader(message_max: int = 1 << 20, pending_max: int = 1 << 21) -> chunks.ChunkReader:
    return chunks.ChunkReader(message_bytes_max=message_max, pending_bytes_max=pending_max)


def control(kind: int, number: int) -> bytes:
    return ChunkWriter().write(2, kind, struct.pack(">I", number), timestamp_ms=0, stream_id=0)


def read_all(source: chunks.ChunkReader) -> list[chunks.Message]:
    out = []
    while (message := source.next_message()) is not None:
        out.append(message)
    return out


def sent(
    writer: ChunkWriter, times_ms: list[int], *, length: int = 500, chunk_stream: int = 4
) -> bytes:
    return b"".join(
        writer.write(
            chunk_stream, chunks.AUDIO, bytes((n % 256,)) * length, timestamp_ms=at, stream_id=1
        )
        for n, at in enumerate(times_ms)
    )


@pytest.mark.parametrize("chunk_bytes", [1, 127, 128, 4096, 60_000, 65_536])
@pytest.mark.parametrize("step", [1, 7, 1448, 1 << 20])
def test_every_chunk_size_however_it_arrives(chunk_bytes: int, step: int) -> None:
    if chunk_bytes == 1 and step == 1:
        step = 3
    writer, source = ChunkWriter(), reader()
    raw = writer.write(
        2, chunks.SET_CHUNK_SIZE, struct.pack(">I", chunk_bytes), timestamp_ms=0, stream_id=0
    )
    writer.chunk_bytes = chunk_bytes
    body = bytes(range(256)) * 12
    raw += writer.write(6, chunks.VIDEO, body, timestamp_ms=40, stream_id=1)
    raw += writer.write(4, chunks.AUDIO, b"abc", timestamp_ms=41, stream_id=1)
    found = []
    for at in range(0, len(raw), step):
        source.feed(raw[at : at + step])
        found += read_all(source)
    assert [(m.kind, m.timestamp_ms, m.body) for m in found[1:]] == [
        (chunks.VIDEO, 40, body),
        (chunks.AUDIO, 41, b"abc"),
    ]


def test_a_type_3_header_that_opens_a_message_adds_the_step() -> None:
    writer, source = ChunkWriter(), reader()
    times = [0, 23, 46, 69, 93, 116]
    raw = sent(writer, times, length=300)
    source.feed(raw)
    assert [m.timestamp_ms for m in read_all(source)] == times
    # Header byte 0xC4 opens the third message: the test sends what it says it sends.
    second_ends = len(sent(ChunkWriter(), times[:2], length=300))
    assert raw[second_ends] == 0xC4


def test_a_type_3_header_after_a_full_one_repeats_its_time_as_the_step() -> None:
    source = reader()
    body = b"x" * 10
    full = bytes((4,)) + (23).to_bytes(3, "big") + len(body).to_bytes(3, "big") + b"\x08"
    source.feed(full + struct.pack("<I", 1) + body + b"\xc4" + body)
    assert [m.timestamp_ms for m in read_all(source)] == [23, 46]


@pytest.mark.parametrize("chunk_bytes", [128, 4096, 60_000])
def test_past_four_hours_thirty_nine(chunk_bytes: int) -> None:
    writer, source = ChunkWriter(chunk_bytes), reader()
    source.chunk_bytes = chunk_bytes
    times = [0xFFFFFF - 46 + 23 * n for n in range(6)]
    source.feed(sent(writer, times, length=9_000))
    assert [m.timestamp_ms for m in read_all(source)] == times


def test_a_start_past_four_hours_thirty_nine() -> None:
    writer, source = ChunkWriter(), reader()
    times = [PAST_EXTENDED_MS + 23 * n for n in range(6)]
    source.feed(sent(writer, times, length=700))
    messages = read_all(source)
    assert [m.timestamp_ms for m in messages] == times
    assert all(m.body == bytes((n,)) * 700 for n, m in enumerate(messages))


def test_an_encoder_that_does_not_repeat_the_long_time() -> None:
    source, body = reader(), bytes(range(200))
    head = bytes((4, 0xFF, 0xFF, 0xFF)) + len(body).to_bytes(3, "big") + b"\x08"
    head += struct.pack("<I", 1) + struct.pack(">I", PAST_EXTENDED_MS)
    source.feed(head + body[:128] + b"\xc4" + body[128:])
    assert [(m.timestamp_ms, m.body) for m in read_all(source)] == [(PAST_EXTENDED_MS, body)]


def test_the_clock_wraps_after_49_days() -> None:
    source, body = reader(), b"x"
    last = chunks.CLOCK - 10
    head = bytes((4, 0xFF, 0xFF, 0xFF, 0, 0, 1, 8)) + struct.pack("<I", 1) + struct.pack(">I", last)
    step = bytes((0x84,)) + (40).to_bytes(3, "big")
    source.feed(head + body + step + body)
    assert [m.timestamp_ms for m in read_all(source)] == [last, 30]


@pytest.mark.parametrize("number", [3, 63, 64, 319, 320, 65_599])
def test_long_chunk_stream_numbers(number: int) -> None:
    if number < 64:
        basic = bytes((number,))
    elif number < 320:
        basic = bytes((0, number - 64))
    else:
        basic = bytes((1,)) + (number - 64).to_bytes(2, "little")
    source = reader()
    source.feed(basic + bytes((0, 0, 5, 0, 0, 2, 9)) + struct.pack("<I", 1) + b"ab")
    assert [(m.timestamp_ms, m.body) for m in read_all(source)] == [(5, b"ab")]


def test_interleaved_messages_do_not_mix() -> None:
    video, audio = b"v" * 300, b"a" * 200

    def head(number: int, body: bytes, kind: int) -> bytes:
        return bytes((number, 0, 0, 0)) + len(body).to_bytes(3, "big") + bytes((kind, 1, 0, 0, 0))

    source = reader()
    source.feed(head(6, video, 9) + video[:128] + head(4, audio, 8) + audio[:128])
    source.feed(b"\xc6" + video[128:256] + b"\xc4" + audio[128:] + b"\xc6" + video[256:])
    assert [(m.kind, m.body) for m in read_all(source)] == [(8, audio), (9, video)]


def test_an_abandoned_message_is_forgotten() -> None:
    source = reader()
    source.feed(bytes((6, 0, 0, 0, 0, 1, 0, 9, 1, 0, 0, 0)) + b"v" * 128)
    source.feed(control(chunks.ABORT, 6))
    source.feed(bytes((6, 0, 0, 9, 0, 0, 2, 9, 1, 0, 0, 0)) + b"ok")
    assert [(m.kind, m.body) for m in read_all(source)] == [
        (chunks.ABORT, struct.pack(">I", 6)),
        (9, b"ok"),
    ]


@pytest.mark.parametrize("wanted", [0, 1 << 24, 0x7FFFFFFF])
def test_an_impossible_chunk_size_is_refused(wanted: int) -> None:
    source = reader()
    source.feed(control(chunks.SET_CHUNK_SIZE, wanted))
    with pytest.raises(chunks.ChunkBroken, match="chunk size"):
        source.next_message()


def test_the_largest_chunk_size_is_taken() -> None:
    source = reader()
    source.feed(control(chunks.SET_CHUNK_SIZE, 0xFFFFFF))
    source.next_message()
    assert source.chunk_bytes == 0xFFFFFF


def test_a_long_message_is_refused_at_its_header() -> None:
    source = reader(message_max=1000)
    source.feed(bytes((4, 0, 0, 0)) + (1001).to_bytes(3, "big") + b"\x09" + bytes(4))
    with pytest.raises(chunks.ChunkBroken, match="too long"):
        source.next_message()


def test_many_half_messages_are_refused() -> None:
    source = reader(message_max=1000, pending_max=500)
    for number in range(3, 6):
        head = bytes((number, 0, 0, 0)) + (900).to_bytes(3, "big") + b"\x09" + bytes(4)
        source.feed(head + bytes(128))
    source.feed(b"\xc3" + bytes(128))
    with pytest.raises(chunks.ChunkBroken, match="at once"):
        read_all(source)


def test_many_chunk_streams_are_refused() -> None:
    source = reader()
    for number in range(64, 64 + chunks.CHUNK_STREAMS_MAX + 1):
        source.feed(bytes((0, number - 64, 0, 0, 0, 0, 0, 1, 9, 0, 0, 0, 0)) + b"x")
    with pytest.raises(chunks.ChunkBroken, match="too many chunk streams"):
        read_all(source)


def test_a_stream_cannot_start_without_a_header() -> None:
    source = reader()
    source.feed(b"\xc4" + b"x" * 200)
    with pytest.raises(chunks.ChunkBroken):
        source.next_message()


@given(st.binary(max_size=600), st.integers(1, 50))
def test_any_bytes_are_read_or_refused(raw: bytes, step: int) -> None:
    source = reader(message_max=4000, pending_max=8000)
    try:
        for at in range(0, len(raw), step):
            source.feed(raw[at : at + step])
            assert all(len(message.body) <= 4000 for message in read_all(source))
    except chunks.ChunkBroken:
        return
