"""Killed in the middle of a flash sale: nothing acknowledged is lost, nothing is oversold."""

from __future__ import annotations

import asyncio
import uuid
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed

from tests.house import Desk, House
from tests.journeys.buying import ADDRESS
from tests.robots import Entrance, Refused, Robot, call, crowd, device, enter

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]

UNITS = 120
CLAIMANTS = 240


def open_sale(desk: Desk, *, units: int, link_no: int = 8) -> tuple[dict[str, Any], int]:
    """The demo show on air with a running flash sale; returns show and sale id."""
    show = next(show for show in desk.get("/desk/shows") if show["state"] == "draft")
    desk.post(f"/desk/shows/{show['id']}/open")
    sale = desk.post(
        f"/desk/shows/{show['id']}/flash-sales",
        {
            "link_no": link_no,
            "price_fen": 900,
            "units": units,
            "per_buyer_max": 1,
            "opens_in_s": 0,
            "lasts_s": 600,
            "pay_within_s": 600,
        },
    )
    desk.post(f"/desk/flash-sales/{sale['id']}/start")
    return show, sale["id"]


async def claim_in_waves(robots: list[Robot], sale_id: int, won: dict[int, int]) -> None:
    """Everyone claims, some later than others, until the line breaks; acknowledged wins only."""

    async def one(n: int, robot: Robot) -> None:
        await asyncio.sleep(n * 0.006)
        try:
            answer = await robot.claim(sale_id)
        except (ConnectionError, TimeoutError, OSError, ConnectionClosed):
            return
        if answer["ok"]:
            won[n] = answer["data"]["claim_id"]

    tasks = [asyncio.create_task(one(n, robot)) for n, robot in enumerate(robots)]
    await asyncio.wait(tasks, timeout=90)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def test_sigkill_in_a_flash_sale_loses_nothing_acknowledged(house: House) -> None:
    desk = house.desk("chen")
    show, sale_id = open_sale(desk, units=UNITS)
    tickets: list[Entrance] = [
        enter(house.url, show["code"], device=device(f"kill-{n}")) for n in range(CLAIMANTS)
    ]
    won: dict[int, int] = {}
    orders: dict[int, str] = {}
    async with crowd(house.url, [ticket.token for ticket in tickets]) as robots:
        claiming = asyncio.create_task(claim_in_waves(robots, sale_id, won))
        while len(won) < UNITS // 3:
            await asyncio.sleep(0.01)
        for n, claim_id in list(won.items())[:5]:
            orders[n] = (await asyncio.to_thread(_order, house, tickets[n], claim_id))["no"]
        house.kill()
        claiming.cancel()
        await asyncio.gather(claiming, return_exceptions=True)
    acknowledged = dict(won)
    assert UNITS // 3 <= len(acknowledged) <= UNITS

    house.start()
    held: dict[int, int] = {}
    for n, ticket in enumerate(tickets):
        claims = call(house.url, "GET", "/my/claims", token=ticket.token)
        assert len(claims) <= 1
        if claims:
            held[n] = claims[0]["id"]
    lost = {n for n, claim_id in acknowledged.items() if held.get(n) != claim_id}
    assert lost == set()
    assert len(held) <= UNITS
    for n, no in orders.items():
        order = call(house.url, "GET", f"/my/orders/{no}", token=tickets[n].token)
        assert (order["state"], order["total_fen"]) == ("created", 900)

    # The sale goes on from the same truth: everyone tries once more, and it sells out exactly.
    desk = house.desk("chen")
    reasons: set[str] = set()
    for ticket in tickets:
        body = {"units": 1, "request_key": str(uuid.uuid4())}
        try:
            call(house.url, "POST", f"/flash-sales/{sale_id}/claims", body, token=ticket.token)
        except Refused as refused:
            reasons.add(refused.body["data"]["reason"])
    assert reasons == {"sold_out", "buyer_limit"}
    total = sum(len(call(house.url, "GET", "/my/claims", token=ticket.token)) for ticket in tickets)
    assert total == UNITS
    sale = next(s for s in desk.get(f"/desk/shows/{show['id']}/flash-sales") if s["id"] == sale_id)
    assert sale["units_left"] == 0


def _order(house: House, ticket: Entrance, claim_id: int) -> Any:
    body = {
        "request_key": str(uuid.uuid4()),
        "claim_id": claim_id,
        "units": 1,
        "address": ADDRESS,
        "expected_total_fen": 900,
    }
    return call(house.url, "POST", "/my/orders", body, token=ticket.token)
