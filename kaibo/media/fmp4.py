"""RTMP tags in, fragmented MP4 out: copied, never re-coded. Pure; time is the encoder's.

The muxer also decides where segments and parts are cut, because only it sees each picture
before the next one. The rules of the cut are in docs/mechanisms/picture.md.
"""

from collections.abc import Callable
from dataclasses import dataclass

from kaibo.media import boxes
from kaibo.media.chunks import AUDIO, CLOCK, VIDEO
from kaibo.media.h264 import VideoConfig
from kaibo.media.tags import SoundConfig, SoundSample, VideoSample, read_sound, read_video

SOUND_WAIT_MS = 1_000
LEAP_MS = 10_000
BACKWARD_MS_MAX = 1_000
SOUND_SLIP_MS = 100
SOUND_BYTES_MAX = 16 * 1024
EARLY_KEY_MS = 100
PART_BYTES_MAX = 16 * 1024 * 1024
_TICKS_MS = boxes.VIDEO_TICKS_S // 1000


@dataclass(frozen=True, slots=True)
class Init:
    """A new start: everything after it is decoded by these parameters."""

    data: bytes
    width: int
    height: int
    has_sound: bool


@dataclass(frozen=True, slots=True)
class Part:
    """One fragment. Times in milliseconds since the ``Init`` before it.

    Attributes:
        opens_segment: the first of a new segment.
        is_independent: begins with a key picture.
    """

    data: bytes
    begins_ms: int
    duration_ms: int
    is_independent: bool
    opens_segment: bool
    pictures: int


@dataclass(frozen=True, slots=True)
class Cut:
    """Lengths the muxer cuts to, in milliseconds.

    Attributes:
        part_ms: no part is longer, as long as pictures come at least that often.
        segment_ms: a key picture after this much opens a new segment.
        segment_ms_max: asked at every picture; a segment is cut there even without a key.
    """

    part_ms: int
    segment_ms: int
    segment_ms_max: Callable[[], int]


@dataclass(frozen=True, slots=True)
class _Pending:
    at_ms: int
    sample: VideoSample


class Muxer:
    """Turns the tags of one connection into parts.

    Tags before the first key picture are dropped; so is sound that came without its
    configuration.
    """

    def __init__(self, cut: Cut) -> None:
        self._cut = cut
        self._video: VideoConfig | None = None
        self._sound: SoundConfig | None = None
        self._clock = _Clock()
        self._timeline: _Timeline | None = None
        self._waits_since: int | None = None

    def feed(self, kind: int, timestamp_ms: int, body: bytes) -> list[Init | Part]:
        """Take one tag.

        Raises:
            CodecNotCarried, PictureUnreadable: this encoder cannot be shown; stop feeding.
        """
        if kind == VIDEO:
            return self._feed_video(timestamp_ms, body)
        if kind == AUDIO:
            return self._feed_sound(timestamp_ms, body)
        return []

    def finish(self) -> list[Init | Part]:
        """The last part, when the connection is over."""
        return self._close_timeline()

    def _feed_video(self, timestamp_ms: int, body: bytes) -> list[Init | Part]:
        item = read_video(body)
        if item is None:
            return []
        if isinstance(item, VideoConfig):
            if self._video is not None and item.avcc == self._video.avcc:
                return []
            self._video = item
            return self._close_timeline()
        at_ms = self._clock.unwrap(timestamp_ms)
        out: list[Init | Part] = []
        if self._timeline is not None and self._timeline.leaps_to(at_ms):
            out += self._close_timeline()
        if self._timeline is None:
            if not self._may_start(at_ms, item):
                return out
            out.append(self._start(at_ms))
        assert self._timeline is not None
        return out + list(self._timeline.picture(at_ms, item))

    def _feed_sound(self, timestamp_ms: int, body: bytes) -> list[Init | Part]:
        item = read_sound(body)
        if item is None:
            return []
        if isinstance(item, SoundConfig):
            if self._sound is not None and item.asc == self._sound.asc:
                return []
            self._sound = item
            return self._close_timeline()
        if self._timeline is not None and self._sound is not None:
            self._timeline.hear(self._clock.unwrap(timestamp_ms), item)
        return []

    def _may_start(self, at_ms: int, sample: VideoSample) -> bool:
        if self._video is None or not sample.is_key:
            return False
        if self._sound is not None:
            return True
        # Encoders send the sound's configuration a moment after the picture's. Starting
        # without it would mean a second start, and a hiccup, right after the first.
        if self._waits_since is None:
            self._waits_since = at_ms
        return abs(at_ms - self._waits_since) >= SOUND_WAIT_MS

    def _start(self, at_ms: int) -> Init:
        assert self._video is not None
        self._timeline = _Timeline(self._cut, begins_ms=at_ms, sound=self._sound)
        data = boxes.init_segment(self._video, self._sound)
        return Init(data, self._video.width, self._video.height, self._sound is not None)

    def _close_timeline(self) -> list[Init | Part]:
        timeline, self._timeline = self._timeline, None
        return [] if timeline is None else list(timeline.finish())


