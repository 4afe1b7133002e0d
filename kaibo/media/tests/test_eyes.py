"""What the eyes see in a picture that ffmpeg sends by RTMP, and what becomes of it."""

import asyncio
import datetime as dt
import hashlib
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import zxingcpp
from django.db import OperationalError, transaction
from django.test import Client
from django.utils import timezone
from PIL import Image

from kaibo.base.actor import SYSTEM
from kaibo.catalog.tests.conftest import NOW, manager_of
from kaibo.compliance.models import Finding
from kaibo.compliance.reads import room_risk
from kaibo.facts import compliance as told_of_rules
from kaibo.facts import media as told
from kaibo.facts.planning import ShowStarted
from kaibo.journal.actions import append
from kaibo.journal.reads import last_position, read
from kaibo.media import actions, reads
from kaibo.media import eyes as looking
from kaibo.media.errors import NoSuchFrame
from kaibo.media.eyes import BLIND_TURNS, Eyes
from kaibo.media.models import PictureTrouble, Sighting, StreamSession
from kaibo.media.ports import PublishGrant, StreamBegan, StreamOver
from kaibo.media.recorder import read_index
from kaibo.media.tests.mp4 import boxes
from kaibo.media.tests.stage import ROOM, SECRET, House, stage

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(shutil.which("ffmpeg") is None, reason="ffmpeg is not installed"),
]
ELSEWHERE = "https://u.wechat.com/kaibo-whiteboard"


@pytest.fixture
def grant(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> PublishGrant:
    """A show of a shop that may send its picture; recordings go to a folder of this test."""
    # Turns follow each other at once here: none may be skipped for what the last one cost.
    monkeypatch.setattr(looking, "REST", 0.0)
    settings.KAIBO_RECORDINGS = tmp_path
    settings.KAIBO_PUBLIC_URL = "https://live.example.com"
    by = manager_of("ana")
    key = actions.issue_stream_key(org_id=by.org_id, show_id=7, room_code=ROOM, by=by, now=NOW)
    start_show(by.org_id)
    return PublishGrant(by.org_id, 7, ROOM, key.id)


def start_show(org_id: int, show_id: int = 7) -> None:
    fact = ShowStarted(code=ROOM, host_id=1, planned_minutes=60)
    with transaction.atomic():
        append(fact, at=NOW, org_id=org_id, show_id=show_id, actor=SYSTEM(org_id))


def whiteboard(path: Path, text: str) -> Path:
    """A QR code of 240 pixels as somebody would hold it up."""
    code = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode).to_image(scale=4)
    Image.fromarray(code).convert("RGB").save(path)
    return path


class Live(House):
    """The house of the tests with its news written into the tables, as the front does it."""

    def __init__(self, grant: PublishGrant) -> None:
        super().__init__()
        self.grant = grant

    def authorise(self, code: str, secret: str) -> PublishGrant:
        super().authorise(code, secret)
        return self.grant


async def send(root: Path, grant: PublishGrant, *source: str, seconds: float) -> StreamOver:
    """Send a picture as fast as it goes, and write down that it came; how it ended."""
    house = Live(grant)
    async with stage(root, house=house) as set_up:
        url = f"rtmp://127.0.0.1:{set_up.service.rtmp_port}/live/{ROOM}?key={SECRET}"
        coded = ["-c:v", "libx264", "-preset", "ultrafast", "-g", "25", "-c:a", "aac"]
        encoder = await asyncio.create_subprocess_exec(
            *("ffmpeg", "-v", "error", *source, "-t", str(seconds), *coded),
            *("-pix_fmt", "yuv420p", "-f", "flv", url),
        )
        assert await encoder.wait() == 0
    began, over = house.news
    assert isinstance(began, StreamBegan)
    assert isinstance(over, StreamOver)
    await asyncio.to_thread(actions.record_stream_started, began)
    return over


