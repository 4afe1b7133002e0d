"""The room over real sockets: coming in, frames, coming back, close codes."""

import asyncio
import json
from typing import Any

import pytest
from django.db import OperationalError, transaction
from django.utils import timezone

from kaibo.audience.actions import issue_viewer_token
from kaibo.facts.base import Fact
from kaibo.facts.orders import OrderPaid
from kaibo.journal.actions import append
from kaibo.room import actions, stage, wire
from kaibo.room.acts import Acts
from kaibo.room.backstage import ShowBackstage
from kaibo.room.shown import OrderView
from kaibo.room.tests.conftest import Serve
from kaibo.room.tests.scene import Scene
from tests.robots import Robot

pytestmark = pytest.mark.django_db(transaction=True)


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


async def ticket_of(scene: Scene, name: str) -> str:
    """A viewer's ticket."""
    return (await asyncio.to_thread(scene.viewer, name))[1]


async def test_a_viewer_gets_welcome_snapshot_and_events(scene: Scene, serve: Serve) -> None:
    """Join with a ticket, see the room, then see what the desk does."""
    server = serve()
    viewer_id, ticket = await asyncio.to_thread(scene.viewer, "bo")
    async with Robot(server.url, ticket) as robot:
        assert robot.welcome["viewer"] == {"id": viewer_id, "nickname": "bo"}
        assert robot.welcome["staff"] is False
        assert robot.welcome["protocol"] == 1
        room = {
            "code": scene.show.code,
            "title": "双11",
            "state": "soon",
            "notice": "",
            "rung": "clear",
            "viewers_max": None,
            "ai": False,
        }
        assert robot.snapshot["room"] == room
        (link,) = robot.snapshot["links"]
        assert (link["link_no"], link["state"], link["price_fen"]) == (1, "listed", None)

        await pop(scene, 2)
        assert await robot.event("pop") == {"e": "pop", "link_no": 2}
        shown = await robot.event("link")
        assert (shown["link"]["link_no"], shown["link"]["state"]) == (2, "listed")


async def test_everybody_is_told_the_same_in_the_same_order(scene: Scene, serve: Serve) -> None:
    """Three viewers, twenty pops: equal events, numbers that only rise."""
    server = serve()
    tickets = await asyncio.to_thread(scene.tickets, 3)
    robots = [Robot(server.url, ticket) for ticket in tickets]
    for robot in robots:
        await robot.open()
    for number in range(20):
        await pop(scene, 1 + number % 2)
    for robot in robots:
        await robot.until(lambda robot=robot: len(pops(robot)) == 20)  # type: ignore[misc]
        assert pops(robot) == [1, 2] * 10
        assert robot.seen.seqs == sorted(robot.seen.seqs)
    ticks = [
        {json.dumps(_bare(f)) for f in robot.seen.frames if f["t"] == "tick" and f["events"]}
        for robot in robots
    ]
    assert ticks[0] == ticks[1] == ticks[2]
    for robot in robots:
        await robot.close()


async def test_who_comes_back_gets_exactly_what_was_missed(scene: Scene, serve: Serve) -> None:
    """The line breaks, two pops pass, the same life of the room goes on."""
    server = serve()
    robot = Robot(server.url, await ticket_of(scene, "bo"))
    watcher = Robot(server.url, await ticket_of(scene, "wu"))
    await robot.open()
    await watcher.open()
    await pop(scene, 1)
    await robot.event("pop")
    before = robot.seq
    await robot.drop()
    await pop(scene, 2)
    await pop(scene, 1)
    await watcher.until(lambda: pops(watcher) == [1, 2, 1])
    await robot.reopen()
    assert robot.welcome["resumed"] is True
    assert robot.snapshot == {}
    await robot.until(lambda: pops(robot) == [1, 2, 1])
    assert robot.seq > before
    await robot.until(lambda: robot.seen.counters["viewers"] == 2)
    assert robot.seen.counters["views"] == 2
    await robot.close()
    await watcher.close()


async def test_another_life_of_the_room_starts_with_a_snapshot(scene: Scene, serve: Serve) -> None:
    """An unknown epoch, or a number never given out, is answered with the whole room."""
    server = serve()
    ticket = await ticket_of(scene, "bo")
    robot = Robot(server.url, ticket)
    await robot.open(resume={"epoch": "of-another-life", "seq": 3})
    assert robot.welcome["resumed"] is False
    assert robot.snapshot["seq"] == 0
    epoch = robot.welcome["epoch"]
    await robot.close()
    await robot.open(resume={"epoch": epoch, "seq": 10**9})
    assert robot.welcome["resumed"] is False
    await robot.close()


