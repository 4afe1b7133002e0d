"""Every kind of offer in one show, by HTTP and sockets; at the end the books balance to the fen."""

from __future__ import annotations

import datetime as dt
import json
import subprocess
import sys
import time
import uuid
from typing import Any

import pytest

from tests.house import Desk, House
from tests.journeys.buying import ADDRESS, pay
from tests.journeys.test_first_light import the_draft
from tests.paths import ROOT
from tests.robots import Entrance, Refused, Robot, call, device, enter

# What moves the money is tested on every database by the tests of each action.
pytestmark = [pytest.mark.once, pytest.mark.slow, pytest.mark.timeout(900)]

RICE, HONEY, TEA, ORANGES = 1, 2, 3, 4
Frame = dict[str, Any]


class Buyer:
    """A viewer who orders and pays as a page would."""

    def __init__(self, house: House, code: str, name: str) -> None:
        self.house = house
        self.ticket: Entrance = enter(house.url, code, device=device(name), nickname=name)

    def call(self, method: str, path: str, body: Frame | None = None) -> Any:
        return call(self.house.url, method, path, body, token=self.ticket.token)

    def order(self, expected_total_fen: int, **wish: Any) -> Frame:
        """An order, paid on the provider's page."""
        body = {"request_key": str(uuid.uuid4()), "address": ADDRESS, "units": 1, **wish}
        made = self.call("POST", "/my/orders", body | {"expected_total_fen": expected_total_fen})
        return self.pay(made["no"])

    def pay(self, no: str) -> Frame:
        """Pay what is due now, and wait until the provider's word has come."""
        was = stage(self.seen(no))
        pay(self.house.url, self.ticket.token, no)
        until = time.monotonic() + 30
        while stage(found := self.seen(no)) == was:
            assert time.monotonic() < until
            time.sleep(0.1)
        return found

    def seen(self, no: str) -> Frame:
        """The order as its buyer sees it."""
        found: Frame = self.call("GET", f"/my/orders/{no}")
        return found


@pytest.fixture
def before(house: House) -> dict[str, int]:
    """What stood on each account when the doors opened."""
    return balances(house.desk("chen"))


async def test_one_show_with_every_offer_balances(house: House, before: dict[str, int]) -> None:
    desk = house.desk("chen")
    show = the_draft(desk)
    at = f"/desk/shows/{show['id']}"
    desk.post(f"{at}/open")
    for link_no in (RICE, HONEY, TEA, ORANGES):
        desk.post(f"{at}/pop", {"link_no": link_no})
        desk.post(f"{at}/links/{link_no}/open")
    buyers = [Buyer(house, show["code"], name) for name in ("小波", "阿黛", "老周")]

    taken = coupon_and_refund(house, show["id"], buyers[0])
    taken += await flash_sale(desk, show["id"], buyers[1])
    taken += group_buy(desk, show["id"], buyers)
    taken += presale(desk, show["id"], buyers[2])
    taken += lottery(desk, show["id"], buyers)

    desk.post(f"{at}/close")
    now = balances(house.desk("chen"))
    moved = {name: now[name] - before[name] for name in now if now[name] != before[name]}
    assert moved == {"provider_receivable": taken, "sales": taken}


def stage(order: Frame) -> tuple[str, str]:
    """How far an order is, and its presale."""
    return order["state"], (order["presale"] or {"state": ""})["state"]


