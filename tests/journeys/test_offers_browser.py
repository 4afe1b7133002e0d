"""A promotion made at the desk, a coupon and a cart on a phone; in real Chromium."""

from __future__ import annotations

import asyncio
import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.house import Desk, House
from tests.journeys.test_browser import agree, browser, page_of, picture, sees_nothing_ticked
from tests.journeys.test_first_light import the_draft
from tests.robots import Robot, call, device, enter

__all__ = ["browser"]

# Of pages alone; what they call is tested on every database.
pytestmark = [
    pytest.mark.once,
    pytest.mark.slow,
    pytest.mark.browser,
    pytest.mark.timeout(900),
]


@pytest.mark.row("LM-100")
def test_what_the_desk_promises_the_phone_pays(house: House, browser: Browser) -> None:
    desk = house.desk("chen")
    show = the_draft(desk)
    at = f"/desk/shows/{show['id']}"
    desk.post(f"{at}/open")
    for link_no in (3, 2):
        desk.post(f"{at}/pop", {"link_no": link_no})
        desk.post(f"{at}/links/{link_no}/open")
    screen = page_of(browser, width=1440, height=900, phone=False)
    screen.context.add_cookies(desk.cookies)  # type: ignore[arg-type]
    make_promotion(screen, house)
    phone = page_of(browser, width=390, height=844, phone=True)
    phone.goto(f"{house.url}/room/{show['code']}")
    claim_coupon(phone, desk, show["id"])
    put_aside(phone, "高山绿茶", units=1)
    put_aside(phone, "山野百花蜂蜜", units=2)
    phone.locator(".bag").click()
    phone.get_by_role("button", name="购物车 3").click()
    # 128 and twice 59, less 5 for the tea by itself and 10 by the coupon.
    sheet = phone.get_by_role("dialog", name="购物车")
    expect(sheet.locator(".total")).to_contain_text("231")
    sees_nothing_ticked(sheet, but=("蜂蜜满 100 减 10",))
    expect(sheet.get_by_role("heading", level=3)).to_have_text(["高山绿茶", "山野百花蜂蜜"])
    picture(phone, "cart")
    order(phone)
    placed = newest(desk, at)
    assert placed["total_fen"] == 23_100
    assert {line["link_no"]: line["amount_fen"] for line in placed["lines"]} == {
        3: 12_300,
        2: 10_800,
    }


def make_promotion(screen: Page, house: House) -> None:
    """60 off everything sells below the floors and is refused by name; 5 off tea is not."""
    screen.goto(f"{house.url}/desk/promotions/edit")
    screen.get_by_label("名称（买家看到的）").fill("茶立减")
    screen.get_by_label("减多少").fill("60")
    start(screen)
    expect(screen.get_by_role("alert")).to_contain_text("叠加：茶立减")
    picture(screen, "promotion-refused")
    screen.get_by_label("减多少").fill("5")
    screen.get_by_role("button", name="加商品").click()
    screen.get_by_role("button", name="高山绿茶").click()
    screen.keyboard.press("Escape")
    start(screen)
    agree(screen)
    expect(screen.get_by_role("row", name="茶立减")).to_contain_text("进行中")


def start(screen: Page) -> None:
    screen.get_by_role("button", name="保存并开始").click()


