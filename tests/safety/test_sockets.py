"""A ticket of one shop never seats its holder in the room of another."""

from __future__ import annotations

import asyncio

import pytest

from kaibo.access.actions import issue_staff_token
from kaibo.access.models import Membership
from kaibo.audience.actions import issue_viewer_token
from kaibo.room.tests.scene import Scene, Server, make_scene
from tests.robots import Robot

pytestmark = pytest.mark.django_db(transaction=True)


async def turned_away(url: str, ticket: str) -> int | None:
    """Join with a ticket; the close code, and proof that nothing was shown before it."""
    robot = Robot(url, "")
    await robot.connect()
    await robot.send_text('{"t":"join","token":"' + ticket + '"}')
    code = await robot.closed()
    assert robot.seen.frames == []
    return code


async def test_no_ticket_opens_another_shops_room() -> None:
    """Staff and viewers of ana at dai's show, whether its room is open already or not."""
    ana, dai = (
        await asyncio.to_thread(make_scene, "ana"),
        await asyncio.to_thread(make_scene, "dai"),
    )
    server = await asyncio.to_thread(Server().start)
    try:
        await strangers_at(server.url, ana, dai)
        _, ticket = await asyncio.to_thread(dai.viewer)
        async with Robot(server.url, ticket) as own, Robot(server.url, dai.staff_ticket()) as desk:
            await strangers_at(server.url, ana, dai)
            await own.until(lambda: own.seen.counters["online"] == 1)
            assert own.seen.counters["viewers"] == 1
            assert desk.welcome["staff"] is True
    finally:
        await asyncio.to_thread(server.stop)


async def strangers_at(url: str, ana: Scene, dai: Scene) -> None:
    """Each kind of stranger gets the answer that an unknown room or a bad ticket gets."""
    viewer_id, _ = await asyncio.to_thread(ana.viewer)
    assert await turned_away(url, issue_staff_token(ana.by, dai.show_id)) == 4004
    assert await turned_away(url, issue_viewer_token(viewer_id, ana.org_id, dai.show_id)) == 4004
    # A ticket that claims dai's shop for a viewer of ana's.
    assert await turned_away(url, issue_viewer_token(viewer_id, dai.org_id, dai.show_id)) == 4001


async def test_a_person_who_changed_shops_leaves_the_old_desk() -> None:
    """Roles are read anew: yesterday's ticket does not open the desk of yesterday's shop."""
    ana, dai = (
        await asyncio.to_thread(make_scene, "ana"),
        await asyncio.to_thread(make_scene, "dai"),
    )
    ticket = dai.staff_ticket()
    server = await asyncio.to_thread(Server().start)
    try:
        async with Robot(server.url, dai.staff_ticket()) as desk:
            assert desk.welcome["staff"] is True
            moved = Membership.objects.filter(person_id=dai.by.id)
            await asyncio.to_thread(lambda: moved.update(organisation_id=ana.org_id))
            assert await turned_away(server.url, ticket) == 4004
    finally:
        await asyncio.to_thread(server.stop)
