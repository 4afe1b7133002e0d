"""How many people a room has, over all its gateways: exact, and equal to a recount of the lake.

Every gateway brings what its viewers do to the lake and then reports it. The conductor counts
the reports in the order of the lake: by the moment of the act, up to the earliest moment that
every gateway has reported. So the peak is that of the people, not of the mail. Pure.
"""

import heapq
import itertools
from dataclasses import dataclass

from kaibo.insight.reads import Recount
from kaibo.room.shown import Counters
from kaibo.room.spoken import Act, Report

# A gateway that left holds nobody back.
_FOREVER_MS = 2**62


@dataclass(slots=True)
class _Node:
    """``since_ms``: what it did later than this was reported here."""

    no: int
    since_ms: int
    upto_ms: int
    heard_at: float


class Census:
    """The counters of one room. Moments named ``at`` are seconds of any steady clock.

    It begins lost: it takes reports but counts nothing until a recount of the lake says where
    it stands. A report that did not come makes it lost again. A gateway that is silent for
    ``gone_s`` is dead; so the number of people online is wrong by at most that gateway's
    viewers, for at most ``gone_s`` and one report.
    """

    def __init__(self, *, gone_s: float) -> None:
        self._gone_s = gone_s
        self._nodes: dict[str, _Node] = {}
        self._waiting: list[tuple[int, str, int, int, Act]] = []
        self._arrivals = itertools.count()
        self._here: dict[str, set[int]] = {}
        self._places: dict[int, int] = {}
        self._told: set[str] = set()
        self._seen: set[int] = set()
        self._sums = dict.fromkeys(Counters.__struct_fields__, 0)
        self._lost_at: float | None = 0.0
        self._upto_ms = 0
        self.counters = Counters()

    @property
    def is_lost(self) -> bool:
        """Whether nothing is counted until a recount."""
        return self._lost_at is not None

    def others(self, name: str) -> list[str]:
        """The gateways that take part beside this one."""
        return [
            other
            for other, node in self._nodes.items()
            if other != name and node.upto_ms < _FOREVER_MS
        ]

    def lose(self, *, at: float) -> None:
        """Count no more until the next ``resume``; gateways have ``gone_s`` to report anew."""
        self._lost_at = at
        self._nodes.clear()
        self._waiting.clear()

    def expect(self, name: str, *, at: float) -> None:
        """A gateway takes part from now on; nothing is counted past it before it reports."""
        self._nodes.setdefault(name, _Node(0, self._upto_ms, self._upto_ms, at))

    def hear(self, report: Report, *, at: float) -> None:
        """Take a report; one that came before changes nothing."""
        known = self._nodes.get(report.node)
        if known is not None and report.no <= known.no:
            return
        if self._lost_at is None and report.no != (known.no if known else 0) + 1:
            self.lose(at=at)
            known = None
        since_ms = known.since_ms if known else report.from_ms
        upto_ms = _FOREVER_MS if report.is_last else report.upto_ms
        self._nodes[report.node] = _Node(report.no, since_ms, upto_ms, at)
        self._told.discard(report.node)
        for act in report.acts:
            # The order of the lake; arrivals only keep the acts themselves uncompared.
            item = (act.at_ms, act.node, act.no, next(self._arrivals), act)
            heapq.heappush(self._waiting, item)
        self._count()

    def recount_until(self, *, at: float) -> int | None:
        """The moment up to which the lake should be recounted now; None: no need, or not yet."""
        if self._lost_at is None or at - self._lost_at < self._gone_s:
            return None
        self._forget_silent(at=at, but="")
        if not self._nodes:
            return None
        until_ms = min(node.upto_ms for node in self._nodes.values())
        # What one gateway reported before it was heard here must be in the recount.
        is_whole = until_ms >= max(node.since_ms for node in self._nodes.values())
        return until_ms if is_whole else None

    def resume(self, recount: Recount, *, until_ms: int) -> None:
        """Go on from what the lake had at a moment; what was reported later is counted on."""
        names = self._sums.keys()
        self._sums = {name: getattr(recount.counters, name) for name in names}
        self._seen = set(recount.seen)
        self._here, self._places = {}, {}
        for name, viewers in recount.present.items():
            for viewer_id in viewers:
                self._arrive(name, viewer_id)
        self._waiting = [item for item in self._waiting if item[0] > until_ms]
        heapq.heapify(self._waiting)
        self._told.clear()
        self._lost_at, self._upto_ms = None, until_ms
        self._tell()
        self._count()

    def forgive(self, seconds: float) -> None:
        """For so long nobody could be heard: then nobody is dead for not being heard."""
        for node in self._nodes.values():
            node.heard_at += seconds

    def gone(self, *, at: float, but: str) -> list[str]:
        """Gateways that must be dead, each told once; their viewers still count.

        Args:
            but: the gateway that asks; it lives, however long its lake refuses.
        """
        if self._lost_at is not None:
            return []
        self._forget_silent(at=at, but=but)
        dead = [
            name
            for name, viewers in self._here.items()
            if viewers and name != but and name not in self._nodes and name not in self._told
        ]
        self._told.update(dead)
        self._count()
        return dead

    def viewers_at(self, name: str) -> list[int]:
        """Who is counted as present at a gateway."""
        return sorted(self._here.get(name, ()))

    def _forget_silent(self, *, at: float, but: str) -> None:
        for name, node in list(self._nodes.items()):
            if name != but and at - node.heard_at >= self._gone_s:
                del self._nodes[name]

    def _count(self) -> None:
        if self._lost_at is not None or not self._nodes:
            return
        self._upto_ms = max(
            self._upto_ms, min(_FOREVER_MS - 1, *(n.upto_ms for n in self._nodes.values()))
        )
        is_changed = False
        while self._waiting and self._waiting[0][0] <= self._upto_ms:
            self._take(heapq.heappop(self._waiting)[-1])
            is_changed = True
        if is_changed:
            self._tell()

    def _take(self, act: Act) -> None:
        match act.kind:
            case "enter":
                self._sums["views"] += 1
                self._arrive(act.node, act.viewer_id)
            case "back":
                # Somebody whose line broke at another gateway; a new view only if they had left.
                self._sums["views"] += act.viewer_id not in self._places
                self._arrive(act.node, act.viewer_id)
            case "leave":
                self._depart(act.node, act.viewer_id)
            case "like":
                self._sums["likes"] += act.value
            case "comment" | "follow" | "share":
                self._sums[f"{act.kind}s"] += 1
            case _:
                pass

    def _arrive(self, node: str, viewer_id: int) -> None:
        self._seen.add(viewer_id)
        here = self._here.setdefault(node, set())
        if viewer_id not in here:
            here.add(viewer_id)
            self._places[viewer_id] = self._places.get(viewer_id, 0) + 1
            self._sums["peak"] = max(self._sums["peak"], len(self._places))

    def _depart(self, node: str, viewer_id: int) -> None:
        here = self._here.get(node)
        if here is None or viewer_id not in here:
            return
        here.discard(viewer_id)
        self._places[viewer_id] -= 1
        if not self._places[viewer_id]:
            del self._places[viewer_id]

    def _tell(self) -> None:
        self._sums["viewers"], self._sums["online"] = len(self._seen), len(self._places)
        self.counters = Counters(**self._sums)
