"""The desk and a phone at once, in real Chromium: plan to paid, seen on both screens."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

from conftest import chromium_path
from tests.house import House
from tests.journeys.show_real import stream_key
from tests.paths import BUILD

# Of pages alone; what they call is tested on every database.
pytestmark = [
    pytest.mark.once,
    pytest.mark.slow,
    pytest.mark.browser,
    pytest.mark.timeout(900),
]

WAIT_MS = 30_000
expect.set_options(timeout=WAIT_MS)
# Whatever a page can have chosen for a buyer beforehand, and what could be chosen or not.
TICKED = "input:checked, option:checked, [aria-checked='true'], [aria-pressed='true']"
BOXES = "input[type='checkbox'], input[type='radio'], [role='switch']"
PICTURES = Path(os.environ.get("KAIBO_PICTURES") or BUILD / "pictures")


@pytest.fixture
def browser() -> Iterator[Browser]:
    """Debian's Chromium, talking to nobody but us."""
    with sync_playwright() as tools:
        chromium = tools.chromium.launch(
            executable_path=chromium_path(),
            args=[
                *("--no-sandbox", "--disable-background-networking", "--disable-sync"),
                *("--disable-component-update", "--autoplay-policy=no-user-gesture-required"),
            ],
        )
        yield chromium
        chromium.close()


def page_of(browser: Browser, *, width: int, height: int, phone: bool) -> Page:
    """A page as a phone or a desk has it; any error on it fails the test.

    Nothing glides: a list that opens while its dialog still moves may lose a click.
    """
    context = browser.new_context(
        viewport={"width": width, "height": height},
        locale="zh-CN",
        timezone_id="Asia/Shanghai",
        is_mobile=phone,
        has_touch=phone,
        device_scale_factor=2 if phone else 1,
        reduced_motion="reduce",
    )
    context.set_default_timeout(WAIT_MS)
    page = context.new_page()
    page.on("pageerror", lambda error: pytest.fail(f"the page broke: {error}"))
    return page


def agree(screen: Page, act: str = "生效") -> None:
    """Having read what a change on air would do."""
    screen.locator(".d-change").get_by_role("button", name=act, exact=True).click()


def sees_nothing_ticked(sheet: Locator, *, but: tuple[str, ...] = ()) -> None:
    """No add-on, agreement or consent is chosen beforehand (电子商务法 19, LM-100).

    Args:
        but: what may be: the coupons that the buyer claimed, which lower the price.
    """
    expect(sheet).to_be_visible()
    ticked = sheet.locator(TICKED)
    expect(ticked).to_have_count(len(but))
    for title in but:
        expect(ticked.filter(has_text=title)).to_have_count(1)
    expect(sheet.locator(BOXES)).to_have_count(0)


