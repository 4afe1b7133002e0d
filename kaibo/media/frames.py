"""From a recording that is still being written to sampled pictures, by ffmpeg as a program.

Synchronous and slow (a process per call): for the eyes' own process, never for the front.
"""

import json
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Final

import zxingcpp
from PIL import Image, ImageChops, ImageStat
from PIL.Image import Image as Picture

from kaibo.media.recorder import INDEX_NAME
from kaibo.media.rules import Look

WIDTH_MAX: Final = 1280
FRAME_BYTES_MAX: Final = 512 * 1024
# The largest code holds 7,089 digits.
CODE_CHARS_MAX: Final = 7_089
CODES_PER_FRAME_MAX: Final = 8
# What one look at one segment may cost: pictures of 4096 × 2176, seconds of processor time and by
# the clock, samples, bytes.
PIXELS_MAX: Final = 4_096 * 2_176
FFMPEG_CPU_S: Final = 5
FFMPEG_S: Final = 8.0
SAMPLES_MAX: Final = 16
# Of 255; an encoder's own noise stays below.
POINT_CHANGE_MAX: Final = 8.0
SEGMENT_BYTES_MAX: Final = 24 * 1024 * 1024
_TAIL_BYTES = 8 * 1024
_END = b"\xff\xd9"
_LOUDEST = re.compile(rb"max_volume: (-?[0-9.]+|-inf) dB")
_SMALL = (64, 36)
_SAID_BYTES = 300
_QR = zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode])


class CannotSee(Exception):
    """No picture can be decoded: ffmpeg is missing, hangs or fails."""


@dataclass(frozen=True, slots=True)
class Span:
    """Bytes of one segment, closed or in progress: a whole number of fragments.

    ``init``: what stands before the first fragment of the file.
    """

    file: str
    offset: int
    init: bytes
    data: bytes


@dataclass(frozen=True, slots=True)
class Frame:
    """One sampled picture as JPEG, and the loudest sound of its segment so far."""

    jpeg: bytes
    loudest_db: float | None


def spans(folder: Path, *, since: tuple[int, int]) -> Iterator[Span]:
    """The segments from ``since`` (number of the file, offset) on, at most the newest two.

    Of a segment beyond ``SEGMENT_BYTES_MAX`` only its beginning. One is in memory at a time.

    Raises:
        OSError, ValueError, KeyError: the recording is not there, or is none.
    """
    closed = _tail(folder)
    name = max((path.name for path in folder.glob("picture-*.mp4")), key=_number)
    with (folder / name).open("rb") as file:
        begins = _fragments_begin(file.read(_TAIL_BYTES))
    ends = [offset + count for its, offset, count in closed if its == name]
    places = [(one, offset, count) for one, offset, count in closed]
    places.append((name, max([begins, *ends]), SEGMENT_BYTES_MAX))
    late = [place for place in places if (_number(place[0]), place[1]) >= since]
    for one, offset, count in late[-2:]:
        if (span := _span(folder / one, offset, count)) is not None:
            yield span


def _span(path: Path, offset: int, byte_count: int) -> Span | None:
    with path.open("rb") as file:
        init = file.read(_TAIL_BYTES)
        init = init[: _fragments_begin(init)]
        file.seek(offset)
        data = file.read(min(byte_count, SEGMENT_BYTES_MAX))
    whole = _whole_fragments(data)
    return Span(path.name, offset, init, data[:whole]) if whole else None


def _number(name: str) -> int:
    return int(name.removeprefix("picture-").removesuffix(".mp4"))


def _tail(folder: Path) -> list[tuple[str, int, int]]:
    """File, offset and length of the newest closed segments; a show may have thousands."""
    path = folder / INDEX_NAME
    with path.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(max(0, size - _TAIL_BYTES))
        lines = file.read().split(b"\n")[:-1]
    rows = [json.loads(line) for line in (lines[1:] if size > _TAIL_BYTES else lines)]
    return [(row["file"], row["offset"], row["byte_count"]) for row in rows]


def _boxes(data: bytes) -> Iterator[tuple[bytes, int, int]]:
    at = 0
    while at + 8 <= len(data):
        size = int.from_bytes(data[at : at + 4], "big")
        if size < 8:
            return
        yield data[at + 4 : at + 8], at, at + size
        at += size


def _fragments_begin(data: bytes) -> int:
    return next((end for kind, _, end in _boxes(data) if kind == b"moov"), 0)


