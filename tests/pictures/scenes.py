"""What is sold in a room, on a phone and at the desk beside it."""

from __future__ import annotations

import asyncio
import datetime as dt
import re
import time
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

from playwright.sync_api import Page, expect

from tests.house import Desk
from tests.journeys.buying import ADDRESS, pay
from tests.pictures.stage import LOCALES, Language, Stage, sheet, word
from tests.robots import Entrance, Robot, call

OF_DEMO: Final = "山野集（演示）食品有限公司"
FRIENDS: Final[dict[Language, tuple[str, ...]]] = {
    "zh": ("小波", "阿黛", "老王"),
    "en": ("Bo", "Dai", "Wang"),
}


def flash_sale(stage: Stage) -> None:
    """A running flash sale: the countdown on phones, what was claimed at the desk."""
    sale_id = start_sale(stage, link_no=1, units=40)
    for n in range(6):
        claim(stage, sale_id, f"抢购的人 {n}")
    for language in LOCALES:
        phone = stage.phone(language)
        expect(phone.locator(".card.flash")).to_be_visible()
        stage.keep("flash-sale", language, phone, stage.desk(language, live(stage)))
    stage.chen.post(f"/desk/flash-sales/{sale_id}/stop")


def waitlist(stage: Stage) -> None:
    """The last unit is claimed, and others wait in line for it."""
    sale_id = start_sale(stage, link_no=1, units=1)
    claim(stage, sale_id, "最后一件")
    for language in LOCALES:
        phone = stage.phone(language)
        card = phone.locator(".card")
        card.get_by_role("button", name=word(language, "offer.can_wait")).click()
        expect(card.get_by_role("status")).to_be_visible()
        stage.keep("waitlist", language, phone, stage.desk(language, live(stage)))
    stage.chen.post(f"/desk/flash-sales/{sale_id}/stop")


def invitation(stage: Stage) -> None:
    """Two who came by a link paid their first order, and the coupon is there."""
    draft = next(one for one in stage.chen.get(f"{stage.at}/invites") if one["state"] == "draft")
    stage.chen.post(f"/desk/invites/{draft['id']}/publish")
    until(lambda: stage.chen.get(f"/desk/invites/{draft['id']}")["state"] == "open")
    for language in LOCALES:
        phone = stage.phone(language)
        phone.get_by_role("button", name=draft["terms"]["title"]).click()
        with phone.expect_response(re.compile("/link$")) as asked:
            sheet(phone).get_by_role("button", name=word(language, "invite.copy")).click()
        code = asked.value.json()["code"]
        for n, name in enumerate(FRIENDS[language], start=1):
            friend = stage.robot(name)
            come(stage, friend, code, address=f"203.0.{len(language) * n}.{ord(language[0])}")
            if n < 3:
                buy(stage, friend, link_no=2)
        expect(sheet(phone).locator("dd").last).to_have_text("1")
        stage.keep("invitation", language, phone, stage.desk(language, f"{stage.at[5:]}/invites"))


def red_packet(stage: Stage) -> None:
    """An open red packet: a portion on the phone, the sums at the desk."""
    now = dt.datetime.now(dt.UTC)
    made = stage.chen.post(
        "/desk/packets",
        {
            "show_id": stage.show["id"],
            "request_key": "red",
            "title": "秋收红包",
            "total_fen": 5_000,
            "number": 100,
            "audience": "everyone",
            "opens_at": now.isoformat(),
            "closes_at": (now + dt.timedelta(minutes=20)).isoformat(),
            "credit_days": 7,
            "organiser": OF_DEMO,
        },
    )
    for step in ("publish", "open"):
        stage.chen.post(f"/desk/packets/{made['id']}/{step}")
    for n in range(12):
        token = stage.robot(f"拆红包的人 {n}").token
        call(stage.house.url, "POST", f"/my/packets/{made['id']}/claim", {}, token=token)
    for language in LOCALES:
        phone = stage.phone(language)
        phone.get_by_role("button", name="秋收红包").click()
        closed = sheet(phone).get_by_role("button", name=word(language, "packets.open"))
        closed.click()
        expect(closed).to_have_count(0)
        stage.keep("red-packet", language, phone, stage.desk(language, f"{stage.at[5:]}/draws"))


def exchange(stage: Stage) -> None:
    """An exchange coupon, claimed on the phone; its terms at the desk."""
    terms = {
        "title_zh": "高山绿茶兑换券",
        "title_en": "Exchange coupon: green tea",
        "stacking": "coupon",
        "benefit": {"type": "unit_price", "fen": 11_000, "max_units": 1},
        "scope": {"type": "skus", "ids": [stage.skus[3]]},
    }
    id = start_promotion(stage, terms, got="claim", per_buyer_max=1)
    for language in LOCALES:
        phone = stage.phone(language)
        phone.locator(".bag").click()
        sheet(phone).get_by_role("button", name=word(language, "coupons.short")).click()
        given = sheet(phone).get_by_role("button", name=word(language, "coupons.claim")).first
        given.click()
        expect(given).to_have_count(0)
        desk = stage.desk(language, f"/promotions/edit?id={id}")
        stage.keep("exchange-coupon", language, phone, desk)


