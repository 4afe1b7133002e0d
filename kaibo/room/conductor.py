"""Who speaks for a room: one of its gateways. Numbers the events, reads the shelf, counts."""

import asyncio
import time
import uuid
from collections.abc import Callable, Coroutine
from typing import Any, Protocol

import structlog

from kaibo.room import wire
from kaibo.room.audience import LINES_KNOWN, Audience
from kaibo.room.backstage import Backstage
from kaibo.room.bridge import Bridge
from kaibo.room.bus import Bus
from kaibo.room.census import Census
from kaibo.room.feed import Told
from kaibo.room.hall import now_ms
from kaibo.room.outbox import Outbox
from kaibo.room.recent import Recent
from kaibo.room.rules import Limits
from kaibo.room.shelf import Shelf
from kaibo.room.shown import Board, ChatLine, SaleView
from kaibo.room.spoken import Ask, Lines, Mail, Report, Spoken

_log = structlog.get_logger(__name__)

FACTS_AT_ONCE = 500
# A tick so much too late means that the process stood still.
LATE_S = 0.5


class Note(Protocol):
    """Takes what happened to the room as a whole, or to a viewer at another gateway."""

    def __call__(self, kind: str, viewer_id: int, *, value: int = 0, node: str = "") -> None:
        """Take one act."""


Spawn = Callable[[Coroutine[Any, Any, None]], None]


