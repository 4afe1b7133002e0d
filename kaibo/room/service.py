"""All rooms of this process: lets people in, wakes rooms, puts idle ones away."""

import asyncio
import contextlib
import functools
import gc
import time
from collections.abc import Callable

import structlog
from django.utils import timezone
from starlette.routing import BaseRoute, WebSocketRoute
from starlette.websockets import WebSocket

from kaibo.access.errors import SignInNeeded, TokenInvalid
from kaibo.base.errors import NotFound
from kaibo.base.networks import network_of
from kaibo.compliance.reads import scan
from kaibo.journal.reads import Entry, Position, last_position
from kaibo.planning.reads import show
from kaibo.room import asked, http, reads, wire
from kaibo.room.addresses import Arrivals
from kaibo.room.backstage import ShowBackstage
from kaibo.room.bridge import Bridge, BridgeFull
from kaibo.room.bus import Bus, BusAway, LocalBus
from kaibo.room.clock import Clock
from kaibo.room.feed import NOTHING, Told, events_for
from kaibo.room.memory import Memory
from kaibo.room.rules import Limits
from kaibo.room.session import Session
from kaibo.room.socket import welcome
from kaibo.room.stage import Stage
from kaibo.room.tail import Tail
from kaibo.room.tickets import TicketDesk
from kaibo.room.tray import TrayFull

# A room without anybody is put away after this long; it is rebuilt when somebody comes.
IDLE_S = 60.0
SWEEP_S = 5.0
# When the collector looks for cycles: objects come by the thousand with every hundred people and
# stay. As Python counts by default, it walks all of them again and again while a crowd joins.
GC_THRESHOLDS = (50_000, 20, 50)

Listen = Callable[[Callable[[int | None], None]], Callable[[], None]]

_log = structlog.get_logger(__name__)


