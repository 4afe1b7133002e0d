"""An encoder in pure Python: RTMP as librtmp and ffmpeg write it, with a made-up picture."""

import asyncio
import contextlib
import socket
import struct
from collections.abc import Iterator
from dataclasses import dataclass

from kaibo.media import amf, chunks

FRAME_MS = 40
AAC_48K_STEREO = bytes.fromhex("1190")


class Bits:
    """Writes the bits of a parameter set; the product only reads them."""

    def __init__(self) -> None:
        self._text = ""

    def put(self, value: int, width: int) -> "Bits":
        self._text += format(value, f"0{width}b")
        return self

    def golomb(self, value: int) -> "Bits":
        width = (value + 1).bit_length()
        return self.put(0, width - 1).put(value + 1, width) if width > 1 else self.put(1, 1)

    def done(self) -> bytes:
        text = self._text + "1"
        text += "0" * (-len(text) % 8)
        raw = int(text, 2).to_bytes(len(text) // 8, "big")
        out, zeros = bytearray(), 0
        for byte in raw:
            if zeros == 2 and byte <= 3:
                out.append(3)
                zeros = 0
            out.append(byte)
            zeros = zeros + 1 if byte == 0 else 0
        return bytes(out)


def parameter_set(width: int, height: int) -> bytes:
    """A baseline sequence parameter set, progressive, 4:2:0."""
    columns, rows = -(-width // 16), -(-height // 16)
    bits = Bits().put(66, 8).put(0, 8).put(31, 8).golomb(0).golomb(0).golomb(2)
    bits.golomb(1).put(0, 1).golomb(columns - 1).golomb(rows - 1).put(1, 1).put(1, 1)
    right, bottom = (columns * 16 - width) // 2, (rows * 16 - height) // 2
    bits.put(1, 1).golomb(0).golomb(right).golomb(0).golomb(bottom).put(0, 1)
    return b"\x67" + bits.done()


def avcc(width: int = 640, height: int = 360) -> bytes:
    """A decoder configuration record around ``parameter_set``."""
    sps, pps = parameter_set(width, height), bytes.fromhex("68ce3c80")
    head = bytes((1, 66, 0, 31, 0xFF, 0xE1))
    return head + struct.pack(">H", len(sps)) + sps + b"\1" + struct.pack(">H", len(pps)) + pps


@dataclass(frozen=True)
class Tag:
    kind: int
    timestamp_ms: int
    body: bytes


def video_config(width: int = 640, height: int = 360, *, at_ms: int = 0) -> Tag:
    return Tag(chunks.VIDEO, at_ms, b"\x17\0\0\0\0" + avcc(width, height))


def sound_config(*, at_ms: int = 0) -> Tag:
    return Tag(chunks.AUDIO, at_ms, b"\xaf\0" + AAC_48K_STEREO)


def picture(
    at_ms: int, *, is_key: bool, data: bytes = b"\0\0\0\2\x65\x88", offset_ms: int = 0
) -> Tag:
    first = 0x17 if is_key else 0x27
    return Tag(chunks.VIDEO, at_ms, bytes((first, 1)) + offset_ms.to_bytes(3, "big") + data)


def sound(at_ms: int, data: bytes = b"\x21\x10\x04\x60") -> Tag:
    return Tag(chunks.AUDIO, at_ms, b"\xaf\1" + data)


def show(
    seconds: float, *, from_ms: int = 0, key_every: int = 25, width: int = 640, height: int = 360
) -> Iterator[Tag]:
    """25 pictures and 46.9 sounds a second, a key picture every ``key_every``."""
    yield video_config(width, height, at_ms=from_ms)
    yield sound_config(at_ms=from_ms)
    heard = 0
    for n in range(int(seconds * 1000) // FRAME_MS):
        at = n * FRAME_MS
        while heard * 1024 * 1000 // 48000 <= at:
            yield sound(from_ms + heard * 1024 * 1000 // 48000, struct.pack(">I", heard))
            heard += 1
        is_key = n % key_every == 0
        yield picture(from_ms + at, is_key=is_key, data=struct.pack(">II", 4, n) * 50)


class ChunkWriter:
    """Writes messages as real encoders do: short headers whenever the standard lets them."""

    def __init__(self, chunk_bytes: int = 128) -> None:
        self.chunk_bytes = chunk_bytes
        self._last: dict[int, tuple[int, int, int, int, int | None]] = {}

    def write(
        self, chunk_stream: int, kind: int, body: bytes, *, timestamp_ms: int, stream_id: int
    ) -> bytes:
        last = self._last.get(chunk_stream)
        form, time = self._form(last, kind, len(body), timestamp_ms, stream_id)
        extended = time >= chunks.EXTENDED
        field = min(time, chunks.EXTENDED)
        out = bytearray((form << 6 | chunk_stream,))
        if form < 3:
            out += field.to_bytes(3, "big")
        if form < 2:
            out += len(body).to_bytes(3, "big") + bytes((kind,))
        if form == 0:
            out += stream_id.to_bytes(4, "little")
        long_time = struct.pack(">I", time) if extended else b""
        out += long_time
        for at in range(0, max(1, len(body)), self.chunk_bytes):
            if at:
                out += bytes((0xC0 | chunk_stream,)) + long_time
            out += body[at : at + self.chunk_bytes]
        self._last[chunk_stream] = (timestamp_ms, stream_id, kind, len(body), time)
        return bytes(out)

    @staticmethod
    def _form(
        last: tuple[int, int, int, int, int | None] | None,
        kind: int,
        length: int,
        timestamp_ms: int,
        stream_id: int,
    ) -> tuple[int, int]:
        if last is None or last[1] != stream_id or timestamp_ms < last[0]:
            return 0, timestamp_ms
        delta = timestamp_ms - last[0]
        if (last[2], last[3]) != (kind, length):
            return 1, delta
        return (3, delta) if last[4] == delta < chunks.EXTENDED else (2, delta)


class Encoder:
    """A publishing client on real sockets."""

    def __init__(self, port: int, *, chunk_bytes: int = 128) -> None:
        self._port = port
        self._chunk_bytes = chunk_bytes
        self._out = ChunkWriter()
        self._in = chunks.ChunkReader(message_bytes_max=1 << 20, pending_bytes_max=1 << 21)
        self.reader: asyncio.StreamReader
        self.writer: asyncio.StreamWriter

    async def connect(self, app: str = "live") -> None:
        self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self._port)
        self.writer.write(b"\3" + bytes(1536))
        answer = await self.reader.readexactly(1 + 1536 + 1536)
        self.writer.write(answer[1:1537])
        self.command("connect", 1, {"app": app, "tcUrl": f"rtmp://127.0.0.1/{app}"})
        if self._chunk_bytes != 128:
            self.send(2, chunks.SET_CHUNK_SIZE, struct.pack(">I", self._chunk_bytes))
            self._out.chunk_bytes = self._chunk_bytes

    async def publish(self, name: str) -> dict[str, object]:
        """Ask to publish; the answer's information object."""
        self.command("releaseStream", 2, None, name)
        self.command("FCPublish", 3, None, name)
        self.command("createStream", 4, None)
        self.command("publish", 5, None, name, "live", stream_id=1)
        return await self.status()

    async def status(self) -> dict[str, object]:
        """The next onStatus."""
        while True:
            values = await self.next_command()
            if values[0] == "onStatus":
                info = values[3]
                assert isinstance(info, dict)
                return info

    async def next_command(self) -> list[amf.AmfValue]:
        while True:
            message = self._in.next_message()
            if message is None:
                data = await asyncio.wait_for(self.reader.read(65536), 5)
                if not data:
                    raise ConnectionResetError("the server hung up")
                self._in.feed(data)
            elif message.kind == chunks.COMMAND:
                return amf.decode(message.body)

    def command(self, *values: amf.AmfValue, stream_id: int = 0) -> None:
        self.send(3, chunks.COMMAND, amf.encode(*values), stream_id=stream_id)

    def send(
        self, chunk_stream: int, kind: int, body: bytes, *, at_ms: int = 0, stream_id: int = 0
    ) -> None:
        self.writer.write(
            self._out.write(chunk_stream, kind, body, timestamp_ms=at_ms, stream_id=stream_id)
        )

    async def send_tags(self, tags: Iterator[Tag]) -> int:
        """Send as fast as the socket takes it; how many tags went out."""
        count = 0
        for tag in tags:
            stream = 4 if tag.kind == chunks.AUDIO else 6
            self.send(stream, tag.kind, tag.body, at_ms=tag.timestamp_ms, stream_id=1)
            count += 1
            if count % 50 == 0:
                await self.writer.drain()
        await self.writer.drain()
        return count

    async def finish(self) -> None:
        """Say goodbye as encoders do."""
        self.command("FCUnpublish", 6, None, "x")
        self.command("deleteStream", 7, None, 1)
        await self.close()

    async def close(self) -> None:
        self.writer.close()
        with contextlib.suppress(ConnectionError):
            await self.writer.wait_closed()

    def reset(self) -> None:
        """The line breaks: no goodbye, a reset."""
        sock = self.writer.get_extra_info("socket")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.writer.transport.abort()

    async def is_hung_up(self) -> bool:
        """Whether the server closes, within five seconds."""
        try:
            while await asyncio.wait_for(self.reader.read(65536), 5):
                pass
        except ConnectionError:
            return True
        except TimeoutError:
            return False
        return True
