"""Looks at every live picture once in a while, and says what it saw. Runs in its own process."""

import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

import structlog
from django.conf import settings
from django.db import close_old_connections
from django.utils import timezone

from kaibo.media import actions, reads
from kaibo.media.frames import CannotSee, Frame, bounded, codes, decode, measure, spans
from kaibo.media.reads import LivePicture
from kaibo.media.rules import Trouble, Watched

_log = structlog.get_logger(__name__)

# So many turns in a row without a picture to look at, and the desk is told.
BLIND_TURNS = 6


@dataclass
class _Gaze:
    """How far one connection was looked at, and what was seen last."""

    place: tuple[int, int] = (0, 0)
    looked: int = 0
    before: Frame | None = None
    watched: Watched = field(default_factory=Watched)
    told: frozenset[Trouble] | None = None
    blind: int = 0
    known: set[str] = field(default_factory=set)


class Eyes:
    """Looks at everything that is live, one turn at a time.

    Args:
        every_s: from one sampled picture to the next, in time of the picture.
    """

    def __init__(self, *, every_s: float) -> None:
        self._every_s = every_s
        self._gazes: dict[str, _Gaze] = {}

    def run(self, over: threading.Event) -> None:
        """Turn after turn until ``over``; a turn's own time is part of the period."""
        pause = 0.0
        while not over.wait(pause):
            began = time.monotonic()
            close_old_connections()
            self.turn()
            pause = max(0.0, self._every_s - (time.monotonic() - began))

    def turn(self) -> None:
        """Look once at each live picture; one that cannot be looked at does not stop the rest."""
        live = reads.live_pictures()
        self._gazes = {one.session_id: self._gazes.get(one.session_id) or _Gaze() for one in live}
        for one in live:
            gaze = self._gazes[one.session_id]
            try:
                is_new = self._look(one, gaze)
            except (CannotSee, OSError, ValueError) as error:
                _log.warning("eyes_saw_nothing", session=one.session_id, error=str(error))
                is_new = False
            gaze.blind = 0 if is_new else gaze.blind + 1
            self._tell(one, gaze)

    def _look(self, live: LivePicture, gaze: _Gaze) -> bool:
        folder = Path(settings.KAIBO_RECORDINGS) / live.recording
        fresh: list[Frame] = []
        for span in spans(folder, since=gaze.place):
            place = (int(span.file.removeprefix("picture-").removesuffix(".mp4")), span.offset)
            looked = gaze.looked if place == gaze.place else 0
            frames = decode(span, has_sound=live.has_sound, every_s=self._every_s)
            gaze.place, gaze.looked = place, max(looked, len(frames))
            fresh += frames[looked:]
        for frame in fresh:
            self._see(live, gaze, frame)
        return bool(fresh)

    def _see(self, live: LivePicture, gaze: _Gaze, frame: Frame) -> None:
        gaze.watched = gaze.watched.after(measure(frame, gaze.before))
        gaze.before = frame
        for text in codes(frame):
            if text not in gaze.known:
                actions.record_code(
                    session_id=live.session_id,
                    text=text,
                    jpeg=bounded(frame.jpeg),
                    now=timezone.now(),
                )
                gaze.known.add(text)

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
