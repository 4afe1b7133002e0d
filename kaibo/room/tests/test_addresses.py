"""Limits by address: a farm of bots is slowed down, its neighbours and everybody else are not."""

import asyncio
import json
import uuid
from collections import Counter
from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from websockets.asyncio.client import ClientConnection, connect

from kaibo.audience.actions import issue_viewer_token
from kaibo.base.networks import network_of
from kaibo.promotions.actions import Attempt
from kaibo.promotions.reads import ClaimAnswer
from kaibo.room import addresses, asked, web
from kaibo.room.addresses import Arrivals, Buckets
from kaibo.room.bridge import Bridge
from kaibo.room.claims import ClaimDesk, SoldOut
from kaibo.room.rules import Limits, fair_shares
from kaibo.room.tests.conftest import Serve
from kaibo.room.tests.scene import Scene
from tests.robots import Robot

FARM, HOME = "203.0.113.9", "198.51.100.7"


@pytest.mark.parametrize(
    ("host", "network"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::1", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::1", "2001:db8:1:3::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("127.0.0.1", ""),
        ("127.8.9.1", ""),
        ("::1", ""),
        ("::ffff:127.0.0.1", ""),
        ("", ""),
        (None, ""),
        ("unknown", "?"),
        ("203.0.113.9, 10.0.0.1", "?"),
    ],
)
def test_what_counts_as_one_address(host: str | None, network: str) -> None:
    """IPv6 by /64; this machine is nobody's address; what is none shares one allowance."""
    assert network_of(host) == network


