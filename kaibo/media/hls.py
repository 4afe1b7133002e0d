"""The rolling window of one picture, and the playlists that describe it. Pure.

One playlist serves both kinds of player: those that know parts (low latency) use them, the
others skip the lines they do not know.

Source: RFC 8216 and draft-pantos-hls-rfc8216bis (parts, blocking reload).
"""

import datetime as dt
import math
import re
from collections import deque
from dataclasses import dataclass, field

from kaibo.media.fmp4 import Init, Part

PART_MS = 340
SEGMENT_MS = 2_000
FIRST_SEGMENT_MS_MAX = 6_000
# A segment's length, rounded to whole seconds, may not pass the target (RFC 8216 §4.3.3.1).
ROUNDED_AWAY_MS = 450
LISTED_SEGMENTS = 6
KEPT_SEGMENTS = 14
SEGMENTS_WITH_PARTS = 2
WINDOW_BYTES_MAX = 192 * 1024 * 1024
AHEAD_SEGMENTS_MAX = 2

_NAME = re.compile(r"s(0|[1-9]\d{0,14})(?:\.(0|[1-9]\d{0,4}))?\.m4s", re.ASCII)


@dataclass(slots=True)
class Segment:
    """Parts that belong together. ``number`` is its media sequence number."""

    number: int
    init_name: str
    begins_at: dt.datetime
    after_break: bool
    parts: list[Part] = field(default_factory=list)

    @property
    def name(self) -> str:
        return f"s{self.number}.m4s"

    @property
    def duration_ms(self) -> int:
        return sum(part.duration_ms for part in self.parts)

    @property
    def byte_count(self) -> int:
        return sum(len(part.data) for part in self.parts)

    def part_name(self, index: int) -> str:
        return f"s{self.number}.{index}.m4s"


