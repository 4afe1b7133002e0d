"""One room on this gateway: takes what its people do, says once per tick what happened."""

import asyncio
import datetime as dt
import time
import uuid
from collections.abc import Coroutine
from typing import Any

import structlog

from kaibo.insight.reads import Recount
from kaibo.journal.reads import Position
from kaibo.room import asked, wire
from kaibo.room.acts import Acts
from kaibo.room.audience import Audience
from kaibo.room.backstage import Backstage
from kaibo.room.bridge import Bridge
from kaibo.room.bus import Bus, BusAway
from kaibo.room.claims import Claimant, ClaimDesk
from kaibo.room.clock import Clock
from kaibo.room.conductor import Conductor
from kaibo.room.feed import Told
from kaibo.room.hub import send_each
from kaibo.room.memory import Memory
from kaibo.room.rules import Limits
from kaibo.room.session import Session
from kaibo.room.shown import ChatLine
from kaibo.room.spoken import Ask, Lines, Mail, Report, Spoken, State
from kaibo.room.talk import TalkDesk
from kaibo.room.tally import Tally

_log = structlog.get_logger(__name__)

BOARD_PAUSE_S_MAX = 20.0
# How often a gateway looks whether the room was written down for it.
LOOK_S = 0.05
ORDER_AGAIN_S = 1.0


