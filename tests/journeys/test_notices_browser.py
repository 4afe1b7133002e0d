"""A rights holder's notice from the phone of a stranger to the desk and back; in Chromium."""

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


@pytest.mark.row("LM-035")
def test_a_notice_without_an_account_is_taken_up_and_answered(
    house: House, browser: Browser
) -> None:
    """Filed on a phone, taken up, passed on and answered at the desk, read again on the phone."""
    desk = house.desk("chen")
    show = the_draft(desk)
    desk.post(f"/desk/shows/{show['id']}/open")
    desk.post(f"/desk/shows/{show['id']}/pop", {"link_no": 1})
    phone = page_of(browser, width=390, height=844, phone=True)
    file_notice(phone, f"{house.url}/room/{show['code']}/rights")

    screen = page_of(browser, width=1440, height=900, phone=False)
    screen.context.add_cookies(desk.cookies)  # type: ignore[arg-type]
    screen.goto(f"{house.url}/desk/compliance/notices")
    entry = screen.locator(".entry").first
    expect(entry).to_contain_text("待受理")
    step(screen, "受理并暂停销售", {}, shot="notices-accept-desk")
    expect(entry).to_contain_text("已下架 1 个链接")
    (link,) = [one for one in desk.get(f"/desk/shows/{show['id']}/links") if one["link_no"] == 1]
    assert link["state"] == "closed"
    step(screen, "登记已转送", {"方式与凭证": "邮件，已读回执"})
    step(screen, "登记声明", {"声明人": "开播示例商贸", "声明": "自有注册商标，见证书"})
    step(screen, "登记声明送达", {"方式与凭证": "邮件"})
    expect(entry).to_contain_text("未得知投诉或起诉即终止措施")
    entry.get_by_role("button", name="材料").click()
    picture(screen, "notices-desk")

    phone.get_by_role("link", name="查看这份通知").click()
    expect(phone.locator("main")).to_contain_text("自有注册商标，见证书")
    picture(phone, "notices-own-phone")
    phone.get_by_label("投诉或起诉").fill("（2026）沪 0115 民初 1 号")
    phone.get_by_role("button", name="告知已投诉或起诉").click()
    expect(phone.locator("main")).to_contain_text("你已投诉或起诉")
    phone.goto(f"{house.url}/room/{show['code']}/rights")
    expect(phone.locator("li")).to_contain_text("小满商标有限公司")
    for page, name, words in (
        (phone, "notices-public-phone-en", "You complained or sued"),
        (screen, "notices-desk-en", "Complaint or suit"),
    ):
        page.evaluate("localStorage.setItem('kaibo.language', 'en')")
        page.reload()
        expect(page.locator("body")).to_contain_text(words)
        picture(page, name)
    others(screen)


def file_notice(phone: Page, address: str) -> None:
    """Whole, after a first try that lacks its evidence."""
    phone.goto(address)
    expect(phone.get_by_text("还没有。")).to_be_visible()
    fields = {
        "涉嫌侵权的链接号": "1",
        "权利名称": "小满",
        "权利人姓名或名称": "小满商标有限公司",
        "联系方式": "ip@example.com",
        "权属证明": "商标注册证第 1234567 号",
    }
    for label, text in fields.items():
        phone.get_by_label(label).fill(text)
    phone.get_by_label("我保证通知内容真实").check()
    phone.get_by_role("button", name="提交通知").click()
    expect(phone.get_by_role("alert")).to_contain_text("构成侵权的初步证据")
    phone.get_by_label("构成侵权的初步证据").fill("1 号链接瓶身使用“小满”标识")
    picture(phone, "notices-form-phone")
    phone.get_by_role("button", name="提交通知").click()
    expect(phone.get_by_role("status")).to_contain_text("已收到")
    picture(phone, "notices-got-phone")


def step(screen: Page, name: str, texts: dict[str, str], *, shot: str = "") -> None:
    entry = screen.locator(".entry").first
    entry.get_by_role("button", name=name, exact=True).first.click()
    for label, text in texts.items():
        entry.get_by_label(label, exact=True).fill(text)
    if shot:
        picture(screen, shot)
    entry.locator("form").get_by_role("button", name=name, exact=True).click()
    expect(entry.locator("form")).to_have_count(0)


def others(screen: Page) -> None:
    """The other two books, on a phone's width too."""
    screen.get_by_role("tab", name="Out of reach").click()
    screen.get_by_role("button", name="Write one down").first.click()
    screen.locator(".form label:has-text('About') .el-select").click()
    screen.get_by_role("option", name="Room operator").click()
    texts = {
        "Name": "开播示例商贸",
        "Authority": "市场监督管理局",
        "Number": "12 号",
        "Details that do not reach": "登记地址",
    }
    for label, text in texts.items():
        screen.locator(".form").get_by_label(label, exact=True).fill(text)
    picture(screen, "notices-unreachable-form-en")
    screen.locator(".form").get_by_role("button", name="Write one down").click()
    expect(screen.locator(".entry")).to_contain_text("To be reminded")
    screen.set_viewport_size({"width": 390, "height": 844})
    picture(screen, "notices-unreachable-narrow-en")
    screen.get_by_role("tab", name="Reports").click()
    expect(screen.locator("body")).to_contain_text("No report yet")
    picture(screen, "notices-filings-narrow-en")