class Conductor:
    """The speaking half of a room; silent on every gateway but one.

    What it says is true when it hears it back: then it is in the one order that all gateways
    read. Until then it is said again. Whoever takes the baton starts from what every gateway
    knows, and asks the journal what happened since: so no fact is left out and none told twice.
    """

    def __init__(
        self,
        audience: Audience,
        *,
        bus: Bus,
        backstage: Backstage,
        bridge: Bridge,
        know: Callable[[SaleView], None],
        note: Note,
        spawn: Spawn,
        limits: Limits,
    ) -> None:
        self.census = Census(gone_s=limits.gone_s)
        self.shelf = Shelf(
            bridge=bridge, read=backstage.shelf, post=self.post, know=know, limits=limits
        )
        self.holds = False
        self._audience, self._bus, self._backstage = audience, bus, backstage
        self._bridge, self._note, self._spawn, self._limits = bridge, note, spawn, limits
        self._show_id = audience.memory.show_id
        self._spoke_at = self._ticked_at = time.monotonic()
        self._is_recounting = False
        self._staffed: set[str] = set()
        self._start_over()

    # --- the baton -----------------------------------------------------------------------

    def take(self, *, counts: bool = False) -> None:
        """Conduct from now on.

        Args:
            counts: the census knows where it stands already, because the room is new.
        """
        if self.holds:
            return
        self.holds = True
        if not counts:
            self.census.lose(at=time.monotonic())
        self._begin()

    def give(self) -> None:
        """Conduct no more."""
        if self.holds:
            self.holds = False
            self.shelf.rest()
            self._start_over()

    def _start_over(self) -> None:
        self._box = Outbox(self._limits)
        self._flight: Spoken | None = None
        self._said_at = 0.0
        self._place, self._mail = self._audience.place, self._audience.mail
        self._early: list[Told] | None = []
        self._gone: list[str] = []
        self._added, self._hidden = Recent(LINES_KNOWN), Recent(LINES_KNOWN)

    def _begin(self) -> None:
        self._start_over()
        self.shelf.remember(self._audience.memory)
        self._bus.read_mail(self._show_id, after=self._mail)
        self._spawn(self._catch_up(self._box))

    async def _catch_up(self, box: Outbox) -> None:
        place, facts = self._place, []
        while box is self._box:
            try:
                found = await self._bridge.call(self._backstage.facts, place, limit=FACTS_AT_ONCE)
            except Exception:
                _log.exception("catching_up_failed", show_id=self._show_id)
                await asyncio.sleep(1.0)
                continue
            facts += found
            if len(found) < FACTS_AT_ONCE:
                break
            place = found[-1].place
        if box is not self._box:
            # The baton went on meanwhile.
            return
        early, self._early = self._early or [], None
        for told in (*facts, *early):
            self.tell(told)
        # What a predecessor was about to read.
        self.shelf.touch()

    # --- what happened -------------------------------------------------------------------

    def tell(self, told: Told) -> None:
        """Take a fact, once."""
        if not self.holds:
            return
        if self._early is not None:
            self._early.append(told)
            return
        if told.place <= self._place:
            return
        self._place = told.place
        for event in (*told.news.events, *told.news.staff_events):
            self.post(event)
        if told.news.shelf:
            self.shelf.touch()
        for number, (viewer_id, link_no) in enumerate(told.news.bought):
            line_id = -(told.place.id * 1_000 + number)
            self._spawn(self._show_bought(line_id, viewer_id, link_no))

    def post(self, event: wire.Event) -> None:
        """Say a control event at the next tick."""
        if isinstance(event, wire.HiddenEvent):
            self._hidden.add(event.message_id)
            self._box.hide_line(event.message_id)
        self._box.add_event(event)

    async def _show_bought(self, line_id: int, viewer_id: int, link_no: int) -> None:
        seats = self._audience.hall.of(viewer_id)
        if seats:
            name = seats[0].nickname
        else:
            name = await self._bridge.call(self._backstage.nickname, viewer_id)
        # Kept nowhere; the ids are below zero so that they meet no message's.
        self._add_line(
            ChatLine(
                id=line_id,
                viewer_id=0,
                nickname=f"{name[:1]}***",
                text=str(link_no),
                at=now_ms(),
                kind="order",
            )
        )

    def _add_line(self, line: ChatLine) -> None:
        if line.id in self._added or line.id in self._hidden or self._audience.knows_line(line.id):
            return
        self._added.add(line.id)
        self._box.add_line(line)

    def on_mail(self, mail: Mail, place: str) -> None:
        """Take what a gateway sent; what came before changes nothing."""
        if not self.holds:
            return
        self._mail = place
        at = time.monotonic()
        match mail:
            case Lines(lines=lines):
                for line in lines:
                    self._add_line(line)
            case Ask(node=node):
                # Counted from before its first viewer comes.
                self.census.expect(node, at=at)
                self._bus.keep_state(self._show_id, node, self._audience.state())
            case Report(node=node, has_staff=has_staff):
                self.census.hear(mail, at=at)
                (self._staffed.add if has_staff else self._staffed.discard)(node)

    @property
    def has_staff(self) -> bool:
        """Whether a desk or host board is connected, here or at another gateway."""
        return self._audience.hall.has_staff or bool(self._staffed)

    # --- time ----------------------------------------------------------------------------

    def tick(self) -> None:
        """Say everything that happened, unless the last tick is still on its way."""
        at = time.monotonic()
        # Who stood still, or hears nobody at all, must not find the others dead.
        since_s, self._ticked_at = at - self._ticked_at, at
        if since_s > self._limits.tick_s + LATE_S or not self._bus.is_up:
            self.census.forgive(since_s)
        if not self.holds or self._early is not None:
            return
        if self._flight is not None:
            if at - self._said_at >= self._limits.again_s:
                self._say(self._flight, at=at)
            return
        self._count(at)
        if not self._box.is_empty() or self._gone:
            self._say(self._compose(), at=at)

    def heard(self, spoken: Spoken) -> None:
        """The gateway took a tick: this one's own, or another's who was faster."""
        if not self.holds:
            return
        if self._flight is not None and self._flight.id == spoken.id:
            self._flight = None
            self._bury(spoken.gone)
        else:
            self._begin()

    def _bury(self, gone: list[str]) -> None:
        for node in gone:
            viewer_ids = self.census.viewers_at(node)
            _log.warning("gateway_gone", node=node, viewers=len(viewer_ids))
            self._staffed.discard(node)
            for viewer_id in viewer_ids:
                self._note("leave", viewer_id, node=node)

    def _count(self, at: float) -> None:
        until_ms = self.census.recount_until(at=at)
        if until_ms is not None and not self._is_recounting:
            self._is_recounting = True
            self._spawn(self._recount(until_ms))
        self._gone += self.census.gone(at=at, but=self._bus.node)
        memory, counters = self._audience.memory, self.census.counters
        is_quiet = at - self._spoke_at >= self._limits.quiet_s
        if self.census.is_lost:
            counters = memory.counters
        if counters != memory.counters or is_quiet:
            self._box.set_counters(counters)

    async def _recount(self, until_ms: int) -> None:
        try:
            found = await self._bridge.call(
                self._backstage.recount, self._audience.ring.epoch, until_ms=until_ms
            )
            self.census.resume(found, until_ms=until_ms)
        finally:
            self._is_recounting = False

    def _compose(self) -> Spoken:
        box, audience = self._box, self._audience
        lines = box.lines()
        if left_out := box.take_left_out():
            self._note("chat_sampled", 0, value=left_out)
        events, counters, board = box.events, box.counters, box.board
        box.clear(lines)
        gone, self._gone = self._gone, []
        return Spoken(
            epoch=audience.ring.epoch,
            n=audience.n + 1,
            id=uuid.uuid4().hex,
            prev=audience.last,
            seq=audience.ring.seq + len(events),
            at=now_ms(),
            place=self._place,
            # A successor reads the mail again from where everything was said.
            mail=self._mail if box.is_empty() else audience.mail,
            events=events,
            counters=counters,
            chat=lines or None,
            board=board,
            gone=gone,
        )

    def _say(self, spoken: Spoken, *, at: float) -> None:
        self._flight, self._said_at, self._spoke_at = spoken, at, at
        self._bus.say(self._show_id, spoken)

    def set_board(self, board: Board) -> None:
        """Tell staff their figures at the next tick."""
        if board != self._audience.memory.board:
            self._box.set_board(board)
