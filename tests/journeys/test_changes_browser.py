"""A change on air as the desk makes it: read first, made once, taken back; a deep one waits."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.house import Desk, House
from tests.journeys.test_browser import agree, browser, page_of, picture
from tests.journeys.test_first_light import the_draft

__all__ = ["browser"]

# Of pages alone; what they call is tested on every database.
pytestmark = [
    pytest.mark.once,
    pytest.mark.slow,
    pytest.mark.browser,
    pytest.mark.timeout(900),
]


@pytest.mark.row("R-041")
def test_units_and_a_price_from_the_line_of_commands(house: House, browser: Browser) -> None:
    desk = house.desk("chen")
    show = the_draft(desk)
    at = f"/desk/shows/{show['id']}"
    desk.post(f"{at}/open")
    desk.post(f"{at}/pop", {"link_no": 3})
    desk.post(f"{at}/links/3/open")
    screen = page_of(browser, width=1440, height=900, phone=False)
    screen.context.add_cookies(desk.cookies)  # type: ignore[arg-type]
    screen.goto(f"{house.url}{at}/live")
    given = link(desk, at)["units_given"]

    command(screen, "/库存 3 5")
    expect(screen.locator(".d-change")).to_contain_text("最多让利")
    picture(screen, "change-units")
    # The answer to the first is lost on its way: the second is the same act.
    lost: list[Any] = []

    def lose_the_first(route: Route) -> None:
        if lost:
            route.continue_()
            return
        lost.append(route.fetch())
        route.abort()

    screen.route("**/changes", lose_the_first)
    screen.keyboard.press("Enter")
    screen.get_by_role("button", name="撤销").wait_for()
    assert (len(lost), link(desk, at)["units_given"]) == (1, given + 5)
    screen.get_by_role("button", name="撤销").click()
    expect(screen.get_by_text("已撤销").first).to_be_visible()
    assert link(desk, at)["units_given"] == given

    price = link(desk, at)["price_fen"]
    command(screen, "/开价 3 0.01")
    expect(screen.get_by_text("低于底价").first).to_be_visible()
    command(screen, f"/开价 3 {price / 100 - 1:.2f}")
    agree(screen)
    expect(screen.get_by_role("button", name="撤销")).to_be_visible()
    assert link(desk, at)["price_fen"] == price - 100


def command(screen: Page, text: str) -> None:
    line = screen.get_by_role("combobox")
    line.fill(text)
    line.press("Enter")


def link(desk: Desk, at: str) -> dict[str, Any]:
    return next(one for one in desk.get(f"{at}/links") if one["link_no"] == 3)