class RoomService:
    """The room side of a server process.

    Args:
        limits: every number that bounds a room.
        listen: registers a callback for "the journal has grown" and returns the way to stop;
            without it the journal is looked at once a second.
        bus: the way to the other gateways; without it this is the only one.
    """

    def __init__(
        self,
        limits: Limits | None = None,
        *,
        listen: Listen | None = None,
        bus: Bus | None = None,
    ) -> None:
        self.limits = limits or Limits()
        self.bridge = Bridge()
        self._clock = Clock(tick_s=self.limits.tick_s)
        self._tickets = TicketDesk(bridge=self.bridge, limits=self.limits)
        self.bus = bus or LocalBus()
        self._listen = listen
        self._deaf: Callable[[], None] | None = None
        self._sessions: set[Session] = set()
        self._arrivals = Arrivals(self.limits)
        self._stages: dict[int, asyncio.Future[Stage]] = {}
        self._tasks: list[asyncio.Task[None]] = []

    def routes(self) -> list[BaseRoute]:
        """The routes of the room's two doors, for the outer application."""
        return [WebSocketRoute("/ws", self._socket), *http.routes(self)]

    async def start(self) -> None:
        """Begin to follow the journal; rooms are opened by those who come."""
        # The rulebook takes a moment to build; the first message should not wait for it. A machine
        # that takes long over it opens all the same, and builds on.
        with contextlib.suppress(TimeoutError):
            await self.bridge.call(scan, "开播", surface="chat")
        self._tail = Tail(bridge=self.bridge, on_entry=self._on_entry)
        await self._tail.begin()
        if self._listen is not None:
            self._deaf = self._listen(self._tail.wake)
        await self.bus.start()
        gc.set_threshold(*GC_THRESHOLDS)
        loop = asyncio.get_running_loop()
        works = (self._tail.run(), self._tickets.run(), self._clock.run(), self._sweep())
        self._tasks = [loop.create_task(work) for work in works]

    async def stop(self) -> None:
        """Close every socket with 1012 and bring everything to the lake."""
        if self._deaf is not None:
            self._deaf()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for stage in self._open_stages():
            await stage.stop(code=wire.CLOSE_RESTARTING, reason="restarting")
        self._stages.clear()
        await self.bus.stop()
        await asyncio.get_running_loop().run_in_executor(None, self.bridge.close)

    # --- coming in -----------------------------------------------------------------------

    async def _socket(self, websocket: WebSocket) -> None:
        address = network_of(websocket.client.host if websocket.client else None)
        is_full = len(self._sessions) >= self.limits.connections_max
        if is_full or not self._arrivals.arrive(address):
            await websocket.accept()
            await websocket.close(wire.CLOSE_TOO_MANY, "server is full" if is_full else "too many")
            return
        session = None
        try:
            session = await welcome(websocket, self, address=address)
        finally:
            # It may have ended before it was known here.
            if session is None or session.is_over:
                self._arrivals.leave(address)
            else:
                self._sessions.add(session)

    def gone(self, session: Session) -> None:
        """Forget a session that ended."""
        if session in self._sessions:
            self._sessions.remove(session)
            self._arrivals.leave(session.address)

    async def admit(self, session: Session, join: asked.Join) -> None:
        """Seat a session in its room, or end it with the right code."""
        try:
            who = await self._tickets.identify(join.token)
            stage = await self.stage(who.org_id, who.show_id)
            while stage.is_stopped:
                # It was put away while this session was on its way.
                stage = await self.stage(who.org_id, who.show_id)
        except (TokenInvalid, SignInNeeded):
            session.end(wire.CLOSE_BAD_TOKEN, "bad token")
            return
        except NotFound:
            session.end(wire.CLOSE_NO_SUCH_ROOM, "no such room")
            return
        except (BridgeFull, TrayFull):
            session.end(wire.CLOSE_TOO_MANY, "busy")
            return
        except BusAway:
            session.end(wire.CLOSE_RESTARTING, "other nodes are away")
            return
        if stage.memory.state == "ended" and who.actor is None:
            session.end(wire.CLOSE_ENDED, "show ended")
            return
        if who.actor is None and stage.is_full_to(who.viewer_id, resume=join.resume):
            session.end(wire.CLOSE_LIMITED, "room is limited")
            return
        session.viewer_id, session.nickname, session.actor = who.viewer_id, who.nickname, who.actor
        session.resume = join.resume
        stage.hall.wait(session)

    async def stage(self, org_id: int, show_id: int) -> Stage:
        """The room of a show, built once however many ask.

        Raises:
            NotFound: no such show in this organisation.
            BusAway: other gateways may have the room and cannot be asked.
        """
        pending = self._stages.get(show_id)
        if pending is None:
            pending = asyncio.ensure_future(self._build(org_id, show_id))
            self._stages[show_id] = pending
        try:
            stage = await asyncio.shield(pending)
        except Exception:
            if self._stages.get(show_id) is pending:
                del self._stages[show_id]
            raise
        if stage.memory.org_id != org_id:
            # Built for its own people; a stranger's ticket gets the answer of an unknown show.
            raise NotFound(what="直播 show")
        return stage

    async def _build(self, org_id: int, show_id: int) -> Stage:
        place, memory, allow = await self.bridge.call(_load, org_id, show_id, self.limits)
        stage = Stage(
            memory,
            backstage=ShowBackstage(org_id=org_id, show_id=show_id, allow=allow),
            bridge=self.bridge,
            bus=self.bus,
            clock=self._clock,
            limits=self.limits,
        )
        await stage.open(place=place)
        stage.start()
        return stage

    # --- what happens --------------------------------------------------------------------

    def _on_entry(self, entry: Entry) -> None:
        pending = self._stages.get(entry.show_id) if entry.show_id is not None else None
        if pending is None:
            return
        news = events_for(entry.fact, at=entry.at)
        if news is NOTHING:
            return
        # A room that is being built may have read its tables before this fact: it hears it too.
        told = Told(entry.position, news)
        pending.add_done_callback(functools.partial(_pass_on, told=told))

    async def _sweep(self) -> None:
        while True:
            await asyncio.sleep(SWEEP_S)
            for show_id, pending in list(self._stages.items()):
                if not pending.done() or pending.cancelled() or pending.exception():
                    continue
                stage = pending.result()
                if stage.is_idle and time.monotonic() - stage.hall.idle_since > IDLE_S:
                    del self._stages[show_id]
                    await stage.stop(code=wire.CLOSE_RESTARTING, reason="idle")

    def _open_stages(self) -> list[Stage]:
        done = [pending for pending in self._stages.values() if pending.done()]
        return [p.result() for p in done if not p.cancelled() and p.exception() is None]


def _load(org_id: int, show_id: int, limits: Limits) -> tuple[Position, Memory, tuple[str, ...]]:
    """The room from its tables, up to which place of the journal, and the shop's own contacts."""
    # Asked first: what stands in the journal by now stands in the tables too. What the tail has
    # not brought yet is not told once more, after a snapshot that has it.
    place = last_position()
    memory = reads.memory(org_id, show_id, limits=limits, now=timezone.now())
    contact = show(org_id, show_id).seller_contact
    return place, memory, (contact,) if contact else ()


def _pass_on(pending: "asyncio.Future[Stage]", *, told: Told) -> None:
    if not pending.cancelled() and pending.exception() is None:
        pending.result().happened(told)
