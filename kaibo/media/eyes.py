"""Looks at every live picture once in a while, and says what it saw. Runs in its own process."""

import os
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import structlog
from django.conf import settings
from django.db import Error, close_old_connections
from django.utils import timezone
from PIL.Image import Image as Picture

from kaibo.media import actions, reads
from kaibo.media.actions import SIGHTS_PER_SHOW_MAX
from kaibo.media.frames import Frame, bounded, codes, decode, differs, grey, measure, small, spans
from kaibo.media.reads import LivePicture
from kaibo.media.rules import Trouble, Watched
from kaibo.media.words import Reader

_log = structlog.get_logger(__name__)

# So many turns in a row without a picture to look at, and the desk is told.
BLIND_TURNS = 6
# One picture takes at most half of a core: after a dear look the next one waits for so many times
# what it cost.
REST = 2.0
# Of all time at most a quarter goes into reading words, whatever the number of rooms.
READING_REST = 4.0
# A code that is still there is told again after so long: the show may have begun meanwhile.
AGAIN_S = 20.0


@dataclass
class _Gaze:
    """How far one connection was looked at, and what was seen last."""

    place: tuple[int, int] = (0, 0)
    looked: int = 0
    before: Picture | None = None
    watched: Watched = field(default_factory=Watched)
    told: frozenset[Trouble] | None = None
    blind: int = 0
    rests_until: float = 0.0
    known: dict[str, float] = field(default_factory=dict)
    read: Picture | None = None
    reads_at: float = 0.0
    lines: dict[str, float] = field(default_factory=dict)


