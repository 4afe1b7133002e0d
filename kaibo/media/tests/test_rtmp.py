"""Who gets in by RTMP, who does not, and what they are told."""

import asyncio
import struct
import time
from pathlib import Path

import pytest
import structlog

from kaibo.media import chunks
from kaibo.media.engine import EngineLimits
from kaibo.media.errors import (
    AlreadyLive,
    CodecNotCarried,
    PublishNotChecked,
    StreamKeyWithdrawn,
    StreamKeyWrong,
    TooManyStreams,
)
from kaibo.media.ports import PublishGrant, PublishRequest, StreamOver
from kaibo.media.reception import RtmpLimits
from kaibo.media.rtmp import split_stream_name
from kaibo.media.tests.encoder import Encoder, show, sound_config
from kaibo.media.tests.stage import (
    OTHER_SECRET,
    QUICK,
    ROOM,
    SECRET,
    House,
    is_refused_with,
    stage,
    until,
)


@pytest.mark.parametrize(
    "name",
    [
        f"{ROOM}?key=wrong",
        f"{ROOM}?key=",
        f"{ROOM}",
        "",
        f"nowhere?key={SECRET}",
        f"../../{ROOM}?key={SECRET}",
        f"{ROOM}\0?key={SECRET}",
        f"{ROOM}?key=" + "x" * 200,
        f"{ROOM}?" + "&" * 100 + f"key={SECRET}",
    ],
)
async def test_a_wrong_key_is_told_so_in_rtmp(tmp_path: Path, name: str) -> None:
    async with stage(tmp_path) as set_up:
        encoder = Encoder(set_up.service.rtmp_port)
        await encoder.connect()
        assert is_refused_with(await encoder.publish(name), StreamKeyWrong)
        assert await encoder.is_hung_up()
        assert set_up.house.news == []
        assert await set_up.state() == "off"
        await encoder.close()


async def test_keys_are_not_in_logs_or_printouts(tmp_path: Path) -> None:
    with structlog.testing.capture_logs() as logs:
        async with stage(tmp_path) as set_up:
            encoder = await set_up.encoder()
            await encoder.send_tags(show(3))
            await until(lambda: len(set_up.house.news) == 1)
            await encoder.finish()
            wrong = Encoder(set_up.service.rtmp_port)
            await wrong.connect()
            await wrong.publish(f"{ROOM}?key={OTHER_SECRET}x")
            await wrong.close()
    assert {"encoder_accepted", "rtmp_refused"} <= {entry["event"] for entry in logs}
    assert SECRET not in repr(logs)
    assert OTHER_SECRET not in repr(logs)
    assert SECRET not in repr(PublishRequest("live", ROOM, "::1", SECRET))


async def test_another_encoder_is_refused(tmp_path: Path) -> None:
    async with stage(tmp_path) as set_up:
        first = await set_up.encoder()
        await first.send_tags(show(3))
        second = Encoder(set_up.service.rtmp_port)
        await second.connect()
        status = await second.publish(f"{ROOM}?key={OTHER_SECRET}")
        assert is_refused_with(status, AlreadyLive)
        await first.send_tags(show(3, from_ms=3000))
        await until(lambda: set_up.house.reasons == ["began"])
        assert await set_up.state() == "live"
        await first.close()
        await second.close()


async def test_the_same_key_takes_over(tmp_path: Path) -> None:
    async with stage(tmp_path) as set_up:
        first = await set_up.encoder()
        await first.send_tags(show(3))
        await until(lambda: set_up.house.reasons == ["began"])
        second = await set_up.encoder()
        assert is_refused_with(await first.status(), AlreadyLive)
        assert await first.is_hung_up()
        await second.send_tags(show(3))
        await until(lambda: set_up.house.reasons == ["began", "taken_over", "began"])
        assert await set_up.state() == "live"
        text = await set_up.playlist()
        assert text.count("#EXT-X-DISCONTINUITY\n") == 1
        await first.close()
        await second.close()


async def test_a_new_key_takes_over_from_one_that_was_withdrawn(tmp_path: Path) -> None:
    async with stage(tmp_path) as set_up:
        first = await set_up.encoder()
        await first.send_tags(show(3))
        await until(lambda: set_up.house.reasons == ["began"])
        set_up.house.withdrawn.add(SECRET)
        second = await set_up.encoder(OTHER_SECRET)
        assert await first.is_hung_up()
        await second.send_tags(show(3))
        await until(lambda: set_up.house.reasons == ["began", "taken_over", "began"])
        await first.close()
        await second.close()


