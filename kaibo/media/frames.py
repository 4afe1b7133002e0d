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

from kaibo.media.recorder import INDEX_NAME
from kaibo.media.rules import Look

WIDTH_MAX: Final = 1280
FRAME_BYTES_MAX: Final = 512 * 1024
CODE_CHARS_MAX: Final = 2_000
CODES_PER_FRAME_MAX: Final = 8
FFMPEG_S: Final = 10.0
_TAIL_BYTES = 8 * 1024
_SEGMENT_BYTES_MAX = 64 * 1024 * 1024
_END = b"\xff\xd9"
_LOUDEST = re.compile(rb"max_volume: (-?[0-9.]+|-inf) dB")
_SMALL = (64, 36)
_QR = zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode])


class CannotSee(Exception):
    """No picture can be decoded: ffmpeg is missing, hangs or fails."""


@dataclass(frozen=True, slots=True)
class Span:
    """Bytes of one segment, closed or in progress: a whole number of fragments."""

    file: str
    offset: int
    data: bytes


@dataclass(frozen=True, slots=True)
class Frame:
    """One sampled picture as JPEG, and the loudest sound of its segment so far."""

    jpeg: bytes
    loudest_db: float | None


def spans(folder: Path, *, since: tuple[int, int]) -> list[Span]:
    """The segments from ``since`` (number of the file, offset) on, at most the newest two."""
    closed = _tail(folder)
    name = max((path.name for path in folder.glob("picture-*.mp4")), key=_number)
    with (folder / name).open("rb") as file:
        begins = _fragments_begin(file.read(_TAIL_BYTES))
    ends = [offset + count for its, offset, count in closed if its == name]
    places = [(one, offset, count) for one, offset, count in closed]
    places.append((name, max([begins, *ends]), _SEGMENT_BYTES_MAX))
    late = [place for place in places if (_number(place[0]), place[1]) >= since]
    return [
        span
        for one, offset, count in late[-2:]
        if (span := _span(folder / one, offset, count)) is not None
    ]


def _span(path: Path, offset: int, byte_count: int) -> Span | None:
    with path.open("rb") as file:
        init = file.read(_TAIL_BYTES)
        init = init[: _fragments_begin(init)]
        file.seek(offset)
        data = file.read(min(byte_count, _SEGMENT_BYTES_MAX))
    whole = _whole_fragments(data)
    return Span(path.name, offset, init + data[:whole]) if whole else None


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
        CannotSee: there is no ffmpeg, or it did not answer in time.
    """
    program = shutil.which("ffmpeg")
    if program is None:
        raise CannotSee("ffmpeg is not installed")
    # Some milliseconds of grace: times of real encoders are not round.
    when = f"isnan(prev_selected_t)+gte(t-prev_selected_t\\,{every_s - 0.05:.3f})"
    look = f"select='{when}',scale='min({WIDTH_MAX},iw)':-2"
    picture = ["-map", "0:v:0", "-vf", look, "-fps_mode", "passthrough"]
    picture += ["-c:v", "mjpeg", "-q:v", "4", "-f", "image2pipe", "pipe:1"]
    sound = ["-map", "0:a:0", "-af", "volumedetect", "-f", "null", "-"] if has_sound else []
    head = [program, "-nostdin", "-hide_banner", "-threads", "1", "-i", "pipe:0"]
    # Both its outputs are read at once by communicate(); the input is a file for its sake.
    with tempfile.TemporaryFile() as given:
        given.write(span.data)
        given.seek(0)
        try:
            done = subprocess.run(
                [*head, *picture, *sound],
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
    return [Frame(one, loudest) for one in pictures]


def measure(frame: Frame, before: Frame | None) -> Look:
    """A picture in numbers, beside the one before."""
    grey = _small(frame)
    told = ImageStat.Stat(grey)
    change = None
    if before is not None:
        change = ImageStat.Stat(ImageChops.difference(grey, _small(before))).mean[0]
    return Look(told.mean[0], told.stddev[0], change, frame.loudest_db)


def codes(frame: Frame) -> list[str]:
    """The texts of the QR codes in a picture, each once; at most eight."""
    with Image.open(BytesIO(frame.jpeg)) as image:
        found = zxingcpp.read_barcodes(image.convert("L"), formats=_QR)
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


def _small(frame: Frame) -> Image.Image:
    with Image.open(BytesIO(frame.jpeg)) as image:
        return image.convert("L").resize(_SMALL, Image.Resampling.BOX)
