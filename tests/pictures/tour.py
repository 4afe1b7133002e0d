"""The README's pictures: a purchase on a phone, the desk during it, and the report."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.journeys.buying import ADDRESS
from tests.journeys.test_browser import push_picture
from tests.pictures.scenes import live
from tests.pictures.stage import LOCALES, Language, Stage, sheet, word

CHAT = {"zh": "主播好，蜂蜜有检测报告吗", "en": "Hi! Is there a test report for the honey?"}
LURE = "加我微信 abc12345 更便宜"


def room(stage: Stage) -> None:
    """Watching and chatting, a lure that is hidden, the order, and what was paid; the desk too."""
    push = push_picture(stage.house, stage.show["id"])
    stage.chen.post(f"{stage.at}/explaining", {"link_no": 2})
    try:
        for language in LOCALES:
            phone = stage.phone(language)
            desk = stage.desk(language, live(stage))
            if push is not None:
                phone.wait_for_function("() => document.querySelector('video')?.currentTime > 1")
            say(phone, language, CHAT[language])
            expect(phone.get_by_role("log")).to_contain_text(CHAT[language])
            shots = [stage.shot(phone)]
            say(phone, language, LURE)
            expect(sheet(phone).get_by_role("alert")).to_be_visible()
            shots.append(stage.shot(phone))
            sheet(phone).locator(".close, [aria-label]").first.press("Escape")
            buy(phone, language)
            shots.append(stage.shot(phone))
            sheet(phone).get_by_role("button", name=word(language, "buy.place")).click()
            phone.frame_locator("iframe").locator("button[value=pay]").click()
            expect(sheet(phone).get_by_text(word(language, "buy.result.paid"))).to_be_visible()
            shots.append(stage.shot(phone))
            stage.write("room", language, shots)
            stage.keep("desk", language, desk)
            stage.close()
    finally:
        if push is not None:
            push.kill()
            push.wait()


def report(stage: Stage) -> None:
    """The report of the show before."""
    past = next(one for one in stage.chen.get("/desk/shows") if one["state"] == "ended")
    for language in LOCALES:
        desk = stage.desk(language, f"/shows/{past['id']}/report")
        stage.keep("report", language, desk)


def say(phone: Page, language: Language, text: str) -> None:
    """Open the line, write, send."""
    phone.locator("nav .say").click()
    line = sheet(phone).get_by_role("textbox").last
    line.fill(text)
    line.press("Enter")


def buy(phone: Page, language: Language) -> None:
    """The card, and where to."""
    phone.locator(".card button.offer").click()
    sheet(phone).get_by_role("button", name=word(language, "buy.to_address")).click()
    for key in ("name", "phone", "region", "detail"):
        sheet(phone).get_by_label(word(language, f"address.{key}")).fill(ADDRESS[key])
    sheet(phone).get_by_role("button", name=word(language, "address.done")).click()
    expect(sheet(phone).get_by_role("button", name=word(language, "buy.place"))).to_be_visible()
