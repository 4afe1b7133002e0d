"""Rules published at the desk and read by a stranger who says something; in real Chromium."""

from __future__ import annotations

import datetime as dt

import pytest
from playwright.sync_api import Browser, expect

from tests.house import House
from tests.journeys.test_browser import browser, page_of
from tests.journeys.test_browser import picture as shot

__all__ = ["browser"]

# Of pages alone; what they call is tested on every database.
pytestmark = [
    pytest.mark.once,
    pytest.mark.slow,
    pytest.mark.browser,
    pytest.mark.timeout(900),
]


@pytest.mark.row("LM-014", "LM-015")
def test_rules_are_published_read_and_commented(house: House, browser: Browser) -> None:
    """By the pages alone: a large change waits fifteen days, and a stranger finds it."""
    desk = house.desk("lin")
    page = page_of(browser, width=1440, height=900, phone=False)
    page.context.add_cookies(desk.cookies)  # type: ignore[arg-type]
    page.goto(f"{house.url}/desk/compliance/rules")
    negative = page.locator("section", has=page.get_by_role("heading", name="商品负面目录"))
    expect(negative.get_by_text("现行", exact=True)).to_be_visible()
    shot(page, "rules-desk")
    negative.get_by_role("button", name="发布新版").click()
    negative.get_by_label("全文（中文，以此为准）").fill("新增：一次性电子烟。")
    negative.get_by_label("改了什么（中文）").fill("补充电子烟。")
    negative.get_by_text("影响较大（公示 15 天）").click()
    shot(page, "rules-form")
    negative.get_by_role("button", name="发布新版").last.click()
    page.get_by_role("dialog").get_by_role("button", name="发布新版").click()
    expect(negative.get_by_text("未确认", exact=True)).to_be_visible()
    newest = max(
        (one["card"] for one in desk.get("/desk/rule-versions")["versions"]),
        key=lambda card: int(card["id"]),
    )
    waits = dt.datetime.fromisoformat(newest["effective_at"]) - dt.datetime.fromisoformat(
        newest["published_at"]
    )
    assert waits == dt.timedelta(days=15)
    negative.get_by_role("button", name="已阅读并确认").click()
    expect(negative.get_by_text("未确认", exact=True)).to_have_count(0)

    read_and_say(browser, house)
    page.reload()
    negative.get_by_role("button", name="第 2 版").click()
    expect(negative.get_by_text("请写明包括哪些产品。")).to_be_visible()
    shot(page, "rules-opinions")


def read_and_say(browser: Browser, house: House) -> None:
    """From the front page to the announced version, and an opinion without a name."""
    phone = page_of(browser, width=390, height=844, phone=True)
    phone.goto(house.url)
    phone.get_by_role("link", name="平台规则").click()
    phone.wait_for_url("**/rules/shanye")
    phone.get_by_role("button", name="商品负面目录").click()
    expect(phone.get_by_text("公示中的修改：第 2 版")).to_be_visible()
    expect(phone.get_by_text("不得在直播间销售或宣传")).to_be_visible()
    shot(phone, "rules-phone")
    phone.get_by_role("button", name="阅读全文").click()
    expect(phone.get_by_text("新增：一次性电子烟。")).to_be_visible()
    phone.get_by_placeholder("哪一条有问题，建议怎么改").fill("请写明包括哪些产品。")
    phone.get_by_role("button", name="提交意见").click()
    expect(phone.get_by_text("已收到，编号 1。")).to_be_visible()
    shot(phone, "rules-opinion")
    phone.get_by_role("button", name="English").click()
    phone.get_by_role("button", name="Live-marketing rules").click()
    expect(phone.get_by_text("No invented viewers")).to_be_visible()
    shot(phone, "rules-phone-en")
    phone.set_viewport_size({"width": 1440, "height": 900})
    shot(phone, "rules-wide-en")
