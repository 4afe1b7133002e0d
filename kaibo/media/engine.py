"""The hub of pictures: who may send one, what each room shows now, whom to tell.

All state lives on one event loop; only checking keys, telling the house and writing to disk
happen on threads.
"""

import asyncio
import contextlib
import dataclasses
import datetime as dt
import re
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, TypeVar

import structlog

from kaibo.base.errors import Refusal
from kaibo.media.errors import AlreadyLive, PublishNotChecked, StreamKeyWrong, TooManyStreams
from kaibo.media.hls import Window
from kaibo.media.ports import (
    Authorise,
    OnStart,
    OnStop,
    PublishGrant,
    PublishRequest,
    StreamBegan,
    StreamOver,
)
from kaibo.media.reception import HangUp
from kaibo.media.session import RecordingQueue, Session, Stage

_log = structlog.get_logger(__name__)

ROOM_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{1,31}")
SECRET_LENGTH_MAX = 128
TELL_ATTEMPTS = 5
DISK_WAIT_S = 5.0
STOP_S = 10.0
THREADS = 4

News = TypeVar("News", StreamBegan, StreamOver)


@dataclass(frozen=True, slots=True)
class EngineLimits:
    """Numbers an operator may change.

    Attributes:
        streams_max: pictures at once on this machine.
        check_s: how long checking a key may take.
        recheck_s: how often a live encoder's key is checked again, so that a revoked key
            ends its stream.
        grace_s: after an encoder is gone, its window stays this long for it to come back.
    """

    streams_max: int = 32
    check_s: float = 5.0
    recheck_s: float = 15.0
    grace_s: float = 8.0


@dataclass(frozen=True, slots=True)
class PictureState:
    """What the page asks for: is there a picture, and of what size."""

    state: Literal["off", "live"]
    since: dt.datetime | None = None
    width: int | None = None
    height: int | None = None
    bitrate_kbps: int | None = None
    frames_per_s: float | None = None


