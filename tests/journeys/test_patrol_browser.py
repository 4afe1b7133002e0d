"""A key room from named to watched to signed, at the desk; in real Chromium."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.house import House
from tests.journeys.test_browser import browser, page_of, picture
from tests.journeys.test_first_light import the_draft
from tests.robots import Refused

__all__ = ["browser"]

# Of pages alone; what they call is tested on every database.
pytestmark = [
    pytest.mark.once,
    pytest.mark.slow,
    pytest.mark.browser,
    pytest.mark.timeout(900),
]


@pytest.mark.row("R-125", "R-131")
def test_a_key_room_is_named_patrolled_looked_at_and_signed(house: House, browser: Browser) -> None:
    lin, chen = house.desk("lin"), house.desk("chen")
    show = the_draft(chen)
    screen = page_of(browser, width=1440, height=900, phone=False)
    screen.context.add_cookies(lin.cookies)  # type: ignore[arg-type]
    screen.goto(f"{house.url}/desk/patrol/grades")
    line = screen.locator(".line", has_text=show["host_name"])
    line.get_by_role("button", name="设为重点").click()
    screen.locator(".el-message-box input").fill("粉丝多")
    screen.locator(".el-message-box").get_by_role("button", name="设为重点").click()
    expect(line).to_contain_text("人工指定为重点：粉丝多")
    picture(screen, "patrol-grades")
    with pytest.raises(Refused) as shut:
        chen.post(f"/desk/shows/{show['id']}/open")
    assert shut.value.body["code"] == "key_room_unpatrolled"

    wall = screen.context.new_page()
    wall.goto(f"{house.url}/desk/patrol")
    wall.get_by_role("button", name="上岗").click()
    expect(wall.locator(".hands")).to_contain_text(lin.session["person"]["name"])
    name_oneself(wall, show["title"], lin.session["person"]["name"])
    chen.post(f"/desk/shows/{show['id']}/open")
    row = wall.locator(".row", has_text=show["title"])
    expect(row).to_contain_text("在岗")
    expect(row).to_contain_text("还没看过")

    wall.get_by_role("button", name="看下一个房间").click()
    card = wall.locator(".looking")
    expect(card).to_contain_text(show["title"])
    picture(wall, "patrol-wall")
    card.get_by_placeholder("发现了什么").fill("卖家栏被道具挡住")
    card.get_by_role("button", name="发现问题，签字", exact=True).click()
    expect(row).to_contain_text("发现问题")

    wall.get_by_role("link", name="巡查记录").click()
    expect(wall.locator(".line").first).to_contain_text("卖家栏被道具挡住")
    picture(wall, "patrol-looks")
    phone = page_of(browser, width=390, height=844, phone=True)
    phone.context.add_cookies(lin.cookies)  # type: ignore[arg-type]
    for place in ("wall", "grades"):
        phone.goto(f"{house.url}/desk/patrol/{place}")
        expect(phone.locator(".row:not(.head), .d-card .line").first).to_be_visible()
        picture(phone, f"patrol-{place}-phone")


def name_oneself(wall: Page, title: str, name: str) -> None:
    wall.locator(".soon .line", has_text=title).locator(".el-select").click()
    wall.get_by_role("option", name=name, exact=True).click()
    expect(wall.get_by_text("已指定", exact=True)).to_be_visible()
