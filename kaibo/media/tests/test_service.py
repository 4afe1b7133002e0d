"""From an encoder's socket to a player's playlist, and to disk."""

import asyncio
import json
import re
import shutil
import struct
import time
from pathlib import Path

import pytest

from kaibo.media import hls
from kaibo.media.engine import EngineLimits
from kaibo.media.ports import StreamBegan, StreamOver
from kaibo.media.recorder import broken_segments, read_index
from kaibo.media.service import MediaService
from kaibo.media.tests import mp4
from kaibo.media.tests.encoder import show
from kaibo.media.tests.stage import ROOM, SECRET, Stage, stage, until


def listed(text: str) -> list[str]:
    return re.findall(r"^(s\d+\.m4s)$", text, re.MULTILINE)


async def fetch(set_up: Stage, name: str) -> bytes:
    answer = await set_up.player.get(f"/live/{ROOM}/{name}")
    assert answer.status_code == 200, answer.text
    return answer.content


@pytest.mark.parametrize("chunk_bytes", [128, 4096, 60_000])
async def test_every_picture_sent_can_be_fetched(tmp_path: Path, chunk_bytes: int) -> None:
    async with stage(tmp_path) as set_up:
        encoder = await set_up.encoder(chunk_bytes=chunk_bytes)
        await encoder.send_tags(show(8))
        await encoder.finish()
        await until(lambda: set_up.house.reasons == ["began", "finished"])
        text = await set_up.playlist()
        init = re.findall(r'EXT-X-MAP:URI="([^"]+)"', text)
        assert len(init) == 1
        assert mp4.kinds(await fetch(set_up, init[0])) == [b"ftyp", b"moov"]
        assert len(listed(text)) == 4
        raw = b"".join([await fetch(set_up, name) for name in listed(text)])
        pictures = [s for s in mp4.samples(raw) if s.track == 1]
        assert [s.data for s in pictures] == [struct.pack(">II", 4, n) * 50 for n in range(200)]
        assert SECRET not in text


async def test_the_house_is_told_and_the_recording_is_whole(tmp_path: Path) -> None:
    async with stage(tmp_path) as set_up:
        encoder = await set_up.encoder()
        await encoder.send_tags(show(5))
        await encoder.finish()
        await until(lambda: len(set_up.house.news) == 2)
        began, over = set_up.house.news
    assert isinstance(began, StreamBegan)
    assert isinstance(over, StreamOver)
    assert (began.width, began.height, began.has_sound) == (640, 360, True)
    assert began.grant.show_id == 77
    assert (over.reason, over.recorded_ms) == ("finished", 5000)
    assert over.received_bytes > 125 * 400
    folder = tmp_path / began.recording
    assert [s.duration_ms for s in read_index(folder)] == [2000, 2000, 1000]
    assert broken_segments(folder) == []
    raw = (folder / "picture-1.mp4").read_bytes()
    assert len([s for s in mp4.samples(raw) if s.track == 1]) == 125


async def test_the_encoder_comes_back_after_a_reset(tmp_path: Path) -> None:
    async with stage(tmp_path) as set_up:
        encoder = await set_up.encoder()
        await encoder.send_tags(show(4))
        await until(lambda: set_up.house.reasons == ["began"])
        before = await set_up.playlist()
        encoder.reset()
        await until(lambda: set_up.house.reasons == ["began", "lost"])
        assert await set_up.state() == "off"
        assert "ENDLIST" not in await set_up.playlist(), "players wait for it to come back"
        again = await set_up.encoder()
        await again.send_tags(show(4))
        await until(lambda: set_up.house.reasons == ["began", "lost", "began"])
        text = await set_up.playlist()
        assert await set_up.state() == "live"
        assert text.count("#EXT-X-DISCONTINUITY\n") == 1
        assert len(re.findall("EXT-X-MAP", text)) == 2
        assert listed(text)[: len(listed(before))] == listed(before)
        numbers = [int(name[1:-4]) for name in listed(text)]
        assert numbers == list(range(numbers[0], numbers[0] + len(numbers)))
        await again.close()


