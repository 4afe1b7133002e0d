"""Settings for other programs, in real Chromium: a key that works, a webhook that was sent."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.house import House
from tests.journeys.test_browser import browser, page_of, picture
from tests.robots import call

__all__ = ["browser"]

pytestmark = [pytest.mark.slow, pytest.mark.browser, pytest.mark.timeout(900)]


def test_a_key_and_a_webhook(house: House, browser: Browser) -> None:
    desk = page_of(browser, width=1440, height=900, phone=False)
    desk.context.add_cookies(house.desk("lin").cookies)  # type: ignore[arg-type]
    desk.goto(f"{house.url}/desk/settings/api")
    token = make_key(desk)
    shows = call(house.url, "GET", "/v1/shows", token=token)
    assert shows["items"]
    add_webhook(desk)
    see_it_fail(desk)
    picture(desk, "settings-api")
    phone = page_of(browser, width=390, height=844, phone=True)
    phone.context.add_cookies(house.desk("lin").cookies)  # type: ignore[arg-type]
    phone.goto(f"{house.url}/desk/settings/api")
    expect(phone.get_by_text("仓库系统")).to_be_visible()
    picture(phone, "settings-api-phone")


def make_key(desk: Page) -> str:
    """Named, with one scope, and shown once."""
    desk.get_by_role("button", name="新建密钥").first.click()
    form = desk.get_by_role("dialog", name="新建密钥")
    form.get_by_placeholder("例如：仓库系统").fill("仓库系统")
    form.get_by_role("combobox", name="权限").click()
    desk.get_by_role("option", name="查看场次").click()
    form.get_by_placeholder("例如：仓库系统").click()
    form.get_by_role("button", name="新建密钥").click()
    once = desk.get_by_role("dialog", name="密钥")
    token = once.locator(".secret").inner_text()
    picture(desk, "settings-key-once")
    once.get_by_role("button", name="我已保存").click()
    expect(once).to_be_hidden()
    expect(desk.get_by_role("cell", name="查看场次")).to_be_visible()
    return token


def add_webhook(desk: Page) -> None:
    """To this machine, which nobody allowed."""
    desk.get_by_role("button", name="新建回调").click()
    form = desk.get_by_role("dialog", name="新建回调")
    form.get_by_placeholder("https://").fill("http://127.0.0.1:9/hook")
    form.get_by_role("button", name="保存").click()
    once = desk.get_by_role("dialog", name="签名密钥")
    assert once.locator(".secret").inner_text().startswith("whsec_")
    once.get_by_role("button", name="我已保存").click()


def see_it_fail(desk: Page) -> None:
    """A fact happens: a key is revoked; its delivery may not go inside."""
    desk.get_by_role("button", name="停用", exact=True).first.click()
    desk.locator(".d-confirm").get_by_role("button", name="停用").click()
    expect(desk.get_by_text("已停用").first).to_be_visible()
    desk.get_by_role("button", name="最近投递").click()
    expect(desk.get_by_text("access.api_key_revoked.1")).to_be_visible(timeout=20_000)
    expect(desk.get_by_text("address_forbidden").first).to_be_visible(timeout=20_000)
