"""The bus over Redis (or Valkey): one stream of ticks and one of mail a room, and a lease.

Keys, under a prefix (``kaibo`` unless told otherwise):

| key | type | holds |
|---|---|---|
| ``room:{show}:spoken`` | stream | the newest ticks |
| ``room:{show}:mail`` | stream | what gateways told the conductor |
| ``room:{show}:state:{node}`` | string | the room written down for a newcomer |
| ``room:{show}:lease`` | string | the node that conducts |
| ``node:{node}`` | stream | wakes the gateway's own reader |
| ``since`` | string | when this Redis was first met, by its own clock |

Nothing here is a truth: all of it may be lost at any moment. All but ``since`` expires by itself.
"""

import asyncio
import contextlib
import uuid
from collections import deque
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any

import msgspec
import structlog
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from kaibo.room.bus import BusAway, Listener
from kaibo.room.spoken import Mail, Spoken, State, encode, read_mail, read_spoken, read_state

_log = structlog.get_logger(__name__)

SPOKEN_KEPT = 600
MAIL_KEPT = 5_000
# Longer than the quietest room is silent.
STREAM_MS = 30_000
STATE_MS = 2_000
MAIL_WAITING_MAX = 2_000
READ_AT_ONCE = 200
WRITE_AT_ONCE = 200
BLOCK_MS = 1_000
# A Redis that does not answer for so long is away: sooner than a gateway is found dead.
ANSWER_S = 2.0
TRY_AGAIN_S = 0.25

_FAULTS = (RedisError, OSError, TimeoutError)
_Command = tuple[str | bytes | int, ...]


@dataclass(slots=True)
class _Room:
    listener: Listener
    spoken: str = "0-0"
    # Where to read the mail on; None: not read.
    mail: str | None = None
    holds: bool = False


@dataclass(slots=True)
class _Order:
    """Commands that go together. ``keeps``: they wait while Redis is away."""

    commands: list[_Command]
    keeps: bool = False


@dataclass(slots=True)
class _Queue:
    orders: deque[_Order] = field(default_factory=deque)
    filled: asyncio.Event = field(default_factory=asyncio.Event)

    def put(self, order: _Order) -> None:
        self.orders.append(order)
        self.filled.set()