def watch(root: Path, eyes: Eyes, *, every_s: float) -> Iterator[float]:
    """Let the recording grow as it did, one turn of the eyes after each period of the picture."""
    folder = root / StreamSession.objects.get(over_at=None).recording
    picture = (folder / "picture-1.mp4").read_bytes()
    lines = (folder / "index.jsonl").read_text().splitlines(keepends=True)
    segments = read_index(folder)
    parts: list[tuple[float, int]] = []  # second of its end, byte of its end
    for segment in segments:
        begins_s = parts[-1][0] if parts else 0.0
        ends = [end for kind, _, end in boxes(picture) if kind == b"mdat"]
        ends = [one for one in ends if 0 < one - segment.offset <= segment.byte_count]
        for number, end in enumerate(ends, 1):
            part_s = segment.duration_ms / 1000 * number / len(ends)
            parts.append((begins_s + part_s, end))
    second = 0.0
    while second < parts[-1][0]:
        second += every_s
        size = max((end for at, end in parts if at <= second), default=0)
        (folder / "picture-1.mp4").write_bytes(picture[:size])
        closed = [one.offset + one.byte_count < size for one in segments]
        (folder / "index.jsonl").write_text("".join(lines[: sum(closed)]))
        eyes.turn()
        yield second


@pytest.mark.row("LM-057", "R-126")
async def test_a_code_on_a_whiteboard_is_found_within_two_periods(
    tmp_path: Path, grant: PublishGrant
) -> None:
    """From the third second for three seconds; kept once, with its frame, as a finding of C7."""
    board = whiteboard(tmp_path / "board.png", ELSEWHERE)
    shown = "[0:v][1:v]overlay=100:60:enable='between(t,3,6)'[v]"
    source = (
        *("-f", "lavfi", "-i", "testsrc2=size=640x360:rate=25", "-i", str(board)),
        *("-f", "lavfi", "-i", "sine=sample_rate=48000"),
        *("-filter_complex", shown, "-map", "[v]", "-map", "2:a"),
    )
    start = await asyncio.to_thread(last_position)
    over = await send(tmp_path, grant, *source, seconds=8)

    def judge() -> None:
        seconds = watch(tmp_path, Eyes(every_s=1), every_s=1.0)
        found = [second for second in seconds if Sighting.objects.exists()]
        assert 3 < found[0] <= 5
        actions.record_stream_ended(over)
        (code,) = Sighting.objects.all()
        assert (code.text, code.is_own, code.show_id) == (ELSEWHERE, False, 7)
        frame = reads.frame_of(org_id=grant.org_id, sighting_id=code.pk)
        assert hashlib.sha256(frame).hexdigest() == code.frame_sha256
        assert (len(frame), frame[:2]) == (code.frame_bytes, b"\xff\xd8")
        (finding,) = Finding.objects.all()
        assert (finding.subject_kind, finding.subject_id) == ("seen_code", code.pk)
        assert (finding.surface, finding.family, finding.state) == ("picture", "C7", "open")
        assert (finding.text, finding.span_start, finding.span_end) == (
            ELSEWHERE,
            0,
            len(ELSEWHERE),
        )
        assert (finding.law, finding.article, finding.item) == (
            "直播电商监督管理办法",
            "第三十一条",
            "第二款",
        )
        kinds = [type(entry.fact) for entry in read(start)]
        assert kinds[:3] == [told.StreamStarted, told.CodeSeen, told_of_rules.ComplianceHit]
        assert kinds[-1] is told.StreamEnded
        assert room_risk(grant.org_id, 7, now=timezone.now()).score > 0
        assert PictureTrouble.objects.count() == 0

    await asyncio.to_thread(judge)


