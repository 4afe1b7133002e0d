"""How many people are in the rooms on air, at a price that does not grow with their number."""

import threading
import time
from collections.abc import Callable, Collection
from typing import Final

from kaibo.insight.reads import figures

# A wall that asks every few seconds is answered from what was looked up so long ago.
KEPT_S: Final = 15.0
# The lake is asked room by room. One wall waits so long for it; the next goes on with the others.
BUDGET_S: Final = 0.5
# A room that nobody asked about for so long is forgotten.
FORGOTTEN_S: Final = 600.0


class Crowds:
    """The last known crowd of each room; a room that was not looked at yet counts as empty."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._known: dict[tuple[int, int], tuple[float, int]] = {}

    def of(self, org_id: int, show_ids: Collection[int]) -> dict[int, int]:
        """People present by show, the longest unasked rooms brought up to date first."""
        if not self._lock.acquire(blocking=False):
            # Somebody else's wall is looking; what they found before serves this one.
            return self._found(org_id, show_ids)
        try:
            self._look(org_id, show_ids)
        finally:
            self._lock.release()
        return self._found(org_id, show_ids)

    def _look(self, org_id: int, show_ids: Collection[int]) -> None:
        begun = self._clock()
        asked = {id: self._known.get((org_id, id), (float("-inf"), 0))[0] for id in show_ids}
        for id in sorted(asked, key=lambda id: (asked[id], id)):
            now = self._clock()
            if now - asked[id] < KEPT_S or now - begun >= BUDGET_S:
                break
            found = figures(org_id=org_id, show_id=id, codes=("online",))
            self._known[org_id, id] = (now, int(found["online"] or 0))
        over = [key for key, (at, _) in self._known.items() if begun - at >= FORGOTTEN_S]
        for key in over:
            del self._known[key]

    def _found(self, org_id: int, show_ids: Collection[int]) -> dict[int, int]:
        return {id: self._known.get((org_id, id), (0.0, 0))[1] for id in show_ids}


CROWDS: Final = Crowds()
