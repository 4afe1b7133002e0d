"""The room itself as a server under measurement: uvicorn, the protocol class, the stages.

``python -m kaibo.site.bench.room_server JSON``; ``Told`` says what the JSON may hold. Each line of
input becomes the notice of every room; the line ``?`` asks what letting people in has cost.
"""

import asyncio
import contextlib
import math
import os
import sys
import time
from collections.abc import AsyncIterator
from typing import Any

import django
import msgspec
import uvicorn
import uvloop
from starlette.applications import Starlette

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kaibo.site.settings")
django.setup()

from kaibo.room import service, wire  # noqa: E402 - after django.setup()
from kaibo.room.actions import chat  # noqa: E402
from kaibo.room.hall import Hall  # noqa: E402
from kaibo.room.protocol import RoomProtocol  # noqa: E402
from kaibo.room.redis_bus import RedisBus  # noqa: E402
from kaibo.room.rules import Limits  # noqa: E402
from kaibo.room.service import RoomService  # noqa: E402
from kaibo.room.stage import Stage  # noqa: E402


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """What the bench wants of the room.

    ``limits``: changes to ``Limits``. ``by_hand``: a notice makes its tick at once, beside the
    room's own clock, so that the bench sets the pace. ``moderated``: whether chat is judged.
    ``redis``: address of the bus to the other gateways; none when empty. ``timed``: whether what
    letting people in costs is watched; asking the thread's clock costs a small room a tenth of
    its tick.
    """

    org_id: int
    show_ids: list[int]
    limits: dict[str, Any] = {}
    by_hand: bool = False
    moderated: bool = True
    redis: str = ""
    timed: bool = False


class LetIn:
    """Watches what letting people in costs: CPU seconds of the loop's thread, and how many."""

    def __init__(self) -> None:
        self.cpu_s = 0.0
        self.people = 0

    def watch(self, hall: Hall) -> None:
        """Put a clock around ``let_in``."""
        let_in = hall.let_in

        def timed() -> None:
            present, began = len(hall.viewers), time.thread_time()
            let_in()
            if len(hall.viewers) != present:
                self.cpu_s += time.thread_time() - began
                self.people += len(hall.viewers) - present

        hall.let_in = timed  # type: ignore[method-assign]


async def serve(told: Told) -> None:
    """Serve on a free port, as ``kaibo serve`` does, until the input ends."""
    bus = RedisBus(told.redis) if told.redis else None
    room = RoomService(Limits(**told.limits), bus=bus)

    @contextlib.asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        await room.start()
        yield
        await room.stop()

    app = Starlette(routes=room.routes(), lifespan=lifespan)
    config = uvicorn.Config(app, port=0, ws=RoomProtocol, log_level="warning", lifespan="on")
    server = uvicorn.Server(config)
    serving = asyncio.ensure_future(server.serve())
    while not server.started:
        if serving.done():
            raise RuntimeError("the room's server did not start")
        await asyncio.sleep(0.02)
    let_in, stages = LetIn(), []
    for show_id in told.show_ids:
        stages.append(await room.stage(told.org_id, show_id))
        if told.timed:
            let_in.watch(stages[-1].hall)
    _say({"port": server.servers[0].sockets[0].getsockname()[1]})
    await _obey(stages, let_in, by_hand=told.by_hand)
    server.should_exit = True
    await serving


async def _obey(stages: list[Stage], let_in: LetIn, *, by_hand: bool) -> None:
    lines = asyncio.StreamReader()
    pipe = asyncio.StreamReaderProtocol(lines)
    await asyncio.get_running_loop().connect_read_pipe(lambda: pipe, sys.stdin)
    while line := await lines.readline():
        text = line.decode().rstrip("\n")
        if text == "?":
            _say({"let_in_cpu_s": let_in.cpu_s, "let_in": let_in.people})
            continue
        for stage in stages:
            stage.post(wire.NoticeEvent(text=text))
            if by_hand:
                stage.tick()


def _say(value: dict[str, Any]) -> None:
    sys.stdout.buffer.write(msgspec.json.encode(value) + b"\n")
    sys.stdout.buffer.flush()


def main() -> None:
    """Serve as the first argument says."""
    told = msgspec.json.decode(sys.argv[1], type=Told)
    if not told.moderated:
        # The bench's own: nothing in the product can turn the rulebook off.
        setattr(chat, "scan", lambda *_, **__: ())  # noqa: B010 - not exported from there
    # The bench holds its rooms by the hand: none is put away while the others have their turn.
    service.IDLE_S = math.inf
    uvloop.run(serve(told))


if __name__ == "__main__":
    main()
