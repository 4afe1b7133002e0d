"""Words in the picture: what is kept of them, how often they are read, and by whom."""

import datetime as dt
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from PIL import Image, ImageDraw, ImageFont

from kaibo.catalog.tests.conftest import NOW
from kaibo.compliance.models import Finding
from kaibo.compliance.reads import room_risk
from kaibo.media import actions
from kaibo.media import eyes as looking
from kaibo.media.eyes import Eyes
from kaibo.media.frames import Frame, Span
from kaibo.media.models import Sighting
from kaibo.media.ports import PublishGrant
from kaibo.media.tests.test_eyes import begin, grant
from kaibo.media.words import RapidReader, can_read

__all__ = ["grant"]

pytestmark = pytest.mark.django_db(transaction=True)
LURE = "加微信 abc12345 下单"
FONT = Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Bold.ttc")


def banner(text: str) -> bytes:
    """A picture of 720 × 400 with a line on it."""
    image = Image.new("RGB", (720, 400), (90, 60, 40))
    font = ImageFont.truetype(str(FONT), 44) if FONT.is_file() else None
    ImageDraw.Draw(image).text((40, 160), text, font=font, fill=(255, 255, 240))
    out = BytesIO()
    image.save(out, "JPEG", quality=85)
    return out.getvalue()


def test_words_are_kept_once_with_every_rule_they_touch(
    tmp_path: Path, grant: PublishGrant
) -> None:
    """Read again with a wrong letter it says nothing new; harmless words leave no trace."""
    its: dict[str, Any] = {"session_id": begin(grant, tmp_path).session_id, "now": NOW}
    assert actions.record_text(text="山野百花蜂蜜 500g", jpeg=b"x", **its) is None
    seen = actions.record_text(text=f"福利！{LURE}", jpeg=b"\xff\xd8", **its)
    assert seen is not None
    assert actions.record_text(text="福利！加微信abcl2345下单", jpeg=b"\xff\xd8", **its) is None
    found = Finding.objects.get(rule_id="C7.account")
    assert (found.surface, found.subject_kind, found.subject_id) == ("picture", "seen_text", seen)
    assert (found.text, found.action, found.state) == (f"福利！{LURE}", "warn", "open")
    assert room_risk(grant.org_id, 7, now=NOW).score > 0
    assert Sighting.objects.get().kind == "text"
    worse = f"福利！{LURE} 根治糖尿病"
    assert actions.record_text(text=worse, jpeg=b"\xff\xd8", **its) is not None


def test_lines_of_one_picture_do_not_repeat_each_other(tmp_path: Path, grant: PublishGrant) -> None:
    """Made out one after the other they are one showing; new words two minutes later are not."""
    session_id = begin(grant, tmp_path).session_id
    points = []
    for seconds, text in (
        (0, LURE),
        (7, "同款扫码加微信 zzk998877"),
        (120, "进群领券 QQ 群 77889900"),
    ):
        now = NOW + dt.timedelta(seconds=seconds)
        assert actions.record_text(session_id=session_id, text=text, jpeg=b"\xff\xd8", now=now)
        reasons = room_risk(grant.org_id, 7, now=now).reasons
        points.append([one.repeat_points for one in reasons if one.family == "C7"])
    assert {repeat for each in points[:2] for repeat in each} == {0}
    assert points[2][-1] > 0


def test_a_picture_is_read_when_it_changed_and_each_in_its_turn(
    tmp_path: Path, grant: PublishGrant, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two looks at one banner are one reading; another one is read when its time has come."""
    read: list[int] = []

    class Fake:
        def read(self, jpeg: bytes) -> list[str]:
            read.append(len(jpeg))
            return [LURE]

    shown = [banner("a"), banner("a"), banner("b"), banner("b")]
    clock = iter(range(0, 10_000, 3))
    spans = iter(Span("picture-1.mp4", number, b"", b"") for number in range(9))
    monkeypatch.setattr(looking, "spans", lambda folder, since: [next(spans)])
    monkeypatch.setattr(looking, "decode", lambda *_, **__: [Frame(shown.pop(0), -20.0)])
    monkeypatch.setattr(looking, "time", SimpleNamespace(monotonic=lambda: float(next(clock))))
    monkeypatch.setattr(looking, "AGAIN_S", 1e9)
    begin(grant, tmp_path)
    eyes = Eyes(every_s=1, reader=Fake(), read_every_s=1.0)
    for _ in range(4):
        eyes.turn()
    assert len(read) == 2
    assert Sighting.objects.count() == 1


@pytest.mark.skipif(not can_read(), reason="the extra ocr is not installed")
@pytest.mark.skipif(not FONT.is_file(), reason="no font with Chinese letters")
def test_a_banner_is_read() -> None:
    reader = RapidReader()
    (line,) = reader.read(banner(LURE))
    assert line.replace(" ", "") == LURE.replace(" ", "")
    blank = BytesIO()
    Image.new("RGB", (640, 360)).save(blank, "JPEG")
    assert reader.read(blank.getvalue()) == []


@pytest.mark.parametrize("on_air", [False, True])
def test_words_before_the_show_do_not_count(
    on_air: bool, tmp_path: Path, grant: PublishGrant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actions.sights, "facts_of_show", lambda *_: [1] if on_air else [])
    its: dict[str, Any] = {"session_id": begin(grant, tmp_path).session_id, "jpeg": b"x"}
    assert actions.record_text(text=LURE, now=NOW, **its) is not None
    assert actions.record_text(text=LURE, now=NOW + dt.timedelta(1), **its) is None
    reasons = set(Finding.objects.values_list("suppressed_reason", flat=True))
    assert reasons == ({""} if on_air else {"rehearsal"})
