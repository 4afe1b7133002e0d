"""What the viewers of one gateway do: durable in the lake, then reported to be counted."""

import asyncio
import time
from collections import deque
from collections.abc import Callable, Sequence
from typing import cast, get_args

import structlog

from kaibo.insight.actions import BehaviourEvent
from kaibo.room.bridge import Bridge
from kaibo.room.rules import Limits
from kaibo.room.spoken import Act, ActKind, Report

Record = Callable[[Sequence[BehaviourEvent]], None]

# Most acts move no counter and are not reported.
_COUNTED = frozenset(get_args(ActKind))

_log = structlog.get_logger(__name__)


class Tally:
    """The acts of one gateway in one room, on their way to the lake and into a report.

    An id begins with the life of the room and the gateway, so that a recount knows both.
    """

    def __init__(
        self,
        *,
        org_id: int,
        show_id: int,
        node: str,
        bridge: Bridge,
        record: Record,
        report: Callable[[Report], None],
        has_staff: Callable[[], bool] = lambda: False,
        limits: Limits,
    ) -> None:
        self.epoch = ""
        self._org_id, self._show_id, self._node = org_id, show_id, node
        self._bridge, self._record, self._limits = bridge, record, limits
        self._report, self._has_staff = report, has_staff
        self._waiting: deque[tuple[BehaviourEvent, Act | None]] = deque()
        self._kept: list[Act] = []
        self._number = 0
        self._at_ms = 0
        self._reports = self._reported_ms = 0
        self._reported_at = 0.0
        self.failed = 0
        self.refused = 0

    @property
    def waiting(self) -> int:
        """Acts not yet in the lake."""
        return len(self._waiting)

    def note(
        self,
        kind: str,
        viewer_id: int,
        *,
        link_no: int | None = None,
        value: int = 0,
        ref: str = "",
        node: str = "",
    ) -> None:
        """Take one act. It is reported when the lake has it.

        The clock never goes back within a life of the room, so that a recount in order of time
        meets the same peak.

        Args:
            node: the gateway it happened at, when that one cannot tell any more.
        """
        if len(self._waiting) >= self._limits.lake_waiting_max:
            # The lake has been away for long: what cannot be kept is not counted either.
            self.refused += 1
            return
        self._number += 1
        self._at_ms = max(self._at_ms, _now_ms())
        mark = f"{self._number:010d}" if not node else f"{self._node}.{self._number:010d}"
        event = BehaviourEvent(
            org_id=self._org_id,
            show_id=self._show_id,
            viewer_id=viewer_id,
            kind=kind,
            at_ms=self._at_ms,
            link_no=link_no,
            value=value,
            ref=ref,
            event_id=f"{self.epoch}.{node or self._node}-{mark}",
        )
        act = None
        if kind in _COUNTED:
            act = Act(
                at_ms=event.at_ms,
                no=self._number,
                kind=cast(ActKind, kind),
                viewer_id=viewer_id,
                value=value,
                node=node or self._node,
            )
        self._waiting.append((event, act))

    async def run(self) -> None:
        """Bring acts to the lake every half second, for ever."""
        while True:
            await asyncio.sleep(self._limits.lake_s)
            await self.flush()

    async def flush(self, *, is_last: bool = False) -> None:
        """Bring everything that waits to the lake, then report it; on a failure it waits on."""
        # Whatever is noted from here on is later than everything of this report.
        upto_ms = max(self._at_ms, _now_ms())
        self._at_ms = upto_ms + 1
        left = len(self._waiting)
        while left:
            size = min(left, self._limits.lake_batch)
            batch = [self._waiting[i][0] for i in range(size)]
            try:
                await self._bridge.call(self._record, batch)
            except Exception:
                # Ids stay the same, so the lake drops what an uncertain try already wrote.
                self.failed += 1
                _log.exception("lake_write_failed", show_id=self._show_id, events=size)
                return
            for _ in range(size):
                _, act = self._waiting.popleft()
                if act is not None:
                    self._kept.append(act)
            left -= size
        self._tell(upto_ms, is_last=is_last)

    def _tell(self, upto_ms: int, *, is_last: bool) -> None:
        now = time.monotonic()
        if not (self._kept or is_last or now - self._reported_at >= self._limits.report_s):
            return
        self._reports, self._reported_at = self._reports + 1, now
        acts, self._kept = self._kept, []
        from_ms, self._reported_ms = self._reported_ms, upto_ms
        self._report(
            Report(
                node=self._node,
                no=self._reports,
                from_ms=from_ms,
                upto_ms=upto_ms,
                acts=acts,
                has_staff=self._has_staff(),
                is_last=is_last,
            )
        )


def _now_ms() -> int:
    return time.time_ns() // 1_000_000
