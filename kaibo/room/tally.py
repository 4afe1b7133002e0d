"""Live counters: every act is durable in the lake before it is counted."""

import asyncio
import time
import uuid
from collections import deque
from collections.abc import Callable, Sequence

import structlog

from kaibo.insight.actions import BehaviourEvent
from kaibo.room.bridge import Bridge
from kaibo.room.rules import Limits
from kaibo.room.shown import Counters

Record = Callable[[Sequence[BehaviourEvent]], None]

_log = structlog.get_logger(__name__)
# Most acts move no counter; they should not pay for finding out.
_COUNTED = frozenset({"enter", "leave", "like", "comment", "follow", "share"})


class Tally:
    """What one room's viewers do, on its way to the lake and into the counters."""

    def __init__(
        self, *, org_id: int, show_id: int, bridge: Bridge, record: Record, limits: Limits
    ) -> None:
        self._org_id, self._show_id = org_id, show_id
        self._bridge, self._record, self._limits = bridge, record, limits
        self._waiting: deque[BehaviourEvent] = deque()
        self._life = uuid.uuid4().hex[:16]
        self._number = 0
        self._at_ms = 0
        self._present: set[int] = set()
        self._seen: set[int] = set()
        self._sums = dict.fromkeys(Counters.__struct_fields__, 0)
        self.failed = 0
        self.refused = 0

    @property
    def waiting(self) -> int:
        """Acts not yet in the lake."""
        return len(self._waiting)

    @property
    def counters(self) -> Counters:
        """What has been counted so far."""
        return Counters(**self._sums)

    def resume(self, counters: Counters, *, seen: set[int]) -> None:
        """Go on from what an earlier life of the room counted; nobody is online yet."""
        self._sums = {name: getattr(counters, name) for name in Counters.__struct_fields__}
        self._sums["online"] = 0
        self._seen = set(seen)

    def note(
        self,
        kind: str,
        viewer_id: int,
        *,
        link_no: int | None = None,
        value: int = 0,
        ref: str = "",
    ) -> None:
        """Take one act. It is counted when the lake has it.

        The clock never goes back within a life of the room, so that a recount in order of time
        meets the same peak.
        """
        if len(self._waiting) >= self._limits.lake_waiting_max:
            # The lake has been away for long: what cannot be kept is not counted either.
            self.refused += 1
            return
        self._number += 1
        self._at_ms = max(self._at_ms, time.time_ns() // 1_000_000)
        self._waiting.append(
            BehaviourEvent(
                org_id=self._org_id,
                show_id=self._show_id,
                viewer_id=viewer_id,
                kind=kind,
                at_ms=self._at_ms,
                link_no=link_no,
                value=value,
                ref=ref,
                event_id=f"{self._life}-{self._number:010d}",
            )
        )

    async def run(self) -> None:
        """Bring acts to the lake every half second, for ever."""
        while True:
            await asyncio.sleep(self._limits.lake_s)
            await self.flush()

    async def flush(self) -> None:
        """Bring everything that waits to the lake, then count it; on a failure it waits on."""
        while self._waiting:
            size = min(len(self._waiting), self._limits.lake_batch)
            batch = [self._waiting[i] for i in range(size)]
            try:
                await self._bridge.call(self._record, batch)
            except Exception:
                # Ids stay the same, so the lake drops what an uncertain try already wrote.
                self.failed += 1
                _log.exception("lake_write_failed", show_id=self._show_id, events=size)
                return
            for event in batch:
                self._waiting.popleft()
                self._count(event)

    def _count(self, event: BehaviourEvent) -> None:
        if event.kind not in _COUNTED:
            return
        sums = self._sums
        match event.kind:
            case "enter":
                sums["views"] += 1
                self._seen.add(event.viewer_id)
                self._present.add(event.viewer_id)
                sums["viewers"] = len(self._seen)
                sums["online"] = len(self._present)
                sums["peak"] = max(sums["peak"], sums["online"])
            case "leave":
                self._present.discard(event.viewer_id)
                sums["online"] = len(self._present)
            case "like":
                sums["likes"] += event.value
            case "comment":
                sums["comments"] += 1
            case "follow":
                sums["follows"] += 1
            case "share":
                sums["shares"] += 1
            case _:
                pass
