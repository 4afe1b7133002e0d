"""The ladder on real sockets: every rung is seen by desk and viewers, and does what it says."""

from __future__ import annotations

import asyncio
import datetime as dt
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from kaibo.base.actor import Actor
from kaibo.compliance import actions as compliance
from kaibo.compliance.reads import room_risk
from kaibo.compliance.rules.hits import Severity
from kaibo.compliance.tests.words import say
from kaibo.journal.reads import Position, read
from kaibo.planning.reads import show
from kaibo.preflight import follow
from kaibo.promotions import actions as promotions
from kaibo.promotions.errors import RoomPaused
from kaibo.promotions.reads import offer_id
from kaibo.room import wire
from kaibo.room.stage import Stage
from kaibo.room.tests.conftest import Serve
from kaibo.room.tests.scene import Scene, Server, make_scene
from tests.robots import Robot

pytestmark = pytest.mark.django_db(transaction=True)

# One more finding each, of a family of its own: 5, 25, 45, 65, 105, 205 points.
STEPS: tuple[tuple[str, Severity], ...] = (
    ("record", "S4"),
    ("popup", "S3"),
    ("warning", "S3"),
    ("limit", "S3"),
    ("pause", "S2"),
    ("stop", "S1"),
)

LINES: tuple[tuple[int, Severity], ...] = ((0, "S3"), (1, "S2"), (3, "S2"), (9, "S4"))


def _say(scene: Scene, severity: Severity, family: str) -> float:
    say(scene.by, severity, show_id=scene.show_id, now=timezone.now(), family=family)
    return time.monotonic()


@pytest.mark.row("LM-050", "R-128")
async def test_every_rung_is_seen_by_desk_and_viewer(
    scene: Scene, serve: Serve, record_property: Callable[[str, object], None]
) -> None:
    """In order, on both; from the finding's commit to the frame at the socket is on record."""
    await asyncio.to_thread(scene.is_now, "live")
    server = serve()
    (ticket,) = await asyncio.to_thread(scene.tickets, 1)
    async with Robot(server.url, ticket) as bo, Robot(server.url, scene.staff_ticket()) as desk:
        assert bo.snapshot["room"]["rung"] == "clear"
        for number, (rung, severity) in enumerate(STEPS, start=1):
            at = await asyncio.to_thread(_say, scene, severity, f"C{number}")
            for robot in (bo, desk):
                await _reaches(robot, number)
            record_property(f"{rung}_ms", round((time.monotonic() - at) * 1000))
        for robot in (bo, desk):
            assert _rungs(robot) == [rung for rung, _ in STEPS]
        alerts = [e["text"] for e in desk.seen.events if e["e"] == "alert" and e["code"] == "risk"]
        assert len(alerts) == len(STEPS)
        assert "205 分" in alerts[-1]
        assert not [e for e in bo.seen.events if e["e"] == "alert"]
        # Who comes late is told in the snapshot.
        async with Robot(server.url, scene.staff_ticket()) as late:
            assert late.snapshot["room"]["rung"] == "stop"
    before = await asyncio.to_thread(show, scene.org_id, scene.show_id)
    assert before.state == "live"
    await asyncio.to_thread(_follow)
    after = await asyncio.to_thread(show, scene.org_id, scene.show_id)
    assert after.state == "ended"
    await asyncio.to_thread(_follow)


async def _reaches(robot: Robot, count: int) -> None:
    await robot.until(lambda: len(_rungs(robot)) == count)


def _rungs(robot: Robot) -> list[str]:
    return [event["rung"] for event in robot.seen.events if event["e"] == "rung"]


def _follow() -> None:
    for entry in read(Position(), limit=1_000):
        follow.on_entry(entry)


