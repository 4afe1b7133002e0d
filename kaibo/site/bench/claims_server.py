"""The server of the claims bench, a module to run: its arguments are ORG SHOW.

The product's room and worker in one process, on one core, as ``kaibo serve`` runs them, with
two routes beside the room's own that exist only here. Both seat many buyers on one socket,
because no machine opens 200,000 sockets to itself: each buyer has a session of the product's
own, and the end of a claim's key says whose it is. On ``/claims`` they sit in the room; on
``/echo`` they sit where every claim is answered at once, so that protocol, session, decoding and
encoding are the same and all that is between is left out.

Commands come one JSON a line on standard input, answers go one JSON a line to standard output;
the process ends with its input.
"""

import asyncio
import contextlib
import datetime as dt
import gc
import json
import os
import resource
import sys
import time
from collections.abc import AsyncIterator
from typing import Any

import django
import uvicorn
import uvloop
from starlette.applications import Starlette
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kaibo.site.settings")
django.setup()

from kaibo.journal import edge  # noqa: E402 - after django.setup()
from kaibo.journal.models import Cursor  # noqa: E402
from kaibo.journal.reads import last_position  # noqa: E402
from kaibo.room import asked, wire  # noqa: E402
from kaibo.room.protocol import RoomProtocol, protocol_of  # noqa: E402
from kaibo.room.service import RoomService  # noqa: E402
from kaibo.room.session import Room, Session  # noqa: E402
from kaibo.room.stage import Stage  # noqa: E402
from kaibo.site.bench.claims_tries import durability  # noqa: E402
from kaibo.site.worker import FOLLOWERS, Worker  # noqa: E402

MESSAGE = "抢到了，请尽快付款"
PAY_BEFORE = dt.datetime(2030, 1, 1, 12, 30, 15, 123456, tzinfo=dt.UTC)


class _Buyer(Session):
    """A seated viewer who shares a socket with others."""

    def __init__(self, protocol: RoomProtocol, room: RoomService, *, number: int) -> None:
        super().__init__(protocol, room, lang="zh", address="")
        self._clock.cancel()
        self.viewer_id = number


class _Line:
    """One socket of many buyers: every frame goes to the session of its buyer."""

    def __init__(self, buyers: dict[int, _Buyer]) -> None:
        self._buyers = buyers

    def on_message(self, data: bytes, *, is_text: bool) -> None:
        """The frame ends with the key: ``…000000000017"}`` is buyer 0x17."""
        self._buyers[int(data[-14:-2], 16)].on_message(data, is_text=is_text)

    def on_lost(self, code: int | None) -> None:
        """The bench is over."""


class _EchoRoom:
    """The lower limit: a room that says "won" at once, to whatever claim it gets."""

    def receive(self, session: Session, message: asked.ClientMessage) -> None:
        """The session has decoded; it encodes the answer that a winner gets."""
        assert isinstance(message, asked.Claim)
        result = wire.ClaimResult(
            sale_id=message.sale_id,
            key=message.key,
            claim_id=1,
            pay_before=PAY_BEFORE,
            units_left=1,
        )
        session.tell(
            wire.Answer(ref=message.ref, ok=True, code="won", message=MESSAGE, data=result)
        )

    def leave(self, session: Session, *, lost: bool) -> None:
        """Nothing is kept of anybody."""


class Server:
    """Room, worker and the two routes of the bench."""

    def __init__(self, *, org_id: int, show_id: int) -> None:
        self._org_id, self._show_id = org_id, show_id
        self._room = RoomService(listen=edge.listen)
        self._worker = Worker()
        routes = [
            *self._room.routes(),
            WebSocketRoute("/claims", self._claims),
            WebSocketRoute("/echo", self._echo),
        ]
        app = Starlette(routes=routes, lifespan=self._lifespan)
        config = uvicorn.Config(
            app,
            port=0,
            ws=RoomProtocol,
            log_level="warning",
            lifespan="on",
            # Between rounds nobody reads the buyers' sockets, nor answers a ping.
            ws_ping_interval=None,
        )
        self._server = uvicorn.Server(config)
        self._task: asyncio.Task[None] | None = None
        self._stage: Stage | None = None

    async def start(self) -> int:
        """Serve on a free port."""
        self._task = asyncio.ensure_future(self._server.serve())
        while not self._server.started:
            if self._task.done():
                raise RuntimeError("the server of the bench did not start")
            await asyncio.sleep(0.02)
        self._stage = await self._room.stage(self._org_id, self._show_id)
        return int(self._server.servers[0].sockets[0].getsockname()[1])

    async def stop(self) -> None:
        """Stop as on SIGTERM."""
        gc.unfreeze()
        self._server.should_exit = True
        if self._task is not None:
            await self._task

    async def do(self, command: dict[str, Any]) -> dict[str, Any]:
        """One command of the bench."""
        assert self._stage is not None
        match command:
            case {"do": "sale", "id": sale_id}:
                sale = self._stage.memory.sales.get(sale_id)
                return {"state": sale.state if sale else None}
            case {"do": "settle"}:
                while self._stage.tally.waiting or await self._room.bridge.call(_is_behind):
                    await asyncio.sleep(0.02)
                return {"cpu_s": time.process_time()}
            case {"do": "seated"}:
                # The buyers' sessions are the bench's furniture: not walked by the collector.
                gc.collect()
                gc.freeze()
                return {}
            case {"do": "durability"}:
                return {"durability": await self._room.bridge.call(durability)}
            case _:
                raise ValueError(command)

    async def _claims(self, websocket: WebSocket) -> None:
        assert self._stage is not None
        await self._seat(websocket, self._stage)

    async def _echo(self, websocket: WebSocket) -> None:
        await self._seat(websocket, _EchoRoom())

    async def _seat(self, websocket: WebSocket, room: Room) -> None:
        """``?first=3&step=1000&last=200000``: this socket's buyers are 3, 1003, 2003, …"""
        protocol = protocol_of(websocket)
        await websocket.accept()
        asked = {name: int(value) for name, value in websocket.query_params.items()}
        buyers: dict[int, _Buyer] = {}
        for number in range(asked["first"], asked["last"] + 1, asked["step"]):
            buyers[number] = _Buyer(protocol, self._room, number=number)
            buyers[number].seated(room)
        protocol.take(_Line(buyers))

    @contextlib.asynccontextmanager
    async def _lifespan(self, app: Starlette) -> AsyncIterator[None]:
        await self._room.start()
        with self._worker:
            yield
        await self._room.stop()


def _is_behind() -> bool:
    """Whether a follower has facts to read yet."""
    newest = last_position()
    stands = Cursor.objects.filter(name__in=FOLLOWERS).values_list("xid", "entry_id")
    return any(stand < (newest.xid, newest.id) for stand in stands)


async def _obey(server: Server) -> None:
    loop = asyncio.get_running_loop()
    commands = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(commands), sys.stdin)
    _say({"port": await server.start()})
    while line := await commands.readline():
        _say(await server.do(json.loads(line)))
    await server.stop()


def _say(value: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(value) + "\n")
    sys.stdout.flush()


def main() -> None:
    """Run until the input ends; on one core, the load takes another."""
    org_id, show_id = (int(argument) for argument in sys.argv[1:])
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    uvloop.run(_obey(Server(org_id=org_id, show_id=show_id)))


if __name__ == "__main__":
    main()
