"""Chat, claims and acts over real sockets."""

import asyncio
import json
import uuid
from typing import Any

import pytest
from django.apps import apps
from django.utils import timezone

from kaibo.facts.compliance import ComplianceHit
from kaibo.facts.promotions import FlashSaleClaimsJudged
from kaibo.insight import reads as insight
from kaibo.promotions.actions import claim_flash_sale
from kaibo.room import actions
from kaibo.room.tests.conftest import Serve
from kaibo.room.tests.scene import Scene
from tests.paths import shared_data
from tests.robots import Robot, crowd

pytestmark = pytest.mark.django_db(transaction=True)

DIVERSION = "加微信 abc12345 便宜拿货"


async def ticket_of(scene: Scene, name: str) -> str:
    """A viewer's ticket."""
    return (await asyncio.to_thread(scene.viewer, name))[1]


async def messages(scene: Scene) -> list[Any]:
    """Rows of chat, in order."""
    rows = apps.get_model("room", "ChatMessage").objects.filter(show_id=scene.show_id)
    return await asyncio.to_thread(lambda: list(rows.order_by("id")))


async def test_a_line_is_answered_and_seen_by_all(scene: Scene, serve: Serve) -> None:
    """Own answer with the final state, the same line on every screen, one row."""
    server = serve()
    viewer_id, ticket = await asyncio.to_thread(scene.viewer, "bo")
    async with (
        Robot(server.url, ticket) as bo,
        Robot(server.url, await ticket_of(scene, "wu")) as wu,
    ):
        answer = await bo.say("这款还有吗？")
        assert (answer["ok"], answer["code"]) == (True, "shown")
        assert answer["data"]["state"] == "shown"
        await wu.until(lambda: len(wu.seen.chat) == 1)
        (line,) = wu.seen.chat
        assert (line["viewer_id"], line["nickname"], line["text"], line["kind"]) == (
            viewer_id,
            "bo",
            "这款还有吗？",
            "viewer",
        )
        assert line["id"] == answer["data"]["message_id"]
        await bo.until(lambda: len(bo.seen.chat) == 1)
    (row,) = await messages(scene)
    assert (row.pk, row.text, row.state, row.viewer_id) == (
        line["id"],
        "这款还有吗？",
        "shown",
        viewer_id,
    )


async def test_leading_buyers_away_is_hidden_and_everyone_is_warned(
    scene: Scene, serve: Serve
) -> None:
    """The author alone learns of the line, with the article; the room gets the banner once."""
    server = serve()
    variants = (DIVERSION, "加薇❤信 abc12345", "vx：abc12345 私聊低价")
    robots = [Robot(server.url, t) for t in await asyncio.to_thread(scene.tickets, 4)]
    for robot in robots:
        await robot.open()
    watcher = robots[3]
    for robot, text in zip(robots, variants, strict=False):
        answer = await robot.say(text)
        assert (answer["ok"], answer["code"]) == (False, "hidden"), text
        assert answer["data"]["article"]
        assert answer["message"]
    warning = await watcher.event("warning")
    assert warning["article"]
    assert (await watcher.say("好的"))["ok"] is True
    await watcher.until(lambda: len(watcher.seen.chat) == 1)
    for robot in robots:
        assert [line["text"] for line in robot.seen.chat if "abc" in line["text"]] == []
    assert [e["e"] for e in watcher.seen.events].count("warning") == 1
    rows = await messages(scene)
    assert [row.state for row in rows] == ["hidden", "hidden", "hidden", "shown"]
    hits = await asyncio.to_thread(scene.facts, ComplianceHit)
    assert {hit.subject_id for hit in hits} >= {row.pk for row in rows[:3]}
    for robot in robots:
        await robot.close()


async def test_every_naughty_string_is_shown_as_text(scene: Scene, serve: Serve) -> None:
    """Each is refused with a reason or shown exactly as one line of that text."""
    path = shared_data("blns", "blns.json")
    texts: list[str] = json.loads(path.read_text(encoding="utf-8"))
    server = serve(chat_per_s=10_000.0, chat_burst=10_000, frames_per_s=9_999.0)
    async with (
        Robot(server.url, await ticket_of(scene, "bo")) as bo,
        Robot(server.url, await ticket_of(scene, "wu")) as wu,
    ):
        shown = []
        for text in texts:
            answer = await bo.say(text)
            if answer["ok"]:
                shown.append((answer["data"]["message_id"], text))
            else:
                assert answer["code"] in {"empty_message", "message_too_long", "hidden"}, text
        assert len(shown) > len(texts) * 0.8
        await wu.until(lambda: len(wu.seen.chat) == len(shown))
        for line, (message_id, text) in zip(wu.seen.chat, shown, strict=True):
            assert line["id"] == message_id
            assert line["text"].split() == text.translate(BLANKS).split()


