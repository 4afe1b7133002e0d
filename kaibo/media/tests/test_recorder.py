"""Recordings: whole, in order, and readable after a kill."""

import datetime as dt
import hashlib
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from kaibo.media.fmp4 import Cut, Init, Muxer, Part
from kaibo.media.recorder import INDEX_NAME, Recorder, broken_segments, read_index
from kaibo.media.tests import mp4
from kaibo.media.tests.encoder import show

AT = dt.datetime(2026, 11, 11, 12, 0, tzinfo=dt.UTC)

KILLED = """
import datetime, os, pathlib, signal, sys
from kaibo.media.fmp4 import Cut, Init, Muxer
from kaibo.media.recorder import Recorder
from kaibo.media.tests.encoder import show
recorder = Recorder(pathlib.Path(sys.argv[1]))
muxer = Muxer(Cut(340, 2000, lambda: 6000))
for tag in show(9):
    for item in muxer.feed(tag.kind, tag.timestamp_ms, tag.body):
        if isinstance(item, Init):
            recorder.begin(item)
        else:
            recorder.add(item, begins_at=datetime.datetime.now(datetime.UTC))
os.kill(os.getpid(), signal.SIGKILL)
"""


def record(recorder: Recorder, seconds: float, *, width: int = 640) -> list[Init | Part]:
    muxer, items = Muxer(Cut(340, 2000, lambda: 6000)), []
    for tag in show(seconds, width=width):
        items += muxer.feed(tag.kind, tag.timestamp_ms, tag.body)
    items += muxer.finish()
    for item in items:
        if isinstance(item, Init):
            recorder.begin(item)
        else:
            at = AT + dt.timedelta(milliseconds=item.begins_ms)
            recorder.add(item, begins_at=at)
    return items


def test_the_file_is_what_viewers_got(tmp_path: Path) -> None:
    recorder = Recorder(tmp_path / "a" / "b")
    items = record(recorder, 5)
    recorder.close()
    assert recorder.recorded_ms == 5000
    raw = (tmp_path / "a" / "b" / "picture-1.mp4").read_bytes()
    assert raw == b"".join(item.data for item in items)
    assert len([s for s in mp4.samples(raw) if s.track == 1]) == 125


def test_the_index_leads_to_every_segment(tmp_path: Path) -> None:
    recorder = Recorder(tmp_path)
    record(recorder, 5)
    record(recorder, 3, width=1280)
    recorder.close()
    index = read_index(tmp_path)
    assert [(s.file, s.duration_ms) for s in index] == [
        ("picture-1.mp4", 2000),
        ("picture-1.mp4", 2000),
        ("picture-1.mp4", 1000),
        ("picture-2.mp4", 2000),
        ("picture-2.mp4", 1000),
    ]
    assert [s.begins_at for s in index[:3]] == [AT + dt.timedelta(seconds=n) for n in (0, 2, 4)]
    for segment in index:
        raw = (tmp_path / segment.file).read_bytes()
        data = raw[segment.offset : segment.offset + segment.byte_count]
        assert hashlib.sha256(data).hexdigest() == segment.sha256
        assert mp4.kinds(data)[:2] == [b"moof", b"mdat"]
    assert broken_segments(tmp_path) == []


def test_one_flipped_bit_is_found(tmp_path: Path) -> None:
    recorder = Recorder(tmp_path)
    record(recorder, 6)
    recorder.close()
    index = read_index(tmp_path)
    path = tmp_path / "picture-1.mp4"
    raw = bytearray(path.read_bytes())
    raw[index[1].offset + 100] ^= 1
    path.write_bytes(raw)
    assert broken_segments(tmp_path) == [index[1]]


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system has no SIGKILL")
def test_readable_after_a_kill(tmp_path: Path) -> None:
    killed = subprocess.run([sys.executable, "-c", KILLED, str(tmp_path)], check=False, timeout=60)
    assert killed.returncode == -signal.SIGKILL
    raw = (tmp_path / "picture-1.mp4").read_bytes()
    pictures = [s for s in mp4.samples(raw) if s.track == 1]
    # 225 were fed; what the muxer still held, at most one part, is gone with the process.
    assert 225 - 9 <= len(pictures) <= 225
    assert [s.duration_ms for s in read_index(tmp_path)] == [2000] * 4
    assert broken_segments(tmp_path) == []


def test_an_index_cut_short_by_a_crash(tmp_path: Path) -> None:
    recorder = Recorder(tmp_path)
    record(recorder, 6)
    recorder.close()
    path = tmp_path / INDEX_NAME
    path.write_bytes(path.read_bytes()[:-20])
    assert len(read_index(tmp_path)) == 2
    picture = tmp_path / "picture-1.mp4"
    picture.write_bytes(picture.read_bytes()[: read_index(tmp_path)[1].offset + 5])
    assert len(read_index(tmp_path)) == 1


def test_no_recording_is_an_empty_index(tmp_path: Path) -> None:
    assert read_index(tmp_path / "nothing") == []