def coupon_and_refund(house: House, show_id: int, buyer: Buyer) -> int:
    """A coupon is dropped, claimed and used; one of two units goes back with its share of it."""
    desk = house.desk("chen")
    (honey,) = [
        link for link in desk.get(f"/desk/shows/{show_id}/links") if link["link_no"] == HONEY
    ]
    now = dt.datetime.now(dt.UTC)
    coupon = desk.post(
        "/desk/promotions",
        {
            "terms": {
                "title_zh": "满100减10",
                "title_en": "10 off 100",
                "stacking": "coupon",
                "benefit": {"type": "amount_off", "fen": 1_000},
                "scope": {"type": "skus", "ids": [honey["sku_id"]]},
                "condition": {"type": "fen", "fen": 10_000},
            },
            "starts_at": now.isoformat(),
            "ends_at": (now + dt.timedelta(hours=2)).isoformat(),
            "show_id": show_id,
            "got": "claim",
            "unlock": "drop",
            "uses_total": 10,
            "request_key": "honey-10",
        },
    )
    desk.post(f"/desk/promotions/{coupon['id']}/steps/start")
    claim = {"promotion_id": coupon["id"], "request_key": "mine"}
    with pytest.raises(Refused):
        buyer.call("POST", "/my/coupons", claim)
    desk.post(f"/desk/promotions/{coupon['id']}/drop", {"lasts_s": 60})
    mine = buyer.call("POST", "/my/coupons", claim)
    buyer.call("PUT", f"/my/cart/{HONEY}", {"units": 2})
    quoted = buyer.call("POST", "/my/cart/quote", {"coupon_ids": [mine["id"]]})
    assert quoted["total_fen"] == 10_800
    paid = buyer.order(10_800, link_no=HONEY, units=2, coupon_ids=[mine["id"]])
    assert (paid["state"], paid["total_fen"]) == ("paid", 10_800)
    (line,) = paid["lines"]
    back = house.desk("su").post(
        f"/desk/orders/{paid['no']}/refund",
        {"units": {line["id"]: 1}, "request_key": "one-back", "reason": "瓶盖松动"},
    )
    assert back["refund_fen"] == 5_400
    return 5_400


async def flash_sale(desk: Desk, show_id: int, buyer: Buyer) -> int:
    """One unit, claimed over the socket."""
    terms = {"link_no": RICE, "price_fen": 7_900, "units": 1, "per_buyer_max": 1}
    times = {"opens_in_s": 0, "lasts_s": 600, "pay_within_s": 300}
    sale = desk.post(f"/desk/shows/{show_id}/flash-sales", terms | times)
    desk.post(f"/desk/flash-sales/{sale['id']}/start")
    async with Robot(buyer.house.url, buyer.ticket.token) as robot:
        claim = await robot.claim(sale["id"])
    paid = buyer.order(7_900, claim_id=claim["data"]["claim_id"])
    assert paid["state"] == "paid"
    return 7_900


def group_buy(desk: Desk, show_id: int, buyers: list[Buyer]) -> int:
    """Three pay, and who opened the group pays less."""
    terms = {"link_no": ORANGES, "size": 3, "price_fen": 2_190, "leader_price_fen": 1_990}
    offer = desk.post(
        f"/desk/shows/{show_id}/group-offers", terms | {"fill_s": 600, "per_buyer_max": 2}
    )
    wish: Frame = {"group_offer_id": offer["id"]}
    first = buyers[0].order(1_990, link_no=ORANGES, group=wish)
    wish["group_id"] = first["group_id"]
    for buyer in buyers[1:]:
        assert buyer.call("GET", f"/my/groups/{first['group_id']}")["state"] == "open"
        buyer.order(2_190, link_no=ORANGES, group=wish)
    assert buyers[0].call("GET", f"/my/groups/{first['group_id']}")["state"] == "succeeded"
    return 1_990 + 2 * 2_190


def presale(desk: Desk, show_id: int, buyer: Buyer) -> int:
    """A deposit that counts double, then the balance once its window is open."""
    now = dt.datetime.now(dt.UTC)
    opens_at = now + dt.timedelta(seconds=5)
    offer = desk.post(
        f"/desk/shows/{show_id}/presales",
        {
            "link_no": TEA,
            "price_fen": 12_000,
            "deposit_fen": 1_000,
            "worth_fen": 2_000,
            "kind": "earnest",
            "late_rule": "forfeit",
            "balance_opens_at": opens_at.isoformat(),
            "balance_closes_at": (now + dt.timedelta(hours=1)).isoformat(),
            "ship_by": (now + dt.timedelta(days=2)).isoformat(),
            "refund_deadline_days": 3,
        },
    )
    shown = {key: offer[key] for key in ("deposit_fen", "late_rule", "refund_deadline_days")}
    held = buyer.order(11_000, link_no=TEA, presale={"presale_offer_id": offer["id"], **shown})
    assert stage(held) == ("created", "deposited")
    wait_for(opens_at)
    assert stage(buyer.pay(held["no"])) == ("paid", "complete")
    return 11_000