def _whole_fragments(data: bytes) -> int:
    ends = [end for kind, _, end in _boxes(data) if kind == b"mdat" and end <= len(data)]
    return ends[-1] if ends else 0


def decode(span: Span, *, has_sound: bool, every_s: float) -> list[Frame]:
    """One picture every ``every_s`` seconds of the segment, from its first.

    Raises:
        CannotSee: there is no ffmpeg, it did not answer in time, or made nothing of the segment.
    """
    program = shutil.which("ffmpeg")
    if program is None:
        raise CannotSee("ffmpeg is not installed")
    # The input is a file, because both outputs are read at once by communicate().
    with tempfile.TemporaryFile() as given:
        given.write(span.init)
        given.write(span.data)
        given.seek(0)
        try:
            done = subprocess.run(
                [program, *_arguments(has_sound=has_sound, every_s=every_s)],
                stdin=given,
                capture_output=True,
                timeout=FFMPEG_S,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise CannotSee(str(error)) from error
    heard = _LOUDEST.search(done.stderr)
    loudest = float(heard[1]) if heard else None
    pictures = [one + _END for one in done.stdout.split(_END)[:-1]]
    if done.returncode and not pictures:
        raise CannotSee(done.stderr[-_SAID_BYTES:].decode(errors="replace"))
    return [Frame(one, loudest) for one in pictures]


def _arguments(*, has_sound: bool, every_s: float) -> list[str]:
    # Some milliseconds of grace: times of real encoders are not round.
    when = f"isnan(prev_selected_t)+gte(t-prev_selected_t\\,{every_s - 0.05:.3f})"
    look = f"select='{when}',scale='min({WIDTH_MAX},iw)':-2"
    picture = ["-map", "0:v:0", "-vf", look, "-fps_mode", "passthrough", "-threads", "1"]
    picture += ["-frames:v", str(SAMPLES_MAX), "-c:v", "mjpeg", "-q:v", "4"]
    picture += ["-f", "image2pipe", "pipe:1"]
    sound = ["-map", "0:a:0", "-af", "volumedetect", "-f", "null", "-"] if has_sound else []
    head = ["-nostdin", "-hide_banner", "-nostats", "-timelimit", str(FFMPEG_CPU_S)]
    given = ["-threads", "1", "-max_pixels", str(PIXELS_MAX), "-i", "pipe:0"]
    return [*head, "-filter_threads", "1", *given, *picture, *sound]


def grey(frame: Frame) -> Picture:
    """The picture without its colours: codes are read and changes measured in it."""
    with Image.open(BytesIO(frame.jpeg)) as image:
        image.draft("L", image.size)
        return image.convert("L")


def small(picture: Picture) -> Picture:
    """64 × 36 points of it: enough to tell black and still, and all that is kept of the last."""
    return picture.resize(_SMALL, Image.Resampling.BOX)


def measure(now: Picture, before: Picture | None, *, loudest_db: float | None) -> Look:
    """A small picture in numbers, beside the one before."""
    told = ImageStat.Stat(now)
    change = None
    if before is not None:
        change = ImageStat.Stat(ImageChops.difference(now, before)).mean[0]
    return Look(told.mean[0], told.stddev[0], change, loudest_db)


def differs(now: Picture, before: Picture) -> bool:
    """Whether any one point of two small pictures differs: a line of words came or went."""
    (_, most), *_rest = ImageStat.Stat(ImageChops.difference(now, before)).extrema
    return most > POINT_CHANGE_MAX


def codes(picture: Picture) -> list[str]:
    """The texts of the QR codes in a grey picture, each once; at most eight."""
    found = zxingcpp.read_barcodes(picture, formats=_QR)
    texts = dict.fromkeys(one.text[:CODE_CHARS_MAX] for one in found if one.text)
    return list(texts)[:CODES_PER_FRAME_MAX]


def bounded(jpeg: bytes) -> bytes:
    """The picture as it is, or smaller until it fits into ``FRAME_BYTES_MAX``."""
    while len(jpeg) > FRAME_BYTES_MAX:
        with Image.open(BytesIO(jpeg)) as image:
            smaller = image.resize((max(1, image.width * 3 // 4), max(1, image.height * 3 // 4)))
        out = BytesIO()
        smaller.save(out, "JPEG", quality=80)
        jpeg = out.getvalue()
    return jpeg