def test_each_address_has_its_own_bucket_and_full_ones_are_forgotten(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Five of one address leave another's untouched; a thousand that went away cost nothing."""
    clock = SimpleNamespace(now=100.0)
    monkeypatch.setattr(addresses, "time", SimpleNamespace(monotonic=lambda: clock.now))
    monkeypatch.setattr(addresses, "FORGET_AT", 10)
    buckets = Buckets(rate=1.0, burst=5)
    assert [buckets.take(FARM) for _ in range(6)] == [True] * 5 + [False]
    assert buckets.take(HOME)
    assert all(buckets.take("") for _ in range(100))
    clock.now += 2
    assert [buckets.take(FARM) for _ in range(3)] == [True, True, False]
    clock.now += 4
    for number in range(8):
        buckets.take(f"10.0.0.{number}")
    assert len(buckets) == 10
    buckets.take("10.0.1.1")
    assert len(buckets) == 10, "only home's was full again"
    assert not all(buckets.take(FARM) for _ in range(5)), "the farm's was not forgotten"


def test_sockets_are_counted_in_and_out() -> None:
    """Two at once; one that goes makes room; this machine is not counted against a limit."""
    arrivals = Arrivals(Limits(sockets_per_address=2, joins_per_address_burst=4))
    assert [arrivals.arrive(FARM) for _ in range(3)] == [True, True, False]
    assert arrivals.arrive(HOME)
    arrivals.leave(FARM)
    assert [arrivals.arrive(FARM) for _ in range(2)] == [True, False]
    for _ in range(2):
        arrivals.leave(FARM)
    assert [arrivals.arrive(FARM) for _ in range(2)] == [True, False], "coming and going has a pace"
    assert all(arrivals.arrive("") for _ in range(50))


@given(st.lists(st.sampled_from("abcd"), max_size=60), st.integers(1, 20))
def test_addresses_take_turns(senders: list[str], most: int) -> None:
    """Nobody gets more than one above what another still wants; each one's own stay in order."""
    taken = fair_shares(senders, most)
    assert taken == sorted(set(taken))
    assert len(taken) == min(most, len(senders))
    got = Counter(senders[place] for place in taken)
    want = Counter(senders)
    for sender in want:
        own = [place for place, name in enumerate(senders) if name == sender]
        assert [place for place in taken if senders[place] == sender] == own[: got[sender]]
        if got[sender] < want[sender]:
            assert max(got.values()) <= got[sender] + 1


class Told:
    """A claimant who keeps what it was told."""

    def __init__(self, viewer_id: int, address: str) -> None:
        self.viewer_id, self.address, self.code = viewer_id, address, ""

    def claimed(self, claim: asked.Claim, answer: ClaimAnswer) -> None:
        self.code = answer.code

    def lost(self, claim: asked.Claim, sold_out: SoldOut) -> None:
        self.code = "sold_out"

    def refuse(self, ref: str, refusal: Any) -> None:
        self.code = refusal.code


async def test_two_thousand_claims_of_one_address_do_not_keep_another_waiting() -> None:
    """The viewer who came last, from elsewhere, is in the very first batch."""
    batches: list[list[int]] = []

    def judge(sale_id: int, attempts: Sequence[Attempt]) -> list[ClaimAnswer]:
        batches.append([attempt.viewer_id for attempt in attempts])
        return [ClaimAnswer(a.request_key, a.viewer_id, True, "won", 1, None, 9) for a in attempts]

    bridge = Bridge(threads=1)
    desk = ClaimDesk(bridge=bridge, judge=judge, limits=Limits(claim_batch=1_000))
    farm = [Told(number, FARM) for number in range(1, 2_001)]
    home = [Told(5_000, HOME), Told(5_001, HOME)]
    for claimant in [*farm, *home]:
        key = f"k{claimant.viewer_id}"
        desk.put(claimant, asked.Claim(ref="r", sale_id=7, units=1, key=key))
    running = asyncio.create_task(desk.run())
    while not all(claimant.code for claimant in farm):
        await asyncio.sleep(0.01)
    running.cancel()
    bridge.close()
    assert {claimant.code for claimant in [*farm, *home]} == {"won"}
    assert batches[0] == [*range(1, 999), 5_000, 5_001]
    assert [viewer for batch in batches for viewer in batch if viewer < 5_000] == [*range(1, 2_001)]


@pytest.mark.django_db(transaction=True)
async def test_claims_of_one_address_have_a_pace(scene: Scene, serve: Serve) -> None:
    """The third of an address is too fast by either door; the neighbour elsewhere wins."""
    server = serve(claims_per_address_s=0.001, claims_per_address_burst=2)
    tickets = await asyncio.to_thread(scene.tickets, 4)
    sale = await asyncio.to_thread(lambda: scene.flash_sale(units=9))
    farm = [Robot(server.url, ticket, address=FARM) for ticket in tickets[:3]]
    for robot in farm:
        await robot.open()
    codes = [(await robot.claim(sale.id))["code"] for robot in farm]
    assert codes == ["won", "won", "too_fast"]
    async with Robot(server.url, tickets[3], address=HOME) as elsewhere:
        assert (await elsewhere.claim(sale.id))["code"] == "won"
    for robot in farm:
        await robot.close()


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
async def test_two_thousand_sockets_of_one_address_leave_the_room_to_others(
    scene: Scene, serve: Serve
) -> None:
    """Half of them are told to come later; a viewer from elsewhere is let in and wins."""
    server = serve(join_s=120.0)
    ticket = (await asyncio.to_thread(scene.viewer, "bo"))[1]
    sale = await asyncio.to_thread(lambda: scene.flash_sale(units=1))
    gate = asyncio.Semaphore(50)

    async def knock() -> ClientConnection:
        async with gate:
            return await connect(
                server.url.replace("http", "ws", 1) + "/ws",
                additional_headers={"X-Forwarded-For": FARM},
                compression=None,
                ping_interval=None,
                open_timeout=60,
                proxy=None,
            )

    farm = await asyncio.gather(*(knock() for _ in range(2_000)))
    async with Robot(server.url, ticket, address=HOME) as bo:
        assert (await bo.claim(sale.id))["code"] == "won"
    while len(turned_away := [s.close_code for s in farm if s.close_code is not None]) < 1_000:
        await asyncio.sleep(0.01)
    assert turned_away == [4029] * 1_000
    for socket in farm:
        socket.transport.abort()


@pytest.mark.django_db
def test_entering_has_a_pace_by_address(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """429 with Retry-After for the third of an address, none for the neighbour or this machine."""
    monkeypatch.setattr(web, "_doors", Buckets(rate=0.001, burst=2))

    def enter(address: str) -> Any:
        body = json.dumps({"device": uuid.uuid4().hex})
        client = Client(headers={"Accept-Language": "en"}, REMOTE_ADDR=address)
        path = f"/api/rooms/{scene.show.code}/enter"
        return client.post(path, body, content_type="application/json")

    assert [enter(FARM).status_code for _ in range(2)] == [200, 200]
    refused = enter(FARM)
    assert (refused.status_code, refused.json()["code"]) == (429, "too_fast")
    assert refused.headers["Retry-After"] == "1"
    assert [enter(address).status_code for address in (HOME, "127.0.0.1")] == [200, 200]
    assert [enter(f"2001:db8::{n}").status_code for n in range(1, 4)] == [200, 200, 429]


@pytest.mark.django_db
def test_bids_have_a_pace_by_address(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """429 with Retry-After for the third of an address, none for the neighbour or this machine."""
    monkeypatch.setattr(web, "_bids", Buckets(rate=0.001, burst=2))
    ticket = issue_viewer_token(7, scene.show.org_id, scene.show.id)
    body = json.dumps({"price_fen": 1_000, "request_key": "k"})

    def bid(address: str) -> Any:
        headers = {"Authorization": f"Bearer {ticket}"}
        client = Client(headers=headers, REMOTE_ADDR=address)
        return client.post("/api/my/auctions/1/bids", body, content_type="application/json")

    # There is no such auction: whoever may bid is told so.
    assert [bid(FARM).status_code for _ in range(2)] == [404, 404]
    refused = bid(FARM)
    assert (refused.status_code, refused.json()["code"]) == (429, "too_fast")
    assert refused.headers["Retry-After"] == "1"
    assert [bid(address).status_code for address in (HOME, "127.0.0.1")] == [404, 404]
