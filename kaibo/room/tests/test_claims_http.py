"""Claims by HTTP: the same desk, order, rules and memory as the sockets of the room."""

import asyncio
import json
import time
import urllib.error
import urllib.request
from collections import Counter
from types import SimpleNamespace
from typing import Any

import pytest
from django.apps import apps

from kaibo.facts.promotions import FlashSaleClaimsJudged
from kaibo.promotions import actions as promotions
from kaibo.room import claims
from kaibo.room.claims import ClaimDesk
from kaibo.room.tests.conftest import Serve
from kaibo.room.tests.scene import Scene, Server
from tests.robots import Refused, Robot, call

pytestmark = pytest.mark.django_db(transaction=True)


def claim(server: Server, ticket: str, sale_id: object, **changes: Any) -> Any:
    """One claim by HTTP; the parsed answer, or ``Refused``."""
    body = {"units": 1, "request_key": "7c0e-1", **changes}
    return call(server.url, "POST", f"/flash-sales/{sale_id}/claims", body, token=ticket)


def refused(server: Server, ticket: str, sale_id: object, **changes: Any) -> tuple[int, Any]:
    """Status and body of a claim that must be refused."""
    with pytest.raises(Refused) as found:
        claim(server, ticket, sale_id, **changes)
    return found.value.status, found.value.body


def claims_stored() -> int:
    """Rows there are."""
    return int(apps.get_model("promotions", "Claim").objects.count())


def test_a_claim_by_http_from_knocking_to_the_limit(scene: Scene, serve: Serve) -> None:
    """Not yet, won, won again with the same key, the limit, and the words of each."""
    server = serve()
    _, ticket = scene.viewer("bo")
    sale = scene.planned_sale(units=2)
    status, body = refused(server, ticket, sale.id)
    assert (status, body["code"], body["data"]) == (
        409,
        "claim_refused",
        {
            "reason": "not_running",
            "zh": "活动未开始或已结束",
            "en": body["data"]["en"],
            "units_left": 2,
        },
    )
    promotions.start_flash_sale(sale_id=sale.id, by=scene.by, now=scene.now())
    first = claim(server, ticket, sale.id)
    assert {**first, "claim_id": 0, "pay_before": ""} == {
        "request_key": "7c0e-1",
        "viewer_id": scene.viewer("bo")[0],
        "ok": True,
        "code": "won",
        "claim_id": 0,
        "pay_before": "",
        "units_left": 1,
        "place": None,
    }
    assert claim(server, ticket, sale.id) == first
    status, body = refused(server, ticket, sale.id, request_key="7c0e-2")
    assert (status, body["message"]) == (409, "很遗憾，已达每人限购数量")
    (fact,) = (f for f in scene.facts(FlashSaleClaimsJudged) if f.won)
    assert (fact.won[0].claim_id, fact.first_arrival) == (first["claim_id"], 0)


def test_a_ticket_opens_its_own_shows_sales_only(scene: Scene, serve: Serve) -> None:
    """Another show's ticket, an unknown number, a number beyond all columns: no such sale."""
    server = serve()
    sale = scene.flash_sale(units=2)
    viewer_id, ticket = scene.viewer("bo")
    elsewhere = scene.ticket(viewer_id, show_id=scene.show_id + 1)
    for with_ticket, number in (
        (elsewhere, sale.id),
        (ticket, sale.id + 1),
        (ticket, 10**30),
        (ticket, "0"),
        (ticket, "-1"),
        (ticket, "%D9%A1"),
        (ticket, "9" * 5_000),
    ):
        status, body = refused(server, with_ticket, number)
        assert (status, body["code"]) == (404, "no_such_sale"), number
    assert claims_stored() == 0


@pytest.mark.parametrize("key", ["", "坏", "a b", "x" * 65, "\x00", "<script>", "a\n"])
def test_keys_that_cannot_be_used(scene: Scene, serve: Serve, key: str) -> None:
    """The refusal names the field."""
    status, body = refused(serve(), scene.viewer()[1], 1, request_key=key)
    assert (status, body["data"]["field"]) == (422, "request_key")


@pytest.mark.parametrize("units", [None, "1", 1.5, -1, 10**16, True])
def test_numbers_that_cannot_be_used(scene: Scene, serve: Serve, units: Any) -> None:
    """So does this one; zero units are judged, and refused as a bad request."""
    status, body = refused(serve(), scene.viewer()[1], 1, units=units)
    assert (status, body["code"], body["data"]["field"]) == (422, "bad_input", "units")


