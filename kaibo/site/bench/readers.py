"""Cheap WebSocket readers: one loop over epoll counts frames, checks their order, times them.

A *marked* frame carries, after ``MARK``, its number and when it was sent by the machine's steady
clock (``marked``). Each reader must meet the numbers one by one; a gap or a repeat is an error.
"""

import os
import resource
import select
import socket
import time
from array import array
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from kaibo.room.protocol import frame

MARK = b"#@"
_KEY = "dGhlIHNhbXBsZSBub25jZQ=="
_REQUEST = (
    "GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\n"
    f"Connection: Upgrade\r\nSec-WebSocket-Key: {_KEY}\r\nSec-WebSocket-Version: 13\r\n\r\n"
)
_TEXT, _CLOSE, _PING, _PONG = 0x1, 0x8, 0x9, 0xA
_CHUNK = 32 * 1024
_EVENTS_MAX = 20_000
# A reader looks this often: looking at once would pay for a wake-up per frame, on the server's
# core. Delays are longer by up to this much, for every server alike.
LOOK_EVERY_S = 0.001
# Connections of one source address to one port; beyond it the ports may run out.
PER_ADDRESS = 20_000
OPEN_S = 120.0
# Handshakes in flight when no rate is asked for: fewer than any server's queue of connections.
AT_ONCE = 100


