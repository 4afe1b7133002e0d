"""Robot viewers over real sockets, for judges, journeys and the room's own tests.

A robot is one page of one viewer: it enters by HTTP, joins by socket, keeps what it saw, and
acts. Nothing here imports the product: a robot knows the protocol as a stranger would.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

Frame = dict[str, Any]
WAIT_S = 10.0
# How a tick begins; a robot that keeps nothing does not read on.
_TICK = '{"t":"tick"'


@dataclass(frozen=True)
class Entrance:
    """A ticket into a room, and who its holder is."""

    token: str
    viewer_id: int
    nickname: str
    show_id: int


class Refused(Exception):
    """An HTTP answer that is a refusal."""

    def __init__(self, status: int, body: Frame) -> None:
        super().__init__(f"{status} {body}")
        self.status = status
        self.body = body


def call(
    base_url: str, method: str, path: str, body: Frame | None = None, *, token: str = ""
) -> Any:
    """One HTTP call of the API; raises ``Refused`` for anything but a success."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(f"{base_url}/api{path}", data=data, method=method)
    request.add_header("Content-Type", "application/json")
    if token:
        request.add_header("Authorization", f"Bearer {token}")
    try:
        with urllib.request.urlopen(request, timeout=30) as response:
            text = response.read()
    except urllib.error.HTTPError as error:
        with contextlib.closing(error):
            raise Refused(error.code, _json(error.read())) from None
    return json.loads(text) if text else None


def enter(base_url: str, code: str, *, device: str, nickname: str = "") -> Entrance:
    """Enter a room as a device, by HTTP."""
    body = {"device": device, "nickname": nickname}
    answer = call(base_url, "POST", f"/rooms/{code}/enter", body)
    return Entrance(
        token=answer["token"],
        viewer_id=answer["viewer"]["id"],
        nickname=answer["viewer"]["nickname"],
        show_id=answer["show_id"],
    )


def device(seed: str) -> str:
    """A device id that is the same for the same seed."""
    return uuid.uuid5(uuid.NAMESPACE_OID, seed).hex


@dataclass
class Seen:
    """What a robot's page was told, in order."""

    frames: list[Frame] = field(default_factory=list)
    events: list[Frame] = field(default_factory=list)
    chat: list[Frame] = field(default_factory=list)
    private: list[Frame] = field(default_factory=list)
    counters: Frame = field(default_factory=dict)
    board: Frame = field(default_factory=dict)
    seqs: list[int] = field(default_factory=list)


