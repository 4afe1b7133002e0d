"""A media service on a free port with a house that remembers, and a player."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path

import httpx2
from starlette.applications import Starlette

from kaibo.base.errors import Refusal
from kaibo.media.engine import EngineLimits
from kaibo.media.errors import StreamKeyWithdrawn, StreamKeyWrong
from kaibo.media.ports import PublishGrant, StreamBegan, StreamOver
from kaibo.media.reception import RtmpLimits
from kaibo.media.service import MediaService
from kaibo.media.tests.encoder import Encoder

ROOM, SECRET, OTHER_SECRET = "room7", "s3cret-one", "s3cret-two"
QUICK = RtmpLimits(greet_s=0.4, idle_s=0.4, linger_s=0.2, connections_per_address_max=6)


@dataclass
class House:
    """Two keys for one room, as no real house has them, so that their quarrel can be seen."""

    keys: dict[str, int] = field(default_factory=lambda: {SECRET: 1, OTHER_SECRET: 2})
    withdrawn: set[str] = field(default_factory=set)
    news: list[StreamBegan | StreamOver] = field(default_factory=list)

    def authorise(self, code: str, secret: str) -> PublishGrant:
        if code != ROOM or secret not in self.keys:
            raise StreamKeyWrong
        if secret in self.withdrawn:
            raise StreamKeyWithdrawn
        return PublishGrant(1, 77, code, self.keys[secret])

    @property
    def reasons(self) -> list[str]:
        return [item.reason if isinstance(item, StreamOver) else "began" for item in self.news]


@dataclass
class Stage:
    service: MediaService
    house: House
    player: httpx2.AsyncClient
    root: Path

    async def encoder(self, secret: str = SECRET, *, chunk_bytes: int = 4096) -> Encoder:
        """A connected encoder that has been let in."""
        encoder = Encoder(self.service.rtmp_port, chunk_bytes=chunk_bytes)
        await encoder.connect()
        status = await encoder.publish(f"{ROOM}?key={secret}")
        assert status["code"] == "NetStream.Publish.Start", status
        return encoder

    async def playlist(self, query: str = "") -> str:
        answer = await self.player.get(f"/live/{ROOM}/index.m3u8{query}")
        assert answer.status_code == 200, answer.text
        return answer.text

    async def state(self) -> str:
        answer = await self.player.get(f"/live/{ROOM}/state.json")
        state: str = answer.json()["state"]
        return state


@contextlib.asynccontextmanager
async def stage(
    root: Path,
    *,
    limits: EngineLimits | None = None,
    rtmp_limits: RtmpLimits | None = None,
    house: House | None = None,
) -> AsyncIterator[Stage]:
    house = house or House()
    service = MediaService(
        house.authorise,
        house.news.append,
        house.news.append,
        root,
        "127.0.0.1",
        0,
        limits=limits,
        rtmp_limits=rtmp_limits,
    )
    await service.start()
    transport = httpx2.ASGITransport(app=Starlette(routes=service.routes()))
    try:
        async with httpx2.AsyncClient(transport=transport, base_url="http://kaibo") as player:
            yield Stage(service, house, player, root)
    finally:
        await service.stop()


async def until(ready: Callable[[], bool], *, timeout_s: float = 5.0) -> None:
    """Wait for something that happens on another thread or socket."""
    async with asyncio.timeout(timeout_s):
        while not ready():
            await asyncio.sleep(0.01)


def is_refused_with(status: dict[str, object], refusal: type[Refusal]) -> bool:
    return (status["level"], status["code"]) == ("error", "NetStream.Publish.BadName") and str(
        status["description"]
    ).startswith(refusal.code)
