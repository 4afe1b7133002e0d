"""One room on three gateways with one database and one Redis: real sockets, real streams."""

import asyncio
import itertools
import shutil
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from kaibo.insight import reads as insight
from kaibo.room import actions
from kaibo.room.redis_bus import RedisBus
from kaibo.room.rules import Limits
from kaibo.room.tests.redis_server import RedisServer
from kaibo.room.tests.scene import Scene, Server, make_scene, wait_until
from tests.robots import Robot

pytestmark = [
    pytest.mark.scale,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(shutil.which("redis-server") is None, reason="no redis-server"),
]

LEASE_S = 1.0
LIMITS = Limits(gone_s=2.0, report_s=0.3, lake_s=0.1, grace_s=0.5, open_s=3.0)


@pytest.fixture
def redis_server(tmp_path: Path) -> Iterator[RedisServer]:
    """A Redis to be killed."""
    server = RedisServer(tmp_path)
    server.start()
    yield server
    server.kill()


@pytest.fixture
def gateways(redis_server: RedisServer) -> Iterator[Callable[[], Server]]:
    """Start gateways; all that still run are stopped at the end."""
    started: list[Server] = []

    def start() -> Server:
        bus = RedisBus(redis_server.url, lease_s=LEASE_S, settle_s=0.2)
        server = Server(LIMITS, bus=bus).start()
        started.append(server)
        return server

    yield start
    for server in started:
        server.stop()


@pytest.fixture
def scene() -> Scene:
    """A show with two links."""
    return make_scene()


async def pop(scene: Scene, link_no: int) -> None:
    """The desk pops a link."""
    await asyncio.to_thread(
        lambda: actions.pop_link(
            org_id=scene.org_id,
            show_id=scene.show_id,
            link_no=link_no,
            by=scene.by,
            now=timezone.now(),
        )
    )


async def test_three_gateways_say_the_same_in_the_same_order(
    scene: Scene, gateways: Callable[[], Server]
) -> None:
    """Equal events and numbers everywhere; who changes the gateway gets what was missed."""
    servers = [await asyncio.to_thread(gateways) for _ in range(3)]
    tickets = await asyncio.to_thread(scene.tickets, 3)
    robots = [Robot(s.url, t) for s, t in zip(servers, tickets, strict=True)]
    for robot in robots:
        await robot.open()
    assert len({robot.welcome["epoch"] for robot in robots}) == 1
    for number in range(20):
        await pop(scene, 1 + number % 2)
    for robot in robots:
        await robot.until(lambda robot=robot: len(pops(robot)) == 20)  # type: ignore[misc]
    assert numbered(robots[0]) == numbered(robots[1]) == numbered(robots[2])
    assert pops(robots[0]) == [1, 2] * 10
    for robot in robots:
        await robot.until(lambda robot=robot: robot.seen.counters.get("online") == 3)  # type: ignore[misc]

    moved = robots[2]
    await moved.drop()
    await pop(scene, 1)
    await robots[0].until(lambda: len(pops(robots[0])) == 21)
    moved.base_url = servers[0].url
    await moved.reopen()
    assert moved.welcome["resumed"] is True
    await moved.until(lambda: len(pops(moved)) == 21)
    assert numbered(moved) == numbered(robots[0])
    said = await moved.say("换了一个节点")
    assert said["ok"] is True
    for robot in robots[:2]:
        await robot.until(lambda robot=robot: len(robot.seen.chat) == 1)  # type: ignore[misc]
    for robot in robots:
        await robot.close()


def pops(robot: Robot) -> list[int]:
    """Links popped, as the robot saw them."""
    return [event["link_no"] for event in robot.seen.events if event["e"] == "pop"]


def numbered(robot: Robot) -> list[tuple[int, str]]:
    """Every public event with the number of its frame's last one, as one list."""
    return [(f["seq"], str(f["events"])) for f in robot.seen.frames if f.get("events")]