async def test_sockets_and_http_are_judged_in_one_order(scene: Scene, serve: Serve) -> None:
    """Thirty by each door for ten units: ten winners in the order in which they came."""
    server = serve()
    tickets = await asyncio.to_thread(scene.tickets, 60)
    sale = await asyncio.to_thread(lambda: scene.flash_sale(units=10))
    robots = [Robot(server.url, ticket) for ticket in tickets[:30]]
    for robot in robots:
        await robot.open()

    def by_http(ticket: str) -> str:
        try:
            return str(claim(server, ticket, sale.id)["code"])
        except Refused as lost:
            return str(lost.body["data"]["reason"])

    async def by_socket(robot: Robot) -> str:
        return str((await robot.claim(sale.id))["code"])

    calls = [asyncio.to_thread(by_http, ticket) for ticket in tickets[30:]]
    codes = await asyncio.gather(*(by_socket(robot) for robot in robots), *calls)
    assert Counter(codes) == {"won": 10, "sold_out": 50}
    rows = apps.get_model("promotions", "Claim").objects.filter(sale_id=sale.id)
    arrivals = await asyncio.to_thread(
        lambda: list(rows.order_by("arrival").values_list("claimed_at", flat=True))
    )
    assert arrivals == sorted(arrivals)
    for robot in robots:
        await robot.close()


async def test_after_the_sell_out_losers_are_answered_without_the_judge(
    scene: Scene, serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By both doors, in both languages, field by field as the judge would say it."""
    server = serve()
    sale = await asyncio.to_thread(lambda: scene.planned_sale(units=1))
    tickets = await asyncio.to_thread(scene.tickets, 3)
    async with Robot(server.url, tickets[0]) as first, Robot(server.url, tickets[1]) as second:
        start = promotions.start_flash_sale
        await asyncio.to_thread(lambda: start(sale_id=sale.id, by=scene.by, now=scene.now()))
        assert (await first.claim(sale.id))["ok"]
        # A shelf that was read before the claim may still be on its way to the screens.
        await second.until(
            lambda: any(
                e["e"] == "sale" and not e["sale"]["units_left"] for e in second.seen.events
            )
        )

        async def never(*args: Any) -> None:
            raise AssertionError("the judge was asked")

        monkeypatch.setattr(ClaimDesk, "_judge_sale", never)
        lost = await second.claim(sale.id, key="k-2")
        assert {**lost, "_at": 0, "ref": ""} == {
            "t": "answer",
            "ref": "",
            "ok": False,
            "code": "sold_out",
            "message": "很遗憾，已抢光",
            "data": {
                "of": "claim",
                "sale_id": sale.id,
                "key": "k-2",
                "claim_id": None,
                "pay_before": None,
                "units_left": 0,
                "place": None,
            },
            "_at": 0,
        }
        async with Robot(server.url, tickets[2], lang="en") as third:
            assert (await third.claim(sale.id))["message"] == "Sorry: it is sold out"
        status, body = await asyncio.to_thread(refused, server, tickets[2], sale.id)
        assert (status, body["data"]["reason"], body["data"]["units_left"]) == (409, "sold_out", 0)


async def test_only_the_servers_clock_counts(
    scene: Scene, serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A client's time is no field, and a clock set back turns nobody's place around."""
    server = serve(claim_gather_s=0.3)
    tickets = await asyncio.to_thread(scene.tickets, 2)
    sale = await asyncio.to_thread(lambda: scene.flash_sale(units=1))
    async with Robot(server.url, tickets[0]) as bo, Robot(server.url, tickets[1]) as wu:
        at = time.time() + 5
        clock = iter([at, at - 60.0])
        monkeypatch.setattr(claims, "time", SimpleNamespace(time=lambda: next(clock)))
        early = {"arrived_at": "2020-01-01T00:00:00Z", "at": 0}
        first = asyncio.create_task(bo.claim(sale.id))
        await asyncio.sleep(0.1)
        wish = {"t": "claim", "sale_id": sale.id, "units": 1, "key": "k", **early}
        second = asyncio.create_task(wu.ask(wish))
        assert [(await first)["code"], (await second)["code"]] == ["won", "sold_out"]


def test_too_fast_says_when_to_come_back(scene: Scene, serve: Serve) -> None:
    """Over both doors one allowance; 429 with Retry-After, and a win is never undone by it."""
    server = serve(claims_per_s=0.001, claims_burst=2)
    _, ticket = scene.viewer("bo")
    sale = scene.flash_sale(units=5)
    assert claim(server, ticket, sale.id)["ok"]
    assert claim(server, ticket, sale.id)["ok"]
    url = f"{server.url}/api/flash-sales/{sale.id}/claims"
    request = urllib.request.Request(url, json.dumps({"units": 1, "request_key": "k"}).encode())
    request.add_header("Authorization", f"Bearer {ticket}")
    with pytest.raises(urllib.error.HTTPError) as found:
        urllib.request.urlopen(request, timeout=30)
    with found.value as answer:
        assert (answer.status, answer.headers["Retry-After"]) == (429, "1")
        assert json.loads(answer.read())["code"] == "too_fast"