@dataclass(slots=True)
class Channel:
    """The picture of one room over all connections of its encoder.

    Attributes:
        is_gone: the encoder did not come back in time; a later one gets another channel.
    """

    code: str
    window: Window
    session: Session | None = None
    is_gone: bool = False
    entry: asyncio.Lock = field(default_factory=asyncio.Lock)
    forget: asyncio.TimerHandle | None = None
    _changed: asyncio.Event = field(default_factory=asyncio.Event)

    def change(self) -> None:
        """Wake everyone who waits for the window to move."""
        woken, self._changed = self._changed, asyncio.Event()
        woken.set()

    async def wait_until(self, ready: Callable[[], bool], *, timeout_s: float) -> bool:
        """Wait for the window; False when the time is over, or the picture gone, first."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(timeout_s):
                while not ready() and not self.is_gone:
                    await self._changed.wait()
        return ready()


@dataclass(frozen=True, slots=True)
class Farewell:
    """A stream that is over, and the recording whose last bytes may still be on their way."""

    over: StreamOver
    recording: RecordingQueue | None


@dataclass(frozen=True, slots=True)
class House:
    """The synchronous side, as the engine sees it. Every call is made on a thread."""

    authorise: Authorise
    on_start: OnStart
    on_stop: OnStop


class Engine:
    """Accepts encoders (it is the ``Reception`` of the RTMP server) and keeps their windows.

    Args:
        root: recordings go below it; None records nothing.
        now: the wall clock, aware.
    """

    def __init__(
        self,
        house: House,
        *,
        root: Path | None,
        limits: EngineLimits | None = None,
        now: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC),
    ) -> None:
        self.limits = limits or EngineLimits()
        self._house = house
        self._root = root
        self._now = now
        self._channels: dict[str, Channel] = {}
        self._number_floor = 0
        self._recordings: set[RecordingQueue] = set()
        # Apart, so that a disk that hangs does not keep keys from being checked.
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="media-house")
        self._disk = ThreadPoolExecutor(THREADS, thread_name_prefix="media-disk")
        self._news: asyncio.Queue[StreamBegan | Farewell | None] = asyncio.Queue()
        self._telling: asyncio.Task[None] | None = None
        self._rechecking: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin telling the house and re-checking keys."""
        loop = asyncio.get_running_loop()
        self._telling = loop.create_task(self._tell_house())
        self._rechecking = loop.create_task(self._recheck())

    async def stop(self) -> None:
        """End every session, finish recordings, tell the house what is left to tell."""
        for channel in list(self._channels.values()):
            if channel.session is not None:
                channel.session.hang_up(PublishNotChecked(), "shutdown")
            if channel.forget is not None:
                channel.forget.cancel()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(STOP_S):
                await self._finish()
        for task in (self._telling, self._rechecking):
            if task is not None:
                task.cancel()
                await asyncio.wait([task])
        self._channels.clear()
        self._threads.shutdown(wait=False)
        self._disk.shutdown(wait=False)

    async def _finish(self) -> None:
        for recording in list(self._recordings):
            await recording.wait_done(timeout_s=DISK_WAIT_S)
        self._news.put_nowait(None)
        if self._telling is not None:
            await self._telling

    # -- for players -------------------------------------------------------------------------

    def channel(self, code: str) -> Channel | None:
        """The room's channel while it has a picture, or had one moments ago."""
        return self._channels.get(code)

    @property
    def is_live(self) -> bool:
        """Whether any room has a picture now."""
        sessions = [channel.session for channel in self._channels.values()]
        return any(one is not None and one.began is not None for one in sessions)

    def state(self, code: str) -> PictureState:
        """What the room shows now; ``off`` for a room that is not known here."""
        channel = self._channels.get(code)
        session = channel.session if channel is not None else None
        if session is None or session.began is None:
            return PictureState("off")
        return PictureState(
            "live",
            since=session.began.began_at,
            width=session.width,
            height=session.height,
            bitrate_kbps=session.bitrate_kbps,
            frames_per_s=session.frames_per_s,
        )

    # -- for encoders ------------------------------------------------------------------------

    async def accept(self, request: PublishRequest, hang_up: HangUp) -> Session:
        """Let an encoder in.

        One encoder per room. The same credential takes over from itself, because an encoder
        that lost its line comes back before we have noticed. Another one is refused, unless
        the credential of the one that is live is no longer good.

        Raises:
            Refusal: whatever ``authorise`` raised, or ``TooManyStreams``, ``AlreadyLive``,
                ``PublishNotChecked``.
        """
        grant = await self._authorise(request)
        channel = self._channel_for(grant.room_code)
        async with channel.entry:
            old = channel.session
            if old is not None:
                await self._make_way(old, grant)
            if channel.session is not None:
                channel.session.hang_up(AlreadyLive(), "taken_over")
            session = self._open_session(channel, request, grant=grant, hang_up=hang_up)
        _log.info("encoder_accepted", room=grant.room_code, key=grant.key_id, peer=request.peer)
        return session

    async def _authorise(self, request: PublishRequest) -> PublishGrant:
        if not ROOM_CODE.fullmatch(request.room_code) or len(request.secret) > SECRET_LENGTH_MAX:
            raise StreamKeyWrong
        loop = asyncio.get_running_loop()
        check = self._house.authorise
        try:
            async with asyncio.timeout(self.limits.check_s):
                return await loop.run_in_executor(
                    self._threads, check, request.room_code, request.secret
                )
        except TimeoutError:
            _log.warning("key_check_timeout", room=request.room_code)
            raise PublishNotChecked from None

    async def _make_way(self, old: Session, grant: PublishGrant) -> None:
        if old.grant.key_id == grant.key_id:
            return
        try:
            await self._authorise(old.request)
        except PublishNotChecked:
            raise AlreadyLive from None
        except Refusal:
            return
        raise AlreadyLive

    def _channel_for(self, code: str) -> Channel:
        channel = self._channels.get(code)
        if channel is None:
            live = sum(1 for other in self._channels.values() if other.session is not None)
            if live >= self.limits.streams_max:
                raise TooManyStreams(streams_max=self.limits.streams_max)
            # Counting from the clock keeps names unique over restarts of this program: a
            # segment lasts longer than a second, so the clock is ahead of the count.
            first_number = max(int(self._now().timestamp()), self._number_floor)
            channel = self._channels[code] = Channel(code, Window(first_number=first_number))
        if channel.forget is not None:
            channel.forget.cancel()
        return channel

    def _open_session(
        self, channel: Channel, request: PublishRequest, *, grant: PublishGrant, hang_up: HangUp
    ) -> Session:
        self._channels[channel.code] = channel
        session_id = uuid.uuid4().hex
        recording = None
        if self._root is not None:
            name = f"{channel.code}/{self._now():%Y%m%dT%H%M%SZ}-{session_id[:8]}"
            recording = RecordingQueue(self._root, name=name, executor=self._disk)
            self._recordings.add(recording)
            recording.when_done(self._recordings.discard)
        stage = Stage(
            channel.window,
            changed=channel.change,
            began=lambda _, began: self._news.put_nowait(began),
            over=lambda session, over: self._session_over(channel, session, over=over),
            now=self._now,
        )
        session = Session(
            session_id,
            grant=grant,
            request=request,
            stage=stage,
            hang_up=hang_up,
            recording=recording,
        )
        channel.session = session
        return session

    def _session_over(self, channel: Channel, session: Session, *, over: StreamOver | None) -> None:
        if over is not None:
            self._news.put_nowait(Farewell(over, session.recording))
        if channel.session is not session:
            return
        channel.session = None
        loop = asyncio.get_running_loop()
        channel.forget = loop.call_later(self.limits.grace_s, self._forget, channel)

    def _forget(self, channel: Channel) -> None:
        if channel.session is None and self._channels.get(channel.code) is channel:
            del self._channels[channel.code]
            self._number_floor = max(self._number_floor, channel.window.next_number)
            channel.is_gone = True
            channel.change()

    # -- the house ---------------------------------------------------------------------------

    async def _tell_house(self) -> None:
        while (news := await self._news.get()) is not None:
            if isinstance(news, StreamBegan):
                await self._tell(self._house.on_start, news, room=news.grant.room_code)
                continue
            over = news.over
            if news.recording is not None:
                await news.recording.wait_done(timeout_s=DISK_WAIT_S)
                over = dataclasses.replace(over, recorded_ms=news.recording.recorded_ms)
            await self._tell(self._house.on_stop, over, room=over.grant.room_code)

    async def _tell(self, hear: Callable[[News], None], news: News, *, room: str) -> None:
        loop = asyncio.get_running_loop()
        for attempt in range(TELL_ATTEMPTS):
            try:
                await loop.run_in_executor(self._threads, hear, news)
                return
            except Exception:
                # The house may be down; the picture is not. It is told again, then dropped.
                _log.exception("house_not_told", room=room, attempt=attempt)
                await asyncio.sleep(0.2 * 2**attempt)

    async def _recheck(self) -> None:
        while True:
            await asyncio.sleep(self.limits.recheck_s)
            for channel in list(self._channels.values()):
                session = channel.session
                if session is None:
                    continue
                try:
                    await self._authorise(session.request)
                except PublishNotChecked:
                    continue
                except Refusal as refusal:
                    session.hang_up(refusal, "revoked")
                except Exception:
                    _log.exception("key_recheck_failed", room=channel.code)