class Eyes:
    """Looks at everything that is live, one turn at a time.

    Args:
        every_s: from one sampled picture to the next, in time of the picture.
        pulse: called before each look, so that somebody can tell a hanging one.
        reader: reads the words in a picture; None: nobody does.
        read_every_s: from one reading of a picture to the next, at least.
    """

    def __init__(
        self,
        *,
        every_s: float,
        pulse: Callable[[], object] = lambda: None,
        reader: Reader | None = None,
        read_every_s: float = 5.0,
    ) -> None:
        self._every_s, self._pulse = every_s, pulse
        self._reader, self._read_every_s = reader, read_every_s
        self._reads_at, self._reading_s = 0.0, 0.0
        self._gazes: dict[str, _Gaze] = {}

    def run(self, over: threading.Event, *, idle_s: float | None = None) -> None:
        """Turn after turn until ``over``; a turn's own time is part of the period.

        Args:
            idle_s: ends by itself when nothing was live for so long; None: never.
        """
        pause, busy_at = 0.0, time.monotonic()
        while not over.wait(pause):
            began = time.monotonic()
            self._pulse()
            close_old_connections()
            try:
                is_busy = self.turn(over) > 0
            except Error:
                # The next turn tries again; what was not told yet is told then.
                _log.exception("eyes_without_database")
                is_busy = True
            if is_busy:
                busy_at = began
            elif idle_s is not None and began - busy_at >= idle_s:
                return
            pause = max(0.0, self._every_s - (time.monotonic() - began))

    def turn(self, over: threading.Event | None = None) -> int:
        """Look once at each live picture; one that cannot be looked at does not stop the rest.

        Returns:
            How many pictures are live.
        """
        live = reads.live_pictures()
        self._gazes = {one.session_id: self._gazes.get(one.session_id) or _Gaze() for one in live}
        for one in live:
            if over is not None and over.is_set():
                break
            self._pulse()
            if time.monotonic() >= self._gazes[one.session_id].rests_until:
                self._attend(one, self._gazes[one.session_id])
        return len(live)

    def _attend(self, live: LivePicture, gaze: _Gaze) -> None:
        began, spent_s, self._reading_s = time.monotonic(), _processor_s(), 0.0
        try:
            is_new = self._look(live, gaze)
        except Exception as error:
            # Whatever a stranger's picture does to a decoder, the other rooms are looked at.
            if gaze.blind in (0, BLIND_TURNS - 1):
                _log.warning("eyes_saw_nothing", session=live.session_id, error=repr(error))
            is_new = False
        gaze.rests_until = began + REST * (_processor_s() - spent_s - self._reading_s)
        gaze.blind = 0 if is_new else gaze.blind + 1
        self._tell(live, gaze)

    def _look(self, live: LivePicture, gaze: _Gaze) -> bool:
        folder = Path(settings.KAIBO_RECORDINGS) / live.recording
        is_new = False
        for span in spans(folder, since=gaze.place):
            place = (int(span.file.removeprefix("picture-").removesuffix(".mp4")), span.offset)
            looked = gaze.looked if place == gaze.place else 0
            frames = decode(span, has_sound=live.has_sound, every_s=self._every_s)
            gaze.place, gaze.looked = place, max(looked, len(frames))
            for frame in frames[looked:]:
                is_new = True
                self._see(live, gaze, frame)
        return is_new

    def _see(self, live: LivePicture, gaze: _Gaze, frame: Frame) -> None:
        picture = grey(frame)
        now = small(picture)
        look = measure(now, gaze.before, loudest_db=frame.loudest_db)
        gaze.watched, gaze.before = gaze.watched.after(look), now
        at = time.monotonic()
        for text in codes(picture):
            if at >= gaze.known.get(text, 0.0):
                actions.record_code(
                    session_id=live.session_id,
                    text=text,
                    jpeg=bounded(frame.jpeg),
                    now=timezone.now(),
                )
                if len(gaze.known) >= SIGHTS_PER_SHOW_MAX:
                    # The one that was seen longest ago; what is on record is not told twice.
                    del gaze.known[min(gaze.known, key=lambda one: gaze.known[one])]
                gaze.known[text] = at + AGAIN_S
        if self._reader is not None and self._may_read(gaze, now):
            self._read(live, gaze, frame, self._reader)
            gaze.read = now

    def _may_read(self, gaze: _Gaze, now: Picture) -> bool:
        """Whether this picture is the one whose turn it is, and has something new to read."""
        at = time.monotonic()
        if at < max(self._reads_at, gaze.reads_at):
            return False
        seeing = [one.reads_at for one in self._gazes.values() if not one.blind]
        if gaze.reads_at > min(seeing, default=0.0):
            return False
        gaze.reads_at = at + self._read_every_s
        if gaze.read is None or any(at >= due for due in gaze.lines.values()):
            return True
        return differs(now, gaze.read)

    def _read(self, live: LivePicture, gaze: _Gaze, frame: Frame, reader: Reader) -> None:
        began, spent_s = time.monotonic(), _processor_s()
        lines = reader.read(frame.jpeg)
        self._reading_s = _processor_s() - spent_s
        self._reads_at = began + READING_REST * (time.monotonic() - began)
        due = {line: gaze.lines.get(line, 0.0) for line in lines}
        for line, due_at in due.items():
            if began >= due_at:
                actions.record_text(
                    session_id=live.session_id,
                    text=line,
                    jpeg=bounded(frame.jpeg),
                    now=timezone.now(),
                )
                due[line] = began + AGAIN_S
        gaze.lines = due

    def _tell(self, live: LivePicture, gaze: _Gaze) -> None:
        wanted = gaze.watched.troubles
        if gaze.blind >= BLIND_TURNS:
            # Nothing is known of a picture that nobody sees.
            gaze.watched, wanted = Watched(), frozenset[Trouble]({"unwatched"})
        elif gaze.before is None:
            return
        if wanted != gaze.told:
            actions.set_troubles(session_id=live.session_id, kinds=wanted, now=timezone.now())
            gaze.told = wanted


def _processor_s() -> float:
    """Processor time of this process and of the programs it ran, in seconds."""
    return sum(os.times()[:4])
