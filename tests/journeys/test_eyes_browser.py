"""A strange QR code is held into the picture; the desk sees it with its frame. Real Chromium."""

from __future__ import annotations

import contextlib
import datetime as dt
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from tests.house import House
from tests.journeys.show_real import stream_key
from tests.journeys.test_browser import browser, page_of, picture
from tests.journeys.test_first_light import the_draft

__all__ = ["browser"]

# Of pages alone; what they call is tested on every database.
pytestmark = [
    pytest.mark.once,
    pytest.mark.slow,
    pytest.mark.browser,
    pytest.mark.timeout(900),
    pytest.mark.skipif(shutil.which("ffmpeg") is None, reason="ffmpeg is not installed"),
]
# The second letter is Cyrillic.
LOOK_ALIKE = "https://w\u0435ixin.example/pay"
# How long it really takes: docs/mechanisms/eyes.md. This is for a machine full of other work.
SEEN_WITHIN_S = 20.0


@pytest.mark.row("LM-057", "R-126")
def test_a_strange_code_is_on_the_desk_soon(
    house: House, browser: Browser, record_property: Callable[[str, object], None]
) -> None:
    """Its true host, the article and the frame; the figure is kept with the report."""
    api = house.desk("chen")
    show = the_draft(api)
    at = f"/desk/shows/{show['id']}"
    api.post(f"{at}/open")
    desk = page_of(browser, width=1440, height=900, phone=False)
    desk.context.add_cookies(api.cookies)  # type: ignore[arg-type]
    desk.goto(f"{house.url}/desk/shows/{show['id']}/live")
    lane = desk.get_by_role("region", name="提醒")
    with pushed(house, show["id"], *BLACK):
        expect(lane.get_by_role("listitem").filter(has_text="画面黑屏")).to_be_visible()
        picture(desk, "eyes-black")
    with pushed(house, show["id"], *whiteboard(house.home / "board.png")):
        alert = lane.get_by_role("listitem").filter(has_text="画面二维码")
        expect(alert).to_contain_text("(xn--wixin-zwe.example)")
        seen_at = dt.datetime.now(dt.UTC)
        late_s = (seen_at - shown_at(api.get(f"{at}/streams"))).total_seconds()
        record_property("seconds_from_shown_to_desk", round(late_s, 2))
        assert 0 < late_s < SEEN_WITHIN_S
        expect(alert).to_contain_text("《直播电商监督管理办法》第三十一条第二款")
        has_frame(desk)
        expect(lane).not_to_contain_text("画面黑屏")
        picture(desk, "eyes-desk")
        desk.evaluate("localStorage.setItem('kaibo.language', 'en')")
        desk.reload()
        expect(desk.get_by_text(f"QR code in the picture: {LOOK_ALIKE}")).to_be_visible()
        has_frame(desk)
        expect(desk.get_by_text("No picture is coming in")).to_be_hidden()
        picture(desk, "eyes-desk-en")


BLACK = ("-f", "lavfi", "-i", "color=black:size=360x640:rate=15")


def whiteboard(path: Path) -> tuple[str, ...]:
    """A moving picture into which somebody holds a board."""
    code = zxingcpp.create_barcode(LOOK_ALIKE, zxingcpp.BarcodeFormat.QRCode).to_image(scale=5)
    Image.fromarray(code).convert("RGB").save(path)
    colours = "c0=0x3b2a1e:c1=0xc8743a:c2=0x5d7d5a:nb_colors=3:speed=0.02:r=15"
    film = ("-f", "lavfi", "-i", f"gradients=s=360x640:{colours}", "-i", str(path))
    return (*film, "-filter_complex", "[1:v][2:v]overlay=90:300")


@contextlib.contextmanager
def pushed(house: House, show_id: int, *film: str) -> Iterator[None]:
    """A picture by RTMP, as OBS would send it, for a while."""
    key = stream_key(house.desk("gao"), {"id": show_id})
    push = subprocess.Popen(
        [
            *("ffmpeg", "-loglevel", "error", "-re", "-f", "lavfi", "-i", "sine=frequency=220"),
            *film,
            *("-c:v", "libx264", "-preset", "ultrafast", "-g", "30", "-pix_fmt", "yuv420p"),
            *("-c:a", "aac", "-f", "flv", f"{key['server']}/{key['key']}"),
        ],
        stdin=subprocess.DEVNULL,
    )
    try:
        yield
    finally:
        push.kill()
        push.wait()


def shown_at(streams: list[dict[str, str]]) -> dt.datetime:
    """When the picture with the board began to arrive."""
    assert len(streams) == 2
    return dt.datetime.fromisoformat(streams[-1]["began_at"])


def has_frame(desk: Page) -> None:
    """The thumbnail has really loaded."""
    desk.wait_for_function(
        "() => { const i = document.querySelector('.alerts .frame img');"
        " return i && i.complete && i.naturalWidth > 0 }"
    )
