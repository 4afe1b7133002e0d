"""One room on three gateways with one database and one Redis: real sockets, real streams."""

import asyncio
import contextlib
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import redis
from django.db import connection
from django.utils import timezone

from kaibo.insight import reads as insight
from kaibo.room import actions
from kaibo.room.redis_bus import RedisBus
from kaibo.room.rules import Limits
from kaibo.room.tests.redis_server import RedisServer
from kaibo.room.tests.scene import Scene, Server, make_scene
from tests.robots import Robot

pytestmark = [
    pytest.mark.scale,
    pytest.mark.slow,
    pytest.mark.timeout(400),
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


async def test_redis_dies_and_comes_back_empty(
    scene: Scene, gateways: Callable[[], Server], redis_server: RedisServer
) -> None:
    """Sockets stay, the desk is told, chat and claims are answered; then nothing is missing."""
    servers = [await asyncio.to_thread(gateways) for _ in range(2)]
    tickets = await asyncio.to_thread(scene.tickets, 2)
    sale = await asyncio.to_thread(scene.flash_sale)
    desk = Robot(servers[1].url, await asyncio.to_thread(scene.staff_ticket))
    robots = [Robot(s.url, t) for s, t in zip(servers, tickets, strict=True)]
    for robot in (*robots, desk):
        await robot.open()
    await pop(scene, 1)
    for robot in robots:
        await robot.event("pop")

    await asyncio.to_thread(redis_server.kill)
    assert (await desk.event("nodes")) == {"e": "nodes", "apart": True}
    assert (await desk.event("alert"))["code"] == "nodes_apart"
    late = Robot(servers[0].url, await asyncio.to_thread(scene.staff_ticket))
    await late.open()
    assert late.snapshot["apart"] is True
    await late.close()
    for number in range(4):
        await pop(scene, 2 - number % 2)
    assert (await robots[0].say("还在吗"))["ok"] is True
    assert (await robots[1].claim(sale.id))["code"] == "won"
    assert [len(pops(robot)) for robot in robots] == [1, 1]

    await asyncio.to_thread(redis_server.start)
    for robot in robots:
        await robot.until(lambda robot=robot: len(pops(robot)) == 5, wait_s=20)  # type: ignore[misc]
        assert pops(robot) == [1, 2, 1, 2, 1]
        await robot.until(lambda robot=robot: len(robot.seen.chat) == 1, wait_s=20)  # type: ignore[misc]
        await robot.until(lambda robot=robot: left(robot, sale.id) == 4, wait_s=20)  # type: ignore[misc]
    assert numbered(robots[0]) == numbered(robots[1])
    apart = [event["apart"] for event in desk.seen.events if event["e"] == "nodes"]
    assert apart == [True, False]
    for robot in (*robots, desk):
        assert robot.close_code is None
    await robots[0].like(3)
    await robots[1].until(lambda: robots[1].seen.counters.get("likes") == 3, wait_s=20)
    found = await asyncio.to_thread(insight.counters, scene.show_id)
    assert robots[1].seen.counters["online"] == found.online == 2
    for robot in (*robots, desk):
        await robot.close()


async def test_a_frozen_redis_stops_neither_chat_nor_claims(
    scene: Scene, gateways: Callable[[], Server], redis_server: RedisServer
) -> None:
    """It takes connections and never answers; then it goes on where it stopped."""
    servers = [await asyncio.to_thread(gateways) for _ in range(2)]
    tickets = await asyncio.to_thread(scene.tickets, 2)
    sale = await asyncio.to_thread(scene.flash_sale)
    robots = [Robot(s.url, t) for s, t in zip(servers, tickets, strict=True)]
    for robot in robots:
        await robot.open()
    redis_server.freeze()
    await pop(scene, 1)
    assert (await robots[0].say("还在吗"))["ok"] is True
    assert (await robots[1].claim(sale.id))["code"] == "won"
    await asyncio.sleep(4.0)
    redis_server.thaw()
    for robot in robots:
        await robot.until(lambda robot=robot: pops(robot) == [1], wait_s=20)  # type: ignore[misc]
    await pop(scene, 2)
    for robot in robots:
        await robot.until(lambda robot=robot: pops(robot) == [1, 2], wait_s=20)  # type: ignore[misc]
    assert numbered(robots[0]) == numbered(robots[1])
    for robot in robots:
        await robot.close()


@pytest.mark.parametrize("work", ["read", "write"])
async def test_a_bus_ends_though_a_cancellation_is_swallowed(
    redis_server: RedisServer, work: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As asyncio.wait_for does before Python 3.12, when what it waits for is done just then."""
    bus = RedisBus(redis_server.url, lease_s=LEASE_S, settle_s=0.2)
    swallowed = asyncio.Event()

    async def reads(*args: Any, **kwargs: Any) -> list[Any]:
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.sleep(60)
        swallowed.set()
        return []

    async def writes(orders: list[Any]) -> None:
        await reads()

    if work == "read":
        monkeypatch.setattr(bus._redis, "xread", reads)
    else:
        monkeypatch.setattr(bus, "_write", writes)
    await bus.start()
    bus._wake()
    await asyncio.sleep(0.1)
    await asyncio.wait_for(bus.stop(), timeout=20)
    assert swallowed.is_set()


class Gateway:
    """A gateway in a process of its own."""

    def __init__(self, redis_url: str) -> None:
        database = connection.settings_dict
        url = f"postgres://{database['USER']}@{database['HOST']}:{database['PORT']}"
        environment = {**os.environ, "DATABASE_URL": f"{url}/{database['NAME']}", "REDIS_URL": ""}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "kaibo.room.tests.gateway", redis_url, str(LEASE_S)],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def begin(self) -> None:
        """Wait until it serves."""
        assert self._process.stdout is not None
        self.url, self.node = self._process.stdout.readline().split()

    def signal(self, number: int) -> None:
        """Kill or freeze it."""
        self._process.send_signal(number)

    def end(self) -> None:
        """Stop it, if it is still there."""
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGCONT)
        self._process.communicate(timeout=60)


@pytest.fixture
def processes(redis_server: RedisServer) -> Iterator[list[Gateway]]:
    """Three gateways in processes of their own."""
    found: list[Gateway] = []
    try:
        for _ in range(3):
            # One after another: together they would take long on a busy machine.
            found.append(Gateway(redis_server.url))
            found[-1].begin()
        yield found
    finally:
        for gateway in found:
            gateway.end()


@pytest.mark.parametrize("victim", ["conductor", "another"])
async def test_a_gateway_is_killed(
    scene: Scene, processes: list[Gateway], redis_server: RedisServer, victim: str
) -> None:
    """The others go on: nothing lost, nothing twice, and its viewers leave the count."""
    tickets = await asyncio.to_thread(scene.tickets, 3)
    robots = [Robot(g.url, t) for g, t in zip(processes, tickets, strict=True)]
    for robot in robots:
        await robot.open()
    for robot in robots:
        await robot.until(lambda robot=robot: robot.seen.counters.get("online") == 3)  # type: ignore[misc]
    holder = conductor(redis_server, scene)
    dead = next(n for n, g in enumerate(processes) if (g.node == holder) == (victim == "conductor"))
    for number in range(6):
        await pop(scene, 1 + number % 2)
        if number == 2:
            processes[dead].signal(signal.SIGKILL)
    living = [robot for n, robot in enumerate(robots) if n != dead]
    for robot in living:
        await robot.until(lambda robot=robot: len(pops(robot)) == 6, wait_s=20)  # type: ignore[misc]
        assert pops(robot) == [1, 2] * 3
    assert numbered(living[0]) == numbered(living[1])
    for robot in living:
        await robot.until(lambda robot=robot: robot.seen.counters["online"] == 2, wait_s=20)  # type: ignore[misc]

    moved = robots[dead]
    moved.base_url = living[0].base_url
    await moved.reopen()
    assert moved.welcome["resumed"] is True
    await moved.until(lambda: len(pops(moved)) == 6)
    assert pops(moved) == [1, 2] * 3
    await living[0].until(lambda: living[0].seen.counters["online"] == 3, wait_s=20)
    live = living[0].seen.counters
    found = await asyncio.to_thread(insight.counters, scene.show_id)
    assert live == {name: getattr(found, name) for name in live}
    assert (live["viewers"], live["peak"]) == (3, 3)
    for robot in robots:
        await robot.close()


async def test_a_frozen_conductor_wakes_up_and_is_not_heard(
    scene: Scene, processes: list[Gateway], redis_server: RedisServer
) -> None:
    """It believes that it conducts; what it then says follows nothing, and it takes its place."""
    tickets = await asyncio.to_thread(scene.tickets, 3)
    robots = [Robot(g.url, t) for g, t in zip(processes, tickets, strict=True)]
    for robot in robots:
        await robot.open()
    await pop(scene, 1)
    for robot in robots:
        await robot.event("pop")
    frozen = next(g for g in processes if g.node == conductor(redis_server, scene))
    frozen.signal(signal.SIGSTOP)
    for number in range(4):
        await pop(scene, 2 - number % 2)
    living = [r for r, g in zip(robots, processes, strict=True) if g is not frozen]
    for robot in living:
        await robot.until(lambda robot=robot: len(pops(robot)) == 5, wait_s=20)  # type: ignore[misc]
    await living[0].until(lambda: living[0].seen.counters["online"] == 2, wait_s=20)
    frozen.signal(signal.SIGCONT)
    await pop(scene, 2)
    for robot in robots:
        await robot.until(lambda robot=robot: len(pops(robot)) == 6, wait_s=20)  # type: ignore[misc]
        assert pops(robot) == [1, 2, 1, 2, 1, 2]
        await robot.until(lambda robot=robot: robot.seen.counters["online"] == 3, wait_s=20)  # type: ignore[misc]
    assert events(robots[0]) == events(robots[1]) == events(robots[2])
    live = robots[0].seen.counters
    found = await asyncio.to_thread(insight.counters, scene.show_id)
    assert live == {name: getattr(found, name) for name in live}
    for robot in robots:
        await robot.close()


def conductor(server: RedisServer, scene: Scene) -> str:
    """The node that holds the lease."""
    with redis.Redis(port=server.port) as client:
        holder: Any = client.get(f"kaibo:room:{scene.show_id}:lease")
    return str(holder.decode())


def events(robot: Robot) -> list[str]:
    """Every public event in order."""
    return [str(event) for event in robot.seen.events]


def left(robot: Robot, sale_id: int) -> int | None:
    """Units left of a sale, as last told."""
    told = [e["sale"] for e in robot.seen.events if e["e"] == "sale" and e["sale"]["id"] == sale_id]
    return told[-1]["units_left"] if told else None


def pops(robot: Robot) -> list[int]:
    """Links popped, as the robot saw them."""
    return [event["link_no"] for event in robot.seen.events if event["e"] == "pop"]


def numbered(robot: Robot) -> list[tuple[int, str]]:
    """Every public event with the number of its frame's last one, as one list."""
    return [(f["seq"], str(f["events"])) for f in robot.seen.frames if f.get("events")]
