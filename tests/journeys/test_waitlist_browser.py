"""The last unit goes to one phone, another waits in line and is served; in real Chromium.

The operator asks for a proof of work, so both phones have solved one before they are in.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.house import House
from tests.journeys.test_browser import browser, page_of, picture, sign_in
from tests.robots import Refused, device, enter

__all__ = ["browser"]

# Of pages alone; what they call is tested on every database.
pytestmark = [
    pytest.mark.once,
    pytest.mark.slow,
    pytest.mark.browser,
    pytest.mark.timeout(900),
]


@pytest.fixture
def guarded(tmp_path: Path) -> Iterator[House]:
    """A house whose door asks for a little work."""
    with House(tmp_path / "home", settings={"KAIBO_PROOF_OF_WORK": "3000"}) as running:
        yield running


def test_a_phone_waits_in_line_and_is_served(guarded: House, browser: Browser) -> None:
    desk = guarded.desk("chen")
    show = next(show for show in desk.get("/desk/shows") if show["state"] == "draft")
    desk.post(f"/desk/shows/{show['id']}/open")
    with pytest.raises(Refused) as refused:
        enter(guarded.url, show["code"], device=device("bot"))
    assert refused.value.body["code"] == "proof_needed"
    desk.post(f"/desk/shows/{show['id']}/pop", {"link_no": 1})
    first, second = (page_of(browser, width=390, height=844, phone=True) for _ in range(2))
    for phone in (first, second):
        phone.goto(f"{guarded.url}/room/{show['code']}")
        expect(card(phone)).to_be_visible()

    screen = page_of(browser, width=1440, height=900, phone=False)
    sign_in(screen, guarded)
    terms = {"link_no": 1, "price_fen": 7_900, "units": 1, "per_buyer_max": 1}
    times = {"opens_in_s": 0, "lasts_s": 600, "pay_within_s": 30}
    sales = f"/desk/shows/{show['id']}/flash-sales"
    sale = desk.post(sales, {**terms, **times, "has_waitlist": True})
    desk.post(f"/desk/flash-sales/{sale['id']}/start")

    card(first).get_by_role("button", name="立即抢").click()
    expect(card(first).get_by_role("button", name="去付款")).to_be_visible()
    waits = card(second).get_by_role("button", name="候补", exact=True)
    expect(waits).to_be_visible()
    picture(second, "sold-out")
    waits.focus()
    second.keyboard.press("Enter")
    expect(card(second).get_by_role("status")).to_have_text("候补第 1 位")
    picture(second, "waiting")
    screen.goto(f"{guarded.url}/desk/shows/{show['id']}/live")
    expect(screen.get_by_text("候补 1 人").first).to_be_visible()
    picture(screen, "desk-waiting")

    # Nobody pays the first claim: after half a minute it goes to who waits.
    expect(card(second).get_by_role("button", name="去付款")).to_be_visible(timeout=90_000)
    expect(second.get_by_text("候补到了！").first).to_be_visible()
    expect(card(second)).to_contain_text("付款剩余")
    picture(second, "served")


def card(phone: Page) -> Locator:
    """What is on air."""
    return phone.get_by_role("region", name="1 号链接")