async def test_no_encoder_is_no_picture(tmp_path: Path) -> None:
    async with stage(tmp_path, limits=EngineLimits(grace_s=0.1)) as set_up:
        for name in ("index.m3u8", "plain.m3u8", "s1.m4s", "init1.mp4"):
            answer = await set_up.player.get(f"/live/{ROOM}/{name}")
            assert (answer.status_code, answer.json()["code"]) == (404, "no_picture")
            assert answer.headers["access-control-allow-origin"] == "*"
            assert answer.headers["cache-control"] == "no-store"
        assert (await set_up.player.get(f"/live/{ROOM}/state.json")).json()["state"] == "off"
        encoder = await set_up.encoder()
        await encoder.send_tags(show(4))
        await until(lambda: set_up.house.reasons == ["began"])
        assert await set_up.state() == "live"
        await encoder.finish()
        await until(lambda: set_up.house.reasons == ["began", "finished"])
        await asyncio.sleep(0.3)
        answer = await set_up.player.get(f"/live/{ROOM}/index.m3u8")
        assert (answer.status_code, answer.json()["code"]) == (404, "no_picture")


@pytest.mark.parametrize("code", ["a", "x" * 33, "-abc", "a.b", "a%00b", "%E5%BC%80"])
async def test_what_cannot_be_a_room(tmp_path: Path, code: str) -> None:
    async with stage(tmp_path) as set_up:
        for name in ("index.m3u8", "state.json", "s1.m4s"):
            answer = await set_up.player.get(f"/live/{code}/{name}")
            assert (answer.status_code, answer.json()["code"]) == (404, "unknown_room")


async def test_the_state_has_size_and_rates(tmp_path: Path) -> None:
    async with stage(tmp_path) as set_up:
        encoder = await set_up.encoder()
        assert await set_up.state() == "off", "accepted, but no picture yet"
        await encoder.send_tags(show(6))
        await until(lambda: set_up.house.reasons == ["began"])
        await asyncio.sleep(0.1)
        state = (await set_up.player.get(f"/live/{ROOM}/state.json")).json()
        assert (state["state"], state["width"], state["height"]) == ("live", 640, 360)
        assert state["fps"] == 25.0
        # 400 bytes of picture 25 times a second, boxes and sound on top.
        assert 80 <= state["bitrate_kbps"] <= 130
        assert state["since"].endswith("Z")
        await encoder.close()


async def test_headers(tmp_path: Path) -> None:
    async with stage(tmp_path) as set_up:
        encoder = await set_up.encoder()
        await encoder.send_tags(show(4))
        text = await set_up.playlist()
        playlist = await set_up.player.get(f"/live/{ROOM}/index.m3u8")
        assert playlist.headers["content-type"].startswith("application/vnd.apple.mpegurl")
        assert playlist.headers["cache-control"] == "no-cache"
        segment = await set_up.player.get(f"/live/{ROOM}/{listed(text)[0]}")
        assert segment.headers["content-type"] == "video/mp4"
        assert "immutable" in segment.headers["cache-control"]
        assert segment.headers["access-control-allow-origin"] == "*"
        asked = await set_up.player.options(f"/live/{ROOM}/index.m3u8")
        assert asked.status_code == 204
        head = await set_up.player.head(f"/live/{ROOM}/{listed(text)[0]}")
        assert head.content == b""
        assert int(head.headers["content-length"]) == len(segment.content)
        post = await set_up.player.post(f"/live/{ROOM}/index.m3u8")
        assert post.status_code == 405
        await encoder.close()


async def test_a_player_waits_for_the_first_segment(tmp_path: Path) -> None:
    async with stage(tmp_path) as set_up:
        encoder = await set_up.encoder()
        waiting = asyncio.create_task(set_up.playlist())
        await asyncio.sleep(0.1)
        assert not waiting.done()
        await encoder.send_tags(show(3))
        assert len(listed(await asyncio.wait_for(waiting, 3))) == 1
        await encoder.close()


