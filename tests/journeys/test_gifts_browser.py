"""A gift made at the desk, earned on a phone, and missing when the goods come back; Chromium."""

from __future__ import annotations

import time
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from kaibo.site.demo.history import VIEWERS
from tests.house import Desk, House
from tests.journeys.test_browser import agree, browser, page_of, picture
from tests.journeys.test_deals_browser import buy
from tests.journeys.test_first_light import the_draft
from tests.journeys.test_offers_browser import newest, put_aside, start
from tests.journeys.test_one_show import HONEY, TEA

__all__ = ["browser"]

# Of pages alone; what they call is tested on every database.
pytestmark = [
    pytest.mark.once,
    pytest.mark.slow,
    pytest.mark.browser,
    pytest.mark.timeout(900),
]


@pytest.mark.row("R-058", "R-061", "R-101")
def test_a_gift_goes_out_and_does_not_come_back(house: House, browser: Browser) -> None:
    desk = house.desk("chen")
    show = the_draft(desk)
    at = f"/desk/shows/{show['id']}"
    desk.post(f"{at}/open")
    desk.post(f"{at}/pop", {"link_no": HONEY})
    desk.post(f"{at}/links/{HONEY}/open")
    dipper = add_dipper(house.desk("lin"))
    screen = screen_of(browser, desk)
    make_gift(screen, house)

    phone = page_of(browser, width=375, height=812, phone=True)
    phone.goto(f"{house.url}/room/{show['code']}")
    put_aside(phone, "山野百花蜂蜜", units=2)
    phone.locator(".bag").click()
    phone.get_by_role("button", name="购物车 2").click()
    gift = phone.get_by_role("list", name="赠品")
    expect(gift).to_contain_text("木质搅蜜棒")
    expect(gift).to_contain_text("送完即止，剩 2 件")
    gift.scroll_into_view_if_needed()
    picture(phone, "gift")
    buy(phone)
    expect(phone.get_by_text("付款成功")).to_be_visible(timeout=30_000)
    placed = newest(desk, at)
    assert [(x["title"], x["is_gift"], x["amount_fen"]) for x in placed["lines"]] == [
        ("山野百花蜂蜜", False, 11_800),
        ("木质搅蜜棒", True, 0),
    ]
    assert left_of(desk) == 1
    fan = member_with(desk, points=118)

    deliver(desk, placed["no"])
    phone.get_by_role("button", name="查看订单").click()
    expect(phone.locator(".order .line", has_text="木质搅蜜棒")).to_contain_text("赠")
    picture(phone, "gift-order")
    send_back(phone)
    service = screen_of(browser, house.desk("su"))
    service.goto(f"{house.url}/desk/shipping/returns")
    take_in_without_it(service)
    card = phone.locator(".order", has_text="木质搅蜜棒")
    expect(card).to_contain_text("¥110", timeout=30_000)
    back = newest(desk, at)
    assert (back["state"], back["refund_fen"]) == ("paid", 11_000)
    assert dipper in {sku["id"] for sku in skus(desk)}
    see_why(screen, house, desk, fan)
    desk.post(f"{at}/pop", {"link_no": TEA})
    phone.goto(f"{house.url}/room/{show['code']}")
    see_price_of_tier(phone)


def member_with(desk: Desk, *, points: int) -> int:
    """The newest viewer whom so many points brought onto a tier."""
    for _ in range(300):
        rows = desk.get("/desk/fans/members")["rows"]
        newest = max(rows, key=lambda row: row["viewer_id"])
        # Whoever bought in the demo's last show came before.
        if newest["viewer_id"] > VIEWERS and newest["points"] == points:
            found: int = newest["viewer_id"]
            return found
        time.sleep(0.1)
    raise AssertionError("nobody reached a tier")


def see_price_of_tier(phone: Page) -> None:
    """Both tiers' prices on the shelf, and the better one where it is bought."""
    phone.locator(".bag").click()
    expect(phone.get_by_role("button", name="看等级与权益")).to_contain_text("老山友")
    tea = phone.get_by_role("listitem").filter(has_text="高山绿茶")
    expect(tea.get_by_role("button", name="山友 ¥125 老山友 ¥122")).to_be_visible()
    picture(phone, "fan-shelf")
    tea.get_by_role("button", name="去购买").click()
    expect(phone.get_by_role("dialog").locator(".total")).to_contain_text("122")


def see_why(screen: Page, house: House, desk: Desk, fan: int) -> None:
    """What was paid and what went back stands behind the tier; then the desk gives one."""
    audit = desk.get(f"/desk/fans/members/{fan}")
    assert [(deed["source"], deed["points"]) for deed in audit["deeds"]] == [
        ("refund", -110),
        ("order", 118),
    ]
    assert [(move["before"], move["after"]) for move in audit["moves"]] == [(1, 0), (0, 1)]
    screen.goto(f"{house.url}/desk/promotions/fans")
    screen.get_by_label("按观众编号查").fill(str(fan))
    screen.keyboard.press("Enter")
    drawer = screen.get_by_role("dialog")
    expect(drawer).to_contain_text("+118")
    drawer.locator(".pick").click()
    screen.get_by_role("option", name="老山友").click()
    drawer.get_by_label("原因（留档）").fill("售后补偿")
    drawer.get_by_role("button", name="给予等级").click()
    expect(drawer).to_contain_text("中控给予：售后补偿")
    picture(screen, "fans")