class NotGreeted(Exception):
    """Readers were cut off, refused, or left waiting at the door."""

    def __init__(self, count: int) -> None:
        super().__init__(f"{count} readers were not let in")
        self.count = count


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a server wants to be greeted.

    ``hellos``: what each reader says when its socket is open (empty: nothing). ``greeting``: how
    the text begins after which a reader belongs (empty: the handshake is enough). ``ping``: the
    text that wants ``pong``, where a server has pings of its own above the protocol's.
    """

    path: str = "/ws"
    hellos: Sequence[bytes] = ()
    greeting: bytes = b""
    ping: bytes = b""
    pong: bytes = b""


@dataclass(slots=True)
class Log:
    """What arrived since it was begun. Delays in nanoseconds, one of every marked frame."""

    marked: int = 0
    texts: int = 0
    octets: int = 0
    delays: "array[int]" = field(default_factory=lambda: array("q"))


class Readers:
    """Sockets on one server, in this thread; nothing is read but in ``pump``."""

    def __init__(self, port: int, dialect: Dialect) -> None:
        self._port, self._dialect = port, dialect
        self._poll = select.epoll()
        self._sockets: dict[int, socket.socket] = {}
        self._opening: dict[int, int] = {}
        self._begun: dict[int, float] = {}
        self._numbers = array("q")
        self._rests: dict[int, bytes] = {}
        self.on_text: Callable[[int, bytes], None] | None = None
        self.greeted_after_s: list[float] = []
        self.greeting = b""
        self.lost = 0
        self.log = Log()

    def __len__(self) -> int:
        return len(self._sockets)

    @property
    def fds(self) -> list[int]:
        """The sockets, in the order of their hellos."""
        return list(self._sockets)

    def open(self, places: Sequence[int], *, per_s: float | None = None) -> None:
        """Connect readers, at a steady rate or as fast as they are greeted; wait for them all.

        Args:
            places: which of the dialect's hellos each of them says.

        Raises:
            NotGreeted: not everybody was greeted within ``OPEN_S``; the others are.
        """
        began, opened, greeted = time.monotonic(), 0, len(self.greeted_after_s)
        while opened < len(places) or self._begun:
            now = time.monotonic() - began
            if now > OPEN_S:
                break
            due = len(places) if per_s is None else min(len(places), int(now * per_s) + 1)
            while opened < due and (per_s is not None or len(self._begun) < AT_ONCE):
                self._connect(places[opened])
                opened += 1
            self.pump(LOOK_EVERY_S)
        if missing := len(places) - (len(self.greeted_after_s) - greeted):
            raise NotGreeted(missing)

    def pump(self, wait_s: float) -> None:
        """Wait, then read what has come."""
        time.sleep(wait_s)
        read, rests, begun, log = os.read, self._rests, self._begun, self.log
        for fd, _ in self._poll.poll(0, _EVENTS_MAX):
            if self._opening and fd in self._opening:
                self._handshake(fd)
                continue
            try:
                data = read(fd, _CHUNK)
            except OSError:
                data = b""
            if not data:
                self._cut_off(fd)
                continue
            if rests and fd in rests:
                data = rests.pop(fd) + data
            size = len(data)
            # Most reads hold exactly one marked frame; the rest takes the longer way.
            at = data.find(MARK)
            if at > 0 and data[0] == 0x81 and size == _whole(data) and fd not in begun:
                log.octets += size
                self._count(fd, data, at)
            else:
                self._cut(fd, data)

    def write(self, fd: int, payload: bytes) -> None:
        """Send one text as a reader."""
        self._sockets[fd].send(masked(payload))

    def come_back(self, hellos: Sequence[bytes]) -> None:
        """Who is opened from now on says these hellos."""
        self._dialect = replace(self._dialect, hellos=hellos)

    def cut(self, fds: Sequence[int]) -> None:
        """Break lines without a word, as a dead network does."""
        for fd in fds:
            self._poll.unregister(fd)
            self._sockets.pop(fd).close()
            self._rests.pop(fd, None)

    def close(self) -> None:
        """Break every line."""
        self.cut(self.fds)
        self._poll.close()

    def _connect(self, place: int) -> None:
        sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM | socket.SOCK_NONBLOCK)
        # Closing leaves no port behind that would have to wait.
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        sock.bind((f"127.0.0.{1 + place // PER_ADDRESS}", 0))
        sock.connect_ex(("127.0.0.1", self._port))
        fd = sock.fileno()
        self._numbers.extend([0] * (fd + 1 - len(self._numbers)))
        self._numbers[fd] = 0
        self._sockets[fd], self._opening[fd], self._begun[fd] = sock, place, time.monotonic()
        self._poll.register(fd, select.EPOLLOUT)

    def _handshake(self, fd: int) -> None:
        sock = self._sockets[fd]
        if fd not in self._rests:
            self._rests[fd] = b""
            sock.send(_REQUEST.format(path=self._dialect.path, port=self._port).encode())
            self._poll.modify(fd, select.EPOLLIN)
            return
        try:
            data = self._rests[fd] + sock.recv(_CHUNK)
        except OSError:
            data = b""
        head, found, rest = data.partition(b"\r\n\r\n")
        if not data or (found and b" 101 " not in head[:20]):
            self._cut_off(fd)
            return
        self._rests[fd] = data
        if not found:
            return
        del self._rests[fd]
        place = self._opening.pop(fd)
        if self._dialect.hellos:
            self.write(fd, self._dialect.hellos[place])
        if not self._dialect.greeting:
            self._greeted(fd)
        if rest:
            self._cut(fd, rest)

    def _cut(self, fd: int, data: bytes) -> None:
        """Take the whole frames out of what came; the rest waits for more."""
        at = 0
        while len(data) - at >= 4 and fd in self._sockets:
            whole = _whole(data, at)
            if len(data) - at < whole:
                break
            head = 4 if data[at + 1] == 126 else 10 if data[at + 1] == 127 else 2
            self.log.octets += whole
            self._take(fd, data[at] & 0x0F, data[at + head : at + whole])
            at += whole
        if at < len(data) and fd in self._sockets:
            self._rests[fd] = data[at:]

    def _take(self, fd: int, kind: int, payload: bytes) -> None:
        if kind == _PING:
            self._sockets[fd].send(masked(payload, kind=_PONG))
        elif kind == _CLOSE and fd in self._begun:
            self._cut_off(fd)
        elif kind == _CLOSE:
            raise RuntimeError(f"a reader was closed: {payload[2:].decode('utf-8', 'replace')}")
        elif payload == self._dialect.ping:
            self.write(fd, self._dialect.pong)
        elif fd in self._begun:
            if payload.startswith(self._dialect.greeting):
                self.greeting = payload
                self._greeted(fd)
        elif (at := payload.find(MARK)) >= 0:
            self._count(fd, payload, at)
        else:
            self.log.texts += 1
            if self.on_text is not None:
                self.on_text(fd, payload)

    def _count(self, fd: int, data: bytes, at: int) -> None:
        """Take every mark of a frame: a late server may say two things in one."""
        now = time.monotonic_ns()
        while at >= 0:
            number, before = int(data[at + 2 : at + 10]), self._numbers[fd]
            if before and number != before + 1:
                raise RuntimeError(f"frame {number} came after {before}")
            self._numbers[fd] = number
            self.log.marked += 1
            self.log.delays.append(now - int(data[at + 10 : at + 28]))
            at = data.find(MARK, at + 28)

    def _greeted(self, fd: int) -> None:
        self.greeted_after_s.append(time.monotonic() - self._begun.pop(fd))

    def _cut_off(self, fd: int) -> None:
        self.lost += 1
        self._opening.pop(fd, None)
        self._begun.pop(fd, None)
        self.cut([fd])


def marked(number: int, *, chars: int) -> str:
    """A text of ``chars`` characters that says its number and that it is sent now."""
    return f"{MARK.decode()}{number:08}{time.monotonic_ns():018}".ljust(chars, "x")


def masked(payload: bytes, *, kind: int = _TEXT) -> bytes:
    """A client's frame; the mask is zero, which the protocol allows."""
    framed = frame(payload)
    head = len(framed) - len(payload)
    start = bytes((0x80 | kind, framed[1] | 0x80))
    return start + framed[2:head] + bytes(4) + payload


def allow_sockets(count: int) -> None:
    """Raise this process's limit of open files as far as it may be.

    Raises:
        RuntimeError: that is not far enough for so many sockets.
    """
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    if hard != resource.RLIM_INFINITY and hard < count + 200:
        raise RuntimeError(f"{count} sockets need a higher limit of open files than {hard}")


def _whole(data: bytes, at: int = 0) -> int:
    """The length of the frame that begins at ``at``, its head included."""
    size = data[at + 1] & 0x7F
    if size < 126:
        return 2 + size
    if size == 126:
        return 4 + int.from_bytes(data[at + 2 : at + 4], "big")
    return 10 + int.from_bytes(data[at + 2 : at + 10], "big")