def picture(page: Page, name: str) -> None:
    """Keep what a person would have seen."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=PICTURES / f"{name}.png")


@pytest.mark.row("R-107", "R-041", "LM-100")
def test_a_show_on_two_screens(house: House, browser: Browser) -> None:
    api = house.desk("chen")
    show = next(show for show in api.get("/desk/shows") if show["state"] == "draft")
    push = push_picture(house, show["id"])
    try:
        desk = page_of(browser, width=1440, height=900, phone=False)
        phone = page_of(browser, width=390, height=844, phone=True)
        sign_in(desk, house)
        go_on_air(desk, house, show["id"])
        watch_and_chat(phone, house, show["code"])
        pop_from_the_keyboard(desk)
        buy(phone)
        numbers_move(desk)
        report(desk, house, show["id"])
    finally:
        if push is not None:
            push.kill()
            push.wait()


def push_picture(house: House, show_id: int) -> subprocess.Popen[bytes] | None:
    """A moving picture by RTMP, if this machine has ffmpeg."""
    ffmpeg = shutil.which("ffmpeg")
    if ffmpeg is None:
        return None
    key = stream_key(house.desk("gao"), {"id": show_id})
    return subprocess.Popen(
        [
            *(ffmpeg, "-loglevel", "error", "-re", "-f", "lavfi", "-i"),
            *(
                "gradients=s=360x640:c0=0x3b2a1e:c1=0xc8743a:c2=0x5d7d5a:nb_colors=3:speed=0.02:r=15",
            ),
            *("-f", "lavfi", "-i", "sine=frequency=220", "-c:v", "libx264"),
            *("-preset", "ultrafast", "-g", "15", "-pix_fmt", "yuv420p"),
            *("-c:a", "aac", "-f", "flv", f"{key['server']}/{key['key']}"),
        ],
        stdin=subprocess.DEVNULL,
    )


def sign_in(desk: Page, house: House) -> None:
    """A wrong password first, then the right one."""
    desk.goto(f"{house.url}/desk/sign-in")
    desk.get_by_label("账号").fill("chen")
    desk.locator("#password").fill("wrong")
    desk.keyboard.press("Enter")
    expect(desk.get_by_role("alert")).to_contain_text("账号或密码不正确")
    desk.locator("#password").fill("kaibo-demo")
    desk.keyboard.press("Enter")
    expect(desk).to_have_url(re.compile(r"/desk/?$"))


def go_on_air(desk: Page, house: House, show_id: int) -> None:
    """The gate is passed on its own page, and the desk opens."""
    desk.goto(f"{house.url}/desk/shows/{show_id}/preflight")
    opening = desk.get_by_role("button", name="开播", exact=True)
    expect(opening).to_be_enabled()
    picture(desk, "preflight")
    opening.click()
    sure = desk.locator(".el-message-box").get_by_role("button", name="开播")
    if sure.count():
        sure.first.click()
    desk.wait_for_url(f"**/desk/shows/{show_id}/live")


def watch_and_chat(phone: Page, house: House, code: str) -> None:
    """The picture plays, a line is seen, a lure is hidden with its article."""
    phone.goto(f"{house.url}/room/{code}")
    expect(phone.get_by_role("button", name="关注")).to_be_visible()
    if shutil.which("ffmpeg"):
        phone.wait_for_function(
            "() => { const v = document.querySelector('video'); return v && v.currentTime > 1 }"
        )
    say(phone, "主播好，蜂蜜有检测报告吗")
    expect(phone.get_by_role("textbox", name="说点什么…")).to_be_hidden()
    expect(phone.get_by_role("log")).to_contain_text("蜂蜜有检测报告吗")
    say(phone, "加我微信 abc12345 更便宜")
    refused = phone.get_by_role("alert").filter(has_text="请勿引导到平台外")
    expect(refused).to_contain_text("第三十一条")
    expect(phone.get_by_role("alert").filter(has_text="谨防站外交易")).to_be_visible()
    picture(phone, "hidden")
    phone.get_by_role("button", name="关闭", exact=True).click()
    expect(refused).to_be_hidden()


def say(phone: Page, text: str) -> None:
    """Open the line, write, send."""
    phone.get_by_role("button", name="说点什么…").click()
    phone.get_by_role("textbox", name="说点什么…").fill(text)
    phone.get_by_role("button", name="发送").click()


def pop_from_the_keyboard(desk: Page) -> None:
    """``2`` and Enter put link 2 on the shelf; Space begins to explain it."""
    expect(desk.get_by_text("蜂蜜有检测报告吗").first).to_be_visible()
    desk.keyboard.press("2")
    desk.keyboard.press("Enter")
    desk.wait_for_timeout(1500)
    desk.keyboard.press("Space")
    expect(desk.get_by_text("讲解中").first).to_be_visible()


def buy(phone: Page) -> None:
    """From the card to paid without leaving the picture."""
    card = phone.get_by_role("region", name="2 号链接")
    expect(card.get_by_text("山野百花蜂蜜")).to_be_visible()
    phone.wait_for_timeout(800)
    picture(phone, "room")
    card.get_by_role("button", name="去购买").click()
    phone.get_by_role("button", name="去填地址").click()
    phone.get_by_label("收货人").fill("王小花")
    phone.get_by_label("手机号").fill("13800138000")
    phone.get_by_label("所在地区").fill("浙江省杭州市西湖区")
    phone.get_by_label("详细地址").fill("文三路 1 号 2 幢")
    phone.get_by_role("button", name="用这个地址").click()
    sees_nothing_ticked(phone.get_by_role("dialog", name="确认订单"))
    picture(phone, "order")
    phone.get_by_role("button", name="提交订单").click()
    paying = phone.frame_locator("iframe")
    paying.get_by_role("button", name="支付 Pay now").click()
    expect(phone.get_by_text("付款成功")).to_be_visible()
    picture(phone, "paid")
    phone.get_by_role("dialog").get_by_role("button", name="回到直播").click()
    expect(phone.get_by_role("button", name="货架，1 件商品")).to_be_visible()


def numbers_move(desk: Page) -> None:
    """The desk sees the money and the unit."""
    expect(desk.get_by_text("59.00").first).to_be_visible()
    picture(desk, "desk")


def report(desk: Page, house: House, show_id: int) -> None:
    """Closed, and told in three sentences."""
    house.desk("chen").post(f"/desk/shows/{show_id}/close")
    desk.goto(f"{house.url}/desk/shows/{show_id}/report")
    expect(desk.get_by_text("山野百花蜂蜜").first).to_be_visible()
    expect(desk.get_by_text("59.00").first).to_be_visible()
    picture(desk, "report")