class Stage:
    """The task of one room on one gateway. All methods run on the event loop.

    It hears the room (``audience``), may have to speak for it (``conductor``), and has desks of
    its own for claims, chat and behaviour: those need no other gateway.
    """

    def __init__(
        self,
        memory: Memory,
        *,
        backstage: Backstage,
        bridge: Bridge,
        bus: Bus,
        clock: Clock,
        limits: Limits,
    ) -> None:
        self.memory = memory
        self.is_stopped = False
        self._backstage, self._bridge, self._bus = backstage, bridge, bus
        self._clock, self._limits = clock, limits
        self._tasks: set[asyncio.Task[None]] = set()
        self._lines: list[ChatLine] = []
        self._is_founder = self._is_catching_up = False
        self.tally = Tally(
            org_id=memory.org_id,
            show_id=memory.show_id,
            node=bus.node,
            bridge=bridge,
            record=backstage.record,
            report=self._report,
            has_staff=lambda: self.hall.has_staff,
            limits=limits,
        )
        self.audience = Audience(self, memory, note=self.tally.note, limits=limits)
        self.hall = self.audience.hall
        self._claims = ClaimDesk(bridge=bridge, judge=backstage.judge, limits=limits)
        self._talk = TalkDesk(bridge=bridge, post=backstage.post, shows=self, limits=limits)
        self._acts = Acts(
            memory, tally=self.tally, claims=self._claims, chat=self._talk, limits=limits
        )
        self.conductor = Conductor(
            self.audience,
            bus=bus,
            backstage=backstage,
            bridge=bridge,
            know=self._claims.know,
            note=self.tally.note,
            spawn=self._spawn,
            limits=limits,
        )

    # --- opening and closing -------------------------------------------------------------

    async def open(self, *, place: Position) -> None:
        """Find the room at the other gateways, or found it; then take part.

        Args:
            place: facts up to here are in the memory already.

        Raises:
            BusAway: nobody can say whether there is such a room; try again.
        """
        show_id = self.memory.show_id
        if await self._bus.found(show_id):
            await self._found(place)
        elif state := await self._ask():
            self._adopt(state)
        elif await self._bus.found(show_id, force=True):
            await self._found(place)
        else:
            raise BusAway
        for sale in self.memory.sales.values():
            self._claims.know(sale)
        self._bus.join(show_id, self)

    async def _found(self, place: Position) -> None:
        epoch = uuid.uuid4().hex[:16]
        recount: Recount = await self._bridge.call(self._backstage.recount, epoch)
        self.audience.found(epoch, place=place)
        self.tally.epoch = epoch
        self.conductor.census.resume(recount, until_ms=0)
        self.memory.counters = self.conductor.census.counters
        self._is_founder = True

    async def _ask(self) -> State | None:
        show_id = self.memory.show_id
        self._bus.send(show_id, Ask(node=self._bus.node))
        ends = time.monotonic() + self._limits.open_s
        while time.monotonic() < ends:
            if state := await self._bus.state(show_id):
                return state
            await asyncio.sleep(LOOK_S)
        return None

    def start(self) -> None:
        """Run until ``stop``."""
        for work in (
            self._claims.run(),
            self._talk.run(),
            self.tally.run(),
            self.conductor.shelf.run(),
            self._board_forever(),
        ):
            self._spawn(work)
        self._clock.add(self.tick)

    async def stop(self, *, code: int, reason: str) -> None:
        """Close everyone, bring what they did to the lake, and leave the room to the others."""
        self.is_stopped = True
        self._clock.remove(self.tick)
        self.hall.close(code, reason)
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self.tally.flush(is_last=True)
        is_last = self.conductor.holds and not self.conductor.census.others(self._bus.node)
        self._bus.leave(self.memory.show_id, is_last=is_last)

    @property
    def is_idle(self) -> bool:
        """Whether nobody is here and nothing waits."""
        return self.hall.is_empty and not self.tally.waiting

    def is_full_to(self, viewer_id: int, *, resume: asked.Resume | None) -> bool:
        """Whether a limited room (ladder) keeps this viewer out; who is or was here stays."""
        most = self.memory.viewers_max
        if most is None or self.memory.counters.online < most:
            return False
        is_back = resume is not None and resume.epoch == self.audience.ring.epoch
        return not is_back and not self.hall.of(viewer_id)

    # --- what people do ------------------------------------------------------------------

    def receive(self, session: Session, message: asked.ClientMessage) -> None:
        """Handle one frame of a seated session."""
        if isinstance(message, asked.Follow) and not session.is_staff:
            self._spawn(self._follow(session.viewer_id, on=message.on))
        else:
            self._acts.receive(session, message)

    def claim(self, claimant: Claimant, claim: asked.Claim) -> None:
        """Take a claim that came by HTTP; it is judged in one order with those of the sockets."""
        self._acts.claim(claimant, claim)

    def leave(self, session: Session, *, lost: bool) -> None:
        """Free the seat of a session whose connection is gone."""
        self.hall.leave(session, lost=lost)

    def show_line(self, line: ChatLine) -> None:
        """Put a line of chat on every screen, by way of the conductor."""
        if line.kind == "viewer":
            self.tally.note("comment", line.viewer_id, ref=str(line.id))
        if not self._lines:
            # Lines that were kept together go together.
            asyncio.get_running_loop().call_soon(self._send_lines)
        self._lines.append(line)

    def _send_lines(self) -> None:
        lines, self._lines = self._lines, []
        self._bus.send(self.memory.show_id, Lines(lines=lines))

    def _report(self, report: Report) -> None:
        self._bus.send(self.memory.show_id, report)

    async def _follow(self, viewer_id: int, *, on: bool) -> None:
        if await self._bridge.call(self._backstage.follow, viewer_id, on=on):
            self.tally.note("follow" if on else "unfollow", viewer_id)

    # --- what happened -------------------------------------------------------------------

    def happened(self, told: Told) -> None:
        """Take a fact: what is private is told here, what is for all by the conductor."""
        news = told.news
        if news.claims is not None:
            self._claims.heard(news.claims)
        for viewer_id, until in news.mutes:
            self._mute(viewer_id, until)
        for viewer_id, private in news.private:
            self.whisper(viewer_id, private)
        for viewer_id, no in news.orders:
            self._spawn(self._tell_order(viewer_id, no))
        self.conductor.tell(told)

    def post(self, event: wire.Event) -> None:
        """Say a control event at the next tick, if this gateway conducts."""
        self.conductor.post(event)

    def whisper(self, viewer_id: int, event: wire.PrivateEvent) -> None:
        """Tell one viewer, on all their sockets here."""
        seats = self.hall.of(viewer_id)
        if seats:
            send_each((seat.protocol for seat in seats), wire.Private(events=[event]))

    def _mute(self, viewer_id: int, until: dt.datetime | None) -> None:
        if until is None:
            self.memory.mutes.pop(viewer_id, None)
        else:
            self.memory.mutes[viewer_id] = until
        self.whisper(viewer_id, wire.MutedEvent(until_at=until))

    async def _tell_order(self, viewer_id: int, no: str) -> None:
        while self.hall.of(viewer_id):
            try:
                order = await self._bridge.call(self._backstage.order, viewer_id, no)
            except Exception:
                # The page counts on being told: the database is asked until it answers.
                _log.exception("order_read_failed", show_id=self.memory.show_id)
                await asyncio.sleep(ORDER_AGAIN_S)
                continue
            if order is not None:
                self.whisper(viewer_id, wire.OrderEvent(order=order))
            return

    async def _end_later(self) -> None:
        await asyncio.sleep(self._limits.linger_s)
        self.hall.viewers.end(wire.CLOSE_ENDED, "show ended")

    # --- the other gateways --------------------------------------------------------------

    def on_spoken(self, spoken: Spoken) -> None:
        """Deliver a tick, or find out what was missed before it."""
        known = set(self.memory.sales)
        heard = self.audience.hear(spoken)
        if heard == "gap" and not self.conductor.holds and not self._is_catching_up:
            self._is_catching_up = True
            self._spawn(self._catch_up())
        if heard != "taken":
            return
        self.conductor.heard(spoken)
        for event in spoken.events:
            if isinstance(event, wire.SaleEvent) and event.sale.id not in known:
                # Units of a known sale come from the journal, which is ahead of the ticks.
                self._claims.know(event.sale)
            elif isinstance(event, wire.RoomEvent) and event.state == "ended":
                self._spawn(self._end_later())
        if self._bus.node in spoken.gone:
            self.hall.call_roll()

    def on_mail(self, mail: Mail, place: str) -> None:
        """Hand mail to the conductor."""
        self.conductor.on_mail(mail, place)

    def on_baton(self, *, held: bool) -> None:
        """Begin or cease to speak for the room."""
        if self.is_stopped:
            return
        if held:
            self.conductor.take(counts=self._is_founder)
        else:
            self.conductor.give()
        self._is_founder = False

    def on_link(self, *, up: bool) -> None:
        """Tell the staff, and repeat what others may not have heard."""
        self.audience.be_apart(apart=not up)
        if up:
            for spoken in self.audience.recent:
                self._bus.say(self.memory.show_id, spoken)

    async def _catch_up(self) -> None:
        try:
            state = await self._ask()
        finally:
            self._is_catching_up = False
        if state is not None and not self.conductor.holds and self.audience.is_news(state):
            self._adopt(state)

    def _adopt(self, state: State) -> None:
        self.audience.adopt(state)
        for sale in self.memory.sales.values():
            self._claims.know(sale)
        self.tally.epoch = state.epoch
        # Whoever was away for long may have been found dead; saying so once too often is no harm.
        self.hall.call_roll()

    # --- time ----------------------------------------------------------------------------

    def tick(self) -> None:
        """Say everything that happened, then let in who waits."""
        self.hall.forget_overdue()
        self.conductor.tick()
        self.hall.let_in()

    async def _board_forever(self) -> None:
        pause = self._limits.board_s
        while True:
            await asyncio.sleep(pause)
            if not self.conductor.holds or not self.conductor.has_staff:
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
            self.conductor.set_board(board)

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(_logged(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


async def _logged(work: Coroutine[Any, Any, None]) -> None:
    try:
        await work
    except Exception:
        _log.exception("stage_task_failed")
