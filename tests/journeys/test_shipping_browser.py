"""Goods go out by a file and by hand, and come back: desk and phone, in real Chromium."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from kaibo.orders.tests.photographs import phone_jpeg
from tests.house import Desk, House
from tests.journeys.test_browser import browser, page_of, picture
from tests.journeys.test_deals_browser import buy
from tests.journeys.test_first_light import the_draft
from tests.journeys.test_offers_browser import newest
from tests.journeys.test_one_show import HONEY, TEA, Buyer

__all__ = ["browser"]

# Of pages alone; what they call is tested on every database.
pytestmark = [
    pytest.mark.once,
    pytest.mark.slow,
    pytest.mark.browser,
    pytest.mark.timeout(900),
]


@pytest.mark.row("R-021")
def test_out_and_back(house: House, browser: Browser) -> None:
    desk = house.desk("chen")
    show = the_draft(desk)
    at = f"/desk/shows/{show['id']}"
    desk.post(f"{at}/open")
    for link_no in (TEA, HONEY):
        desk.post(f"{at}/pop", {"link_no": link_no})
        desk.post(f"{at}/links/{link_no}/open")
    say_with_a_reason(screen_of(browser, house, desk), f"{house.url}/desk/shows/{show['id']}/live")
    other = Buyer(house, show["code"], "小波").order(12_800, link_no=TEA)
    phone = page_of(browser, width=390, height=844, phone=True)
    phone.goto(f"{house.url}/room/{show['code']}")
    phone.locator(".bag").click()
    phone.locator("li", has_text="山野百花蜂蜜").get_by_role("button", name="去购买").click()
    buy(phone)
    expect(phone.get_by_text("付款成功")).to_be_visible(timeout=30_000)
    mine = newest(desk, at)

    screen = screen_of(browser, house, desk)
    screen.goto(f"{house.url}/desk/shipping/waiting")
    expect(screen.get_by_role("row", name=mine["no"])).to_be_visible()
    picture(screen, "to-ship")
    import_waybills(screen, good=other["no"])
    ship(screen, mine["no"])
    deliver(screen)
    send_back(phone)
    service = screen_of(browser, house, house.desk("su"))
    service.goto(f"{house.url}/desk/shipping/returns")
    take_back(service)
    # The provider sends the money once the refund has been asked of it.
    expect(phone.get_by_text("已退款", exact=True)).to_be_visible(timeout=30_000)
    orders = {row["order"]["no"]: row["order"] for row in desk.get(f"{at}/orders")["items"]}
    back = orders[mine["no"]]
    assert (mine["total_fen"], back["state"], back["refund_fen"]) == (5_900, "refunded", 5_900)


def screen_of(browser: Browser, house: House, desk: Desk) -> Page:
    screen = page_of(browser, width=1440, height=900, phone=False)
    screen.context.add_cookies(desk.cookies)  # type: ignore[arg-type]
    return screen


def say_with_a_reason(screen: Page, live: str) -> None:
    """A notice that a rule wants looked at goes out once somebody says why."""
    screen.goto(live)
    screen.get_by_role("button", name="置顶公告").click()
    screen.keyboard.type("专柜价399，今晚见")
    screen.keyboard.press("Enter")
    asked = screen.get_by_role("dialog", name="这些文字需要核实")
    expect(asked).to_contain_text("专柜价399")
    picture(screen, "words")
    asked.get_by_role("button", name="写明理由，继续发布").click()
    expect(asked).to_contain_text("请写明理由")
    asked.get_by_role("textbox").fill("小票已存档")
    asked.get_by_role("button", name="写明理由，继续发布").click()
    expect(asked).to_have_count(0)
    expect(screen.locator(".pins")).to_contain_text("专柜价399，今晚见")
    screen.context.close()


def import_waybills(screen: Page, *, good: str) -> None:
    """One line ships, the other is named with what to mend; nothing is written before."""
    lines = [
        "订单编号,快递公司,运单号",
        f"{good},顺丰速运,SF1234567890123",
        "K000000-0,顺丰速运,SF1234567890124",
    ]
    file = {
        "name": "发货.csv",
        "mimeType": "text/csv",
        "buffer": "\n".join(lines).encode("utf-8-sig"),
    }
    screen.get_by_role("link", name="导入运单").last.click()
    screen.locator("input[type=file]").set_input_files(file)  # type: ignore[arg-type]
    expect(screen.get_by_role("row", name="K000000-0")).to_be_visible()
    screen.get_by_role("button", name="发货 1 个包裹").click()
    expect(screen.get_by_text("发货 1 个，签收 0 个，已知 0 个，1 行有错。")).to_be_visible()
    picture(screen, "waybills")


def ship(screen: Page, no: str) -> None:
    screen.get_by_role("link", name="待发货").click()
    row = screen.get_by_role("row", name=no)
    row.get_by_role("button", name="发货").click()
    dialog = screen.get_by_role("dialog")
    dialog.locator(".el-select").click()
    screen.get_by_role("option", name="中通").first.click()
    dialog.get_by_label("运单号").fill("73100012345678")
    dialog.get_by_role("button", name="发货").click()
    expect(dialog).to_have_count(0)
    expect(row).to_have_count(0)


def deliver(screen: Page) -> None:
    screen.get_by_role("link", name="包裹").click()
    row = screen.get_by_role("row", name="73100012345678")
    row.get_by_role("button", name="已签收").click()
    screen.get_by_role("dialog").get_by_role("button", name="已签收").click()
    expect(row.get_by_text("已签收", exact=True)).to_be_visible()
    expect(screen.get_by_role("dialog")).to_have_count(0)
    picture(screen, "parcels")


def send_back(phone: Page) -> None:
    """Without a reason inside seven days: accepted at once, then sent."""
    phone.get_by_role("button", name="查看订单").click()
    phone.get_by_role("button", name="物流与售后").click()
    expect(phone.get_by_text("中通快递 73100012345678")).to_be_visible()
    phone.get_by_role("button", name="申请退换货").click()
    picture(phone, "return-form")
    phone.get_by_role("button", name="提交申请").click()
    expect(phone.get_by_text("卖家已同意，请寄回")).to_be_visible()
    photo = {"name": "坏了.jpg", "mimeType": "image/jpeg", "buffer": phone_jpeg((900, 1_200))}
    phone.locator(".photos input[type=file]").set_input_files(photo)  # type: ignore[arg-type]
    shown = phone.get_by_role("button", name="第 1 张照片")
    expect(shown.locator("img")).to_have_js_property("naturalWidth", 1_200)
    shown.scroll_into_view_if_needed()
    picture(phone, "return-photo")
    phone.get_by_label("快递公司").fill("顺丰速运")
    phone.get_by_label("运单号").fill("SF1234567890999")
    phone.get_by_role("button", name="已寄出").click()
    expect(phone.get_by_text("寄回中")).to_be_visible()


def take_back(screen: Page) -> None:
    row = screen.get_by_role("row", name="山野百花蜂蜜")
    row.get_by_role("button", name="收到退货").click()
    screen.get_by_role("dialog").get_by_role("button", name="还能卖").click()
    expect(row.get_by_text("自动退款")).to_be_visible()
    expect(row.locator(".pictures img")).to_have_js_property("naturalWidth", 1_200)
    expect(screen.get_by_role("dialog")).to_have_count(0)
    picture(screen, "returns")
    row.get_by_role("button", name="退款", exact=True).click()
    screen.get_by_role("dialog").get_by_role("button", name="退款", exact=True).click()
    expect(row.get_by_text("已退款", exact=True)).to_be_visible()
