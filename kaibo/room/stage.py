"""One live room: takes what its people do, says once per tick what happened."""

import asyncio
import datetime as dt
import time
import uuid
from collections.abc import Coroutine, Sequence
from typing import Any, Protocol

import structlog

from kaibo.insight.actions import BehaviourEvent
from kaibo.promotions.actions import Attempt
from kaibo.promotions.reads import ClaimAnswer
from kaibo.room import wire
from kaibo.room.actions import Draft, Posted
from kaibo.room.acts import Acts
from kaibo.room.bridge import Bridge
from kaibo.room.claims import ClaimDesk
from kaibo.room.clock import Clock
from kaibo.room.feed import News
from kaibo.room.hall import Hall, now_ms
from kaibo.room.hub import send_each
from kaibo.room.memory import Memory
from kaibo.room.outbox import Outbox
from kaibo.room.ring import Ring
from kaibo.room.rules import Limits
from kaibo.room.session import Session
from kaibo.room.shown import Board, ChatLine, Counters, LinkView, OrderView, SaleView
from kaibo.room.talk import TalkDesk
from kaibo.room.tally import Tally

_log = structlog.get_logger(__name__)

BOARD_PAUSE_S_MAX = 20.0


class Backstage(Protocol):
    """The synchronous side of one room; every method runs on a bridge thread."""

    def shelf(self) -> tuple[list[LinkView], list[SaleView]]:
        """Links and sales as they stand."""

    def judge(self, sale_id: int, attempts: Sequence[Attempt]) -> list[ClaimAnswer]:
        """Judge a batch of claims."""

    def post(self, drafts: Sequence[Draft]) -> list[Posted]:
        """Keep and judge a batch of chat."""

    def record(self, events: Sequence[BehaviourEvent]) -> None:
        """Bring behaviour to the lake; durable on return."""

    def board(self) -> Board:
        """The staff's figures as they stand."""

    def order(self, viewer_id: int, no: str) -> OrderView | None:
        """One order of a viewer."""

    def follow(self, viewer_id: int, *, on: bool) -> bool:
        """Follow or unfollow; whether that changed anything."""