def lottery(desk: Desk, show_id: int, buyers: list[Buyer]) -> int:
    """The seed is promised, three enter, and a stranger's script finds who won what.

    One wins honey; the others a coupon, which is in their purses by itself, and one uses it.
    """
    now = dt.datetime.now(dt.UTC)
    closes_at = now + dt.timedelta(seconds=3)
    coupon = prize_coupon(desk, show_id, now=now)
    draw = desk.post(
        "/desk/draws",
        {
            "show_id": show_id,
            "title": "蜂蜜福袋",
            "prizes": [
                {"name": "蜂蜜一瓶", "value_fen": 5_900, "proof": "店内成交价", "count": 1},
                {"name": "三元券", "kind": "coupon", "promotion_id": coupon, "count": 2},
            ],
            "audience": "everyone",
            "opens_at": now.isoformat(),
            "closes_at": closes_at.isoformat(),
            "claim_days": 7,
            "claim_how": "在直播间领取",
            "organiser": "山野集（演示）食品有限公司",
            "request_key": "honey-bag",
        },
    )
    published = desk.post(f"/desk/draws/{draw['id']}/publish")
    promised = published["commit"]
    assert published["terms"]["prizes"][1]["value_fen"] == 300
    desk.post(f"/desk/draws/{draw['id']}/open")
    for buyer in buyers:
        buyer.call("POST", f"/my/draws/{draw['id']}/enter", {})
    wait_for(closes_at)
    desk.post(f"/desk/draws/{draw['id']}/close")
    desk.post(f"/desk/draws/{draw['id']}/reveal")
    proof = call(desk.url, "GET", f"/draws/{draw['id']}/proof")
    assert proof["commit"] == promised
    assert len(proof["entries"]) == 3
    check = [sys.executable, str(ROOT / "docs" / "verify_draw.py")]
    subprocess.run(check, input=json.dumps(proof).encode(), check=True, timeout=60)
    won = {buyer: buyer.call("GET", "/my/draws")[0]["award"] for buyer in buyers}
    assert sorted(award["state"] for award in won.values()) == ["awarded", "given", "given"]
    lucky = next(buyer for buyer, award in won.items() if award["state"] == "given")
    (mine,) = [one for one in lucky.call("GET", "/my/coupons") if one["promotion_id"] == coupon]
    paid = lucky.order(5_600, link_no=HONEY, coupon_ids=[mine["id"]])
    assert paid["state"] == "paid"
    return 5_600


def prize_coupon(desk: Desk, show_id: int, *, now: dt.datetime) -> int:
    """Three yuan off honey, which nobody claims: it is won; its id."""
    (honey,) = [
        link for link in desk.get(f"/desk/shows/{show_id}/links") if link["link_no"] == HONEY
    ]
    coupon: int = desk.post(
        "/desk/promotions",
        {
            "terms": {
                "title_zh": "三元券",
                "title_en": "3 off",
                "stacking": "coupon",
                "benefit": {"type": "amount_off", "fen": 300},
                "scope": {"type": "skus", "ids": [honey["sku_id"]]},
            },
            "starts_at": now.isoformat(),
            "ends_at": (now + dt.timedelta(days=9)).isoformat(),
            "coupon_lasts_s": 7 * 86_400,
            "got": "claim",
            "unlock": "prize",
            "uses_total": 2,
            "request_key": "honey-3",
        },
    )["id"]
    desk.post(f"/desk/promotions/{coupon}/steps/start")
    return coupon


def wait_for(at: dt.datetime) -> None:
    """Until the server's clock, which is this machine's, says so."""
    time.sleep(max(0.0, (at - dt.datetime.now(dt.UTC)).total_seconds()))


def balances(desk: Desk) -> dict[str, int]:
    """What stands on each account once no refund is on its way; debits and credits are equal."""
    until = time.monotonic() + 30
    while True:
        trial = desk.get("/desk/ledger/balances")
        assert trial["debit_fen"] == trial["credit_fen"]
        found = {row["account"]: row["closing_fen"] for row in trial["accounts"]}
        if found["refunds_payable"] == 0:
            return found
        assert time.monotonic() < until
        time.sleep(0.2)
