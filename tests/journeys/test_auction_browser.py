"""An auction planned at the desk, bid for on two phones, ordered and paid; in real Chromium."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.house import House
from tests.journeys.test_browser import agree, browser, page_of, picture
from tests.journeys.test_deals_browser import buy, pick_link
from tests.journeys.test_first_light import the_draft
from tests.journeys.test_offers_browser import newest

__all__ = ["browser"]

# Of pages alone; what they call is tested on every database.
pytestmark = [
    pytest.mark.long,
    pytest.mark.once,
    pytest.mark.slow,
    pytest.mark.browser,
    pytest.mark.timeout(900),
]

# Every bid comes late enough, so the first two use the extension up.
TIMES = {
    "几秒后开始": "0",
    "持续（秒）": "75",
    "最后几秒出价则延时": "100",
    "每次延长（秒）": "10",
    "累计最多延长（秒）": "20",
}
OVER_MS = 130_000


def test_two_phones_bid_and_the_winner_pays(house: House, browser: Browser) -> None:
    desk = house.desk("chen")
    show = the_draft(desk)
    at = f"/desk/shows/{show['id']}"
    desk.post(f"{at}/open")
    desk.post(f"{at}/pop", {"link_no": 4})
    desk.post(f"{at}/links/4/open")
    desk.post(f"{at}/explaining", {"link_no": 4})
    first = page_of(browser, width=390, height=844, phone=True)
    second = page_of(browser, width=375, height=667, phone=True)
    for phone in (first, second):
        phone.goto(f"{house.url}/room/{show['code']}")
        expect(phone.get_by_role("button", name="去购买")).to_be_visible()
    screen, board = (page_of(browser, width=1440, height=900, phone=False) for _ in range(2))
    for page, name in ((screen, "deals"), (board, "host")):
        page.context.add_cookies(desk.cookies)  # type: ignore[arg-type]
        page.goto(f"{house.url}/desk/shows/{show['id']}/{name}")
    plan(screen)

    note(first).get_by_role("button", name="出价", exact=True).click()
    sheet = first.get_by_role("dialog", name="竞价")
    expect(sheet.get_by_role("region", name="竞价规则")).to_contain_text("设有保留价")
    sheet.get_by_role("button", name="出价 ¥20", exact=True).click()
    # Below the reserve nobody leads; how much it is, is not said.
    expect(sheet.get_by_text("你最高，未到保留价")).to_be_visible()
    bid_more(second, steps=1)
    expect(second.get_by_text("你领先，无需加价")).to_be_visible()
    expect(sheet.get_by_text("已被超过")).to_be_visible()
    expect(sheet.get_by_text("已延时 20 秒")).to_be_visible()
    refused_in_words(sheet)
    picture(first, "auction-refused")
    sheet.get_by_role("button", name="加 ¥1", exact=True).click()
    sheet.get_by_role("button", name="出价 ¥24", exact=True).click()
    expect(sheet.get_by_text("你领先，无需加价")).to_be_visible()
    picture(first, "auction")
    expect(second.get_by_text("有人出到 ¥24，你被超过了。").first).to_be_visible()
    picture(second, "auction-outbid")
    expect(board.get_by_text("竞价 · 当前价")).to_be_visible()
    picture(board, "auction-board")
    expect(screen.get_by_text("已到保留价")).to_be_visible()
    picture(screen, "auction-desk")

    sheet.get_by_role("button", name="关闭").click()
    order_and_pay(first, second, screen)
    paid = newest(desk, at)
    assert (paid["state"], paid["total_fen"]) == ("paid", 2_400)


def order_and_pay(first: Page, second: Page, screen: Page) -> None:
    """The winner goes the way of every order; the desk sees each step."""
    order = note(first).get_by_role("button", name="去下单")
    expect(order).to_be_visible(timeout=OVER_MS)
    expect(note(second)).to_have_count(0)
    expect(screen.get_by_text("待下单")).to_be_visible()
    picture(first, "auction-won")
    order.click()
    expect(first.get_by_text("竞得价")).to_be_visible()
    expect(first.locator(".foot .total")).to_contain_text("24")
    picture(first, "auction-order")
    buy(first)
    expect(first.get_by_text("付款成功", exact=True)).to_be_visible(timeout=30_000)
    expect(screen.get_by_text("以往的竞价（1）")).to_be_visible()
    screen.get_by_text("以往的竞价（1）").click()
    expect(screen.get_by_role("row", name="赣南脐橙").get_by_text("已付款")).to_be_visible()
    picture(screen, "auction-paid")


def plan(screen: Page) -> None:
    """Below the floor it is refused at the price, and nothing typed is lost."""
    screen.get_by_role("button", name="安排竞价").first.click()
    dialog = screen.get_by_role("dialog")
    pick_link(screen, "赣南脐橙")
    dialog.get_by_label("起价", exact=True).fill("9.90")
    dialog.get_by_label("加价幅度").fill("1")
    for name, text in TIMES.items():
        dialog.get_by_role("spinbutton", name=name).fill(text)
    dialog.get_by_role("button", name="安排", exact=True).click()
    start = dialog.locator(".el-form-item", has=screen.get_by_label("起价", exact=True))
    expect(start.locator(".el-form-item__error")).to_contain_text("底价")
    picture(screen, "auction-form-refused")
    dialog.get_by_label("起价", exact=True).fill("20")
    dialog.get_by_label("保留价").fill("19")
    expect(dialog.get_by_text("不能低于起价 ¥20")).to_be_visible()
    dialog.get_by_label("保留价").fill("22")
    dialog.get_by_role("button", name="安排", exact=True).click()
    agree(screen)
    expect(dialog).to_have_count(0)
    expect(screen.get_by_text("起价 ¥20，加价 ¥1，1 件 · 保留价 ¥22")).to_be_visible()


def note(phone: Page) -> Locator:
    """The auction in the room, or what was won in it."""
    return phone.get_by_role("region", name="竞价", exact=True)


def bid_more(phone: Page, *, steps: int) -> None:
    """So many steps above the least."""
    note(phone).get_by_role("button", name="出价", exact=True).click()
    sheet = phone.get_by_role("dialog", name="竞价")
    expect(sheet.get_by_role("button", name="出价 ¥21", exact=True)).to_be_visible()
    picture(phone, "auction-small")
    for _ in range(steps):
        sheet.get_by_role("button", name="加 ¥1", exact=True).click()
    sheet.get_by_role("button", name=f"出价 ¥{21 + steps}", exact=True).click()


def refused_in_words(sheet: Locator) -> None:
    """Less than the least is asked of the server, which says what would follow now."""
    amount = sheet.get_by_role("textbox", name="出价金额（元）")
    expect(amount).to_have_value("23.00")
    amount.fill("21.50")
    sheet.get_by_role("button", name="出价 ¥21.50", exact=True).click()
    expect(sheet.get_by_role("alert")).to_contain_text("出价太低，没有算数。现在最低出价 ¥23。")
    amount.fill("23")