class Window:
    """What viewers can fetch right now.

    Args:
        first_number: media sequence number to start from. Names are built from it and are
            cached for good by browsers, so a later window of the same room must start higher.

    Attributes:
        next_number: no segment has this number yet.
    """

    def __init__(self, *, first_number: int) -> None:
        self.next_number = first_number
        self._segments: deque[Segment] = deque()
        self._open: Segment | None = None
        self._inits: dict[str, bytes] = {}
        self._init_name = ""
        self._break_pending = False
        self._breaks_gone = 0
        self._target_s: int | None = None
        self._texts: dict[bool, str] = {}

    @property
    def is_ready(self) -> bool:
        """There is a whole segment, so a playlist can be given."""
        return bool(self._segments)

    @property
    def segment_ms_max(self) -> int:
        """Longer segments would break the playlist's promise (EXT-X-TARGETDURATION)."""
        if self._target_s is None:
            return FIRST_SEGMENT_MS_MAX
        return self._target_s * 1000 + ROUNDED_AWAY_MS

    @property
    def target_s(self) -> int:
        """EXT-X-TARGETDURATION: fixed by the first segment, and never changed after it."""
        return self._target_s or SEGMENT_MS // 1000

    def begin(self, init: Init) -> None:
        """A new start of the picture: the encoder came, came back, or changed its settings."""
        self.close_segment()
        self._break_pending = bool(self._segments)
        self._init_name = f"init{self.next_number}.mp4"
        self._inits[self._init_name] = init.data
        self._texts.clear()

    def add(self, part: Part, *, begins_at: dt.datetime) -> Segment | None:
        """Append one part; ``begins_at`` is the wall clock at its first picture.

        Returns:
            The segment that this part closed by opening the next one.
        """
        assert self._init_name, "begin() comes first"
        closed = self.close_segment() if part.opens_segment else None
        if self._open is None:
            number, self.next_number = self.next_number, self.next_number + 1
            self._open = Segment(number, self._init_name, begins_at, self._break_pending)
            self._break_pending = False
        self._open.parts.append(part)
        self._texts.clear()
        return closed

    def close_segment(self) -> Segment | None:
        """End the segment in progress, if there is one."""
        closed, self._open = self._open, None
        if closed is None:
            return None
        if self._target_s is None:
            rounded_s = math.ceil((closed.duration_ms - ROUNDED_AWAY_MS) / 1000)
            self._target_s = max(SEGMENT_MS // 1000, rounded_s)
        self._segments.append(closed)
        self._forget_old()
        self._texts.clear()
        return closed

    def has(self, number: int, part: int | None) -> bool:
        """Whether the playlist has reached this segment, or this part of it."""
        if part is None:
            return bool(self._segments) and self._segments[-1].number >= number
        for segment in self._segments:
            if segment.number == number:
                # A part past the end of a closed segment is the first of the next one.
                return part < len(segment.parts) or self.has(number + 1, 0)
        if self._open is not None and self._open.number == number:
            return part < len(self._open.parts)
        return number < self._first_number()

    def is_too_far(self, number: int) -> bool:
        """No honest player asks for this yet."""
        return number > self._newest_number() + AHEAD_SEGMENTS_MAX

    def is_next_part(self, name: str) -> bool:
        """Whether this is the part that the playlist announced as coming."""
        return name == self._hint()

    def find(self, name: str) -> bytes | None:
        """The bytes of an init, a closed segment or a part; None when it is not here."""
        if name in self._inits:
            return self._inits[name]
        number, index = _parse_name(name)
        if number is None:
            return None
        segment = next((s for s in self._segments if s.number == number), None)
        if segment is not None and index is None:
            return b"".join(part.data for part in segment.parts)
        if segment is None and self._open is not None and self._open.number == number:
            segment = self._open
        if segment is None or index is None or index >= len(segment.parts):
            return None
        return segment.parts[index].data

    def playlist(self, *, with_parts: bool = True) -> str:
        """The media playlist as it stands; built once per change."""
        text = self._texts.get(with_parts)
        if text is None:
            text = self._texts[with_parts] = "\n".join(self._lines(with_parts)) + "\n"
        return text

    def _lines(self, with_parts: bool) -> list[str]:
        listed = list(self._segments)[-LISTED_SEGMENTS:]
        unlisted = list(self._segments)[:-LISTED_SEGMENTS]
        breaks = self._breaks_gone + sum(segment.after_break for segment in unlisted)
        first = listed[0].number if listed else self._newest_number()
        lines = [
            "#EXTM3U",
            "#EXT-X-VERSION:9" if with_parts else "#EXT-X-VERSION:7",
            f"#EXT-X-TARGETDURATION:{self.target_s}",
        ]
        if with_parts:
            hold_back = 3 * PART_MS / 1000
            lines += [
                f"#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES,PART-HOLD-BACK={hold_back:.3f}",
                f"#EXT-X-PART-INF:PART-TARGET={PART_MS / 1000:.3f}",
            ]
        lines += [f"#EXT-X-MEDIA-SEQUENCE:{first}", f"#EXT-X-DISCONTINUITY-SEQUENCE:{breaks}"]
        init_name = ""
        for place, segment in enumerate(listed):
            recent = place >= len(listed) - SEGMENTS_WITH_PARTS
            lines += _segment_head(segment, known_init=init_name)
            init_name = segment.init_name
            lines += _part_lines(segment) if with_parts and recent else []
            lines += [f"#EXTINF:{segment.duration_ms / 1000:.3f},", segment.name]
        if with_parts:
            if self._open is not None:
                lines += _segment_head(self._open, known_init=init_name)
                lines += _part_lines(self._open)
            lines.append(f'#EXT-X-PRELOAD-HINT:TYPE=PART,URI="{self._hint()}"')
        return lines

    def _hint(self) -> str:
        if self._open is None:
            return f"s{self.next_number}.0.m4s"
        return self._open.part_name(len(self._open.parts))

    def _first_number(self) -> int:
        return self._segments[0].number if self._segments else self._newest_number()

    def _newest_number(self) -> int:
        return self.next_number if self._open is None else self._open.number

    def _forget_old(self) -> None:
        while len(self._segments) > KEPT_SEGMENTS or (
            len(self._segments) > 1
            and sum(segment.byte_count for segment in self._segments) > WINDOW_BYTES_MAX
        ):
            self._breaks_gone += self._segments.popleft().after_break
        used = {segment.init_name for segment in self._segments} | {self._init_name}
        self._inits = {name: data for name, data in self._inits.items() if name in used}


def _segment_head(segment: Segment, *, known_init: str) -> list[str]:
    lines = ["#EXT-X-DISCONTINUITY"] if segment.after_break else []
    if segment.init_name != known_init:
        lines.append(f'#EXT-X-MAP:URI="{segment.init_name}"')
    at = segment.begins_at.astimezone(dt.UTC)
    lines.append(f"#EXT-X-PROGRAM-DATE-TIME:{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03d}Z")
    return lines


def _part_lines(segment: Segment) -> list[str]:
    return [
        f'#EXT-X-PART:DURATION={part.duration_ms / 1000:.3f},URI="{segment.part_name(index)}"'
        + (",INDEPENDENT=YES" if part.is_independent else "")
        for index, part in enumerate(segment.parts)
    ]


def _parse_name(name: str) -> tuple[int | None, int | None]:
    """``s12.m4s`` -> (12, None), ``s12.3.m4s`` -> (12, 3), anything else -> (None, None)."""
    match = _NAME.fullmatch(name)
    if match is None:
        return None, None
    number, index = match.groups()
    return int(number), None if index is None else int(index)
