"""The room itself as a server of the fan-out bench: uvicorn, the protocol class, a stage."""

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator

import django
import uvicorn
from starlette.applications import Starlette

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kaibo.site.settings")
django.setup()

from kaibo.room import wire  # noqa: E402 - after django.setup()
from kaibo.room.protocol import RoomProtocol  # noqa: E402
from kaibo.room.rules import Limits  # noqa: E402
from kaibo.room.service import RoomService  # noqa: E402

# What a tick with one notice weighs beside its text.
_TICK_BYTES = 90


class RoomCrowd:
    """A live room whose notice changes at every tick; nothing of the room is left out."""

    def __init__(self, *, org_id: int, show_id: int, tick_s: float) -> None:
        self._org_id, self._show_id, self._tick_s = org_id, show_id, tick_s
        self._room = RoomService(Limits(tick_s=tick_s))
        app = Starlette(routes=self._room.routes(), lifespan=self._lifespan)
        config = uvicorn.Config(app, port=0, ws=RoomProtocol, log_level="warning", lifespan="on")
        self._server = uvicorn.Server(config)
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> int:
        """Serve on a free port, as ``kaibo serve`` does."""
        self._task = asyncio.ensure_future(self._server.serve())
        while not self._server.started:
            if self._task.done():
                raise RuntimeError("the room's server did not start")
            await asyncio.sleep(0.02)
        return int(self._server.servers[0].sockets[0].getsockname()[1])

    async def send(self, *, frames: int, pause_s: float, size: int) -> int:
        """Post a notice a tick; the stage's own clock sends the frames."""
        stage = await self._room.stage(self._org_id, self._show_id)
        group = stage.hall.viewers
        before = group.delivered
        for number in range(frames):
            text = f"{number:06}".ljust(size - _TICK_BYTES, "x")
            stage.post(wire.NoticeEvent(text=text))
            await asyncio.sleep(pause_s)
        # The last notice still waits for its tick.
        await asyncio.sleep(2 * self._tick_s)
        return group.delivered - before

    async def stop(self) -> None:
        """Stop as on SIGTERM."""
        self._server.should_exit = True
        if self._task is not None:
            await self._task

    @contextlib.asynccontextmanager
    async def _lifespan(self, app: Starlette) -> AsyncIterator[None]:
        await self._room.start()
        yield
        await self._room.stop()