class Robot:
    """One page of one viewer (or, with a staff ticket, of the desk).

    Use it as an asynchronous context manager, or call ``open`` and ``close``. ``keeps`` False
    leaves ticks unread and keeps only answers, so that thousands of robots stay cheap.
    ``address`` is where a proxy in between would say that it comes from, ``source`` where its
    socket does.
    """

    def __init__(
        self,
        base_url: str,
        token: str,
        *,
        lang: str = "zh-CN",
        keeps: bool = True,
        address: str = "",
        source: str = "127.0.0.1",
    ) -> None:
        self.base_url = base_url
        self.token = token
        self.welcome: Frame = {}
        self.snapshot: Frame = {}
        self.seen = Seen()
        self.close_code: int | None = None
        self.seq = 0
        self._source = source
        self._headers = {"Accept-Language": lang}
        if address:
            self._headers["X-Forwarded-For"] = address
        self._keeps = keeps
        self._socket: ClientConnection | None = None
        self._reader: asyncio.Task[None] | None = None
        self._answers: dict[str, asyncio.Future[Frame]] = {}
        self._refs = itertools.count(1)
        self._changed = asyncio.Event()

    async def __aenter__(self) -> Robot:
        await self.open()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()

    # --- connection ----------------------------------------------------------------------

    async def connect(self) -> None:
        """Open the socket without joining."""
        url = self.base_url.replace("http", "ws", 1) + "/ws"
        self.close_code = None
        self._socket = await connect(
            url,
            compression=None,
            ping_interval=None,
            max_size=None,
            max_queue=None,
            open_timeout=30,
            close_timeout=2,
            proxy=None,
            local_addr=(self._source, 0),
            additional_headers=self._headers,
        )
        self._reader = asyncio.get_running_loop().create_task(self._read(self._socket))

    async def open(self, *, resume: Frame | None = None) -> None:
        """Connect, join, and wait for the welcome and what follows it."""
        self.welcome, self.snapshot = {}, {}
        await self.connect()
        await self.send({"t": "join", "token": self.token, "resume": resume})
        await self.until(
            lambda: bool(self.welcome) and (self.welcome["resumed"] or bool(self.snapshot))
        )

    async def reopen(self) -> None:
        """Come back after the line broke, asking only for what was missed."""
        await self.open(resume={"epoch": self.welcome["epoch"], "seq": self.seq})

    async def close(self, code: int = 1000) -> None:
        """Leave the page."""
        if self._socket is not None:
            await self._socket.close(code)
        if self._reader is not None:
            await self._reader

    async def drop(self) -> None:
        """Lose the line without a word."""
        assert self._socket is not None
        self._socket.transport.abort()
        if self._reader is not None:
            await self._reader

    async def closed(self, *, wait_s: float = WAIT_S) -> int | None:
        """Wait until the server closed; returns its code."""
        assert self._reader is not None
        await asyncio.wait_for(asyncio.shield(self._reader), wait_s)
        return self.close_code

    def stop_reading(self) -> None:
        """Be a reader who does not read: bytes pile up on the way."""
        assert self._socket is not None
        self._socket.transport.pause_reading()

    def read_on(self) -> None:
        """Read again after ``stop_reading``."""
        assert self._socket is not None
        self._socket.transport.resume_reading()

    # --- acts ----------------------------------------------------------------------------

    async def send(self, frame: Frame) -> None:
        """Send any frame."""
        await self.send_text(json.dumps(frame, ensure_ascii=False))

    async def send_text(self, text: str | bytes) -> None:
        """Send anything at all, also what is no frame."""
        assert self._socket is not None
        await self._socket.send(text)

    async def ask(self, frame: Frame, *, wait_s: float = WAIT_S) -> Frame:
        """Send a frame with a ``ref`` of its own and wait for its answer.

        Raises:
            TimeoutError: the line is open, and no answer came in ``wait_s``.
            ConnectionError: the line closed before the answer.
        """
        ref = str(next(self._refs))
        future: asyncio.Future[Frame] = asyncio.get_running_loop().create_future()
        self._answers[ref] = future
        try:
            await self.send({**frame, "ref": ref})
            return await asyncio.wait_for(future, wait_s)
        finally:
            self._answers.pop(ref, None)

    async def say(self, text: str, *, reply_to: int | None = None) -> Frame:
        """Chat; returns the answer with the line's final state."""
        return await self.ask({"t": "chat", "text": text, "reply_to": reply_to})

    async def claim(
        self, sale_id: int, *, units: int = 1, key: str = "", wait: bool = False
    ) -> Frame:
        """Claim units of a flash sale, or a place in its waitlist; returns the answer."""
        frame = {"t": "claim", "sale_id": sale_id, "units": units, "wait": wait}
        return await self.ask({**frame, "key": key or str(uuid.uuid4())}, wait_s=60.0)

    async def like(self, n: int = 1) -> None:
        """Like ``n`` times."""
        await self.send({"t": "like", "n": n})

    async def look(self, link_no: int, what: str = "impression") -> None:
        """See, open or put a product in the cart."""
        await self.send({"t": "seen", "link_no": link_no, "what": what})

    async def beat(self, *, watching: bool = True) -> None:
        """Say that the page is still there."""
        await self.send({"t": "beat", "watching": watching})

    async def follow(self, *, on: bool = True) -> None:
        """Follow, or stop following."""
        await self.send({"t": "follow", "on": on})

    async def share(self) -> None:
        """Share the room."""
        await self.send({"t": "share"})

    # --- what was seen -------------------------------------------------------------------

    async def until(self, seen: Callable[[], bool], *, wait_s: float = WAIT_S) -> None:
        """Wait until something is so, looking after every frame.

        Raises:
            TimeoutError: it never was.
            ConnectionError: the server closed meanwhile.
        """
        async with asyncio.timeout(wait_s):
            while not seen():
                if self.close_code is not None:
                    raise ConnectionError(f"closed with {self.close_code}")
                self._changed.clear()
                await self._changed.wait()

    async def event(self, kind: str, *, wait_s: float = WAIT_S) -> Frame:
        """Wait for the first event of a kind; returns it."""
        await self.until(lambda: any(e["e"] == kind for e in self.seen.events), wait_s=wait_s)
        return next(e for e in self.seen.events if e["e"] == kind)

    async def whisper(self, kind: str, *, wait_s: float = WAIT_S) -> Frame:
        """Wait for the first private event of a kind; returns it."""
        await self.until(lambda: any(e["e"] == kind for e in self.seen.private), wait_s=wait_s)
        return next(e for e in self.seen.private if e["e"] == kind)

    async def _read(self, socket: ClientConnection) -> None:
        try:
            async for message in socket:
                if not self._keeps and message[:11] == _TICK:
                    continue
                self._take(json.loads(message))
                self._changed.set()
        except ConnectionClosed:
            pass
        finally:
            self.close_code = socket.close_code or 1006
            for future in self._answers.values():
                if not future.done():
                    future.set_exception(ConnectionError(f"closed with {self.close_code}"))
            self._changed.set()

    def _take(self, frame: Frame) -> None:
        frame["_at"] = time.monotonic()
        if self._keeps:
            self.seen.frames.append(frame)
        match frame["t"]:
            case "welcome":
                self.welcome = frame
            case "snapshot":
                self.snapshot = frame
                self.seq = frame["seq"]
                self.seen.counters = frame["counters"]
            case "tick":
                self._take_tick(frame)
            case "answer":
                future = self._answers.get(frame["ref"])
                if future is not None and not future.done():
                    future.set_result(frame)
            case "private":
                self.seen.private.extend(frame["events"])

    def _take_tick(self, frame: Frame) -> None:
        self.seq = frame["seq"]
        if frame["counters"] is not None:
            self.seen.counters = frame["counters"]
        if frame["board"] is not None:
            self.seen.board = frame["board"]
        if self._keeps:
            self.seen.seqs.append(frame["seq"])
            self.seen.events.extend(frame["events"])
            for line in frame["chat"] or ():
                self.seen.chat.append({**line, "_at": frame["_at"]})


@contextlib.asynccontextmanager
async def crowd(
    base_url: str, tokens: list[str], *, at_once: int = 50, keeps: bool = False
) -> AsyncIterator[list[Robot]]:
    """Many robots in one room, joined a few at a time."""
    gate = asyncio.Semaphore(at_once)
    robots = [Robot(base_url, token, keeps=keeps) for token in tokens]

    async def come(robot: Robot) -> None:
        async with gate:
            await robot.open()

    async def go(robot: Robot) -> None:
        async with gate:
            await robot.close()

    try:
        await asyncio.gather(*(come(robot) for robot in robots))
        yield robots
    finally:
        await asyncio.gather(*(go(robot) for robot in robots), return_exceptions=True)


def _json(text: bytes) -> Frame:
    try:
        found = json.loads(text)
    except ValueError:
        return {"code": "not_json", "message": text[:200].decode("utf-8", "replace")}
    return found if isinstance(found, dict) else {"code": "not_an_object", "data": found}
