"""One encoder's connection: its tags go to the window that viewers read, and to disk."""

import asyncio
import datetime as dt
from collections import deque
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass
from pathlib import Path

import structlog

from kaibo.media.chunks import AUDIO, VIDEO
from kaibo.media.fmp4 import Cut, Init, Muxer, Part
from kaibo.media.hls import PART_MS, SEGMENT_MS, Window
from kaibo.media.ports import PublishGrant, PublishRequest, StreamBegan, StreamOver
from kaibo.media.reception import HangUp
from kaibo.media.recorder import Recorder

_log = structlog.get_logger(__name__)

RATE_PARTS = 15
RECORDING_BACKLOG_BYTES_MAX = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Stage:
    """What a session writes to and whom it tells; owned by its channel.

    Attributes:
        changed: the window has something new.
        began: the first picture is here.
        over: the connection is over; only told when ``began`` was.
    """

    window: Window
    changed: Callable[[], None]
    began: Callable[["Session", StreamBegan], None]
    over: Callable[["Session", StreamOver | None], None]
    now: Callable[[], dt.datetime]


class Session:
    """The intake of one accepted encoder."""

    def __init__(
        self,
        session_id: str,
        *,
        grant: PublishGrant,
        request: PublishRequest,
        stage: Stage,
        hang_up: HangUp,
        recording: "RecordingQueue | None",
    ) -> None:
        self.session_id = session_id
        self.grant = grant
        self.request = request
        self.hang_up = hang_up
        self.began: StreamBegan | None = None
        self.width = 0
        self.height = 0
        self._stage = stage
        self.recording = recording
        self._muxer = Muxer(Cut(PART_MS, SEGMENT_MS, lambda: stage.window.segment_ms_max))
        self._base = stage.now()
        self._received_bytes = 0
        self._recent: deque[tuple[int, int, int]] = deque(maxlen=RATE_PARTS)

    @property
    def bitrate_kbps(self) -> int:
        """Picture and sound over about the last five seconds, by the encoder's clock."""
        duration_ms = sum(ms for ms, _, _ in self._recent)
        return sum(size for _, size, _ in self._recent) * 8 // duration_ms if duration_ms else 0

    @property
    def frames_per_s(self) -> float:
        """Pictures a second over about the last five seconds, by the encoder's clock."""
        duration_ms = sum(ms for ms, _, _ in self._recent)
        pictures = sum(count for _, _, count in self._recent)
        return round(pictures * 1000 / duration_ms, 2) if duration_ms else 0.0

    def on_tag(self, kind: int, timestamp_ms: int, body: bytes) -> None:
        """Take one tag; raises ``CodecNotCarried`` or ``PictureUnreadable``."""
        if kind in (AUDIO, VIDEO):
            self._received_bytes += len(body)
            self._take(self._muxer.feed(kind, timestamp_ms, body))

    def on_end(self, reason: str) -> None:
        """The encoder is gone: keep the last part, end the recording, tell the channel."""
        self._take(self._muxer.finish())
        self._stage.window.close_segment()
        self._stage.changed()
        if self.recording is not None:
            self.recording.end()
        _log.info("stream_over", room=self.grant.room_code, reason=reason)
        over = None
        if self.began is not None:
            over = StreamOver(
                self.session_id,
                self.grant,
                self._stage.now(),
                reason,
                self._received_bytes,
                recorded_ms=0,  # known once the disk has it all; the engine fills it in
            )
        self._stage.over(self, over)

    def _take(self, items: list[Init | Part]) -> None:
        for item in items:
            if isinstance(item, Init):
                self._begin(item)
            else:
                self._add(item)
        if items:
            self._stage.changed()

    def _begin(self, init: Init) -> None:
        self._base = self._stage.now()
        self.width, self.height = init.width, init.height
        self._stage.window.begin(init)
        if self.recording is not None:
            self.recording.put(init, at=self._base)
        if self.began is None:
            where = self.recording.name if self.recording is not None else ""
            self.began = StreamBegan(
                self.session_id,
                self.grant,
                self._base,
                init.width,
                init.height,
                init.has_sound,
                where,
            )
            _log.info("stream_began", room=self.grant.room_code, width=init.width)
            self._stage.began(self, self.began)

    def _add(self, part: Part) -> None:
        begins_at = self._base + dt.timedelta(milliseconds=part.begins_ms)
        self._stage.window.add(part, begins_at=begins_at)
        self._recent.append((part.duration_ms, len(part.data), part.pictures))
        if self.recording is not None:
            self.recording.put(part, at=begins_at)


class RecordingQueue:
    """Carries one session's parts to disk, on a thread, in order, with a bound.

    A disk that cannot keep up, or fails, costs the recording, never the picture.

    Attributes:
        name: folder below the media root, as kept in the journal.
        recorded_ms: length of what the disk has taken so far.
    """

    def __init__(self, root: Path, *, name: str, executor: Executor) -> None:
        self.name = name
        self._folder = root / name
        self._executor = executor
        self._items: deque[tuple[Init | Part, dt.datetime]] = deque()
        self._backlog_bytes = 0
        self.recorded_ms = 0
        self._is_ended = False
        self._has_failed = False
        self._wake = asyncio.Event()
        self._task = asyncio.get_running_loop().create_task(self._run())

    def put(self, item: Init | Part, *, at: dt.datetime) -> None:
        """Hand over one item; dropped, with a word in the log, when the disk is behind."""
        if self._has_failed:
            return
        if self._backlog_bytes > RECORDING_BACKLOG_BYTES_MAX and isinstance(item, Part):
            _log.warning("recording_part_lost", recording=self.name)
            return
        self._items.append((item, at))
        self._backlog_bytes += len(item.data)
        self._wake.set()

    def end(self) -> None:
        """No more will come."""
        self._is_ended = True
        self._wake.set()

    async def wait_done(self, *, timeout_s: float) -> None:
        """Wait until all is on disk, or given up, or the time is over."""
        await asyncio.wait([self._task], timeout=timeout_s)

    def when_done(self, callback: Callable[["RecordingQueue"], None]) -> None:
        """Call back once all is on disk, or given up."""
        self._task.add_done_callback(lambda _: callback(self))

    async def _run(self) -> None:
        loop = asyncio.get_running_loop()
        recorder: Recorder | None = None
        try:
            while True:
                await self._wake.wait()
                self._wake.clear()
                while self._items:
                    item, at = self._items.popleft()
                    if recorder is None:
                        recorder = await loop.run_in_executor(
                            self._executor, Recorder, self._folder
                        )
                    await loop.run_in_executor(self._executor, _write, recorder, item, at)
                    self._backlog_bytes -= len(item.data)
                    self.recorded_ms = recorder.recorded_ms
                if self._is_ended:
                    break
            if recorder is not None:
                await loop.run_in_executor(self._executor, recorder.close)
        except OSError:
            self._has_failed = True
            self._items.clear()
            _log.exception("recording_failed", recording=self.name)


def _write(recorder: Recorder, item: Init | Part, at: dt.datetime) -> None:
    if isinstance(item, Init):
        recorder.begin(item)
    else:
        recorder.add(item, begins_at=at)
