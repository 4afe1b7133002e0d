"""RTMP chunk streams: bytes from a socket -> whole messages, and back. Pure, no sockets.

Source: "Adobe's Real Time Messaging Protocol", 2012, sections 5.3 and 5.4.
"""

from dataclasses import dataclass

CHUNK_BYTES_DEFAULT = 128
CHUNK_BYTES_MAX = 0xFFFFFF
CHUNK_STREAMS_MAX = 64
EXTENDED = 0xFFFFFF
CLOCK = 1 << 32

SET_CHUNK_SIZE, ABORT, ACKNOWLEDGEMENT, USER_CONTROL = 1, 2, 3, 4
WINDOW_SIZE, PEER_BANDWIDTH = 5, 6
AUDIO, VIDEO = 8, 9
DATA_AMF3, COMMAND_AMF3, DATA, COMMAND = 15, 17, 18, 20

_HEADER_BYTES = (11, 7, 3, 0)


class ChunkBroken(ValueError):
    """The peer does not speak RTMP, or asks for more memory than we give."""


@dataclass(frozen=True, slots=True)
class Message:
    """One RTMP message. ``timestamp_ms`` is absolute and wraps at 2**32."""

    kind: int
    timestamp_ms: int
    stream_id: int
    body: bytes


class _ChunkStream:
    """What one chunk stream remembers from its last header, and the message in progress."""

    __slots__ = ("body", "delta", "extended", "field", "kind", "length", "stream_id", "timestamp")

    def __init__(self) -> None:
        self.timestamp = 0
        self.delta = 0
        self.field = 0
        self.extended = False
        self.length = 0
        self.kind = 0
        self.stream_id = 0
        self.body: bytearray | None = None


@dataclass(frozen=True, slots=True)
class _Header:
    """One chunk's header as read, before anything is committed."""

    form: int
    stream: _ChunkStream
    field: int
    extended: bool
    length: int
    kind: int
    stream_id: int
    ends_at: int