BLANKS = dict.fromkeys((*range(32), *range(127, 160), 8232, 8233), " ")


async def test_what_a_viewer_may_not_say(scene: Scene, serve: Serve) -> None:
    """Too long, empty, too fast, muted: each refused with its reason; nothing is written."""
    server = serve()
    viewer_id, ticket = await asyncio.to_thread(scene.viewer, "bo")
    async with Robot(server.url, ticket, lang="en-GB") as bo:
        long = await bo.say("字" * 201)
        assert long["code"] == "message_too_long"
        assert long["message"].startswith("The message has 201 characters")
        assert (await bo.say(" \n "))["code"] == "empty_message"
        codes = [(await bo.say(f"第{n}条"))["code"] for n in range(8)]
        assert codes[:5] == ["shown"] * 5
        assert codes[6:] == ["too_fast"] * 2
        await asyncio.to_thread(
            lambda: actions.mute_viewer(
                org_id=scene.org_id,
                show_id=scene.show_id,
                viewer_id=viewer_id,
                minutes=5,
                by=scene.by,
                now=timezone.now(),
            )
        )
        assert (await bo.whisper("muted"))["until_at"] is not None
        assert (await bo.say("还能说吗"))["code"] == "muted"
    assert len(await messages(scene)) in (5, 6)


async def test_the_desk_hides_a_line_everywhere(scene: Scene, serve: Serve) -> None:
    """Screens are told to take it off; newcomers never see it."""
    server = serve()
    ticket = await ticket_of(scene, "bo")
    async with Robot(server.url, ticket) as bo:
        answer = await bo.say("别看这条")
        number = answer["data"]["message_id"]
        await asyncio.to_thread(
            lambda: actions.hide_message(
                org_id=scene.org_id,
                show_id=scene.show_id,
                message_id=number,
                reason="",
                by=scene.by,
                now=timezone.now(),
            )
        )
        assert await bo.event("hidden") == {"e": "hidden", "message_id": number}
    async with Robot(server.url, await ticket_of(scene, "wu")) as wu:
        assert wu.snapshot["chat"] == []


async def test_staff_things_stay_with_staff(scene: Scene, serve: Serve) -> None:
    """Host note and board reach the desk and no viewer, in no frame, nor after coming back."""
    server = serve(board_s=0.1)
    desk = Robot(server.url, await asyncio.to_thread(scene.staff_ticket))
    viewer = Robot(server.url, await ticket_of(scene, "bo"))
    await desk.open()
    await viewer.open()
    assert desk.welcome["staff"] is True
    assert desk.welcome["viewer"] is None
    assert desk.snapshot["board"] is not None
    await viewer.drop()
    await asyncio.to_thread(
        lambda: actions.tell_host(
            org_id=scene.org_id,
            show_id=scene.show_id,
            text="语速放慢",
            by=scene.by,
            now=timezone.now(),
        )
    )
    assert await desk.event("host_note") == {"e": "host_note", "text": "语速放慢"}
    await viewer.reopen()
    await viewer.look(1)
    await desk.until(lambda: desk.seen.board.get("exposed") == 1)
    said = await desk.say("欢迎")
    assert said["ok"] is True
    await viewer.until(lambda: len(viewer.seen.chat) == 1)
    assert viewer.seen.chat[0]["kind"] == "staff"
    assert viewer.seen.chat[0]["viewer_id"] == 0
    assert viewer.seen.counters["online"] == 1
    text = json.dumps(viewer.seen.frames, ensure_ascii=False)
    assert "语速放慢" not in text
    assert [f for f in viewer.seen.frames if f.get("board") is not None] == []
    assert [f["host_note"] for f in viewer.seen.frames if f["t"] == "snapshot"] == [None]
    refused = await desk.claim(1)
    assert refused["code"] == "staff_cannot_claim"
    await desk.close()
    await viewer.close()