async def test_a_limited_room_keeps_newcomers_out(scene: Scene, serve: Serve) -> None:
    """Who is here stays and may come back; a newcomer beyond the cap gets a code of its own."""
    server = serve()
    first, second, third = await asyncio.to_thread(scene.tickets, 3)
    async with Robot(server.url, first) as bo, Robot(server.url, second) as wu:
        await bo.until(lambda: bo.seen.counters.get("online") == 2)
        stage = await asyncio.wrap_future(server.on_loop(_stage(server, scene)))
        stage.memory.viewers_max = 2
        late = Robot(server.url, third)
        await late.connect()
        await late.send({"t": "join", "token": third})
        assert await late.closed() == wire.CLOSE_LIMITED
        await late.close()
        # A second page of somebody who is here.
        async with Robot(server.url, first) as again:
            assert again.snapshot["room"]["code"] == scene.show.code
        async with Robot(server.url, scene.staff_ticket()) as desk:
            assert desk.welcome["staff"] is True
        stage.memory.viewers_max = None
        async with Robot(server.url, third) as now:
            assert now.welcome["viewer"]
        assert wu.close_code is None


async def _stage(server: Server, scene: Scene) -> Stage:
    return await server.room.stage(scene.org_id, scene.show_id)


async def test_a_paused_room_sells_nothing_and_viewers_are_silent(
    scene: Scene, serve: Serve
) -> None:
    """Staff may still write; when a person lets it go on, all is as before."""
    server = serve()
    viewer_id, ticket = await asyncio.to_thread(scene.viewer, "bo")
    await asyncio.to_thread(_open_link, scene)
    sale = await asyncio.to_thread(scene.flash_sale)
    async with Robot(server.url, ticket) as bo, Robot(server.url, scene.staff_ticket()) as desk:
        await asyncio.to_thread(_say, scene, "S1", "C3")
        await bo.event("rung")
        refused = await bo.say("还有吗")
        assert (refused["ok"], refused["code"]) == (False, "chat_paused")
        assert (await desk.say("稍等，我们在核对"))["ok"] is True
        claimed = await bo.claim(sale.id)
        assert (claimed["ok"], claimed["code"]) == (False, "on_hold")
        with pytest.raises(RoomPaused):
            await asyncio.to_thread(_take, scene, viewer_id)
        await asyncio.to_thread(_lift, scene)
        await bo.until(lambda: _rungs(bo)[-1] == "clear")
        assert (await bo.say("还有吗"))["ok"] is True
        assert (await bo.claim(sale.id))["ok"] is True
        await asyncio.to_thread(_take, scene, viewer_id)


def _open_link(scene: Scene) -> None:
    promotions.open_price(show_id=scene.show_id, link_no=1, by=scene.by, now=timezone.now())


def _take(scene: Scene, viewer_id: int) -> None:
    promotions.take_units(
        offer_id=offer_id(scene.show_id, 1), viewer_id=viewer_id, units=1, now=timezone.now()
    )


def _lift(scene: Scene) -> None:
    scope: dict[str, Any] = {"org_id": scene.org_id, "show_id": scene.show_id}
    now = timezone.now()
    compliance.override_rung(**scope, rung="clear", reason="已更正", by=scene.by, now=now)
    other = Actor("person", scene.by.id + 10**6, scene.org_id)
    compliance.confirm_lift(**scope, by=other, now=now)


def test_two_shops_are_judged_alike() -> None:
    """The same words at the same moments are the same rungs for the same points."""
    start = dt.datetime(2026, 11, 27, 12, tzinfo=dt.UTC)
    seen = []
    for code in ("ana", "dai"):
        scene = make_scene(code)
        for minute, severity in LINES:
            now = start + dt.timedelta(minutes=minute)
            say(scene.by, severity, show_id=scene.show_id, now=now)
        view = room_risk(scene.org_id, scene.show_id, now=start + dt.timedelta(minutes=9))
        seen.append([(one.rung, one.score, len(one.reasons)) for one in view.changes])
    assert seen[0] == seen[1]
    assert len(seen[0]) >= 3