class ChunkReader:
    """Collects bytes and hands out whole messages, one at a time.

    Set Chunk Size and Abort are obeyed here; they are handed out too.

    Attributes:
        message_bytes_max: longer messages are refused at their header. The owner raises it
            once the peer is known.
        pending_bytes_max: bound on all messages in progress together.
    """

    def __init__(self, *, message_bytes_max: int, pending_bytes_max: int) -> None:
        self.message_bytes_max = message_bytes_max
        self.pending_bytes_max = pending_bytes_max
        self.chunk_bytes = CHUNK_BYTES_DEFAULT
        self._buffer = bytearray()
        self._at = 0
        self._streams: dict[int, _ChunkStream] = {}
        self._pending_bytes = 0

    def feed(self, data: bytes) -> None:
        """Add bytes as they came from the socket."""
        if self._at:
            del self._buffer[: self._at]
            self._at = 0
        self._buffer += data

    def next_message(self) -> Message | None:
        """The next whole message, or None when more bytes are needed.

        Raises:
            ChunkBroken: the connection cannot be continued.
        """
        while True:
            header = self._read_header()
            if header is None:
                return None
            done = self._read_body(header)
            if done is None:
                return None
            if done.body is not None and len(done.body) == done.length:
                return self._finish(done)

    def _read_header(self) -> _Header | None:
        buffer, at = self._buffer, self._at
        have = len(buffer)
        if at >= have:
            return None
        form, number = buffer[at] >> 6, buffer[at] & 63
        at += 1
        extra = {0: 1, 1: 2}.get(number, 0)
        if have - at < extra:
            return None
        if extra:
            number = 64 + int.from_bytes(buffer[at : at + extra], "little")
            at += extra
        if have - at < _HEADER_BYTES[form]:
            return None
        return self._parse_header(form, stream=self._stream(number, form=form), at=at)

    def _stream(self, number: int, *, form: int) -> _ChunkStream:
        stream = self._streams.get(number)
        if stream is not None:
            return stream
        if form == 3:
            raise ChunkBroken("a chunk stream cannot start without a header")
        if len(self._streams) >= CHUNK_STREAMS_MAX:
            raise ChunkBroken("too many chunk streams")
        stream = self._streams[number] = _ChunkStream()
        return stream

    def _parse_header(self, form: int, *, stream: _ChunkStream, at: int) -> _Header | None:
        buffer = self._buffer
        field, length, kind = stream.field, stream.length, stream.kind
        stream_id, extended = stream.stream_id, stream.extended
        if form < 3:
            field = int.from_bytes(buffer[at : at + 3], "big")
            extended = field == EXTENDED
        if form < 2:
            length = int.from_bytes(buffer[at + 3 : at + 6], "big")
            kind = buffer[at + 6]
        if form == 0:
            stream_id = int.from_bytes(buffer[at + 7 : at + 11], "little")
        at += _HEADER_BYTES[form]
        if extended:
            if len(buffer) - at < 4:
                return None
            long_field = int.from_bytes(buffer[at : at + 4], "big")
            # Some encoders leave the four bytes out of a message's later chunks: then what
            # stands there is picture, not the time repeated.
            if form < 3 or stream.body is None or long_field == stream.field:
                field = long_field
                at += 4
        if stream.body is None and length > self.message_bytes_max:
            raise ChunkBroken("message too long")
        if stream.body is not None and length != stream.length:
            raise ChunkBroken("a message changed its length half-way")
        return _Header(form, stream, field, extended, length, kind, stream_id, at)

    def _read_body(self, header: _Header) -> _ChunkStream | None:
        """Take this chunk's payload; None when it is not all here yet (nothing is taken)."""
        stream, at = header.stream, header.ends_at
        have = 0 if stream.body is None else len(stream.body)
        want = min(self.chunk_bytes, header.length - have)
        if len(self._buffer) - at < want:
            return None
        if stream.body is None:
            self._begin(header)
        assert stream.body is not None
        self._pending_bytes += want
        if self._pending_bytes > self.pending_bytes_max:
            raise ChunkBroken("too many messages at once")
        stream.body += memoryview(self._buffer)[at : at + want]
        self._at = at + want
        return stream

    def _begin(self, header: _Header) -> None:
        stream = header.stream
        if header.form == 0:
            stream.timestamp = header.field
            # The next message may come with a type-3 header and no time of its own. The
            # standard then repeats this number as the step. Past 4 h 39 min that would be
            # a leap of hours, which nobody means.
            stream.delta = 0 if header.extended else header.field
        else:
            if header.form < 3:
                stream.delta = header.field
            stream.timestamp = (stream.timestamp + stream.delta) % CLOCK
        stream.field, stream.extended = header.field, header.extended
        stream.length, stream.kind = header.length, header.kind
        stream.stream_id = header.stream_id
        stream.body = bytearray()

    def _finish(self, stream: _ChunkStream) -> Message:
        assert stream.body is not None
        body = bytes(stream.body)
        stream.body = None
        self._pending_bytes -= len(body)
        if stream.kind == SET_CHUNK_SIZE:
            self._set_chunk_bytes(body)
        elif stream.kind == ABORT:
            self._abort(body)
        return Message(stream.kind, stream.timestamp, stream.stream_id, body)

    def _set_chunk_bytes(self, body: bytes) -> None:
        if len(body) < 4:
            raise ChunkBroken("chunk size cut short")
        wanted = int.from_bytes(body[:4], "big") & 0x7FFFFFFF
        if not 1 <= wanted <= CHUNK_BYTES_MAX:
            raise ChunkBroken("chunk size out of range")
        self.chunk_bytes = wanted

    def _abort(self, body: bytes) -> None:
        stream = self._streams.get(int.from_bytes(body[:4], "big"))
        if stream is not None and stream.body is not None:
            self._pending_bytes -= len(stream.body)
            stream.body = None


def write_message(
    kind: int, body: bytes, *, chunk_stream: int, stream_id: int, chunk_bytes: int
) -> bytes:
    """One message at time 0 as chunks: a full header, then type-3 chunks."""
    assert 2 <= chunk_stream <= 63
    head = bytes((chunk_stream, 0, 0, 0)) + len(body).to_bytes(3, "big") + bytes((kind,))
    out = [head + stream_id.to_bytes(4, "little"), body[:chunk_bytes]]
    again = bytes((0xC0 | chunk_stream,))
    for at in range(chunk_bytes, len(body), chunk_bytes):
        out += (again, body[at : at + chunk_bytes])
    return b"".join(out)
