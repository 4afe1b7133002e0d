"""Two viewers invite: oneself and a farm bring nothing, a friend brings a coupon; in Chromium."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.house import Desk, House
from tests.journeys.test_browser import browser, page_of, picture
from tests.journeys.test_first_light import the_draft

__all__ = ["browser"]

# Of pages alone; what they call is tested on every database.
pytestmark = [
    pytest.mark.long,
    pytest.mark.once,
    pytest.mark.slow,
    pytest.mark.browser,
    pytest.mark.timeout(900),
]


@pytest.fixture
def house() -> Iterator[House]:
    """A house behind a proxy on this machine, so that each phone has an address of its own."""
    with House(settings={"KAIBO_TRUSTED_PROXIES": "127.0.0.1"}) as one:
        yield one


@pytest.mark.row("R-102")
def test_a_friend_counts_and_a_farm_does_not(house: House, browser: Browser) -> None:
    desk = house.desk("chen")
    show = the_draft(desk)
    at = f"/desk/shows/{show['id']}"
    desk.post(f"{at}/open")
    desk.post(f"{at}/pop", {"link_no": 3})
    start_reward(desk)
    room = f"{house.url}/room/{show['code']}"
    ana, bo = phone_at(browser, "203.0.113.1"), phone_at(browser, "203.0.113.2")
    for phone in (ana, bo):
        phone.goto(room)
    screen = page_of(browser, width=1440, height=900, phone=False)
    screen.context.add_cookies(desk.cookies)  # type: ignore[arg-type]
    publish(screen, house, show["id"])
    of_ana, of_bo = link_of(ana, room), link_of(bo, room)
    assert of_ana != of_bo
    # Her own link, on her own phone.
    ana.goto(of_ana)
    unheard(ana)
    farm(browser, of_ana)
    friend = phone_at(browser, "203.0.113.60")
    friend.goto(of_bo)
    expect(friend.get_by_text("你是受邀来的：关注本店")).to_be_visible()
    picture(friend, "invite-friend")
    friend.get_by_role("button", name="关注", exact=True).click()
    expect(bo.get_by_text("已得 1 张“邀请券”，在我的券里")).to_be_visible()
    assert figures(bo) == ["1", "0", "0", "1"]
    picture(bo, "invite-reward")
    board = bo.get_by_role("region", name="邀请榜")
    expect(board.get_by_role("listitem")).to_have_text("1我1 位")
    look_at(screen, ana, house)


def phone_at(browser: Browser, address: str) -> Page:
    """A phone with an address of its own; what it copies can be read."""
    phone = page_of(browser, width=375, height=812, phone=True)
    phone.context.set_extra_http_headers({"X-Forwarded-For": address})
    phone.context.grant_permissions(["clipboard-read", "clipboard-write"])
    return phone


def start_reward(desk: Desk) -> None:
    """Ten yuan off, got by inviting alone."""
    now = dt.datetime.now(dt.UTC)
    terms = {
        "title_zh": "邀请券",
        "title_en": "Inviter's coupon",
        "stacking": "coupon",
        "benefit": {"type": "amount_off", "fen": 200},
        "condition": {"type": "fen", "fen": 5_000},
    }
    coupon = desk.post(
        "/desk/promotions",
        {
            "terms": terms,
            "starts_at": now.isoformat(),
            "ends_at": (now + dt.timedelta(days=30)).isoformat(),
            "got": "claim",
            "unlock": "invite",
            "uses_total": 200,
            "request_key": "reward",
        },
    )
    desk.post(f"/desk/promotions/{coupon['id']}/steps/start")


def publish(screen: Page, house: House, show_id: int) -> None:
    """Whoever brings one who follows has a coupon; it opens within the minute."""
    screen.goto(f"{house.url}/desk/shows/{show_id}/invites")
    screen.get_by_role("button", name="新建邀请活动").first.click()
    form = screen.get_by_role("dialog", name="新建邀请活动")
    form.get_by_label("名称（观众看到的）").fill("邀友有礼")
    form.get_by_text("关注", exact=True).click()
    form.get_by_label("奖励券").press("Enter")
    screen.get_by_role("option", name="邀请券").click()
    form.get_by_label("每几人一份奖励").fill("1")
    picture(screen, "invite-form")
    form.get_by_role("button", name="保存").click()
    expect(form).to_have_count(0)
    mine = screen.locator("section").filter(has=screen.get_by_role("heading", name="邀友有礼"))
    mine.get_by_role("button", name="公示", exact=True).click()
    screen.get_by_role("dialog").get_by_role("button", name="公示", exact=True).click()
    expect(screen.get_by_text("已公示，到时间自动开始")).to_be_visible()
    expect(screen.get_by_text("进行中").first).to_be_visible(timeout=90_000)


def link_of(phone: Page, room: str) -> str:
    """The phone's own link, as it was copied; it names nobody."""
    phone.get_by_role("button", name="邀友有礼，点开邀请好友").click()
    sheet = phone.get_by_role("dialog", name="邀请有礼")
    sheet.get_by_role("button", name="复制邀请链接").click()
    expect(phone.get_by_text("邀请链接已复制，发给好友吧")).to_be_visible()
    link: str = phone.evaluate("navigator.clipboard.readText()")
    assert re.fullmatch(re.escape(room) + r"\?invite=[\w-]{16}", link)
    expect(sheet.get_by_text("再计入 1 位得下一张")).to_be_visible()
    return link


def unheard(phone: Page) -> None:
    """Nothing is counted, and the page says so without saying why."""
    phone.get_by_role("button", name="邀友有礼，点开邀请好友").click()
    sheet = phone.get_by_role("dialog", name="邀请有礼")
    expect(sheet.get_by_text("再计入 1 位得下一张")).to_be_visible()
    assert figures(phone)[0] == "0"


def farm(browser: Browser, link: str) -> None:
    """One phone whose storage is deleted again and again: three viewers, one of them pending."""
    phone = phone_at(browser, "203.0.113.50")
    phone.goto(link)
    expect(phone.get_by_text("你是受邀来的：关注本店")).to_be_visible()
    for _ in range(2):
        phone.evaluate("localStorage.clear()")
        phone.goto("about:blank")
        phone.goto(link)
        phone.get_by_role("button", name="邀友有礼，点开邀请好友").click()
        expect(phone.get_by_text("这次没有计入")).to_be_visible()
    picture(phone, "invite-farm")


def figures(phone: Page) -> list[str]:
    """Counted, pending, not counted, rewards."""
    sheet = phone.get_by_role("dialog", name="邀请有礼")
    return sheet.locator("dd").all_inner_texts()


def look_at(screen: Page, ana: Page, house: House) -> None:
    """The desk sees who was refused and why, in words and in the list; hers stands at nothing."""
    expect(screen.get_by_text("自己邀请自己 1").first).to_be_visible()
    expect(screen.get_by_text("同一设备 2").first).to_be_visible()
    picture(screen, "invite-desk")
    screen.get_by_role("button", name="未计入").click()
    expect(screen.get_by_role("row").filter(has_text="同一设备")).to_have_count(2)
    expect(ana.get_by_text("只分享直播间")).to_be_visible()
    assert figures(ana)[:2] == ["0", "1"]
    picture(ana, "invite-ana")
    with screen.expect_download() as kept:
        screen.locator("a[href*='invitees.csv']").click()
    text = kept.value.path().read_text(encoding="utf-8-sig")
    assert text.count("同一设备") == 2
    screen.goto(f"{house.url}/desk/promotions/list")
    expect(screen.get_by_role("row", name="邀请券")).to_contain_text("进行中")