async def test_a_reload_is_a_view_but_not_a_viewer(scene: Scene, serve: Serve) -> None:
    """Two entries by one device and one by another: three views, two viewers, peak two."""
    server = serve()
    first, other = await ticket_of(scene, "bo"), await ticket_of(scene, "wu")
    robot = Robot(server.url, first)
    await robot.open()
    await robot.close()
    await robot.open()
    async with Robot(server.url, other) as watcher:
        await watcher.until(lambda: watcher.seen.counters["views"] == 3)
        assert watcher.seen.counters["viewers"] == 2
        assert watcher.seen.counters["online"] == 2
        assert watcher.seen.counters["peak"] == 2
        await robot.close()
        await watcher.until(lambda: watcher.seen.counters["online"] == 1)
        assert watcher.seen.counters["peak"] == 2


async def test_two_tabs_are_one_person_and_five_are_too_many(scene: Scene, serve: Serve) -> None:
    """The fifth socket of a device replaces its first; one person is online."""
    server = serve()
    ticket = await ticket_of(scene, "bo")
    tabs = [Robot(server.url, ticket) for _ in range(5)]
    for tab in tabs:
        await tab.open()
    assert await tabs[0].closed() == 4009
    await tabs[4].until(lambda: tabs[4].seen.counters["views"] == 5)
    assert tabs[4].seen.counters["online"] == 1
    assert tabs[4].seen.counters["viewers"] == 1
    for tab in tabs[1:]:
        await tab.close()


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("not json", 4000),
        ("{}", 4000),
        ('{"t":"share"}', 4000),
        ('{"t":"join"}', 4000),
        (b'{"t":"join","token":"x"}', 4000),
        ('{"t":"join","token":"x"}', 4001),
        ('{"t":"join","token":"' + "x" * 2048 + '"}', 4001),
        ('{"t":"join","token":"' + "x" * 2049 + '"}', 4000),
        ('{"t":"join","token":"\\u0000\'; drop table--"}', 4001),
        ("x" * 20_000, 1009),
    ],
)
async def test_what_does_not_open_the_door(serve: Serve, text: str | bytes, code: int) -> None:
    """Each way to come in wrongly has its close code."""
    robot = Robot(serve().url, "")
    await robot.connect()
    await robot.send_text(text)
    assert await robot.closed() == code


async def test_silence_is_not_admitted(serve: Serve) -> None:
    """Who does not join in time is sent away."""
    robot = Robot(serve(join_s=0.2).url, "")
    await robot.connect()
    assert await robot.closed() == 4003


async def test_a_ticket_to_nowhere(scene: Scene, serve: Serve) -> None:
    """A well-signed ticket to a show that is not there."""
    viewer_id, _ = await asyncio.to_thread(scene.viewer, "bo")
    ticket = issue_viewer_token(viewer_id, scene.org_id, 999_999)
    robot = Robot(serve().url, ticket)
    await robot.connect()
    await robot.send({"t": "join", "token": ticket})
    assert await robot.closed() == 4004


async def test_a_second_join_is_no_frame(scene: Scene, serve: Serve) -> None:
    """Once in, joining again is an error."""
    ticket = await ticket_of(scene, "bo")
    robot = Robot(serve().url, ticket)
    await robot.open()
    await robot.send({"t": "join", "token": ticket})
    assert await robot.closed() == 4000


async def test_an_ended_show_lets_in_staff_only(scene: Scene, serve: Serve) -> None:
    """Viewers are told that it is over; the desk still looks."""
    ticket = await ticket_of(scene, "bo")
    desk_ticket = await asyncio.to_thread(scene.staff_ticket)
    await asyncio.to_thread(scene.is_now, "ended")
    server = serve()
    robot = Robot(server.url, ticket)
    await robot.connect()
    await robot.send({"t": "join", "token": ticket})
    assert await robot.closed() == 4010
    async with Robot(server.url, desk_ticket) as desk:
        assert desk.snapshot["room"]["state"] == "ended"


async def test_a_flood_ends_the_connection(scene: Scene, serve: Serve) -> None:
    """More frames than anybody needs: 4029."""
    robot = Robot(serve(frames_burst=50).url, await ticket_of(scene, "bo"))
    await robot.open()
    for _ in range(80):
        await robot.send({"t": "share"})
    assert await robot.closed() == 4029


async def test_frames_sent_ahead_of_the_welcome_are_kept(scene: Scene, serve: Serve) -> None:
    """A page that does not wait loses nothing."""
    ticket = await ticket_of(scene, "bo")
    robot = Robot(serve().url, ticket)
    await robot.connect()
    await robot.send({"t": "join", "token": ticket})
    answer = await robot.say("早")
    assert answer["ok"] is True
    await robot.close()


