"""A host says a wrong price: the board, every phone, the buyer and the desk; in real Chromium."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.house import House
from tests.journeys.test_browser import browser, page_of, picture
from tests.journeys.test_deals_browser import buy
from tests.journeys.test_first_light import the_draft
from tests.journeys.test_offers_browser import put_aside
from tests.journeys.test_one_show import HONEY

__all__ = ["browser"]

# Of pages alone; what they call is tested on every database.
pytestmark = [
    pytest.mark.once,
    pytest.mark.slow,
    pytest.mark.browser,
    pytest.mark.timeout(900),
]


@pytest.mark.row("LM-055", "LM-095")
def test_a_wrong_price_is_put_right_on_air(house: House, browser: Browser) -> None:
    """Typed by who listens, flagged at once; the buyer since has the money back."""
    desk = house.desk("chen")
    show = the_draft(desk)
    at = f"/desk/shows/{show['id']}"
    desk.post(f"{at}/open")
    desk.post(f"{at}/explaining", {"link_no": HONEY})
    desk.post(f"{at}/links/{HONEY}/open")
    screen = page_of(browser, width=1440, height=900, phone=False)
    screen.context.add_cookies(desk.cookies)  # type: ignore[arg-type]
    board = screen.context.new_page()
    board.goto(f"{house.url}/desk/shows/{show['id']}/host")
    expect(board.locator("header .title")).to_have_text(show["title"])
    live = screen.context.new_page()
    live.goto(f"{house.url}/desk/shows/{show['id']}/live")
    screen.goto(f"{house.url}/desk/shows/{show['id']}/promises")

    said = screen.get_by_placeholder("主播刚说了什么")
    said.fill("全场包邮，48小时内发货")
    said.press("Enter")
    expect(screen.get_by_text("1 句，2 条承诺，0 条不一致")).to_be_visible()
    said.fill("今天这瓶蜂蜜只要39块")
    said.press("Enter")
    expect(board.locator(".correct")).to_contain_text("售价 59 元")
    corrections = live.get_by_role("region", name="更正")
    expect(corrections).to_contain_text("“只要39块”有误")
    picture(live, "correction-live")
    picture(board, "correction-board")

    phone = page_of(browser, width=375, height=812, phone=True)
    phone.goto(f"{house.url}/room/{show['code']}")
    buy_honey(phone)
    screen.get_by_role("button", name="公示并通知买家").click()
    screen.locator(".el-message-box").get_by_role("button", name="公示并通知买家").click()
    expect(screen.get_by_text("已公示，1 单买家已收到通知")).to_be_visible()
    expect(phone.locator(".banner.warning")).to_contain_text("售价 59 元，以页面为准")
    picture(phone, "correction-phone")
    board.get_by_role("button", name="已更正，点这里").click()
    expect(board.locator(".correct")).to_have_count(0)
    expect(screen.locator(".row").first).to_contain_text("已更正")
    picture(screen, "correction-desk")

    has_money_back(phone)
    (order,) = [one["order"] for one in desk.get(f"{at}/orders")["items"]]
    assert order["state"] in ("refunding", "refunded")
    assert order["refund_fen"] == 5_900
    shows_what_was_promised(screen, f"{house.url}/desk/shows/{show['id']}/orders", order["no"])
    rows = desk.get(f"{at}/promises")
    assert rows["verdicts"] == {"agrees": 2, "differs": 1}


def buy_honey(phone: Page) -> None:
    put_aside(phone, "山野百花蜂蜜", units=1)
    phone.locator(".bag").click()
    phone.get_by_role("button", name="购物车 1").click()
    buy(phone)
    expect(phone.get_by_text("付款成功")).to_be_visible(timeout=30_000)
    phone.get_by_role("status").get_by_role("button", name="回到直播").click()


def has_money_back(phone: Page) -> None:
    """The notice in the order, and the choice."""
    phone.get_by_role("button", name="我的订单").click()
    notice = phone.get_by_role("group", name="更正通知")
    expect(notice).to_contain_text("可以退款")
    notice.scroll_into_view_if_needed()
    picture(phone, "correction-order")
    notice.get_by_role("button", name="退款").click()
    expect(notice).to_contain_text("已按你的选择退款")


def shows_what_was_promised(screen: Page, orders: str, no: str) -> None:
    """What page and host promised, one click from the order."""
    screen.bring_to_front()  # a drawer of a page behind another stays outside
    screen.goto(orders)
    screen.get_by_role("button", name="承诺").click()
    kept = screen.get_by_role("dialog", name=f"订单 {no} 的承诺")
    expect(kept).to_contain_text("只要39块")
    expect(kept).to_contain_text("售价 59 元")
    expect(kept.get_by_text("只要39块").first).to_be_in_viewport(ratio=1)
    picture(screen, "correction-order")