class RedisBus:
    """A gateway's way to the others, on a few connections however many rooms there are.

    Args:
        lease_s: a conductor that does not renew for so long is followed by another. The lease
            keeps two from speaking in vain; that they are never both heard is the ticks' own
            doing.
        settle_s: nobody founds a room sooner after meeting an empty Redis, so that gateways
            which have it come first.
    """

    def __init__(
        self, url: str, *, prefix: str = "kaibo", lease_s: float = 3.0, settle_s: float = 3.0
    ) -> None:
        self.node = uuid.uuid4().hex[:12]
        self.is_up = False
        self._prefix, self._lease_ms = prefix, round(lease_s * 1000)
        self._settle_s = settle_s
        self._redis: Redis = Redis.from_url(
            url,
            socket_timeout=ANSWER_S,
            socket_connect_timeout=ANSWER_S,
            retry=Retry(NoBackoff(), 0),
        )
        self._rooms: dict[int, _Room] = {}
        self._queue = _Queue()
        self._tasks: set[asyncio.Task[None]] = set()
        self._woken = "0-0"
        # How often Redis was found again.
        self._life = 0
        # Cancelling alone does not end a loop: the library sends with asyncio.wait_for, which
        # before Python 3.12 may swallow a cancellation (python/cpython#86296).
        self._is_over = False

    # --- living --------------------------------------------------------------------------

    async def start(self) -> None:
        """Begin; returns also when Redis cannot be reached yet."""
        with contextlib.suppress(*_FAULTS):
            await self._meet()
            self.is_up = True
        for work in (self._read_forever(), self._write_forever(), self._lease_forever()):
            self._spawn(work)

    async def stop(self) -> None:
        """Send what waits, then end."""
        self._is_over = True
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        with contextlib.suppress(*_FAULTS):
            while self.is_up and self._queue.orders:
                await self._write(list(self._queue.orders))
                self._queue.orders.clear()
        await self._redis.aclose()

    async def _meet(self) -> None:
        seconds, micros = await self._redis.time()
        await self._redis.set(self._key("since"), f"{seconds + micros / 1e6:.6f}", nx=True)

    def _lost(self, error: Exception, *, life: int) -> None:
        # What failed on a connection of before says nothing of the one of now.
        if self.is_up and life == self._life:
            self.is_up = False
            _log.warning("redis_lost", error=repr(error))
            self._tell(lambda listener: listener.on_link(up=False))

    def _found_again(self) -> None:
        _log.warning("redis_found_again")
        self._life += 1
        self._woken = "0-0"
        for room in self._rooms.values():
            # It may have come back empty, with a clock of its own: everything is read anew.
            room.spoken = "0-0"
            room.mail = None if room.mail is None else "0-0"
        self._tell(lambda listener: listener.on_link(up=True))
        if any(room.holds for room in self._rooms.values()):
            # Who conducted knows best what was not said yet.
            self._spawn(self._lease_once())

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _tell(self, work: Callable[[Listener], None]) -> None:
        for show_id, room in list(self._rooms.items()):
            _guarded(show_id, work, room.listener)

    # --- finding and founding ------------------------------------------------------------

    async def found(self, show_id: int, *, force: bool = False) -> bool:
        """True: nobody has the room, it is this gateway's. Raises ``BusAway``."""
        try:
            if not force:
                await self._settle()
                if await self._redis.exists(self._room(show_id, "spoken")):
                    return False
            lease = self._room(show_id, "lease")
            if not await self._redis.set(lease, self.node, nx=True, px=self._lease_ms):
                return False
            if force:
                left = (self._room(show_id, what) for what in ("spoken", "mail"))
                await self._redis.delete(*left)
        except _FAULTS as error:
            raise BusAway from error
        return True

    async def _settle(self) -> None:
        await self._meet()
        since = float(await self._redis.get(self._key("since")) or 0)
        seconds, micros = await self._redis.time()
        left = since + self._settle_s - (seconds + micros / 1e6)
        await asyncio.sleep(min(max(left, 0.0), self._settle_s))

    async def state(self, show_id: int) -> State | None:
        """What the conductor wrote down for this gateway, once. Raises ``BusAway``."""
        try:
            data: Any = await self._redis.getdel(self._room(show_id, f"state:{self.node}"))
        except _FAULTS as error:
            raise BusAway from error
        try:
            return None if data is None else read_state(data)
        except msgspec.DecodeError as error:
            _log.warning("state_unreadable", show_id=show_id, error=str(error))
            return None

    def keep_state(self, show_id: int, node: str, state: State) -> None:
        """Write the room down for a gateway."""
        key = self._room(show_id, f"state:{node}")
        self._queue.put(_Order([("SET", key, encode(state), "PX", STATE_MS)]))

    # --- rooms ---------------------------------------------------------------------------

    def join(self, show_id: int, listener: Listener) -> None:
        """Hear a room from its oldest kept tick on, and stand by to conduct it."""
        self._rooms[show_id] = _Room(listener)
        self._wake()
        self._spawn(self._lease_once())

    def leave(self, show_id: int, *, is_last: bool) -> None:
        """Hear no more; give back the lease."""
        room = self._rooms.pop(show_id, None)
        if room is None or not room.holds:
            return
        whats = ("lease", "spoken", "mail") if is_last else ("lease",)
        self._queue.put(_Order([("DEL", *(self._room(show_id, what) for what in whats))]))

    def say(self, show_id: int, spoken: Spoken) -> None:
        """Speak a tick; while Redis is away it goes nowhere, and is said again."""
        key = self._room(show_id, "spoken")
        self._queue.put(_Order(_add(key, encode(spoken), kept=SPOKEN_KEPT)))

    def read_mail(self, show_id: int, *, after: str) -> None:
        """Hear the mail too."""
        self._rooms[show_id].mail = after or "0-0"
        self._wake()

    def send(self, show_id: int, mail: Mail) -> None:
        """Send mail; while Redis is away it waits, the newest the longest."""
        key = self._room(show_id, "mail")
        self._queue.put(_Order(_add(key, encode(mail), kept=MAIL_KEPT), keeps=True))

    def _wake(self) -> None:
        key = self._key(f"node:{self.node}")
        self._queue.put(_Order(_add(key, b"", kept=1)))

    # --- reading -------------------------------------------------------------------------

    async def _read_forever(self) -> None:
        while not self._is_over:
            life = self._life
            try:
                if not self.is_up:
                    await self._redis.connection_pool.disconnect(inuse_connections=False)
                    await self._meet()
                    self.is_up = True
                    self._found_again()
                found: Any = await self._redis.xread(
                    self._streams(), count=READ_AT_ONCE, block=BLOCK_MS
                )
            except _FAULTS as error:
                self._lost(error, life=life)
                await asyncio.sleep(TRY_AGAIN_S)
                continue
            for key, entries in found or ():
                self._take(key.decode(), entries)

    def _streams(self) -> dict[Any, Any]:
        streams: dict[Any, Any] = {self._key(f"node:{self.node}"): self._woken}
        for show_id, room in self._rooms.items():
            streams[self._room(show_id, "spoken")] = room.spoken
            if room.mail is not None:
                streams[self._room(show_id, "mail")] = room.mail
        return streams

    def _take(self, key: str, entries: list[tuple[bytes, dict[bytes, bytes]]]) -> None:
        what = key.rsplit(":", 1)[1]
        if what not in ("spoken", "mail"):
            self._woken = entries[-1][0].decode()
            return
        show_id = int(key.split(":")[-2])
        for number, fields in entries:
            room = self._rooms.get(show_id)
            if room is None:
                return
            place = number.decode()
            if what == "spoken":
                room.spoken = place
            elif room.mail is not None:
                room.mail = place
            _guarded(show_id, self._hand_over, room.listener, what, place, fields.get(b"m", b""))

    def _hand_over(self, listener: Listener, what: str, place: str, data: bytes) -> None:
        if what == "spoken":
            listener.on_spoken(read_spoken(data))
        else:
            listener.on_mail(read_mail(data), place)

    # --- writing -------------------------------------------------------------------------

    async def _write_forever(self) -> None:
        queue = self._queue
        while not self._is_over:
            while not queue.orders:
                queue.filled.clear()
                await queue.filled.wait()
            if not self.is_up:
                self._thin()
                await asyncio.sleep(TRY_AGAIN_S)
                continue
            orders = [queue.orders[i] for i in range(min(len(queue.orders), WRITE_AT_ONCE))]
            life = self._life
            try:
                await self._write(orders)
            except _FAULTS as error:
                # Perhaps some arrived: everything may come twice.
                self._lost(error, life=life)
                continue
            for _ in orders:
                queue.orders.popleft()

    async def _write(self, orders: list[_Order]) -> None:
        async with self._redis.pipeline(transaction=False) as pipe:
            for order in orders:
                for command in order.commands:
                    pipe.execute_command(*command)
            for answer in await pipe.execute(raise_on_error=False):
                if isinstance(answer, Exception):
                    raise answer

    def _thin(self) -> None:
        kept = [order for order in self._queue.orders if order.keeps]
        self._queue.orders = deque(kept[-MAIL_WAITING_MAX:])

    # --- the lease -----------------------------------------------------------------------

    async def _lease_forever(self) -> None:
        while not self._is_over:
            await asyncio.sleep(self._lease_ms / 3000)
            await self._lease_once()

    async def _lease_once(self) -> None:
        show_ids, life = list(self._rooms), self._life
        if not self.is_up or not show_ids:
            return
        leases = [self._room(show_id, "lease") for show_id in show_ids]
        try:
            async with self._redis.pipeline(transaction=False) as pipe:
                for lease in leases:
                    pipe.set(lease, self.node, nx=True, px=self._lease_ms)
                    pipe.get(lease)
                answers = await pipe.execute()
            holders = answers[1::2]
            mine = [key for key, holder in zip(leases, holders, strict=True) if self._is_me(holder)]
            if mine:
                async with self._redis.pipeline(transaction=False) as pipe:
                    for lease in mine:
                        pipe.pexpire(lease, self._lease_ms)
                    await pipe.execute()
        except _FAULTS as error:
            self._lost(error, life=life)
            return
        for show_id, holder in zip(show_ids, holders, strict=True):
            room = self._rooms.get(show_id)
            if room is not None:
                self._pass_baton(show_id, room, held=self._is_me(holder))

    def _pass_baton(self, show_id: int, room: _Room, *, held: bool) -> None:
        if room.holds != held:
            room.holds = held
            room.mail = None
            _log.info("baton", show_id=show_id, node=self.node, held=held)
            _guarded(show_id, lambda: room.listener.on_baton(held=held))

    def _is_me(self, holder: bytes | None) -> bool:
        return holder == self.node.encode()

    def _room(self, show_id: int, what: str) -> str:
        return self._key(f"room:{show_id}:{what}")

    def _key(self, name: str) -> str:
        return f"{self._prefix}:{name}"


def _add(key: str, data: bytes, *, kept: int) -> list[_Command]:
    return [
        ("XADD", key, "MAXLEN", "~", kept, "*", "m", data),
        ("PEXPIRE", key, STREAM_MS),
    ]


def _guarded(show_id: int, work: Callable[..., None], *args: object) -> None:
    """One room's trouble, or one unreadable entry, is no other room's."""
    try:
        work(*args)
    except Exception:
        _log.exception("bus_listener_failed", show_id=show_id)
