"""Damaged and hostile input: nothing escapes as anything but a refusal, and memory is bounded."""

import asyncio
import random
from pathlib import Path
from typing import Any

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from kaibo.base.errors import Refusal
from kaibo.media import amf, chunks
from kaibo.media.fmp4 import Cut, Muxer, Part
from kaibo.media.tests import mp4
from kaibo.media.tests.encoder import (
    ChunkWriter,
    Tag,
    picture,
    show,
    sound,
    sound_config,
    video_config,
)
from kaibo.media.tests.stage import ROOM, SECRET, stage

_times = st.integers(0, chunks.CLOCK - 1) | st.integers(0, 5_000)
_tags = st.one_of(
    st.builds(Tag, st.sampled_from([chunks.AUDIO, chunks.VIDEO]), _times, st.binary(max_size=40)),
    st.builds(video_config, st.integers(8, 960).map(lambda n: 2 * n)),
    st.just(sound_config()),
    st.builds(picture, _times, is_key=st.booleans(), offset_ms=st.integers(0, 1 << 23)),
    st.builds(sound, _times),
)


@given(st.lists(_tags, max_size=60))
def test_any_tags_become_whole_fragments_or_a_refusal(tags: list[Tag]) -> None:
    muxer, parts = Muxer(Cut(340, 2000, lambda: 6000)), []
    try:
        for tag in tags:
            parts += muxer.feed(tag.kind, tag.timestamp_ms, tag.body)
    except Refusal:
        pass
    parts += muxer.finish()
    for part in parts:
        if isinstance(part, Part):
            found = mp4.samples(part.data)
            assert len([s for s in found if s.track == 1]) == part.pictures > 0
            assert all(s.duration > 0 for s in found)
            assert part.duration_ms > 0


def whole_conversation() -> bytes:
    """What an honest encoder says after the handshake, with the key."""
    writer, out = ChunkWriter(), bytearray()
    commands = [
        (0, amf.encode("connect", 1, {"app": "live"})),
        (0, amf.encode("createStream", 2, None)),
        (1, amf.encode("publish", 3, None, f"{ROOM}?key={SECRET}", "live")),
    ]
    for stream_id, body in commands:
        out += writer.write(3, chunks.COMMAND, body, timestamp_ms=0, stream_id=stream_id)
    for tag in show(3):
        number = 4 if tag.kind == chunks.AUDIO else 6
        out += writer.write(number, tag.kind, tag.body, timestamp_ms=tag.timestamp_ms, stream_id=1)
    return bytes(out)


@pytest.mark.parametrize("seed", range(12))
async def test_a_damaged_conversation_hurts_nobody_else(tmp_path: Path, seed: int) -> None:
    dice = random.Random(seed)
    raw = bytearray(b"\3" + bytes(1536) + bytes(1536) + whole_conversation())
    for _ in range(dice.randint(1, 30)):
        at = dice.randrange(len(raw))
        match dice.randrange(3):
            case 0:
                raw[at] = dice.randrange(256)
            case 1:
                del raw[at : at + dice.randint(1, 200)]
            case _:
                raw[at:at] = dice.randbytes(dice.randint(1, 50))
    bugs: list[dict[str, Any]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: bugs.append(context))
    with structlog.testing.capture_logs() as logs:
        async with stage(tmp_path) as set_up:
            _, writer = await asyncio.open_connection("127.0.0.1", set_up.service.rtmp_port)
            try:
                for at in range(0, len(raw), 5000):
                    writer.write(raw[at : at + 5000])
                    await writer.drain()
                    await asyncio.sleep(0)
            except ConnectionError:
                pass
            await asyncio.sleep(0.05)
            writer.close()
            honest = await set_up.encoder()
            await honest.send_tags(show(3))
            assert "EXTINF" in await set_up.playlist()
            await honest.close()
    assert bugs == []
    assert [entry for entry in logs if entry["log_level"] in ("error", "critical")] == []