class _Clock:
    """RTMP time wraps after 49 days; this one does not."""

    def __init__(self) -> None:
        self._last: int | None = None

    def unwrap(self, timestamp_ms: int) -> int:
        if self._last is None:
            self._last = timestamp_ms
            return timestamp_ms
        step = (timestamp_ms - self._last + CLOCK // 2) % CLOCK - CLOCK // 2
        self._last += step
        return self._last


class _Timeline:
    """Samples between one start and the next, on a clock that begins at 0."""

    def __init__(self, cut: Cut, *, begins_ms: int, sound: SoundConfig | None) -> None:
        self._cut = cut
        self._begins_ms = begins_ms
        self._sound_config = sound
        self._pictures: list[_Pending] = []
        self._picture_bytes = 0
        self._last_ms = -1
        self._frame_ms = 33
        self._segment_at = 0
        self._opens = True
        self._number = 0
        self._sounds: list[boxes.Sound] = []
        self._sounds_at = 0
        self._sound_next: int | None = None

    def leaps_to(self, at_ms: int) -> bool:
        """The encoder's clock jumped: this is another timeline."""
        return not -BACKWARD_MS_MAX <= self._since_picture(at_ms) <= LEAP_MS

    def _since_picture(self, at_ms: int) -> int:
        return at_ms - self._begins_ms - max(self._last_ms, 0)

    def picture(self, at_ms: int, sample: VideoSample) -> list[Part]:
        # Decode times must rise; two pictures on one millisecond are moved apart.
        at = max(at_ms - self._begins_ms, self._last_ms + 1)
        out: list[Part] = []
        if self._pictures:
            step = at - self._last_ms
            out = self._cut_before(at, step=step, is_key=sample.is_key)
            self._frame_ms = step
        self._pictures.append(_Pending(at, sample))
        self._picture_bytes += len(sample.data)
        self._last_ms = at
        return out

    def _cut_before(self, at: int, *, step: int, is_key: bool) -> list[Part]:
        segment_ms = at - self._segment_at
        by_key = is_key and segment_ms >= self._cut.segment_ms - EARLY_KEY_MS
        if by_key or segment_ms + step > self._cut.segment_ms_max():
            part = self._flush(at)
            self._segment_at, self._opens = at, True
            return [part]
        too_long = at + step - self._pictures[0].at_ms > self._cut.part_ms
        if too_long or self._picture_bytes > PART_BYTES_MAX:
            return [self._flush(at)]
        return []

    def hear(self, at_ms: int, sample: SoundSample) -> None:
        config = self._sound_config
        if config is None or len(sample.data) > SOUND_BYTES_MAX:
            return
        if self._since_picture(at_ms) > LEAP_MS:
            return  # sound alone is not kept: it would wait for a picture without bound
        at = (at_ms - self._begins_ms) * config.rate_hz // 1000
        slip = SOUND_SLIP_MS * config.rate_hz // 1000
        if self._sound_next is None:
            if at < 0:
                return  # from before the first picture
            self._sound_next = at
        elif at < self._sound_next - slip:
            return  # sound that steps back would be heard twice
        elif at > self._sound_next + slip:
            self._skip_silence(at)
        if not self._sounds:
            self._sounds_at = self._sound_next
        self._sounds.append(boxes.Sound(sample.data, config.frame_samples))
        self._sound_next += config.frame_samples

    def _skip_silence(self, at: int) -> None:
        assert self._sound_next is not None
        if self._sounds:
            last = self._sounds[-1]
            self._sounds[-1] = boxes.Sound(last.data, last.duration + at - self._sound_next)
        self._sound_next = at

    def finish(self) -> list[Part]:
        if not self._pictures:
            return []
        return [self._flush(self._last_ms + self._frame_ms)]

    def _flush(self, end: int) -> Part:
        pending, self._pictures, self._picture_bytes = self._pictures, [], 0
        sounds, self._sounds = self._sounds, []
        begins = pending[0].at_ms
        ends = [p.at_ms for p in pending[1:]] + [end]
        pictures = [
            boxes.Picture(
                p.sample.data,
                (until - p.at_ms) * _TICKS_MS,
                p.sample.offset_ms * _TICKS_MS,
                p.sample.is_key,
            )
            for p, until in zip(pending, ends, strict=True)
        ]
        self._number += 1
        data = boxes.fragment(
            self._number,
            pictures=pictures,
            pictures_at=begins * _TICKS_MS,
            sounds=sounds,
            sounds_at=self._sounds_at,
        )
        opens, self._opens = self._opens, False
        return Part(data, begins, end - begins, pictures[0].is_key, opens, len(pictures))
