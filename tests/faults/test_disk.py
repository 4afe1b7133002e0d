"""Faults: the disk is full in a storm; it is said, nothing acknowledged is lost, it goes on."""

from __future__ import annotations

import asyncio
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.plan import replayable, seeds
from tests.faults.storm import assemble, until_well, weather
from tests.faults.story import UNKNOWN
from tests.house import House

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(3600),
    pytest.mark.skipif(
        os.environ.get("DATABASE_URL", "").startswith("postgres"),
        reason="the disk of SQLite; PostgreSQL keeps its own",
    ),
]

DISK = "size=96m"


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of its own that can be filled to the last byte."""
    place = tmp_path / "disk"
    place.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", DISK, "tmpfs", str(place)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("a small disk cannot be mounted here")
    (place / "home").mkdir()
    yield place
    subprocess.run(["umount", "--lazy", str(place)], check=True)


async def test_a_full_disk_in_a_storm(small_disk: Path) -> None:
    filler = small_disk / "filler"
    said = 0
    with House(small_disk / "home") as house:
        cast = await asyncio.to_thread(assemble, house.url)

        async def fill() -> None:
            await asyncio.to_thread(fill_up, filler)

        async def make_room() -> None:
            filler.unlink()
            await until_well(house)

        for seed in seeds("disk"):
            with replayable("disk", seed) as chance:
                storm = await weather(cast, chance, fault=fill, mend=make_room)
                seen = storm.seen
                said += sum(
                    answer.code in UNKNOWN
                    for ask in [*seen.claims, *seen.chat, *seen.orders, *seen.notices]
                    for answer in ask.answers
                )
    assert said > 0


def fill_up(filler: Path) -> None:
    """Write until there is no room, not even for one byte."""
    with filler.open("wb", buffering=0) as file:
        for size in (1 << 20, 1 << 12, 1):
            try:
                while file.write(bytes(size)) == size:
                    pass
            except OSError:
                continue