async def test_likes_are_counted_honestly(scene: Scene, serve: Serve) -> None:
    """Nine are nine; a thousand at once are not a thousand."""
    server = serve()
    async with (
        Robot(server.url, await ticket_of(scene, "bo")) as bo,
        Robot(server.url, await ticket_of(scene, "wu")) as wu,
    ):
        for _ in range(3):
            await bo.like(3)
        await wu.until(lambda: wu.seen.counters["likes"] == 9)
        await wu.like(1000)
        await bo.until(lambda: bo.seen.counters["likes"] > 9)
        assert bo.seen.counters["likes"] <= 9 + 45


async def test_live_counters_equal_the_lake(scene: Scene, serve: Serve) -> None:
    """What the frames say is what a recount of the lake says, number for number."""
    server = serve(grace_s=0.2)
    tickets = await asyncio.to_thread(scene.tickets, 12)
    async with Robot(server.url, await ticket_of(scene, "last")) as last:
        async with crowd(server.url, tickets) as robots:
            for number, robot in enumerate(robots):
                await robot.like(number + 1)
                await robot.look(1, "click")
                if number % 3 == 0:
                    await robot.say(f"第{number}条")
                    await robot.follow()
                if number % 4 == 0:
                    await robot.share()
            await robots[0].follow(on=False)
            await robots[1].drop()
            await last.until(lambda: last.seen.counters["online"] == 12)
        await last.until(lambda: last.seen.counters["online"] == 1)
        await asyncio.sleep(1.2)
        live = last.seen.counters
        found = await asyncio.to_thread(insight.counters, scene.show_id)
        assert live == {name: getattr(found, name) for name in live}
        assert live == {
            "online": 1,
            "peak": 13,
            "views": 13,
            "viewers": 13,
            "likes": 78,
            "comments": 4,
            "follows": 4,
            "shares": 3,
        }


async def test_claims_over_sockets_are_the_rows(scene: Scene, serve: Serve) -> None:
    """Sixty claim twenty: twenty winners, twenty rows, every loser told, keys repeatable."""
    server = serve()
    tickets = await asyncio.to_thread(scene.tickets, 60)
    sale = await asyncio.to_thread(lambda: scene.flash_sale(units=20))
    async with crowd(server.url, tickets, keeps=True) as robots:
        keys = [str(uuid.uuid4()) for _ in robots]
        answers = await asyncio.gather(
            *(r.claim(sale.id, key=k) for r, k in zip(robots, keys, strict=True))
        )
        won = [a for a in answers if a["ok"]]
        assert len(won) == 20
        assert {a["code"] for a in answers if not a["ok"]} == {"sold_out"}
        claims = apps.get_model("promotions", "Claim").objects.filter(sale_id=sale.id)
        rows = await asyncio.to_thread(lambda: {str(c.request_key): c.pk for c in claims})
        told = {a["data"]["key"]: a["data"]["claim_id"] for a in won}
        assert told == rows
        again = await asyncio.gather(
            *(r.claim(sale.id, key=k) for r, k in zip(robots, keys, strict=True))
        )
        assert [a["ok"] for a in again] == [a["ok"] for a in answers]
        assert [a["data"]["claim_id"] for a in again] == [a["data"]["claim_id"] for a in answers]
        await robots[0].until(
            lambda: any(
                e["e"] == "sale" and e["sale"]["units_left"] == 0 for e in robots[0].seen.events
            )
        )
    facts = await asyncio.to_thread(scene.facts, FlashSaleClaimsJudged)
    assert sum(len(fact.won) for fact in facts) == 20


async def test_a_claim_by_http_is_known_to_the_socket(scene: Scene, serve: Serve) -> None:
    """One per buyer over both doors, also after sell-out is answered from memory."""
    server = serve()
    viewer_id, ticket = await asyncio.to_thread(scene.viewer, "bo")
    other = await ticket_of(scene, "wu")
    sale = await asyncio.to_thread(lambda: scene.flash_sale(units=1))
    key = str(uuid.uuid4())
    async with Robot(server.url, ticket) as bo, Robot(server.url, other) as wu:
        first = await asyncio.to_thread(
            lambda: claim_flash_sale(
                sale_id=sale.id,
                viewer_id=viewer_id,
                units=1,
                request_key=key,
                now=timezone.now(),
            )
        )
        assert first.ok
        assert (await wu.claim(sale.id))["code"] == "sold_out"
        same = await bo.claim(sale.id, key=key)
        assert (same["ok"], same["data"]["claim_id"]) == (True, first.claim_id)
        unknown = await bo.claim(10**9)
        assert unknown["code"] == "no_such_sale"
