"""Captions as lines with their time: WebVTT and SRT. Pure."""

import datetime as dt
import io
from dataclasses import dataclass
from typing import Final

import webvtt
from webvtt.errors import MalformedCaptionError, MalformedFileError

from kaibo.promises.errors import CaptionsUnreadable

FILE_BYTES_MAX: Final = 5_000_000
CUES_MAX: Final = 20_000
LINE_CHARS_MAX: Final = 500


@dataclass(frozen=True, slots=True)
class Cue:
    """What was said between two moments, counted from the start of the file."""

    begins: dt.timedelta
    ends: dt.timedelta
    text: str


def read_captions(data: bytes) -> list[Cue]:
    """Every line of a WebVTT or SRT file, in its order; empty ones are left out.

    Raises:
        CaptionsUnreadable: says why.
    """
    if len(data) > FILE_BYTES_MAX:
        raise CaptionsUnreadable(why=f">{FILE_BYTES_MAX} bytes")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise CaptionsUnreadable(why=f"UTF-8, byte {error.start}") from error
    kind = "vtt" if text.lstrip().startswith("WEBVTT") else "srt"
    try:
        captions = webvtt.from_buffer(io.StringIO(text), format=kind)
        cues = [
            Cue(
                dt.timedelta(
                    seconds=one.start_in_seconds, milliseconds=one.start_time.milliseconds
                ),
                dt.timedelta(seconds=one.end_in_seconds, milliseconds=one.end_time.milliseconds),
                " ".join(one.text.split())[:LINE_CHARS_MAX],
            )
            for one in captions.captions
        ]
    except (MalformedFileError, MalformedCaptionError, ValueError) as error:
        raise CaptionsUnreadable(why=str(error)[:80] or kind.upper()) from error
    cues = [cue for cue in cues if cue.text]
    if not cues:
        raise CaptionsUnreadable(why="0")
    if len(cues) > CUES_MAX:
        raise CaptionsUnreadable(why=f">{CUES_MAX}")
    return cues