async def test_a_withdrawn_key_ends_its_stream(tmp_path: Path) -> None:
    async with stage(tmp_path, limits=EngineLimits(recheck_s=0.05)) as set_up:
        encoder = await set_up.encoder()
        await encoder.send_tags(show(3))
        await until(lambda: set_up.house.reasons == ["began"])
        set_up.house.withdrawn.add(SECRET)
        assert is_refused_with(await encoder.status(), StreamKeyWithdrawn)
        await until(lambda: set_up.house.reasons == ["began", "revoked"])
        assert await set_up.state() == "off"
        await encoder.close()


async def test_other_codecs_are_told_so(tmp_path: Path) -> None:
    async with stage(tmp_path) as set_up:
        encoder = await set_up.encoder()
        encoder.send(6, chunks.VIDEO, b"\x1c\0\0\0\0hevc", stream_id=1)
        status = await encoder.status()
        assert is_refused_with(status, CodecNotCarried)
        assert "H.265" in str(status["description"])
        assert await encoder.is_hung_up()
        assert set_up.house.news == []
        await encoder.close()


async def test_playing_and_other_applications_are_not_offered(tmp_path: Path) -> None:
    async with stage(tmp_path) as set_up:
        viewer = Encoder(set_up.service.rtmp_port)
        await viewer.connect()
        viewer.command("createStream", 2, None)
        viewer.command("play", 3, None, ROOM, stream_id=1)
        assert (await viewer.status())["code"] == "NetStream.Play.Failed"
        assert await viewer.is_hung_up()
        await viewer.close()
        stray = Encoder(set_up.service.rtmp_port)
        await stray.connect(app="vod")
        answer = await stray.next_command()
        assert answer[0] == "_error"
        assert await stray.is_hung_up()
        await stray.close()


async def test_the_key_may_stand_behind_the_application(tmp_path: Path) -> None:
    async with stage(tmp_path) as set_up:
        encoder = Encoder(set_up.service.rtmp_port)
        await encoder.connect(app=f"live?key={SECRET}")
        assert (await encoder.publish(ROOM))["code"] == "NetStream.Publish.Start"
        await encoder.close()


@pytest.mark.parametrize(
    "raw",
    [
        b"GET / HTTP/1.1\r\nHost: x\r\n\r\n" + b" " * 1600,
        b"\x06" + bytes(1536),
        b"\x03" + bytes(3072) + b"\x03\0\0\0\xff\xff\xff\x14\0\0\0\0",
        b"\x03" + bytes(3072) + b"\x03\0\0\0\0\0\x04\x14\0\0\0\0\x11\x11\x11\x11",
        b"\x03" + bytes(3072) + b"\x03\0\0\0\0\0\x09\x14\0\0\0\0\x02\x00\xffabcdef",
        b"\x03" + bytes(3072) + b"\xc3" + b"x" * 200,
    ],
)
async def test_who_does_not_speak_rtmp_is_dropped(tmp_path: Path, raw: bytes) -> None:
    async with stage(tmp_path) as set_up:
        reader, writer = await asyncio.open_connection("127.0.0.1", set_up.service.rtmp_port)
        writer.write(raw)
        began = time.monotonic()
        try:
            while await asyncio.wait_for(reader.read(65536), 3):
                pass
        except ConnectionError:
            pass
        assert time.monotonic() - began < 2, "dropped for what it said, not for silence"
        writer.close()


async def test_an_oversize_picture_ends_the_stream(tmp_path: Path) -> None:
    async with stage(tmp_path, rtmp_limits=RtmpLimits(message_bytes_max=100_000)) as set_up:
        encoder = await set_up.encoder()
        await encoder.send_tags(show(3))
        await until(lambda: set_up.house.reasons == ["began"])
        encoder.send(6, chunks.VIDEO, bytes(100_001), at_ms=4000, stream_id=1)
        assert await encoder.is_hung_up()
        await until(lambda: set_up.house.reasons == ["began", "broken"])
        await encoder.close()


async def test_a_stranger_may_not_send_long_messages(tmp_path: Path) -> None:
    async with stage(tmp_path) as set_up:
        encoder = Encoder(set_up.service.rtmp_port, chunk_bytes=65_536)
        await encoder.connect()
        encoder.send(6, chunks.VIDEO, bytes(65_537), stream_id=1)
        assert await encoder.is_hung_up()
        await encoder.close()


async def test_silence_before_publishing_ends_the_connection(tmp_path: Path) -> None:
    async with stage(tmp_path, rtmp_limits=QUICK) as set_up:
        silent = await asyncio.open_connection("127.0.0.1", set_up.service.rtmp_port)
        slow = Encoder(set_up.service.rtmp_port)
        await slow.connect()
        began = time.monotonic()
        assert await slow.is_hung_up()
        with pytest.raises((ConnectionError, asyncio.IncompleteReadError)):
            await silent[0].readexactly(1)
        assert time.monotonic() - began < 2
        silent[1].close()
        await slow.close()


