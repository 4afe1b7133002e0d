"""Five hundred buyers at once on the last unit, over HTTP and sockets: one order."""

from __future__ import annotations

import asyncio
import uuid
from collections import Counter

import aiohttp
import pytest

from tests.house import Desk, House
from tests.journeys.buying import ADDRESS, pay
from tests.journeys.test_sigkill import open_sale
from tests.robots import Entrance, Frame, call, crowd, device, enter

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

BUYERS = 500
LINK = 7
# Too busy is no answer: the page asks again with the same key.
AGAIN = {429, 503}
TRIES_MAX = 40


async def test_the_last_unit_is_one_order(house: House) -> None:
    """A link's, which all order at the same moment, then a flash sale's."""
    desk = house.desk("chen")
    show, sale_id = open_sale(desk, units=1)
    buyers = await everyone_enters(house, show["code"])
    await last_of_a_link(house, desk, show, buyers)
    await last_of_a_sale(house, desk, show, buyers, sale_id=sale_id)


async def last_of_a_link(house: House, desk: Desk, show: Frame, buyers: list[Entrance]) -> None:
    """All of them press 立即购买 at the same moment."""
    desk.post(f"/desk/shows/{show['id']}/links/{LINK}/shelf")
    price = desk.post(f"/desk/shows/{show['id']}/links/{LINK}/open")["price_fen"]
    buy_all_but_one(house, desk, show, price)

    async with outside() as client:
        answers = await asyncio.gather(
            *(order(client, house, one, price, link_no=LINK) for one in buyers)
        )

    assert Counter(told(answer) for answer in answers) == {"201": 1, "sold_out": BUYERS - 1}
    row = the_link(desk, show)
    assert (row["units_left"], row["units_held"] + row["units_sold"]) == (0, row["units_given"])
    assert len(orders_of(desk, show, units=1)) == 1


async def last_of_a_sale(
    house: House, desk: Desk, show: Frame, buyers: list[Entrance], *, sale_id: int
) -> None:
    """Half of them claim over the socket, half by HTTP; who loses cannot order either."""
    by_socket, by_http = buyers[::2], buyers[1::2]
    async with crowd(house.url, [one.token for one in by_socket]) as robots, outside() as client:
        claims = await asyncio.gather(
            *(robot.claim(sale_id) for robot in robots),
            *(claim(client, house, one, sale_id) for one in by_http),
        )
        won = [n for n, answer in enumerate(claims) if answer["ok"]]
        assert len(won) == 1
        claim_id = claims[won[0]]["data"]["claim_id"]
        winner = (by_socket + by_http)[won[0]]
        answers = await asyncio.gather(
            *(order(client, house, one, 900, claim_id=claim_id) for one in buyers)
        )

    assert Counter(told(answer) for answer in answers) == {"201": 1, "no_such_claim": BUYERS - 1}
    (bought,) = [answer["body"] for answer in answers if answer["status"] == 201]
    await asyncio.to_thread(pay, house.url, winner.token, bought["no"])
    await paid(house, winner, bought["no"])
    kept = {one["no"]: one for one in orders_of(desk, show, units=1)}[bought["no"]]
    assert (len(orders_of(desk, show, units=1)), kept["total_fen"]) == (2, 900)


def outside() -> aiohttp.ClientSession:
    """A client that holds as many lines open as there are buyers."""
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=0), timeout=aiohttp.ClientTimeout(total=300)
    )


async def everyone_enters(house: House, code: str) -> list[Entrance]:
    """Five hundred devices with a ticket each."""
    gate = asyncio.Semaphore(16)

    async def one(n: int) -> Entrance:
        async with gate:
            return await asyncio.to_thread(enter, house.url, code, device=device(f"last-{n}"))

    return list(await asyncio.gather(*(one(n) for n in range(BUYERS))))


def buy_all_but_one(house: House, desk: Desk, show: Frame, price: int) -> None:
    """Earlier buyers take what the link has, up to its limit a buyer, until one unit is left."""
    row = the_link(desk, show)
    left = row["units_left"] - 1
    while left:
        units = min(left, row["per_buyer_max"])
        early = enter(house.url, show["code"], device=device(f"early-{left}"))
        body = order_body(price, units=units, link_no=LINK)
        call(house.url, "POST", "/my/orders", body, token=early.token)
        left -= units


async def order(
    client: aiohttp.ClientSession, house: House, who: Entrance, price: int, **what: int
) -> Frame:
    """Place an order; what is wanted comes as ``link_no`` or ``claim_id``."""
    return await answered(client, house, "/my/orders", who, order_body(price, units=1, **what))


async def claim(client: aiohttp.ClientSession, house: House, who: Entrance, sale_id: int) -> Frame:
    """Claim by HTTP; an answer of the shape that the socket gives."""
    body = {"units": 1, "request_key": str(uuid.uuid4())}
    found = await answered(client, house, f"/flash-sales/{sale_id}/claims", who, body)
    return {"ok": found["status"] < 300, "data": found["body"]}


async def answered(
    client: aiohttp.ClientSession, house: House, path: str, who: Entrance, body: Frame
) -> Frame:
    """Ask until there is an answer, always with the same key."""
    headers = {"Authorization": f"Bearer {who.token}"}
    for _ in range(TRIES_MAX):
        async with client.post(f"{house.url}/api{path}", json=body, headers=headers) as answer:
            found = {"status": answer.status, "body": await answer.json()}
        if found["status"] not in AGAIN:
            return found
        await asyncio.sleep(0.25)
    raise AssertionError(f"no answer in {TRIES_MAX} tries: {found}")


def order_body(price: int, *, units: int, **what: int) -> Frame:
    """An order's request with a key of its own."""
    return {
        "request_key": str(uuid.uuid4()),
        "units": units,
        "address": ADDRESS,
        "expected_total_fen": price * units,
        **what,
    }


async def paid(house: House, who: Entrance, no: str) -> None:
    """Wait until the provider's word has come in."""
    async with asyncio.timeout(30):
        while call(house.url, "GET", f"/my/orders/{no}", token=who.token)["state"] != "paid":
            await asyncio.sleep(0.1)


def told(answer: Frame) -> str:
    """What a buyer was told: the refusal's code, else the status."""
    return str(answer["body"].get("code") or answer["status"])


def the_link(desk: Desk, show: Frame) -> Frame:
    """The link as the desk sees it."""
    found = desk.get(f"/desk/shows/{show['id']}/links")
    return next(link for link in found if link["link_no"] == LINK)


def orders_of(desk: Desk, show: Frame, *, units: int) -> list[Frame]:
    """The show's orders of so many units."""
    items = desk.get(f"/desk/shows/{show['id']}/orders")["items"]
    orders = [item["order"] for item in items]
    return [one for one in orders if sum(line["units"] for line in one["lines"]) == units]
