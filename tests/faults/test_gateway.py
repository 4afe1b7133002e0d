"""Faults: one gateway of three is killed in a storm; its viewers resume at another."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import shutil
from pathlib import Path

import pytest

from kaibo.room.tests.redis_server import RedisServer
from tests.faults.plan import replayable, seeds
from tests.faults.services import Gateway
from tests.faults.storm import assemble, weather
from tests.house import House

pytestmark = [
    pytest.mark.slow,
    pytest.mark.scale,
    pytest.mark.timeout(3600),
    pytest.mark.skipif(shutil.which("redis-server") is None, reason="no redis-server here"),
]


async def test_one_gateway_of_three_killed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with contextlib.ExitStack() as stack:
        server = RedisServer(tmp_path)
        server.start()
        stack.callback(server.kill)
        monkeypatch.setenv("REDIS_URL", server.url)
        house = stack.enter_context(House(tmp_path))
        gateways = [stack.enter_context(Gateway(house.environment)) for _ in range(3)]
        cast = await asyncio.to_thread(assemble, house.url, [one.url for one in gateways])
        for seed in seeds("gateway"):
            with replayable("gateway", seed) as chance:
                victim = chance.choice(gateways)

                fall = functools.partial(asyncio.to_thread, victim.kill)
                rise = functools.partial(asyncio.to_thread, victim.start)
                await weather(cast, chance, fault=fall, mend=rise)