async def test_black_frozen_and_silent_begin_and_end(tmp_path: Path, grant: PublishGrant) -> None:
    """Five seconds black, ten of a still without sound, then a picture with sound again."""
    black = "color=black:size=320x180:rate=25:duration=5"
    still = "smptebars=size=320x180:rate=25:duration=11"
    moves = "testsrc2=size=320x180:rate=25:duration=5"
    source = (
        *("-f", "lavfi", "-i", black, "-f", "lavfi", "-i", still, "-f", "lavfi", "-i", moves),
        *("-f", "lavfi", "-i", "sine=sample_rate=48000"),
        "-filter_complex",
        "[0:v]setsar=1[a0];[1:v]setsar=1[a1];[2:v]setsar=1[a2];[a0][a1][a2]concat=n=3[v];"
        "[3:a]volume=0:enable='lt(t,16)'[a]",
        *("-map", "[v]", "-map", "[a]"),
    )
    over = await send(tmp_path, grant, *source, seconds=21)

    def judge() -> None:
        assert len(list(watch(tmp_path, Eyes(every_s=1), every_s=1.0))) > 20
        actions.record_stream_ended(over)
        rows = PictureTrouble.objects.order_by("pk")
        assert [row.kind for row in rows] == ["black", "silent", "frozen"]
        for row in rows:
            assert row.over_at is not None
            assert row.began_at < row.over_at
        assert Finding.objects.count() == 0

    await asyncio.to_thread(judge)


def begin(grant: PublishGrant, root: Path, number: int = 1) -> StreamBegan:
    (root / ROOM / str(number)).mkdir(parents=True)
    began = StreamBegan(f"{number:032d}", grant, NOW, 640, 360, True, recording=f"{ROOM}/{number}")
    actions.record_stream_started(began)
    return began


def test_the_shops_own_code_is_kept_and_suppressed(tmp_path: Path, grant: PublishGrant) -> None:
    began = begin(grant, tmp_path)
    one: dict[str, Any] = {"session_id": began.session_id, "jpeg": b"\xff\xd8one", "now": NOW}
    own = actions.record_code(text="https://live.example.com/room7", **one)
    assert own is not None
    assert actions.record_code(text="https://live.example.com/room7", **one) is None
    (finding,) = Finding.objects.all()
    assert (finding.state, finding.suppressed_reason) == ("suppressed", "allow_list")
    assert room_risk(grant.org_id, 7, now=timezone.now()).score == 0
    (tmp_path / ROOM / "1" / Sighting.objects.get().frame).write_bytes(b"\xff\xd8two")
    with pytest.raises(NoSuchFrame):
        reads.frame_of(org_id=grant.org_id, sighting_id=own)
    with pytest.raises(NoSuchFrame):
        reads.frame_of(org_id=grant.org_id + 1, sighting_id=own)


def test_a_code_counts_once_in_a_show_and_a_full_disk_hides_nothing(
    tmp_path: Path, grant: PublishGrant, settings: Any
) -> None:
    """An encoder that comes back shows the same whiteboard; the second code has no frame."""
    settings.KAIBO_SAFE_ADDRESSES = ["https://trace.example.org"]
    for number in (1, 2):
        its = {"session_id": begin(grant, tmp_path, number).session_id, "now": NOW}
        actions.record_code(text=ELSEWHERE, jpeg=b"\xff\xd8", **its)  # type: ignore[arg-type]
    shutil.rmtree(tmp_path / ROOM / "2")
    actions.record_code(text="a\x00\u202e" + "9" * 7_000, jpeg=b"\xff\xd8", **its)  # type: ignore[arg-type]
    actions.record_code(text="https://trace.example.org/7", jpeg=b"\xff\xd8", **its)  # type: ignore[arg-type]
    first, second, third = Finding.objects.order_by("pk")
    assert first.text == ELSEWHERE
    assert second.text.startswith("a\ufffd\\u202e99")
    assert len(second.text) == 301
    assert [one.state for one in (first, second, third)] == ["open", "open", "suppressed"]
    assert len(Sighting.objects.get(pk=second.subject_id).text) == 7_003
    with pytest.raises(NoSuchFrame):
        reads.frame_of(org_id=grant.org_id, sighting_id=second.subject_id)