def screen_of(browser: Browser, desk: Desk) -> Page:
    screen = page_of(browser, width=1440, height=900, phone=False)
    screen.context.add_cookies(desk.cookies)  # type: ignore[arg-type]
    return screen


def add_dipper(desk: Desk) -> int:
    """A wooden dipper at 8 yuan, three of them; its SKU."""
    product = desk.post("/desk/products", {"code": "SY-DIP", "title": "木质搅蜜棒"})
    body = {"code": "SY-DIP-1", "spec": "榉木", "list_price_fen": 800, "floor_price_fen": 300}
    sku: int = desk.post(f"/desk/products/{product['id']}/skus", body)["id"]
    desk.post(f"/desk/skus/{sku}/stock", {"delta": 3, "reason": "进货"})
    desk.post(f"/desk/products/{product['id']}/submit")
    desk.post(f"/desk/products/{product['id']}/approve")
    return sku


def make_gift(screen: Page, house: House) -> None:
    """Four dippers cannot be promised with three in stock; two can."""
    screen.goto(f"{house.url}/desk/promotions/edit")
    screen.get_by_label("名称（买家看到的）").fill("两瓶蜂蜜赠搅蜜棒")
    screen.get_by_label("英文名称（可不填）").fill("A dipper with two honeys")
    screen.locator(".el-select", has=screen.get_by_label("给什么优惠")).click()
    screen.get_by_role("option", name="送赠品（满赠、买赠）").click()
    screen.get_by_role("button", name="选赠品").click()
    screen.get_by_role("button", name="木质搅蜜棒").click()
    screen.keyboard.press("Escape")
    screen.get_by_role("spinbutton", name="一共几件（送完即止）").fill("4")
    screen.get_by_text("满件数", exact=True).click()
    screen.get_by_role("button", name="加商品").click()
    screen.get_by_role("button", name="山野百花蜂蜜").click()
    screen.keyboard.press("Escape")
    start(screen)
    expect(screen.get_by_role("alert")).to_be_visible()
    screen.get_by_role("spinbutton", name="一共几件（送完即止）").fill("2")
    picture(screen, "gift-form")
    start(screen)
    agree(screen)
    expect(screen.get_by_role("row", name="两瓶蜂蜜赠搅蜜棒")).to_contain_text("赠品剩 2 / 2")
    picture(screen, "gift-list")


def left_of(desk: Desk) -> int:
    (row,) = [one for one in desk.get("/desk/promotions") if one["gift_units"]]
    left: int = row["gifts_left"]
    return left


def skus(desk: Desk) -> list[dict[str, Any]]:
    (product,) = desk.get("/desk/products?query=SY-DIP")["items"]
    found: list[dict[str, Any]] = product["skus"]
    return found


def deliver(desk: Desk, no: str) -> None:
    way = {"carrier": "中通", "waybill": "73100012345678"}
    parcel = desk.post(f"/desk/orders/{no}/parcels", way)
    desk.post(f"/desk/parcels/{parcel['id']}/deliver", {})


def send_back(phone: Page) -> None:
    """Both honeys; the gift is told of and goes with them."""
    phone.get_by_role("button", name="物流与售后").click()
    phone.get_by_role("button", name="申请退换货").click()
    expect(phone.get_by_text("没有寄回的，按标示价值扣减退款：木质搅蜜棒")).to_be_visible()
    phone.locator(".form .line", has_text="山野百花蜂蜜").get_by_role("checkbox").check()
    picture(phone, "gift-return")
    phone.get_by_role("button", name="提交申请").click()
    expect(phone.get_by_text("卖家已同意，请寄回")).to_be_visible()
    expect(phone.get_by_text("[赠] 木质搅蜜棒 × 1").last).to_be_visible()


def take_in_without_it(screen: Page) -> None:
    row = screen.get_by_role("row", name="山野百花蜂蜜")
    row.get_by_role("button", name="收到退货").click()
    screen.get_by_role("dialog").get_by_role("button", name="还能卖").click()
    asked = "包裹里少了几件赠品“木质搅蜜棒”"
    dialog = screen.get_by_role("dialog").filter(has_text=asked)
    dialog.get_by_role("textbox").fill("1")
    picture(screen, "gift-missing")
    dialog.locator(".el-button--primary").click()
    expect(row).to_contain_text("赠品缺 1 件")
    expect(row).to_contain_text("110")
    row.get_by_role("button", name="退款", exact=True).click()
    screen.get_by_role("dialog").get_by_role("button", name="退款", exact=True).click()
    expect(row.get_by_text("已退款", exact=True)).to_be_visible()
    picture(screen, "gift-returned")
