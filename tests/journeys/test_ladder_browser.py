"""Rooms moved on the ladder, and the blacklist, at the desk and on phones; in real Chromium."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.house import House
from tests.journeys.test_browser import browser, page_of, picture
from tests.journeys.test_first_light import the_draft

__all__ = ["browser"]

# Of pages alone; what they call is tested on every database.
pytestmark = [
    pytest.mark.once,
    pytest.mark.slow,
    pytest.mark.browser,
    pytest.mark.timeout(900),
]


@pytest.mark.row("R-128")
def test_each_rung_is_seen(house: House, browser: Browser) -> None:
    """By hand, with a reason: the sign on the viewer's and the host's page, and on the desk."""
    desk = house.desk("chen")
    show = the_draft(desk)
    at = f"/desk/shows/{show['id']}"
    desk.post(f"{at}/open")
    screen = page_of(browser, width=1440, height=900, phone=False)
    screen.context.add_cookies(desk.cookies)  # type: ignore[arg-type]
    screen.goto(f"{house.url}/desk/shows/{show['id']}/risk")
    phone = page_of(browser, width=390, height=844, phone=True)
    phone.goto(f"{house.url}/room/{show['code']}")
    board = screen.context.new_page()
    board.goto(f"{house.url}/desk/shows/{show['id']}/host")
    expect(board.locator("header .title")).to_have_text(show["title"])

    move(screen, "限制", "口播两次违规，先限制")
    expect(phone.get_by_text("本直播间已受限")).to_be_visible()
    expect(board.get_by_text("直播间已受限：先更正，再继续")).to_be_visible()
    picture(screen, "risk-limit-desk")
    picture(phone, "risk-limit-phone")

    move(screen, "暂停", "等待核对资质")
    expect(phone.get_by_text("直播暂停，正在核查")).to_be_visible()
    expect(board.get_by_text("停止介绍，等中控通知")).to_be_visible()
    picture(phone, "risk-pause-phone")
    picture(board, "risk-pause-board")

    move(screen, "正常", "已更正并核对")
    expect(phone.get_by_text("直播暂停，正在核查")).to_have_count(0)
    expect(screen.locator(".past")).to_have_count(3)
    picture(screen, "risk-clear-desk")


def move(screen: Page, rung: str, reason: str) -> None:
    screen.locator(".hand .el-select").click()
    screen.get_by_role("option", name=rung, exact=True).click()
    screen.locator(".hand input[maxlength]").fill(reason)
    screen.get_by_role("button", name="调整", exact=True).click()
    expect(screen.locator(".past").first).to_contain_text(reason)


@pytest.mark.row("LM-139")
def test_somebody_is_listed_and_appeals(house: House, browser: Browser) -> None:
    """The entry with its letter; who decided it is not offered the answer to the appeal."""
    screen = page_of(browser, width=1440, height=900, phone=False)
    screen.context.add_cookies(house.desk("chen").cookies)  # type: ignore[arg-type]
    screen.goto(f"{house.url}/desk/hosts/blacklist")
    expect(screen.get_by_text("黑名单是空的")).to_be_visible()
    screen.get_by_role("button", name="列入黑名单").click()
    fields = {
        "姓名或名称": "林某",
        "手机号码": "13800001234",
        "违法事实": "直播中两次宣称食品治疗疾病",
        "理由": "经警示后再犯，情节严重",
        "申诉途径": "合规部，15 日内书面提出",
    }
    for label, text in fields.items():
        screen.locator(f".form label:has-text('{label}') :is(input, textarea)").fill(text)
    picture(screen, "blacklist-form")
    screen.locator("form").get_by_role("button", name="列入黑名单").click()
    entry = screen.locator(".entry").first
    expect(entry).to_contain_text("手机号码 138*****234")
    entry.get_by_role("button", name="告知书").click()
    expect(entry.locator(".letter")).to_contain_text("五、申诉途径：合规部")
    entry.get_by_role("button", name="登记申诉").click()
    screen.locator(".el-message-box textarea").fill("不是本人所为")
    screen.locator(".el-message-box").get_by_role("button", name="登记申诉").click()
    expect(entry).to_contain_text("须由作出决定以外的同事复核")
    expect(entry.get_by_role("button", name="移出")).to_have_count(0)
    picture(screen, "blacklist-desk")

    other = page_of(browser, width=390, height=844, phone=True)
    other.context.add_cookies(house.desk("lin").cookies)  # type: ignore[arg-type]
    other.goto(f"{house.url}/desk/hosts/blacklist")
    other.get_by_role("button", name="移出").click()
    other.locator(".el-message-box textarea").fill("证据不足")
    other.locator(".el-message-box").get_by_role("button", name="移出").click()
    expect(other.locator(".entry").first).to_contain_text("申诉成立移出")
    picture(other, "blacklist-phone")
