"""How long each viewer has watched a show, for those who wait for something to open."""

import threading
import time
from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from kaibo.insight.numbers import ShowNumbers

# A page beats every ten seconds while it is in front.
BEAT_S: Final = 10
# A room of thousands asks at the same minute: one look serves them all.
KEPT_S: Final = 5
_LOOK = threading.Lock()


def watched_s(show_id: int, viewer_id: int, *, org_id: int) -> int:
    """Seconds a viewer had the show in front of them, by ten; as of up to five seconds ago.

    The same beats as ``average_watch_s``: one for ten seconds, however many pages were open.
    """
    with _LOOK:
        found = of_show(org_id, show_id, int(time.monotonic() // KEPT_S))
    return found.get(viewer_id, 0)


@lru_cache(maxsize=16)
def of_show(org_id: int, show_id: int, look: int) -> Mapping[int, int]:
    """Seconds by viewer; ``look`` is the stretch of time that this answer serves."""
    del look
    return watched_by_all(show_id, org_id=org_id)


def watched_by_all(show_id: int, *, org_id: int) -> Mapping[int, int]:
    """Seconds by viewer of a show as ``watched_s`` counts them, looked at now."""
    with ShowNumbers(show_id, org_id=org_id) as numbers:
        rows = numbers.rows("SELECT viewer_id, count(*) FROM watching GROUP BY 1")
    return {viewer_id: beats * BEAT_S for viewer_id, beats in rows}
