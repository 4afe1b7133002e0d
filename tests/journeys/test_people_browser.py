"""A guest from the first line of a file to the open show, at the desk; in real Chromium."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from kaibo.hosts.tests.made import CREDIT_CODE, id_number, picture
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

NUMBER = id_number(dt.date(1990, 7, 1))


def give(place: Locator, color: str) -> None:
    """Choose a picture of one colour."""
    file: Any = {"name": f"{color}.jpg", "mimeType": "image/jpeg", "buffer": picture(color)}
    place.locator("input[type=file]").set_input_files(file)


def section(page: Page, title: str) -> Locator:
    return page.locator("section", has=page.get_by_role("heading", name=title, exact=True))


def write_down(page: Page) -> None:
    page.get_by_role("button", name="登记人员").first.click()
    form = page.get_by_role("dialog")
    form.get_by_label("播名").fill("阿青")
    form.get_by_label("姓名").fill("青某某")
    form.get_by_label("证件号码").fill(NUMBER)
    form.get_by_role("button", name="保存", exact=True).click()
    expect(page.get_by_role("heading", name="阿青")).to_be_visible()


def complete(page: Page) -> None:
    """Portrait, verification, affiliation, signature and result."""
    give(section(page, "身份"), "green")
    expect(section(page, "身份").get_by_alt_text("留存照片")).to_be_visible()
    page.get_by_role("button", name="登记核验").click()
    page.get_by_role("dialog").get_by_label("证件上的号码").fill(NUMBER)
    page.get_by_role("dialog").get_by_role("button", name="登记核验").click()
    expect(page.get_by_text("身份有效")).to_be_visible()
    home = section(page, "归属与责任主体")
    home.get_by_role("button", name="登记归属").click()
    home.get_by_label("用人单位或机构名称").fill("青山经纪")
    home.get_by_label("统一社会信用代码").fill(CREDIT_CODE)
    give(home, "white")
    home.get_by_role("button", name="保存", exact=True).click()
    expect(home.get_by_text("责任主体：青山经纪")).to_be_visible()
    proofs = section(page, "协议与培训")
    proofs.get_by_role("button", name="登记签署").click()
    give(proofs, "gray")
    expect(proofs.get_by_text("已选材料")).to_be_visible()
    proofs.get_by_role("button", name="保存", exact=True).click()
    expect(page.get_by_text("协议已签")).to_be_visible()
    proofs.get_by_role("button", name="登记成绩").click()
    proofs.get_by_role("button", name="保存", exact=True).click()
    expect(page.get_by_text("培训有效")).to_be_visible()


@pytest.mark.row("R-121")
def test_a_guest_is_filed_named_sent_and_checked(house: House, browser: Browser) -> None:
    """By the pages alone; before the roster is sent and the face compared the gate is shut."""
    desk = house.desk("lin")
    show = the_draft(desk)
    page = page_of(browser, width=1440, height=900, phone=False)
    page.context.add_cookies(desk.cookies)  # type: ignore[arg-type]
    page.goto(f"{house.url}/desk/hosts")
    write_down(page)
    shot(page, "person-new")
    complete(page)
    shot(page, "person-file")

    page.goto(f"{house.url}/desk/shows/{show['id']}/roster")
    expect(page.get_by_text("已报送", exact=True)).to_be_visible()
    page.get_by_role("combobox", name="选择人员").click()
    page.get_by_role("option", name="阿青").click()
    page.get_by_role("button", name="添加嘉宾").click()
    expect(page.get_by_text("报送后有变")).to_be_visible()
    gate = desk.get(f"/desk/shows/{show['id']}/preflight")
    red = [check["code"] for check in gate["checks"] if check["state"] == "red"]
    assert red == ["roster_sent", "presence"]

    guest = page.locator("article", has_text="阿青")
    give(guest, "pink")
    shot(page, "roster-check")
    guest.get_by_role("button", name="一致", exact=True).click()
    expect(guest.get_by_text("核验一致")).to_be_visible()
    page.get_by_role("button", name="登记报送").first.click()
    page.get_by_label("报送给").fill("演示平台")
    page.get_by_label("回执编号").fill("D-2")
    page.locator("form").get_by_role("button", name="登记报送").click()
    expect(page.get_by_text("第 2 次 · 演示平台 · 2 人")).to_be_visible()
    shot(page, "roster-sent")

    page.goto(f"{house.url}/desk/shows/{show['id']}/preflight")
    page.get_by_role("button", name="开播").click()
    page.get_by_role("dialog").get_by_role("button", name="开播").click()
    page.wait_for_url("**/live")
    assert desk.get(f"/desk/shows/{show['id']}")["state"] == "live"
