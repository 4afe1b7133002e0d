"""The waitlist in the room: joined by both doors, told privately when the turn comes."""

import asyncio

import pytest

from kaibo.facts.promotions import WaitlistServed
from kaibo.promotions import actions as promotions
from kaibo.room.tests.conftest import Serve
from kaibo.room.tests.scene import Scene
from kaibo.room.tests.test_claims_http import claim
from tests.robots import Refused, Robot, call

pytestmark = pytest.mark.django_db(transaction=True)


async def test_a_loser_waits_and_is_told_when_served(scene: Scene, serve: Serve) -> None:
    """By socket and by HTTP one line; a release reaches the first in it at once, and no other."""
    server = serve()
    sale = await asyncio.to_thread(lambda: scene.planned_sale(units=1, has_waitlist=True))
    first, second, third = await asyncio.to_thread(scene.tickets, 3)
    async with (
        Robot(server.url, first) as bo,
        Robot(server.url, second) as wu,
        Robot(server.url, third, lang="en") as li,
    ):
        start = promotions.start_flash_sale
        await asyncio.to_thread(lambda: start(sale_id=sale.id, by=scene.by, now=scene.now()))
        won = await bo.claim(sale.id)
        assert (await wu.claim(sale.id))["code"] == "sold_out"
        waits = await wu.claim(sale.id, key="k-wu", wait=True)
        assert (waits["ok"], waits["code"], waits["message"]) == (
            True,
            "waiting",
            "已加入候补，排在第 1 位",
        )
        assert (waits["data"]["place"], waits["data"]["claim_id"]) == (1, None)
        # Answered by the judge even without the wish to wait: whoever waits is not a loser.
        assert (await wu.claim(sale.id, key="k-wu"))["code"] == "waiting"

        by_http = await asyncio.to_thread(
            lambda: claim(server, third, sale.id, request_key="k-li", wait=True)
        )
        assert (by_http["code"], by_http["place"]) == ("waiting", 2)
        await bo.until(lambda: sale_seen(bo, waiting=2))
        mine = await asyncio.to_thread(lambda: call(server.url, "GET", "/my/waiting", token=third))
        assert [(place["sale_id"], place["place"]) for place in mine] == [(sale.id, 2)]

        release = promotions.release_claim
        claim_id = won["data"]["claim_id"]
        await asyncio.to_thread(lambda: release(claim_id=claim_id, now=scene.now()))
        told = await wu.whisper("claim")
        (fact,) = await asyncio.to_thread(scene.facts, WaitlistServed)
        assert told == {
            "e": "claim",
            "claim_id": fact.served[0].claim_id,
            "sale_id": sale.id,
            "units": 1,
            "state": "held",
            "pay_before": told["pay_before"],
        }
        again = await wu.claim(sale.id, key="k-wu")
        assert (again["code"], again["data"]["claim_id"]) == ("won", fact.served[0].claim_id)
        assert (await bo.claim(sale.id))["code"] == "sold_out"
        await bo.until(lambda: sale_seen(bo, waiting=1))
        assert [e["e"] for e in li.seen.private] == []


async def test_leaving_by_http_moves_the_others_up(scene: Scene, serve: Serve) -> None:
    """A place given up is gone; whoever stood behind is one nearer."""
    server = serve()
    sale = await asyncio.to_thread(lambda: scene.flash_sale(units=1, has_waitlist=True))
    tickets = await asyncio.to_thread(scene.tickets, 3)
    async with Robot(server.url, tickets[0]) as bo, Robot(server.url, tickets[2]) as li:
        assert (await bo.claim(sale.id))["code"] == "won"
        await asyncio.to_thread(lambda: claim(server, tickets[1], sale.id, wait=True))
        assert (await li.claim(sale.id, wait=True))["data"]["place"] == 2
        path = f"/my/waiting/{sale.id}"
        for _ in range(2):
            await asyncio.to_thread(lambda: call(server.url, "DELETE", path, token=tickets[1]))
        assert (await li.claim(sale.id, wait=True))["data"]["place"] == 1
        await bo.until(lambda: sale_seen(bo, waiting=1))
        with pytest.raises(Refused) as refused:
            await asyncio.to_thread(
                lambda: call(server.url, "DELETE", "/my/waiting/999999", token=tickets[1])
            )
        assert (refused.value.status, refused.value.body["code"]) == (404, "no_such_sale")


def sale_seen(robot: Robot, *, waiting: int) -> bool:
    """Whether the last thing the robot was told of the sale is this."""
    sales = [e["sale"] for e in robot.seen.events if e["e"] == "sale"]
    return bool(sales) and sales[-1]["waiting"] == waiting