def claim_coupon(phone: Page, desk: Desk, show_id: int) -> None:
    """The desk drops a coupon and the phone is told; another opens with a word, one by waiting."""
    skus = {link["link_no"]: link["sku_id"] for link in desk.get(f"/desk/shows/{show_id}/links")}
    sku_id = skus[2]
    dropped = start_coupon(desk, show_id, "蜂蜜满 100 减 10", sku_id, unlock="drop")
    start_coupon(desk, show_id, "口令券", sku_id, off_fen=100, unlock="keyword", keyword="秋收")
    start_coupon(desk, show_id, "看播券", sku_id, off_fen=200, unlock="watch", watch_minutes=9)
    one_tea = {"type": "unit_price", "fen": 11_000, "max_units": 1}
    start_coupon(desk, show_id, "高山绿茶兑换券", skus[3], benefit=one_tea)
    expect(phone.get_by_role("button", name="去购买")).to_be_visible()  # the socket is open
    desk.post(f"/desk/promotions/{dropped}/drop", {"lasts_s": 300})
    phone.get_by_role("button", name="主播发券").click()
    sheet = phone.get_by_role("dialog", name="优惠券")
    sheet.locator("li", has_text="满 100 减 10").get_by_role("button", name="领取").click()
    expect(sheet.get_by_text("可用", exact=True)).to_have_count(1)
    expect(sheet.get_by_text("再看 9 分钟可领")).to_be_visible()
    expect(sheet.get_by_text("以 ¥110 换 1 件：高山绿茶")).to_be_visible()
    word = sheet.locator("li", has_text="口令券").first
    word.get_by_label("口令").fill("丰收")
    word.get_by_role("button", name="领取").click()
    expect(sheet.get_by_role("alert")).to_contain_text("尚未达到领取条件")
    word.get_by_label("口令").fill("秋收")
    word.get_by_role("button", name="领取").click()
    expect(sheet.get_by_text("可用", exact=True)).to_have_count(2)
    expect(word).to_contain_text("已领到上限")
    picture(phone, "coupons")
    phone.get_by_role("button", name="关闭").click()


def start_coupon(
    desk: Desk,
    show_id: int,
    title: str,
    sku_id: int,
    off_fen: int = 1_000,
    benefit: dict[str, Any] | None = None,
    **unlock: Any,
) -> int:
    now = dt.datetime.now(dt.UTC)
    coupon = desk.post(
        "/desk/promotions",
        {
            "terms": {
                "title_zh": title,
                "title_en": title,
                "stacking": "coupon",
                "benefit": benefit or {"type": "amount_off", "fen": off_fen},
                "scope": {"type": "skus", "ids": [sku_id]},
                "condition": {"type": "always"} if benefit else {"type": "fen", "fen": 10_000},
            },
            "starts_at": now.isoformat(),
            "ends_at": (now + dt.timedelta(hours=2)).isoformat(),
            "show_id": show_id,
            "got": "claim",
            "per_buyer_max": 1,
            "request_key": title.encode().hex(),
            **unlock,
        },
    )
    desk.post(f"/desk/promotions/{coupon['id']}/steps/start")
    made: int = coupon["id"]
    return made


def put_aside(phone: Page, title: str, *, units: int) -> None:
    phone.locator(".bag").click()
    phone.get_by_role("listitem").filter(has_text=title).get_by_role(
        "button", name="去购买"
    ).click()
    for _ in range(units - 1):
        phone.get_by_role("button", name="多一件").click()
    phone.get_by_role("button", name="加入购物车").click()
    expect(phone.get_by_role("dialog")).to_have_count(0)


def order(phone: Page) -> None:
    """The address, then the order; the sum stays what it was."""
    phone.get_by_role("button", name="去填地址").click()
    phone.get_by_label("收货人").fill("王小花")
    phone.get_by_label("手机号").fill("13800138000")
    phone.get_by_label("所在地区").fill("浙江省 杭州市")
    phone.get_by_label("详细地址").fill("文三路 1 号")
    phone.get_by_role("button", name="用这个地址").click()
    phone.get_by_role("button", name="提交订单").click()
    expect(phone.locator(".due")).to_contain_text("231")


def newest(desk: Desk, at: str) -> dict[str, Any]:
    found: dict[str, Any] = desk.get(f"{at}/orders")["items"][0]["order"]
    return found


