"""A decision at the desk, confirmed by a second person and answered by a third; in Chromium."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from tests.house import House
from tests.journeys.test_browser import browser, page_of, picture

__all__ = ["browser"]

# Of pages alone; what they call is tested on every database.
pytestmark = [
    pytest.mark.once,
    pytest.mark.slow,
    pytest.mark.browser,
    pytest.mark.timeout(900),
]


@pytest.mark.row("LM-063")
def test_an_account_is_closed_on_notice_by_two(house: House, browser: Browser) -> None:
    """Who asked is not offered to confirm, who confirmed is not offered to judge the appeal."""
    screen = page_of(browser, width=1440, height=900, phone=False)
    screen.context.add_cookies(house.desk("chen").cookies)  # type: ignore[arg-type]
    screen.goto(f"{house.url}/desk/compliance/sanctions")
    expect(screen.get_by_text("还没有处置决定")).to_be_visible()
    screen.get_by_role("button", name="作出处置").click()
    for label, choice in (("对象", "直播间运营者"), ("措施", "关闭账号（S1 起）")):
        screen.locator(f".form label:has-text('{label}') .el-select").first.click()
        screen.get_by_role("option", name=choice).click()
    fields = {
        "姓名或名称": "某某直播间",
        "事实": "直播中两次宣称食品治疗疾病",
        "理由": "监管机关查实",
        "申诉途径": "合规部，15 日内书面提出",
        "监管机关": "某市市场监督管理局",
        "通知文号": "〔2026〕12 号",
    }
    for label, text in fields.items():
        screen.locator(f".form label:has-text('{label}') :is(input, textarea)").first.fill(text)
    picture(screen, "sanctions-form")
    screen.locator("form").get_by_role("button", name="作出处置").click()
    entry = screen.locator(".entry").first
    expect(entry).to_contain_text("待第二人确认")
    expect(entry.get_by_role("button", name="确认关闭")).to_have_count(0)
    entry.get_by_role("button", name="告知书").click()
    expect(entry.locator(".letter")).to_contain_text("四、措施：关闭账号")
    picture(screen, "sanctions-desk")

    other = page_of(browser, width=390, height=844, phone=True)
    other.context.add_cookies(house.desk("lin").cookies)  # type: ignore[arg-type]
    other.goto(f"{house.url}/desk/compliance/sanctions")
    other.get_by_role("button", name="确认关闭").click()
    seen = other.locator(".entry").first
    expect(seen).to_contain_text("已决定")
    seen.get_by_role("button", name="登记申诉").click()
    other.locator(".el-message-box textarea").fill("已整改")
    other.locator(".el-message-box").get_by_role("button", name="登记申诉").click()
    expect(seen).to_contain_text("须由作出决定以外的同事处理")
    expect(seen.get_by_role("button", name="解除")).to_have_count(0)
    picture(other, "sanctions-phone")

    for page in (screen, other):
        page.evaluate("localStorage.setItem('kaibo.language', 'en')")
        page.reload()
        expect(page.locator(".entry").first).to_contain_text("Account closed")
    screen.get_by_role("button", name="Decide").click()
    expect(screen.locator(".form")).to_contain_text("A letter only; shows go on.")
    picture(screen, "sanctions-desk-en")
    picture(other, "sanctions-phone-en")
