"""A real house with the demo's show on air, and the pages that are taken of it."""

from __future__ import annotations

import contextlib
import io
import json
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final, Literal

from PIL import Image
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

from conftest import chromium_path
from tests.house import Desk, House
from tests.journeys.test_first_light import the_draft
from tests.paths import ROOT
from tests.robots import Entrance, device, enter

Language = Literal["zh", "en"]
LOCALES: Final[dict[Language, str]] = {"zh": "zh-CN", "en": "en-US"}
FILES: Final[dict[Language, str]] = {"zh": "zh-Hans", "en": "en"}
SEEN: Final = ROOT / "docs" / "pictures"
WORDS: Final = ROOT / "web" / "room" / "src" / "locales"
PHONE, DESK, HIGH, GAP = (390, 844), (1440, 900), 900, 24
BYTES_MAX: Final = 150_000


def word(language: Language, key: str) -> re.Pattern[str]:
    """How the room says it; numbers and names in it may be any."""
    for file in (f"{FILES[language]}.json", f"later.{FILES[language]}.json"):
        found: Any = json.loads((WORDS / file).read_text(encoding="utf-8"))
        for name in key.split("."):
            found = found.get(name) if isinstance(found, dict) else None
        if isinstance(found, str):
            return re.compile(".*".join(map(re.escape, re.split(r"{\w+}", found))))
    raise KeyError(key)


@dataclass
class Stage:
    """The demo's show on air, and who looks at it."""

    house: House
    browser: Browser
    chen: Desk
    show: dict[str, Any]
    pages: list[Page] = field(default_factory=list)

    @property
    def at(self) -> str:
        """The show's address at the desk."""
        return f"/desk/shows/{self.show['id']}"

    @cached_property
    def skus(self) -> dict[int, int]:
        """SKUs by link."""
        return {one["link_no"]: one["sku_id"] for one in self.chen.get(f"{self.at}/links")}

    def phone(self, language: Language, query: str = "") -> Page:
        """A new viewer's phone in the room."""
        page = self._page(language, PHONE, is_phone=True)
        page.goto(f"{self.house.url}/room/{self.show['code']}{query}")
        expect(page.locator(".bag")).to_be_visible()
        return page

    def desk(self, language: Language, path: str) -> Page:
        """Chen's desk on a page."""
        page = self._page(language, DESK, is_phone=False)
        page.context.add_cookies(self.chen.cookies)  # type: ignore[arg-type]
        page.goto(f"{self.house.url}/desk{path}")
        page.wait_for_load_state("networkidle")
        expect(page.locator(".busy")).to_have_count(0)
        return page

    def robot(self, name: str) -> Entrance:
        """A viewer without a page."""
        return enter(self.house.url, self.show["code"], device=device(name), nickname=name)

    def shot(self, page: Page) -> Image.Image:
        """What the page looks like once nothing moves."""
        page.wait_for_timeout(900)
        return Image.open(io.BytesIO(page.screenshot())).convert("RGB")

    def keep(self, name: str, language: Language, *pages: Page) -> None:
        """Write pages beside one another."""
        self.write(name, language, [self.shot(page) for page in pages])

    def write(self, name: str, language: Language, shots: list[Image.Image]) -> None:
        """Put pictures beside one another, and see that the file is small."""
        scaled = [one.resize((one.width * HIGH // one.height, HIGH)) for one in shots]
        wide = sum(one.width for one in scaled) + GAP * (len(scaled) - 1)
        whole = Image.new("RGB", (wide, HIGH), "white")
        left = 0
        for one in scaled:
            whole.paste(one, (left, 0))
            left += one.width + GAP
        file = SEEN / f"{name}{'.en' if language == 'en' else ''}.webp"
        for quality in (86, 78, 70, 60):
            whole.save(file, "WEBP", quality=quality, method=6)
            if file.stat().st_size < BYTES_MAX:
                break
        sys.stdout.write(f"{file.name} {file.stat().st_size}\n")

    def close(self) -> None:
        """End the pages of one picture."""
        for page in self.pages:
            page.context.close()
        self.pages.clear()

    def _page(self, language: Language, size: tuple[int, int], *, is_phone: bool) -> Page:
        context = self.browser.new_context(
            viewport={"width": size[0], "height": size[1]},
            locale=LOCALES[language],
            timezone_id="Asia/Shanghai",
            is_mobile=is_phone,
            has_touch=is_phone,
            device_scale_factor=2 if is_phone else 1,
            reduced_motion="reduce",
        )
        context.set_default_timeout(30_000)
        context.grant_permissions(["clipboard-read", "clipboard-write"])
        self.pages.append(context.new_page())
        return self.pages[-1]


def sheet(phone: Page) -> Locator:
    """What lies over the picture."""
    return phone.get_by_role("dialog").last


@contextlib.contextmanager
def staged() -> Iterator[Stage]:
    """A house with the show on air, and Chromium."""
    # Each who comes by a link has an address of their own.
    house = House(settings={"KAIBO_TRUSTED_PROXIES": "127.0.0.1"})
    with house, sync_playwright() as tools:
        chromium = tools.chromium.launch(
            executable_path=chromium_path(),
            args=["--no-sandbox", "--disable-background-networking", "--disable-sync"],
        )
        chen = house.desk("chen")
        stage = Stage(house, chromium, chen, the_draft(chen))
        chen.post(f"{stage.at}/open")
        for link_no in (1, 2, 3):
            chen.post(f"{stage.at}/pop", {"link_no": link_no})
            with contextlib.suppress(Exception):
                chen.post(f"{stage.at}/links/{link_no}/open")
        yield stage
        chromium.close()