async def test_a_player_waits_for_the_next_part(tmp_path: Path) -> None:
    async with stage(tmp_path) as set_up:
        encoder = await set_up.encoder()
        tags = list(show(6))
        half = next(n for n, tag in enumerate(tags) if tag.timestamp_ms >= 3000)
        await encoder.send_tags(iter(tags[:half]))
        await until(lambda: set_up.house.reasons == ["began"])
        await asyncio.sleep(0.1)
        hint = re.findall(r'HINT:TYPE=PART,URI="([^"]+)"', await set_up.playlist())[0]
        number, part = re.fullmatch(r"s(\d+)\.(\d+)\.m4s", hint).groups()  # type: ignore[union-attr]
        playlist = asyncio.create_task(set_up.playlist(f"?_HLS_msn={number}&_HLS_part={part}"))
        piece = asyncio.create_task(fetch(set_up, hint))
        await asyncio.sleep(0.1)
        assert not playlist.done()
        assert not piece.done()
        await encoder.send_tags(iter(tags[half:]))
        assert f'URI="{hint}"' in (await asyncio.wait_for(playlist, 2)).split("PRELOAD")[0]
        assert mp4.kinds(await asyncio.wait_for(piece, 2)) == [b"moof", b"mdat"]
        await encoder.close()


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("?_HLS_part=0", "playlist_request_wrong"),
        ("?_HLS_msn=-1", "playlist_request_wrong"),
        ("?_HLS_msn=x", "playlist_request_wrong"),
        ("?_HLS_msn=٣", "playlist_request_wrong"),
        ("?_HLS_msn=" + "9" * 5000, "playlist_request_wrong"),
        ("?_HLS_msn=99999999999", "playlist_request_wrong"),
    ],
)
async def test_requests_that_make_no_sense(tmp_path: Path, query: str, code: str) -> None:
    async with stage(tmp_path) as set_up:
        encoder = await set_up.encoder()
        await encoder.send_tags(show(4))
        await set_up.playlist()
        answer = await set_up.player.get(f"/live/{ROOM}/index.m3u8{query}")
        assert (answer.status_code, answer.json()["code"]) == (400, code)
        await encoder.close()


async def test_nobody_waits_for_ever(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hls.Window, "target_s", 0.1)
    async with stage(tmp_path) as set_up:
        encoder = await set_up.encoder()
        await encoder.send_tags(show(4))
        newest = int(listed(await set_up.playlist())[-1][1:-4])
        began = time.monotonic()
        answer = await set_up.player.get(f"/live/{ROOM}/index.m3u8?_HLS_msn={newest + 2}")
        assert (answer.status_code, answer.json()["code"]) == (503, "playlist_late")
        assert 0.2 < time.monotonic() - began < 2
        await encoder.close()


async def test_who_waits_when_the_picture_goes_is_told(tmp_path: Path) -> None:
    async with stage(tmp_path, limits=EngineLimits(grace_s=0.3)) as set_up:
        encoder = await set_up.encoder()
        await encoder.send_tags(show(4))
        newest = int(listed(await set_up.playlist())[-1][1:-4])
        await encoder.finish()
        began = time.monotonic()
        answer = await set_up.player.get(f"/live/{ROOM}/index.m3u8?_HLS_msn={newest + 2}")
        assert (answer.status_code, answer.json()["code"]) == (404, "no_picture")
        assert time.monotonic() - began < 2


async def test_names_are_never_used_twice(tmp_path: Path) -> None:
    async with stage(tmp_path, limits=EngineLimits(grace_s=0.05)) as set_up:
        seen: list[str] = []
        for _ in range(3):
            encoder = await set_up.encoder()
            await encoder.send_tags(show(9))
            names = listed(await set_up.playlist())
            assert set(names).isdisjoint(seen)
            seen += names
            await encoder.finish()
            await until(lambda: set_up.service.engine.channel(ROOM) is None)


async def test_a_port_that_is_taken_is_said(tmp_path: Path) -> None:
    async with stage(tmp_path) as set_up:
        house = set_up.house
        second = MediaService(
            house.authorise,
            house.news.append,
            house.news.append,
            None,
            "127.0.0.1",
            set_up.service.rtmp_port,
        )
        with pytest.raises(OSError, match="address already in use"):
            await second.start()
        assert second.state(ROOM).state == "off", "pages still get an answer"
        await second.stop()


