"""A group buy and a presale, started at the desk and bought on phones; in real Chromium."""

from __future__ import annotations

import contextlib

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.house import House
from tests.journeys.test_browser import agree, browser, page_of, picture
from tests.journeys.test_first_light import the_draft
from tests.journeys.test_offers_browser import newest

__all__ = ["browser"]

# Of pages alone; what they call is tested on every database.
pytestmark = [
    pytest.mark.once,
    pytest.mark.slow,
    pytest.mark.browser,
    pytest.mark.timeout(900),
]


@pytest.mark.row("R-060", "R-062")
def test_a_group_of_two_and_a_deposit(house: House, browser: Browser) -> None:
    desk = house.desk("chen")
    show = the_draft(desk)
    at = f"/desk/shows/{show['id']}"
    desk.post(f"{at}/open")
    for link_no in (3, 4):
        desk.post(f"{at}/pop", {"link_no": link_no})
        desk.post(f"{at}/links/{link_no}/open")
    screen = page_of(browser, width=1440, height=900, phone=False)
    screen.context.add_cookies(desk.cookies)  # type: ignore[arg-type]
    screen.goto(f"{house.url}/desk/shows/{show['id']}/deals")
    start_group(screen)

    room = f"{house.url}/room/{show['code']}"
    first = page_of(browser, width=390, height=844, phone=True)
    first.goto(room)
    choose(first, "赣南脐橙", "发起拼团 · 2 人成团", "19.90")
    picture(first, "ways")
    buy(first)
    expect(first.get_by_text("付款成功，已进团")).to_be_visible(timeout=30_000)
    expect(first.get_by_text("已付款 1/2，还差 1 人")).to_be_visible()
    group_id = desk.get(f"{at}/groups")["items"][0]["id"]

    second = page_of(browser, width=390, height=844, phone=True)
    second.goto(f"{room}?group={group_id}")
    expect(second.get_by_role("radio", name="的团")).to_be_checked()
    expect(second.locator(".foot .total")).to_contain_text("21.90")
    buy(second)
    expect(second.get_by_text("已成团（2 人），等待发货")).to_be_visible(timeout=30_000)
    expect(first.get_by_text("已成团（2 人），等待发货")).to_be_visible(timeout=30_000)
    assert newest(desk, at)["total_fen"] == 2_190
    expect(screen.get_by_role("row", name="赣南脐橙").get_by_text("已成团")).to_be_visible()

    start_presale(screen)
    picture(screen, "deals")
    first.get_by_role("button", name="回到直播").last.click()
    choose(first, "高山绿茶", "预售", "110")
    expect(first.get_by_text("双倍返还定金")).to_be_visible()
    choose_address(first)
    first.get_by_role("button", name="提交订单").click()
    pay(first)
    expect(first.get_by_text("定金已付")).to_be_visible(timeout=30_000)
    first.get_by_role("button", name="查看订单").click()
    expect(first.get_by_text("待付尾款")).to_be_visible()
    held = newest(desk, at)
    assert (held["state"], held["total_fen"]) == ("created", 11_000)


def start_group(screen: Page) -> None:
    """Below the floor it is refused with the reason, and nothing typed is lost."""
    screen.get_by_role("button", name="开始拼团").first.click()
    dialog = screen.get_by_role("dialog")
    pick_link(screen, "赣南脐橙")
    dialog.get_by_role("spinbutton", name="几人成团").fill("2")
    dialog.get_by_label("拼团价", exact=True).fill("21.90")
    dialog.get_by_label("团长价").fill("9.90")
    dialog.get_by_role("button", name="开始", exact=True).click()
    expect(dialog.get_by_role("alert")).to_contain_text("底价")
    dialog.get_by_label("团长价").fill("19.90")
    dialog.get_by_role("button", name="开始", exact=True).click()
    agree(screen)
    expect(dialog).to_have_count(0)
    expect(screen.get_by_text("2 人团 ¥21.90")).to_be_visible()


def pick_link(screen: Page, title: str) -> None:
    """A list that opens while its dialog still moves may close again: then a person clicks anew."""
    field = screen.get_by_role("dialog").locator(".el-select").first
    for _ in range(5):
        field.click()
        screen.get_by_role("option", name=title).click()
        with contextlib.suppress(AssertionError):
            expect(field).to_contain_text(title, timeout=2_000)
            return
    expect(field).to_contain_text(title)


def start_presale(screen: Page) -> None:
    screen.get_by_role("button", name="开始预售").first.click()
    dialog = screen.get_by_role("dialog")
    pick_link(screen, "高山绿茶")
    dialog.get_by_label("预售价").fill("120")
    dialog.get_by_label("定金", exact=True).fill("10")
    dialog.get_by_label("抵多少").fill("20")
    expect(dialog.get_by_text("买家一共付 ¥110")).to_be_visible()
    dialog.get_by_text("定金（违约时按约定处理").click()
    dialog.get_by_text("定金不退").click()
    dialog.get_by_role("button", name="开始", exact=True).click()
    agree(screen)
    expect(dialog).to_have_count(0)
    expect(screen.get_by_text("定金 ¥10 抵 ¥20，尾款 ¥100")).to_be_visible()


def choose(phone: Page, title: str, way: str, price: str) -> None:
    """Open the link and take this way of buying it."""
    phone.locator(".bag").click()
    phone.locator("li", has_text=title).get_by_role("button", name="去购买").click()
    option = phone.locator("label.way", has_text=way)
    expect(option).to_contain_text(price)
    option.click()


def buy(phone: Page) -> None:
    phone.get_by_role("button", name="去填地址").click()
    phone.get_by_label("收货人").fill("王小花")
    phone.get_by_label("手机号").fill("13800138000")
    phone.get_by_label("所在地区").fill("浙江省 杭州市")
    phone.get_by_label("详细地址").fill("文三路 1 号")
    phone.get_by_role("button", name="用这个地址").click()
    phone.get_by_role("button", name="提交订单").click()
    pay(phone)


def choose_address(phone: Page) -> None:
    """The one that was typed is in the book; a second joins it, and the first is taken again."""
    phone.locator("button.address").click()
    expect(phone.get_by_role("button", name="王** 138****8000")).to_contain_text("默认")
    phone.get_by_role("button", name="新增地址").click()
    phone.get_by_label("收货人").fill("林晓月")
    phone.get_by_label("手机号").fill("13900139000")
    phone.get_by_label("所在地区").fill("上海市 徐汇区")
    phone.get_by_label("详细地址").fill("漕溪北路 8 号")
    phone.get_by_role("button", name="用这个地址").click()
    expect(phone.locator("button.address")).to_contain_text("林晓月")
    phone.locator("button.address").click()
    picture(phone, "addresses")
    phone.get_by_role("button", name="王** 138****8000").click()
    expect(phone.locator("button.address")).to_contain_text("王小花")


def pay(phone: Page) -> None:
    """On the sandbox's page inside the sheet."""
    phone.frame_locator("iframe").get_by_role("button", name="支付 Pay now").click()