class Stage:
    """One room. All methods run on the event loop."""

    def __init__(
        self,
        memory: Memory,
        *,
        backstage: Backstage,
        bridge: Bridge,
        clock: Clock,
        limits: Limits,
    ) -> None:
        self.memory = memory
        self.epoch = uuid.uuid4().hex
        self.is_stopped = False
        self._backstage, self._bridge, self._clock, self._limits = backstage, bridge, clock, limits
        self._ring = Ring(limits.ring_events)
        self._outbox = Outbox(limits)
        self.tally = Tally(
            org_id=memory.org_id,
            show_id=memory.show_id,
            bridge=bridge,
            record=backstage.record,
            limits=limits,
        )
        self.hall = Hall(
            self, memory, ring=self._ring, epoch=self.epoch, note=self.tally.note, limits=limits
        )
        self._claims = ClaimDesk(bridge=bridge, judge=backstage.judge, limits=limits)
        self._talk = TalkDesk(bridge=bridge, post=backstage.post, shows=self, limits=limits)
        self._acts = Acts(
            memory, tally=self.tally, claims=self._claims, chat=self._talk, limits=limits
        )
        self._shelf_touched = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()
        self._spoke_at = time.monotonic()
        self._bought = 0
        for sale in memory.sales.values():
            self._claims.know(sale)

    def start(self) -> None:
        """Run until ``stop``."""
        for work in (
            self._claims.run(),
            self._talk.run(),
            self.tally.run(),
            self._shelf_forever(),
            self._board_forever(),
        ):
            self._spawn(work)
        self._clock.add(self.tick)

    async def stop(self, *, code: int, reason: str) -> None:
        """Close everyone and bring what they did to the lake."""
        self.is_stopped = True
        self._clock.remove(self.tick)
        self.hall.close(code, reason)
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self.tally.flush()

    @property
    def is_idle(self) -> bool:
        """Whether nobody is here and nothing waits."""
        return self.hall.is_empty and not self.tally.waiting

    # --- what people do ------------------------------------------------------------------

    def receive(self, session: Session, message: wire.ClientMessage) -> None:
        """Handle one frame of a seated session."""
        if isinstance(message, wire.Follow) and not session.is_staff:
            self._spawn(self._follow(session.viewer_id, on=message.on))
        else:
            self._acts.receive(session, message)

    def leave(self, session: Session, *, lost: bool) -> None:
        """Free the seat of a session whose connection is gone."""
        self.hall.leave(session, lost=lost)

    async def _follow(self, viewer_id: int, *, on: bool) -> None:
        if await self._bridge.call(self._backstage.follow, viewer_id, on=on):
            self.tally.note("follow" if on else "unfollow", viewer_id)

    # --- what happened -------------------------------------------------------------------

    def happened(self, news: News) -> None:
        """Take what a fact means for this room."""
        for event in news.events:
            self.post(event)
        for staff_event in news.staff_events:
            self.post(staff_event, staff_only=True)
        if news.shelf:
            self._shelf_touched.set()
        if news.claims is not None:
            self._claims.heard(news.claims)
        for viewer_id, until in news.mutes:
            self._mute(viewer_id, until)
        for viewer_id, private in news.private:
            self.whisper(viewer_id, private)
        for viewer_id, no in news.orders:
            self._spawn(self._tell_order(viewer_id, no))
        for viewer_id, link_no in news.bought:
            self._show_bought(viewer_id, link_no)

    def post(self, event: wire.Event, *, staff_only: bool = False) -> None:
        """Number a control event, remember it, and say it at the next tick."""
        if isinstance(event, wire.HiddenEvent):
            self._outbox.hide_line(event.message_id)
        self.memory.apply(event)
        seq = self._ring.add(event, staff_only=staff_only)
        self._outbox.add_event(seq, event, staff_only=staff_only)
        if isinstance(event, wire.RoomEvent) and event.state == "ended":
            self._spawn(self._end_later())

    def whisper(self, viewer_id: int, event: wire.PrivateEvent) -> None:
        """Tell one viewer, on all their sockets."""
        seats = self.hall.of(viewer_id)
        if seats:
            send_each((seat.protocol for seat in seats), wire.Private(events=[event]))

    def show_line(self, line: ChatLine) -> None:
        """Put a line of chat on every screen."""
        self.memory.chat.append(line)
        self._outbox.add_line(line)
        if line.kind == "viewer":
            self.tally.note("comment", line.viewer_id, ref=str(line.id))

    def _show_bought(self, viewer_id: int, link_no: int) -> None:
        seats = self.hall.of(viewer_id)
        # Nowhere kept; the ids count down so that they meet no message's.
        self._bought += 1
        self.show_line(
            ChatLine(
                id=-self._bought,
                viewer_id=0,
                nickname=f"{seats[0].nickname[:1]}***" if seats else "***",
                text=f"购买了 {link_no} 号链接",
                at=now_ms(),
                kind="order",
            )
        )

    def _mute(self, viewer_id: int, until: dt.datetime | None) -> None:
        if until is None:
            self.memory.mutes.pop(viewer_id, None)
        else:
            self.memory.mutes[viewer_id] = until
        self.whisper(viewer_id, wire.MutedEvent(until_at=until))

    async def _tell_order(self, viewer_id: int, no: str) -> None:
        if not self.hall.of(viewer_id):
            return
        order = await self._bridge.call(self._backstage.order, viewer_id, no)
        if order is not None:
            self.whisper(viewer_id, wire.OrderEvent(order=order))

    async def _end_later(self) -> None:
        await asyncio.sleep(self._limits.linger_s)
        self.hall.viewers.end(wire.CLOSE_ENDED, "show ended")

    # --- time ----------------------------------------------------------------------------

    def tick(self) -> None:
        """Say everything that happened, then let in who waits."""
        self.hall.forget_overdue()
        self._count(self.tally.counters)
        if not self._outbox.is_empty():
            at, seq, lines = now_ms(), self._ring.seq, self._outbox.lines()
            if left_out := self._outbox.take_left_out():
                self.tally.note("chat_sampled", 0, value=left_out)
            for group, staff in ((self.hall.viewers, False), (self.hall.staff, True)):
                if len(group):
                    for parcel in self._outbox.parcels(lines, seq=seq, at=at, staff=staff):
                        group.send(parcel)
            self._outbox.clear(lines)
            self._spoke_at = time.monotonic()
        self.hall.let_in()

    def _count(self, counters: Counters) -> None:
        is_quiet = time.monotonic() - self._spoke_at >= self._limits.quiet_s
        if counters != self.memory.counters or is_quiet:
            self.memory.counters = counters
            self._outbox.set_counters(counters)

    async def _shelf_forever(self) -> None:
        while True:
            await self._shelf_touched.wait()
            self._shelf_touched.clear()
            try:
                links, sales = await self._bridge.call(self._backstage.shelf)
            except Exception:
                _log.exception("shelf_read_failed", show_id=self.memory.show_id)
                self._shelf_touched.set()
                await asyncio.sleep(1.0)
                continue
            for sale in sales:
                self._claims.know(sale)
            empty = self.memory.sold_out(links)
            for event in self.memory.shelf_news(links, sales):
                self.post(event)
            for link_no in empty:
                text = f"{link_no} 号链接已售罄 · link {link_no} is sold out"
                self.post(wire.AlertEvent(code="sold_out", text=text), staff_only=True)
            await asyncio.sleep(self._limits.tick_s)

    async def _board_forever(self) -> None:
        pause = self._limits.board_s
        while True:
            await asyncio.sleep(pause)
            if not self.hall.has_staff:
                continue
            began = time.monotonic()
            try:
                board = await self._bridge.call(self._backstage.board)
            except Exception:
                _log.exception("board_read_failed", show_id=self.memory.show_id)
                continue
            # A long show takes longer to add up; it must not take the machine. Nor may one slow
            # reading leave the desk with old numbers for minutes.
            rest = min(BOARD_PAUSE_S_MAX, 10 * (time.monotonic() - began))
            pause = max(self._limits.board_s, rest)
            if board != self.memory.board:
                self.memory.board = board
                self._outbox.set_board(board)

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(_logged(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


async def _logged(work: Coroutine[Any, Any, None]) -> None:
    try:
        await work
    except Exception:
        _log.exception("stage_task_failed")