async def test_stopping_the_service_ends_the_show_cleanly(tmp_path: Path) -> None:
    async with stage(tmp_path) as set_up:
        encoder = await set_up.encoder()
        await encoder.send_tags(show(5))
        await until(lambda: set_up.house.reasons == ["began"])
        await asyncio.sleep(0.1)
    assert set_up.house.reasons == ["began", "shutdown"]
    began = set_up.house.news[0]
    assert isinstance(began, StreamBegan)
    assert sum(s.duration_ms for s in read_index(tmp_path / began.recording)) == 5000
    await encoder.close()


async def test_a_disk_that_fails_does_not_cost_the_picture(tmp_path: Path) -> None:
    root = tmp_path / "a-file-not-a-folder"
    root.write_text("in the way")
    async with stage(root) as set_up:
        encoder = await set_up.encoder()
        await encoder.send_tags(show(4))
        assert len(listed(await set_up.playlist())) == 1
        assert await set_up.state() == "live"
        await encoder.finish()
        await until(lambda: set_up.house.reasons == ["began", "finished"])
        over = set_up.house.news[1]
        assert isinstance(over, StreamOver)
        assert over.recorded_ms == 0


async def test_a_house_that_is_down_is_told_later(tmp_path: Path) -> None:
    async with stage(tmp_path) as set_up:
        house, failures = set_up.house, [RuntimeError("locked"), RuntimeError("locked")]
        remember = house.news.append

        def flaky(news: StreamBegan | StreamOver) -> None:
            if failures:
                raise failures.pop()
            remember(news)

        object.__setattr__(set_up.service.engine._house, "on_start", flaky)
        encoder = await set_up.encoder()
        await encoder.send_tags(show(3))
        await encoder.finish()
        await until(lambda: house.reasons == ["began", "finished"])


@pytest.mark.skipif(shutil.which("ffmpeg") is None, reason="ffmpeg is not installed")
@pytest.mark.parametrize("extra", [[], ["-bf", "2"], ["-an"]])
async def test_what_ffmpeg_sends_is_played_whole(tmp_path: Path, extra: list[str]) -> None:
    sound = [] if "-an" in extra else ["-f", "lavfi", "-i", "sine=sample_rate=44100"]
    async with stage(tmp_path) as set_up:
        url = f"rtmp://127.0.0.1:{set_up.service.rtmp_port}/live/{ROOM}?key={SECRET}"
        source = ["-f", "lavfi", "-i", "testsrc2=size=320x180:rate=30", *sound]
        coded = ["-c:v", "libx264", "-preset", "ultrafast", "-g", "30", "-c:a", "aac"]
        await run(
            "ffmpeg", "-v", "error", "-re", *source, "-t", "4", *coded, *extra, "-f", "flv", url
        )
        await until(lambda: set_up.house.reasons == ["began", "finished"])
        began = set_up.house.news[0]
        assert isinstance(began, StreamBegan)
        assert (began.width, began.height) == (320, 180)
        assert began.has_sound == ("-an" not in extra)
        text = await set_up.playlist()
        init = re.findall(r'EXT-X-MAP:URI="([^"]+)"', text)[0]
        whole = [await fetch(set_up, name) for name in (init, *listed(text))]
    path = tmp_path / "whole.mp4"
    path.write_bytes(b"".join(whole))
    # Without sound the encoder never says so; the picture waits a second for it.
    expected = 120 if began.has_sound else 90
    shown = json.loads(
        await run(
            "ffprobe", "-v", "error", "-count_frames", "-show_streams", "-of", "json", str(path)
        )
    )
    pictures = next(s for s in shown["streams"] if s["codec_type"] == "video")
    assert int(pictures["nb_read_frames"]) == expected
    assert await run("ffmpeg", "-v", "error", "-i", str(path), "-f", "null", "-") == ""


async def run(*command: str) -> str:
    """Run a program; its output, with everything it complained about."""
    process = await asyncio.create_subprocess_exec(
        *command, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    out, _ = await asyncio.wait_for(process.communicate(), 60)
    return out.decode()
