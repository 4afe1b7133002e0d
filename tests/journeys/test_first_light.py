"""One show from plan to report, told by HTTP and sockets as a stranger would."""

from __future__ import annotations

import asyncio
import json
import uuid
from typing import Any

import pytest

from tests.house import Desk, House
from tests.journeys.buying import ADDRESS, pay
from tests.robots import Refused, Robot, call, device, enter

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]


def the_draft(desk: Desk) -> dict[str, Any]:
    """The demo's show that is ready."""
    return next(show for show in desk.get("/desk/shows") if show["state"] == "draft")


@pytest.mark.row("R-107", "R-039")
async def test_a_show_from_plan_to_report(empty_house: House) -> None:
    desk = empty_house.desk("chen")
    show = the_draft(desk)
    at = f"/desk/shows/{show['id']}"
    gate = desk.get(f"{at}/preflight")
    assert gate["state"] in ("green", "amber"), gate
    desk.post(f"{at}/open")
    bo = enter(empty_house.url, show["code"], device=device("bo"), nickname="小波")
    dai = enter(empty_house.url, show["code"], device=device("dai"), nickname="阿黛")
    async with (
        Robot(empty_house.url, bo.token) as viewer,
        Robot(empty_house.url, dai.token) as other,
        Robot(empty_house.url, desk.post(f"{at}/socket-token")["token"]) as staff,
    ):
        assert viewer.snapshot["room"]["state"] == "live"
        await explain(desk, at, viewer)
        await chat(viewer, other)
        await buy(empty_house, bo.token, viewer)
        await staff.until(lambda: staff.seen.board.get("gmv_paid_fen") == 11800, wait_s=60)
        assert all(frame.get("board") is None for frame in viewer.seen.frames)
        desk.post(f"{at}/close")
        # The opening may be told once more: a snapshot can be newer than the events behind it.
        await viewer.until(lambda: any(e.get("state") == "ended" for e in viewer.seen.events))
    report = desk.get(f"{at}/report")
    figures = {figure["code"]: figure["value"] for figure in report["figures"]}
    assert figures["gmv_paid"] == 11800
    assert figures["viewers"] == 2
    assert figures["comments"] == 1
    assert figures["click_transaction_rate"] == 1.0
    assert [span["link_no"] for span in report["on_air"]] == [2]
    assert [row["title"] for row in report["products"] if row["link_no"] == 2] == ["山野百花蜂蜜"]


async def explain(desk: Desk, at: str, viewer: Robot) -> None:
    """The desk's buttons are seen in the room."""
    desk.post(f"{at}/pop", {"link_no": 2})
    desk.post(f"{at}/explaining", {"link_no": 2})
    assert (await viewer.event("pop"))["link_no"] == 2
    assert (await viewer.event("explain"))["link_no"] == 2
    # A card is looked at when it is there: it is read, and may come after its pop.
    await viewer.until(
        lambda: any(e["e"] == "link" and e["link"]["link_no"] == 2 for e in viewer.seen.events)
    )
    await viewer.look(2)
    await viewer.look(2, "click")


async def chat(viewer: Robot, other: Robot) -> None:
    """A line is seen by others; a lure is hidden with its article and everyone is warned."""
    said = await viewer.say("蜂蜜怎么吃")
    assert said["data"]["state"] == "shown"
    await other.until(lambda: any(line["text"] == "蜂蜜怎么吃" for line in other.seen.chat))
    hidden = await other.say("加我微信 abc12345 便宜")
    assert hidden["data"]["state"] == "hidden"
    assert hidden["data"]["article"] == "直播电商监督管理办法第三十一条第二款"
    await viewer.event("warning")
    assert all("abc12345" not in line["text"] for line in viewer.seen.chat)


async def buy(house: House, token: str, viewer: Robot) -> None:
    """Ordered, paid on the provider's page, and told over the socket."""
    body = {
        "request_key": str(uuid.uuid4()),
        "link_no": 2,
        "units": 2,
        "address": ADDRESS,
        "expected_total_fen": 11800,
    }
    order = call(house.url, "POST", "/my/orders", body, token=token)
    assert (order["state"], order["total_fen"]) == ("created", 11800)
    assert "13800138000" not in json.dumps(order)
    await asyncio.to_thread(pay, house.url, token, order["no"])
    await viewer.until(
        lambda: any(
            e["e"] == "order" and e["order"]["state"] == "paid" for e in viewer.seen.private
        ),
        wait_s=20,
    )


@pytest.mark.once
def test_a_red_check_refuses_to_open_by_every_path(house: House) -> None:
    desk = house.desk("chen")
    show = the_draft(desk)
    at = f"/desk/shows/{show['id']}"
    desk.call("PATCH", at, {"audience_card": ""})
    assert desk.get(f"{at}/preflight")["state"] == "red"
    with pytest.raises(Refused) as refused:
        desk.post(f"{at}/open")
    assert refused.value.status == 409
    assert refused.value.body["code"] == "not_ready"
    assert "plan_fields" in refused.value.body["data"]["red"]
    assert desk.get(at)["state"] == "draft"
    with pytest.raises(Refused):
        desk.post(f"{at}/pop", {"link_no": 1})