async def test_an_idle_encoder_is_dropped(tmp_path: Path) -> None:
    async with stage(tmp_path, rtmp_limits=QUICK) as set_up:
        encoder = await set_up.encoder()
        await encoder.send_tags(show(3))
        for n in range(4):  # sound alone keeps the line alive
            await asyncio.sleep(0.2)
            encoder.send(4, chunks.AUDIO, sound_config().body, at_ms=3000 + n, stream_id=1)
        assert set_up.house.reasons == ["began"]
        assert await encoder.is_hung_up()
        await until(lambda: set_up.house.reasons == ["began", "idle"])
        await encoder.close()


async def test_connections_are_counted(tmp_path: Path) -> None:
    limits = RtmpLimits(connections_per_address_max=2)
    async with stage(tmp_path, rtmp_limits=limits) as set_up:
        port = set_up.service.rtmp_port
        first, second = Encoder(port), Encoder(port)
        await first.connect()
        await second.connect()
        third = Encoder(port)
        with pytest.raises((ConnectionError, asyncio.IncompleteReadError)):
            await third.connect()
        await third.close()
        await first.close()
        await asyncio.sleep(0.05)
        fourth = Encoder(port)
        await fourth.connect()
        await second.close()
        await fourth.close()


async def test_streams_are_counted(tmp_path: Path) -> None:
    class Houses(House):
        def authorise(self, code: str, secret: str) -> PublishGrant:
            return PublishGrant(1, len(code), code, 1)

    async with stage(tmp_path, limits=EngineLimits(streams_max=1), house=Houses()) as set_up:
        encoder = await set_up.encoder()
        other = Encoder(set_up.service.rtmp_port)
        await other.connect()
        assert is_refused_with(await other.publish("another?key=x"), TooManyStreams)
        await encoder.close()
        await other.close()


async def test_a_key_that_cannot_be_checked_is_refused(tmp_path: Path) -> None:
    class Slow(House):
        def authorise(self, code: str, secret: str) -> PublishGrant:
            time.sleep(0.3)
            return super().authorise(code, secret)

    class Failing(House):
        def authorise(self, code: str, secret: str) -> PublishGrant:
            raise RuntimeError("the database is down")

    for house in (Slow(), Failing()):
        async with stage(tmp_path, limits=EngineLimits(check_s=0.05), house=house) as set_up:
            encoder = Encoder(set_up.service.rtmp_port)
            await encoder.connect()
            assert is_refused_with(await encoder.publish(f"{ROOM}?key={SECRET}"), PublishNotChecked)
            await encoder.close()


async def test_an_encoder_that_leaves_while_its_key_is_checked(tmp_path: Path) -> None:
    class Slow(House):
        def authorise(self, code: str, secret: str) -> PublishGrant:
            time.sleep(0.2)
            return super().authorise(code, secret)

    async with stage(tmp_path, house=Slow()) as set_up:
        encoder = Encoder(set_up.service.rtmp_port)
        await encoder.connect()
        encoder.command("publish", 5, None, f"{ROOM}?key={SECRET}", "live", stream_id=1)
        await encoder.writer.drain()
        encoder.reset()
        await asyncio.sleep(0.5)
        again = await set_up.encoder(OTHER_SECRET)
        await again.close()
        assert set_up.house.news == []


async def test_what_came_with_the_publish_command_is_not_lost(tmp_path: Path) -> None:
    async with stage(tmp_path) as set_up:
        encoder = Encoder(set_up.service.rtmp_port)
        await encoder.connect()
        encoder.command("publish", 5, None, f"{ROOM}?key={SECRET}", "live", stream_id=1)
        await encoder.send_tags(show(3))
        await until(lambda: set_up.house.reasons == ["began"])
        await encoder.finish()
        await until(lambda: set_up.house.reasons == ["began", "finished"])
        over = set_up.house.news[1]
        assert isinstance(over, StreamOver)
        assert over.recorded_ms == 3000


async def test_pings_are_answered(tmp_path: Path) -> None:
    async with stage(tmp_path) as set_up:
        encoder = await set_up.encoder()
        encoder.send(2, chunks.USER_CONTROL, b"\0\6" + struct.pack(">I", 4711))
        reader = chunks.ChunkReader(message_bytes_max=1 << 16, pending_bytes_max=1 << 16)
        message = None
        while message is None:
            reader.feed(await asyncio.wait_for(encoder.reader.read(4096), 3))
            message = reader.next_message()
        assert message.kind == chunks.USER_CONTROL
        assert message.body == b"\0\7" + struct.pack(">I", 4711)
        await encoder.close()


def test_names_and_keys() -> None:
    assert split_stream_name("a?key=b&key=c") == ("a", "b")
    assert split_stream_name("a?x=1&key=b%2Fc") == ("a", "b/c")
    assert split_stream_name("?key=b") == ("", "b")
    assert split_stream_name("a?key=b", app_query="key=c") == ("a", "b")
