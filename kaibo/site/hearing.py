"""The ears of a show: its sound in, lines out, judged like everything else that is said.

ffmpeg, a program of its own, decodes whatever the sound comes from; a recogniser behind the port
``Ear`` makes lines of it. sherpa-onnx is one, with a model that the operator supplies.
"""

import datetime as dt
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any, Final, Protocol

import structlog
from django.db import DatabaseError

from kaibo.base.actor import SYSTEM
from kaibo.planning.reads import ShowView
from kaibo.promises.actions import Line
from kaibo.promises.rules.captions import LINE_CHARS_MAX
from kaibo.room.actions import hear_lines

RATE_HZ: Final = 16_000
# A tenth of a second of 16-bit samples of one channel.
BLOCK_BYTES: Final = RATE_HZ // 10 * 2
# A line ends with so much silence, or when it is so long: what was said is judged soon after.
SILENCE_S: Final = 0.4
LONGEST_S: Final = 2.5
# Lines that the database could not take yet; of more the oldest are dropped.
KEPT_MAX: Final = 200

_log = structlog.get_logger(__name__)


class NoModel(Exception):
    """A folder holds no model that can be used; says what it lacks."""


class Ear(Protocol):
    """A recogniser that hears as the sound comes."""

    def hear(self, samples: bytes) -> str | None:
        """What was said in the line that ended within these samples; None while one goes on.

        Args:
            samples: little-endian 16-bit, one channel, 16 kHz.
        """

    def rest(self) -> str:
        """What was said since the last line ended, when no more sound comes."""


class SherpaEar:
    """sherpa-onnx with a streaming transducer or paraformer.

    Raises:
        NoModel: the folder lacks a file, or the library is not installed.
    """

    def __init__(self, folder: Path) -> None:
        try:
            import numpy
            import sherpa_onnx
        except ImportError as error:
            raise NoModel("pip install 'kaibo[speech]'") from error
        self._numbers = numpy
        make, files = model_files(folder)
        self._recogniser: Any = getattr(sherpa_onnx.OnlineRecognizer, make)(**files, **ENDS)
        self._stream = self._recogniser.create_stream()

    def hear(self, samples: bytes) -> str | None:
        numbers = self._numbers.frombuffer(samples, dtype="<i2").astype("float32") / 32_768
        self._stream.accept_waveform(RATE_HZ, numbers)
        while self._recogniser.is_ready(self._stream):
            self._recogniser.decode_stream(self._stream)
        if not self._recogniser.is_endpoint(self._stream):
            return None
        text = self.rest()
        self._recogniser.reset(self._stream)
        return text

    def rest(self) -> str:
        return str(self._recogniser.get_result(self._stream))


ENDS: Final[dict[str, Any]] = {
    "enable_endpoint_detection": True,
    "rule1_min_trailing_silence": 2.4,
    "rule2_min_trailing_silence": SILENCE_S,
    "rule3_min_utterance_length": LONGEST_S,
}


def model_files(folder: Path) -> tuple[str, dict[str, str]]:
    """How sherpa-onnx opens the model in a folder, and its files; the exact ones before int8.

    Raises:
        NoModel: says what the folder lacks.
    """
    found = {
        part: next(iter(sorted(folder.glob(f"*{part}*.onnx"), key=_plain_first)), None)
        for part in ("encoder", "decoder", "joiner")
    }
    lacks = [part for part in ("encoder", "decoder") if found[part] is None]
    if not (folder / "tokens.txt").is_file():
        lacks.append("tokens.txt")
    if lacks:
        raise NoModel(f"{folder}: {', '.join(lacks)}")
    files = {part: str(path) for part, path in found.items() if path is not None}
    make = "from_transducer" if "joiner" in files else "from_paraformer"
    return make, files | {"tokens": str(folder / "tokens.txt")}


def _plain_first(path: Path) -> tuple[bool, str]:
    return "int8" in path.name, path.name


def sound_of(source: str) -> "subprocess.Popen[bytes]":
    """ffmpeg that writes the sound of a file, an address or a device to its standard output."""
    live = ("-live_start_index", "-1") if source.endswith(".m3u8") else ()
    command = [
        "ffmpeg", "-hide_banner", "-loglevel", "error", "-nostdin", "-fflags", "nobuffer", *live,
        "-i", source, "-vn", "-ac", "1", "-ar", str(RATE_HZ), "-f", "s16le", "-",
    ]  # fmt: skip
    return subprocess.Popen(command, stdout=subprocess.PIPE)


class Scribe:
    """Lines of one show on their way to the database; none is lost while it is away for a while."""

    def __init__(self, show: ShowView) -> None:
        self._show = show
        self._waiting: list[Line] = []

    def tell(self, line: Line, *, now: dt.datetime) -> None:
        """Have a line judged, and those that wait before it.

        Raises:
            Refusal: the show does not take lines any more.
        """
        self._waiting = [*self._waiting, line][-KEPT_MAX:]
        try:
            hear_lines(
                org_id=self._show.org_id,
                show_id=self._show.id,
                lines=self._waiting,
                source="speech",
                by=SYSTEM(self._show.org_id),
                now=now,
            )
        except DatabaseError:
            _log.warning("lines_wait", show_id=self._show.id, lines=len(self._waiting))
            return
        self._waiting = []


def listen(sound: IO[bytes], ear: Ear, scribe: Scribe, *, clock: Callable[[], dt.datetime]) -> int:
    """Hear all of a sound; how many lines were said.

    Raises:
        Refusal: the show does not take lines any more.
    """
    lines, began = 0, clock()
    while block := sound.read(BLOCK_BYTES):
        text = ear.hear(block)
        if text is not None:
            now = clock()
            lines += _told(text, began, now, scribe)
            began = now
    return lines + _told(ear.rest(), began, clock(), scribe)


def _told(text: str, began: dt.datetime, now: dt.datetime, scribe: Scribe) -> bool:
    said = text.strip()[:LINE_CHARS_MAX]
    if said:
        scribe.tell(Line(began, now, said), now=now)
    return bool(said)
