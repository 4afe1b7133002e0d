"""Faults: PostgreSQL or Redis is killed in a storm; the server lives on and catches up."""

from __future__ import annotations

import asyncio
import functools
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from kaibo.room.tests.redis_server import RedisServer
from tests.faults.plan import replayable, seeds
from tests.faults.services import Cluster, postgresql_bin
from tests.faults.storm import assemble, until_well, weather
from tests.house import House

pytestmark = [
    pytest.mark.slow,
    pytest.mark.scale,
    pytest.mark.timeout(3600),
    pytest.mark.skipif(postgresql_bin() is None, reason="no PostgreSQL programs here"),
    pytest.mark.skipif(shutil.which("redis-server") is None, reason="no redis-server here"),
]


async def test_postgresql_killed_in_a_storm(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Cluster() as cluster:
        monkeypatch.setenv("DATABASE_URL", cluster.url)
        monkeypatch.delenv("REDIS_URL", raising=False)
        with House(tmp_path, empty=True) as house:
            cast = await asyncio.to_thread(assemble, house.url)

            async def start(*, after_s: float) -> None:
                await asyncio.sleep(after_s)
                await asyncio.to_thread(cluster.start)
                await until_well(house)

            for seed in seeds("postgresql"):
                with replayable("postgresql", seed) as chance:
                    end = chance.choice([cluster.kill, cluster.crash])
                    fall = functools.partial(asyncio.to_thread, end)
                    rise = functools.partial(start, after_s=chance.uniform(0.0, 2.0))
                    await weather(cast, chance, fault=fall, mend=rise)


async def test_redis_killed_or_frozen_in_a_storm(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = RedisServer(tmp_path)
    server.start()
    monkeypatch.setenv("REDIS_URL", server.url)
    try:
        with House(tmp_path) as house:
            cast = await asyncio.to_thread(assemble, house.url)
            ways: list[tuple[Callable[[], None], Callable[[], None]]] = [
                (server.kill, server.start),
                (server.freeze, server.thaw),
            ]
            for seed in seeds("redis"):
                with replayable("redis", seed) as chance:
                    end, back = chance.choice(ways)
                    fall = functools.partial(asyncio.to_thread, end)
                    rise = functools.partial(asyncio.to_thread, back)
                    await weather(cast, chance, fault=fall, mend=rise)
    finally:
        server.kill()
