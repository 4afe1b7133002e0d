"""Faults: the server is killed at a random instant of a sale and a chat storm.

On SQLite without services, on PostgreSQL where ``DATABASE_URL`` names one.
"""

from __future__ import annotations

import asyncio
import os

import pytest

from tests.faults.plan import replayable, seeds
from tests.faults.storm import assemble, weather
from tests.house import House

pytestmark = [pytest.mark.slow, pytest.mark.timeout(3600)]

IS_POSTGRESQL = os.environ.get("DATABASE_URL", "").startswith("postgres")


async def test_killed_in_a_storm_it_keeps_every_promise(house: House) -> None:
    cast = await asyncio.to_thread(assemble, house.url)

    async def kill() -> None:
        await asyncio.to_thread(house.kill)

    async def start() -> None:
        await asyncio.to_thread(house.start)

    kind = "sigkill-postgresql" if IS_POSTGRESQL else "sigkill-sqlite"
    for seed in seeds(kind):
        with replayable(kind, seed) as chance:
            await weather(cast, chance, fault=kill, mend=start)