async def test_one_bad_message_ends_nothing(
    scene: Scene, serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A bug in handling one frame is logged; the connection and the room go on."""
    chat = Acts._chat

    def broken(self: Acts, session: Any, message: Any) -> None:
        if message.text == "bug":
            raise ValueError("a bug")
        chat(self, session, message)

    monkeypatch.setattr(Acts, "_chat", broken)
    async with Robot(serve().url, await ticket_of(scene, "bo")) as robot:
        assert (await robot.say("bug"))["code"] == "internal_error"
        assert (await robot.say("好"))["ok"] is True


async def test_a_stopping_server_says_so(scene: Scene, serve: Serve) -> None:
    """1012, so that pages come back soon; what was done is in the lake."""
    server = serve()
    robot = Robot(server.url, await ticket_of(scene, "bo"))
    await robot.open()
    await robot.like(3)
    await robot.say("再见")
    await asyncio.to_thread(server.stop)
    assert await robot.closed() == 1012
    again = serve()
    async with Robot(again.url, await ticket_of(scene, "wu")) as other:
        assert other.snapshot["counters"]["likes"] == 3
        assert other.snapshot["counters"]["comments"] == 1
        assert other.snapshot["counters"]["viewers"] == 1
        assert [line["text"] for line in other.snapshot["chat"]] == ["再见"]
        await other.until(lambda: other.seen.counters["viewers"] == 2)


async def test_a_slow_reader_is_left_behind_and_nobody_waits(scene: Scene, serve: Serve) -> None:
    """One robot stops reading under heavy traffic: it is closed, the other misses nothing."""
    server = serve(tick_s=0.01, lean_bytes=4_000, bare_bytes=8_000, slow_bytes=64_000)
    slow = Robot(server.url, await ticket_of(scene, "slow"))
    quick = Robot(server.url, await ticket_of(scene, "quick"))
    await slow.open()
    await quick.open()
    slow.stop_reading()
    stage = await _stage(server.room, scene)
    rounds = 0
    while len(stage.hall.viewers) == 2:
        rounds += 1
        assert rounds < 3_000, "the slow reader was never left behind"
        await _on_loop(stage, lambda: _noise(stage))
        await asyncio.sleep(0.005)
    sent = 20 * rounds
    await quick.until(lambda: quick.seq == sent)
    assert len(pops(quick)) == sent
    assert quick.close_code is None
    slow.read_on()
    assert await slow.closed(wait_s=15) == 4008
    await quick.close()


def pops(robot: Robot) -> list[int]:
    """Links popped, as the robot saw them."""
    return [event["link_no"] for event in robot.seen.events if event["e"] == "pop"]


def _bare(frame: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in frame.items() if name in ("seq", "events", "at")}


async def _stage(room: Any, scene: Scene) -> Any:
    return room._stages[scene.show_id].result()


async def _on_loop(stage: Any, work: Any) -> None:
    loop = next(iter(stage._tasks)).get_loop()
    done = asyncio.get_running_loop().create_future()
    here = asyncio.get_running_loop()

    def run() -> None:
        work()
        here.call_soon_threadsafe(done.set_result, None)

    loop.call_soon_threadsafe(run)
    await done


def _noise(stage: Any) -> None:
    for number in range(20):
        stage.post(wire.PopEvent(link_no=10**12 + number))


def tell(scene: Scene, fact: Fact) -> None:
    """Put a fact into the journal, as an action does."""
    with transaction.atomic():
        append(fact, at=scene.now(), org_id=scene.org_id, actor=scene.by, show_id=scene.show_id)


async def test_an_order_is_told_when_the_database_is_back(
    scene: Scene, serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its reading fails twice; the buyer's page is told all the same."""
    server = serve()
    viewer_id, ticket = await asyncio.to_thread(scene.viewer)
    asked: list[str] = []
    paid = OrderView(
        no="K1",
        show_id=scene.show_id,
        state="paid",
        total_fen=9_900,
        placed_at=scene.now(),
        pay_before=scene.now(),
        paid_at=scene.now(),
        close_reason="",
        lines=[],
        receiver_masked="",
        refund_fen=0,
    )

    def order(_: ShowBackstage, viewer_id: int, no: str) -> OrderView:
        asked.append(no)
        if len(asked) < 3:
            raise OperationalError
        return paid

    monkeypatch.setattr(stage, "ORDER_AGAIN_S", 0.02)
    monkeypatch.setattr(ShowBackstage, "order", order)
    async with Robot(server.url, ticket) as robot:
        fact = OrderPaid(
            order_id=1, no="K1", viewer_id=viewer_id, payment_id=1, total_fen=9_900, lines=[]
        )
        await asyncio.to_thread(tell, scene, fact)
        told = await robot.whisper("order")
    assert told["order"]["no"] == "K1"
    assert asked == ["K1"] * 3
