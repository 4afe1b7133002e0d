"""Readers that say how old a frame is when it reaches them, and what makes frames come."""

import json
import re
import struct
import time
import uuid

from kaibo.site.bench.clients import Reader, masked

_AT = re.compile(rb'"t":"tick","seq":\d+,"at":(\d+)')
_PONG = re.compile(rb"\x8a\x08(.{8})", re.DOTALL)


class AgeReader(Reader):
    """Keeps the age of every frame on arrival: from being built for all to being here.

    The clock is the server's own: both are on this machine.
    """

    def __init__(self, port: int, join: bytes) -> None:
        super().__init__(port, join)
        self.ages_ms: list[float] = []

    def data_received(self, data: bytes) -> None:
        """Note how old the frames in ``data`` are; one that arrives in two parts is left out."""
        now_ms = time.time_ns() / 1e6
        super().data_received(data)
        # The server's clock counts whole milliseconds: half of one is what they are short of.
        self.ages_ms += [now_ms - int(at) - 0.5 for at in _AT.findall(data)]


class Prober(Reader):
    """Pings, and keeps how long the answers take: what a frame that was due would have waited."""

    def __init__(self, port: int, join: bytes) -> None:
        super().__init__(port, join)
        self.waits_ms: list[float] = []

    def data_received(self, data: bytes) -> None:
        """Note every answer."""
        super().data_received(data)
        now_ns = time.perf_counter_ns()
        for sent in _PONG.findall(data):
            self.waits_ms.append((now_ns - struct.unpack("!q", sent)[0]) / 1e6)

    def ping(self) -> None:
        """Ask now."""
        payload = struct.pack("!q", time.perf_counter_ns())
        self._write(b"\x89" + masked(payload)[1:])


class Talker(Reader):
    """Likes and chats, so that there is something to say at most ticks."""

    def like(self) -> None:
        """Likes are batched and counted a few times a second."""
        self._say({"t": "like", "n": 3})

    def chat(self, number: int) -> None:
        """One line."""
        ref, text = uuid.uuid4().hex, f"第 {number} 句"
        self._say({"t": "chat", "ref": ref, "text": text, "reply_to": None})

    def _say(self, message: dict[str, object]) -> None:
        self._write(masked(json.dumps(message, ensure_ascii=False).encode()))
