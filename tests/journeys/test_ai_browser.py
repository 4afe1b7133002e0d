"""An AI person from its file to the air, and the pause when its label is covered; in Chromium."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.house import House
from tests.journeys.test_browser import browser, page_of
from tests.journeys.test_browser import picture as shot
from tests.journeys.test_first_light import the_draft

__all__ = ["browser"]

# Of pages alone; what they call is tested on every database.
pytestmark = [
    pytest.mark.once,
    pytest.mark.slow,
    pytest.mark.browser,
    pytest.mark.timeout(900),
]

COVER = """() => {
  const label = [...document.querySelectorAll('[data-ai-label]')].find((one) => one.offsetWidth)
  const card = document.createElement('div')
  const { left, top, width, height } = label.getBoundingClientRect()
  card.id = 'card'
  card.style.cssText = `position:fixed;z-index:9999;background:#c33;left:${left + width / 2}px;` +
    `top:${top}px;width:${width}px;height:${height}px`
  document.body.append(card)
}"""


@pytest.mark.row("LM-083", "LM-088")
def test_a_covered_label_pauses_the_show(house: House, browser: Browser) -> None:
    """By the pages alone; the label is really looked at, and a card over it is no label."""
    desk = house.desk("lin")
    show = the_draft(desk)
    page = page_of(browser, width=1440, height=900, phone=False)
    page.context.add_cookies(desk.cookies)  # type: ignore[arg-type]
    write_down(page, house)

    page.goto(f"{house.url}/desk/shows/{show['id']}/ai")
    page.locator(".el-select").first.click()
    page.get_by_role("option", name="小云").click()
    page.keyboard.press("Escape")
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.get_by_text("无人值守")).to_be_visible()
    page.get_by_role("button", name="我来值守").click()
    expect(page.get_by_text("标识可见").first).to_be_visible()
    shot(page, "ai-duty")
    red = [
        check["code"]
        for check in desk.get(f"/desk/shows/{show['id']}/preflight")["checks"]
        if check["state"] == "red"
    ]
    assert red == []
    desk.post(f"/desk/shows/{show['id']}/open")

    phone = page_of(browser, width=390, height=844, phone=True)
    phone.goto(f"{house.url}/room/{show['code']}")
    expect(phone.get_by_text("人物由 AI 生成")).to_be_visible()
    expect(phone.get_by_text("不是真人出镜")).to_be_visible()
    shot(phone, "ai-phone")
    frame = next(one for one in page.frames if "/room/" in one.url)
    frame.evaluate(COVER)
    expect(page.get_by_text("标识被遮挡").first).to_be_visible()
    expect(phone.get_by_text("核查期间暂停售卖与发言")).to_be_visible()
    shot(page, "ai-covered")
    risk = desk.get(f"/desk/shows/{show['id']}/risk")
    assert (risk["rung"], risk["changes"][0]["cause"]) == ("pause", "system")
    says_why_it_is_held(browser, house, desk.cookies, show["id"])


def says_why_it_is_held(browser: Browser, house: House, cookies: object, show_id: int) -> None:
    """Who would lift the pause reads what has to be mended first, on either screen."""
    for width, height in ((1440, 900), (390, 844)):
        page = page_of(browser, width=width, height=height, phone=False)
        page.context.add_cookies(cookies)  # type: ignore[arg-type]
        page.goto(f"{house.url}/desk/shows/{show_id}/risk")
        expect(page.get_by_text("不能低于“暂停”：AI 标识未持续显示")).to_be_visible()
        shot(page, f"risk-held-{width}")


def write_down(page: Page, house: House) -> None:
    """An invented person with the number of its assessment."""
    page.goto(f"{house.url}/desk/hosts/ai")
    expect(page.get_by_text("还没有 AI 人物")).to_be_visible()
    page.get_by_role("button", name="登记 AI 人物").first.click()
    page.get_by_label("名称").fill("小云")
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.get_by_text("缺安全评估")).to_be_visible()
    page.get_by_role("button", name="登记评估").click()
    page.get_by_label("评估编号").fill("AI-2026-018")
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.get_by_text("可出镜")).to_be_visible()
    shot(page, "ai-people")