def bundle(stage: Stage) -> None:
    """Two goods that cost less together: the cart says why."""
    terms = {
        "title_zh": "茶和蜂蜜一起买",
        "title_en": "Tea and honey together",
        "stacking": "activity",
        "benefit": {"type": "bundle_price", "fen": 17_500},
        "condition": {"type": "kinds", "kinds": 2},
        "scope": {"type": "skus", "ids": [stage.skus[2], stage.skus[3]]},
    }
    id = start_promotion(stage, terms)
    for language in LOCALES:
        phone = stage.phone(language)
        for title in ("高山绿茶", "山野百花蜂蜜"):
            put_aside(phone, language, title)
        phone.locator(".bag").click()
        sheet(phone).get_by_role("button", name=word(language, "cart.short")).click()
        expect(sheet(phone).locator(".total")).to_contain_text("175")
        desk = stage.desk(language, f"/promotions/edit?id={id}")
        stage.keep("bundle", language, phone, desk)


def live(stage: Stage) -> str:
    """The desk during the show."""
    return f"{stage.at[5:]}/live"


def start_sale(stage: Stage, *, link_no: int, units: int) -> int:
    """A flash sale that others may wait for."""
    terms = {"link_no": link_no, "price_fen": 2_500, "units": units, "per_buyer_max": 1}
    times = {"opens_in_s": 0, "lasts_s": 1_200, "pay_within_s": 600}
    sales = f"{stage.at}/flash-sales"
    sale = stage.chen.post(sales, {**terms, **times, "has_waitlist": True})
    stage.chen.post(f"/desk/flash-sales/{sale['id']}/start")
    stage.chen.post(f"{stage.at}/explaining", {"link_no": link_no})
    id: int = sale["id"]
    return id


def claim(stage: Stage, sale_id: int, name: str) -> None:
    """A unit for somebody without a page, by the socket."""
    token = stage.robot(name).token

    async def press() -> None:
        async with Robot(stage.house.url, token) as robot:
            await robot.claim(sale_id)

    # The browser's driver has the loop of this thread.
    with ThreadPoolExecutor(1) as aside:
        aside.submit(asyncio.run, press()).result()


def come(stage: Stage, who: Entrance, code: str, *, address: str) -> None:
    """Somebody comes by a link, from an address of their own."""
    headers = {"X-Forwarded-For": address, "Authorization": f"Bearer {who.token}"}
    Desk(stage.house.url, None, headers=headers).post("/my/invites/accept", {"code": code})


def start_promotion(stage: Stage, terms: dict[str, Any], **more: Any) -> int:
    """A promotion of the show, running."""
    now = dt.datetime.now(dt.UTC)
    body = {
        "terms": terms,
        "starts_at": now.isoformat(),
        "ends_at": (now + dt.timedelta(hours=6)).isoformat(),
        "show_id": stage.show["id"],
        "request_key": uuid.uuid4().hex,
        **more,
    }
    made = stage.chen.post("/desk/promotions", body)
    stage.chen.post(f"/desk/promotions/{made['id']}/steps/start")
    id: int = made["id"]
    return id


def put_aside(phone: Page, language: Language, title: str) -> None:
    """One of these goods goes into the cart."""
    phone.locator(".bag").click()
    row = sheet(phone).get_by_role("listitem").filter(has_text=title)
    row.locator("button.offer").click()
    sheet(phone).get_by_role("button", name=word(language, "cart.add")).click()
    expect(phone.get_by_role("dialog")).to_have_count(0)


def buy(stage: Stage, who: Entrance, *, link_no: int) -> None:
    """An order, paid."""
    links = stage.chen.get(f"{stage.at}/links")
    price = next(one["price_fen"] for one in links if one["link_no"] == link_no)
    wish = {"request_key": str(uuid.uuid4()), "link_no": link_no, "units": 1, "address": ADDRESS}
    body = wish | {"expected_total_fen": price}
    order = call(stage.house.url, "POST", "/my/orders", body, token=who.token)
    pay(stage.house.url, who.token, order["no"])


def until(is_done: Callable[[], bool]) -> None:
    """Wait for what the server does by its clock."""
    ends = time.monotonic() + 60
    while not is_done():
        assert time.monotonic() < ends, "it never came"
        time.sleep(0.3)
