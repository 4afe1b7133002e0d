"""Faults: PostgreSQL or Redis is killed in a storm; the server lives on and catches up."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path

import pytest

from tests.faults.plan import replayable, seeds
from tests.faults.services import Cluster, RedisServer, postgresql_bin
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
        with House(tmp_path) as house:
            cast = await asyncio.to_thread(assemble, house.url)

            async def start() -> None:
                await asyncio.to_thread(cluster.start)
                await until_well(house)

            for seed in seeds("postgresql"):
                with replayable("postgresql", seed) as chance:
                    end = chance.choice([cluster.kill, cluster.crash])
                    back_after_s = chance.uniform(0.0, 2.0)

                    async def fall() -> None:
                        await asyncio.to_thread(end)  # noqa: B023 - runs within this turn

                    async def rise() -> None:
                        await asyncio.sleep(back_after_s)  # noqa: B023 - as above
                        await start()

                    await weather(cast, chance, fault=fall, mend=rise)


async def test_redis_killed_in_a_storm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with RedisServer() as server:
        monkeypatch.setenv("REDIS_URL", server.url)
        with House(tmp_path) as house:
            cast = await asyncio.to_thread(assemble, house.url)

            async def fall() -> None:
                await asyncio.to_thread(server.kill)

            async def rise() -> None:
                await asyncio.to_thread(server.start)

            for seed in seeds("redis"):
                with replayable("redis", seed) as chance:
                    await weather(cast, chance, fault=fall, mend=rise)