def test_a_draw_is_recomputed_in_the_browser(house: House, browser: Browser) -> None:
    """Entered and won on a phone, told at once; the page of the proof finds the winner itself."""
    desk = house.desk("chen")
    show = the_draft(desk)
    desk.post(f"/desk/shows/{show['id']}/open")
    phone = page_of(browser, width=390, height=844, phone=True)
    phone.goto(f"{house.url}/room/{show['code']}")
    helper = enter(house.url, show["code"], device=device("helper"), nickname="店里帮工")
    screen = page_of(browser, width=1440, height=900, phone=False)
    screen.context.add_cookies(desk.cookies)  # type: ignore[arg-type]
    screen.goto(f"{house.url}/desk/shows/{show['id']}/live")
    bar(screen, house, helper.token)
    open_packet(desk, show["id"])
    phone.get_by_role("button", name="红包：秋收红包").click()
    phone.get_by_role("button", name="拆红包").click()
    expect(phone.get_by_text("已领")).to_contain_text("0.50")
    phone.get_by_role("button", name="关闭").click()
    draw_id = open_draw(desk, show["id"])
    call(house.url, "POST", f"/my/draws/{draw_id}/enter", {"keyword": ""}, token=helper.token)
    phone.get_by_role("button", name="福袋：蜂蜜福袋").click()
    phone.get_by_role("button", name="参与", exact=True).click()
    expect(phone.get_by_text("已参与，名单第 1 位")).to_be_visible()
    screen.goto(f"{house.url}/desk/shows/{show['id']}/draws")
    expect(screen.get_by_text("已领 1 份 ¥0.50")).to_be_visible()
    add_prize(screen)
    expect(phone.get_by_text("大米 × 1")).to_be_visible()
    # The server closes and draws by the published times; the sheet asks every five seconds.
    expect(phone.get_by_text("恭喜，抽中蜂蜜")).to_be_visible(timeout=60_000)
    assert len(desk.get(f"/desk/draws/{draw_id}/awards")) == 1  # nobody else may win the rice
    picture(phone, "draw-won")
    phone.goto(f"{house.url}/draws/{draw_id}")
    for sentence in ("种子与事先公布的哈希一致", "名单与奖品没有被改动", "与公布的一致"):
        expect(phone.get_by_text(sentence)).to_be_visible()
    picture(phone, "draw-proof")


def bar(screen: Page, house: House, token: str) -> None:
    """Someone of the shop chats; the desk keeps them from winning."""

    async def say() -> None:
        async with Robot(house.url, token) as robot:
            await robot.say("我也来抽")

    # The browser's driver has the loop of this thread.
    with ThreadPoolExecutor(1) as aside:
        aside.submit(asyncio.run, say()).result()
    screen.get_by_role("button", name="店里帮工 的弹幕").click()
    screen.get_by_role("button", name="不参与抽奖").click()
    screen.get_by_role("dialog").get_by_role("button", name="不参与抽奖").click()
    expect(screen.get_by_text("店里帮工 不再参与本店抽奖")).to_be_visible()


def add_prize(screen: Page) -> None:
    """What is published only becomes better."""
    screen.get_by_role("button", name="加奖品").click()
    dialog = screen.get_by_role("dialog")
    expect(dialog.get_by_label("奖品").first).to_be_disabled()
    dialog.get_by_role("button", name="加奖品").click()
    dialog.get_by_label("奖品").last.fill("大米")
    dialog.get_by_label("单价值").last.fill("99")
    dialog.get_by_label("价值依据").last.fill("店内日常标价")
    dialog.get_by_role("button", name="保存").click()
    expect(dialog).to_have_count(0)


def open_packet(desk: Desk, show_id: int) -> None:
    """A yuan in two equal portions, open now."""
    now = dt.datetime.now(dt.UTC)
    terms = {
        "title": "秋收红包",
        "total_fen": 100,
        "number": 2,
        "audience": "everyone",
        "opens_at": now.isoformat(),
        "closes_at": (now + dt.timedelta(minutes=10)).isoformat(),
        "credit_days": 7,
        "organiser": "山野集（演示）食品有限公司",
    }
    made = desk.post("/desk/packets", {"show_id": show_id, "request_key": "red", **terms})
    desk.post(f"/desk/packets/{made['id']}/publish")
    desk.post(f"/desk/packets/{made['id']}/open")


def open_draw(desk: Desk, show_id: int) -> int:
    """A draw that opens now and closes in 40 seconds."""
    now = dt.datetime.now(dt.UTC)
    terms = {
        "title": "蜂蜜福袋",
        "prizes": [{"name": "蜂蜜", "value_fen": 5_900, "proof": "店内日常标价", "count": 1}],
        "audience": "everyone",
        "opens_at": now.isoformat(),
        "closes_at": (now + dt.timedelta(seconds=40)).isoformat(),
        "claim_days": 7,
        "claim_how": "在直播间领取",
        "organiser": "山野集（演示）食品有限公司",
    }
    made = desk.post("/desk/draws", {"show_id": show_id, "request_key": "bag", **terms})
    id: int = made["id"]
    desk.post(f"/desk/draws/{id}/publish")
    desk.post(f"/desk/draws/{id}/open")
    return id