def test_before_the_show_a_code_is_told_but_does_not_count(
    tmp_path: Path, grant: PublishGrant
) -> None:
    """The picture was there before the show; from its start on the same code counts, once."""
    key = actions.issue_stream_key(
        org_id=grant.org_id, show_id=8, room_code="room8", by=SYSTEM(grant.org_id), now=NOW
    )
    began = begin(PublishGrant(grant.org_id, 8, "room8", key.id), tmp_path)
    one: dict[str, Any] = {"session_id": began.session_id, "jpeg": b"\xff\xd8one", "now": NOW}
    assert actions.record_code(text=ELSEWHERE, **one) is not None
    assert actions.record_code(text=ELSEWHERE, **one) is None
    start_show(grant.org_id, 8)
    assert actions.record_code(text=ELSEWHERE, **one) is not None
    assert actions.record_code(text=ELSEWHERE, **one) is None
    states = list(Finding.objects.order_by("pk").values_list("suppressed_reason", "state"))
    assert states == [("rehearsal", "suppressed"), ("", "open")]
    (reason,) = room_risk(grant.org_id, 8, now=NOW).reasons
    assert reason.rule_id == "C7.scan-code"


def test_a_rehearsal_full_of_codes_hides_none_on_air(
    tmp_path: Path, grant: PublishGrant, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nor do codes of the shop itself; of those that count there is an end."""
    monkeypatch.setattr("kaibo.media.actions.sights.SIGHTS_PER_SHOW_MAX", 2)
    key = actions.issue_stream_key(
        org_id=grant.org_id, show_id=8, room_code="room8", by=SYSTEM(grant.org_id), now=NOW
    )
    began = begin(PublishGrant(grant.org_id, 8, "room8", key.id), tmp_path)

    def see(text: str) -> bool:
        one: dict[str, Any] = {"session_id": began.session_id, "jpeg": b"\xff\xd8", "now": NOW}
        return actions.record_code(text=text, **one) is not None

    assert [see(f"https://x.example/{n}") for n in range(3)] == [True, True, False]
    start_show(grant.org_id, 8)
    own = [see(f"https://live.example.com/{n}") for n in range(3)]
    assert own == [True, True, False]
    assert [see(f"https://x.example/{n}") for n in range(7, 10)] == [True, True, False]


LIE = '{"file": "picture-1.mp4", "offset": 9, "byte_count": 999999999}\n'


@pytest.mark.parametrize(
    "files",
    [
        {},
        {"index.jsonl": "", "picture-1.mp4": "garbage" * 5_000},
        {"index.jsonl": LIE, "picture-1.mp4": "\x00\x00\x00\x08moov\x00\x00\x00\x08mdat" * 99},
        {"index.jsonl": "[]\n{\n", "picture-1.mp4": "\x00\x00\x00\x00moov"},
    ],
)
def test_a_picture_that_nobody_can_see_is_told_and_ends_with_the_stream(
    files: dict[str, str], tmp_path: Path, grant: PublishGrant
) -> None:
    """No file, garbage, an index that lies: after six turns, once, and nothing falls over."""
    began, start, eyes = begin(grant, tmp_path), last_position(), Eyes(every_s=1)
    for name, content in files.items():
        (tmp_path / ROOM / "1" / name).write_text(content)
    for _ in range(BLIND_TURNS + 2):
        assert eyes.turn() == 1
    (trouble,) = PictureTrouble.objects.all()
    assert (trouble.kind, trouble.over_at) == ("unwatched", None)
    assert actions.shut_eyes(now=NOW) == 1
    later = NOW + dt.timedelta(minutes=1)
    actions.record_stream_ended(StreamOver(began.session_id, grant, later, "lost", 1, 2))
    assert [entry.fact for entry in read(start)] == [
        told.PictureTroubled(trouble_id=trouble.pk, session_id=began.session_id, kind="unwatched"),
        told.PictureMended(
            trouble_id=trouble.pk,
            session_id=began.session_id,
            kind="unwatched",
            with_stream=True,
        ),
        told.StreamEnded(
            session_id=began.session_id, reason="lost", received_bytes=1, recorded_ms=2
        ),
    ]
    assert Client().get("/api/desk/sightings/1/frame").status_code == 401


def test_eyes_outlive_the_database_and_close_when_nothing_is_live(
    grant: PublishGrant, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[int] = []

    def turn(self: Eyes, over: object) -> int:
        looked.append(0)
        if len(looked) == 1:
            raise OperationalError("away")
        return 0

    monkeypatch.setattr(Eyes, "turn", turn)
    Eyes(every_s=0.01).run(threading.Event(), idle_s=0.05)
    assert len(looked) >= 2
