"""Fuzzing of the wire: through the real protocol class, session and room, on a stepped clock.

Whatever a client sends, its connection ends answered or closed with a documented code; nothing
reaches the top of the loop, and nothing is logged as an error.
"""

from __future__ import annotations

import asyncio
import json
import logging
import random
import re
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote

import pytest
import time_machine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from websockets.frames import Opcode

from kaibo.room.tests.scene import Scene, make_scene
from tests.paths import ROOT
from tests.simulation.clock import EVENING, play
from tests.simulation.line import Line, masked
from tests.simulation.world import World, world

pytestmark = [pytest.mark.once, pytest.mark.django_db]

fuzzed = settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])

# Longer than any limit of the protocol: a join, a ping and its pong, a close.
PATIENCE_S = 120.0
KEY = "4f0e2a52-8d0c-4c9c-9f58-0f6c6f1d6a3e"
FRAMES: list[dict[str, Any]] = [
    {"t": "join", "token": "?", "resume": {"epoch": "e", "seq": 3}},
    {"t": "chat", "ref": "1", "text": "hello", "reply_to": None},
    {"t": "claim", "ref": "2", "sale_id": 1, "units": 1, "key": KEY},
    {"t": "like", "n": 3},
    {"t": "seen", "link_no": 1, "what": "click"},
    {"t": "beat", "watching": True},
    {"t": "follow", "on": True},
    {"t": "share"},
]


class Errors(logging.Handler):
    """What was logged as an error."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.records: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record.getMessage())


class Stand:
    """A room that is up, and somebody who may enter it."""

    def __init__(self, here: World, scene: Scene, errors: Errors) -> None:
        self.world, self._errors = here, errors
        self.token = scene.viewer("eve")[1]

    def attack(
        self,
        act: Callable[[Line], None],
        *,
        joined: bool = True,
        asks: bool = True,
        query: str = "",
    ) -> Line:
        """Open a line, do it, and see that the line ends answered or closed as documented.

        ``asks``: one more frame follows, to see whether the line still lives.
        """
        line = play(self.world.loop, self._attack(act, joined=joined, asks=asks, query=query))
        assert self._errors.records == []
        assert [m for m in line.messages if m.get("code") == "internal_error"] == []
        assert line.is_echo or line.close_code in DOCUMENTED | {None}, line.close_code
        return line

    async def _attack(
        self, act: Callable[[Line], None], *, joined: bool, asks: bool, query: str
    ) -> Line:
        line = self.world.line(query=query)
        line.shake_hands()
        await asyncio.sleep(0.1)
        if joined:
            line.say({"t": "join", "token": self.token, "resume": None})
            await asyncio.sleep(1.0)
            assert line.messages[0]["t"] == "welcome"
        line.is_mute = True
        act(line)
        await asyncio.sleep(1.0)
        if line.is_open and asks:
            line.say({"t": "chat", "ref": "alive?", "text": "alive?"})
        async with asyncio.timeout(PATIENCE_S):
            while not (line.is_over or line.close_code or self._is_alive(line)):
                await asyncio.sleep(0.1)
        line.cut()
        return line

    def _is_alive(self, line: Line) -> bool:
        return any(m["t"] == "answer" and m["ref"] == "alive?" for m in line.messages)


def _documented() -> set[int]:
    """The codes that docs/mechanisms/wire.md explains."""
    page = (ROOT / "docs/mechanisms/wire.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| ([0-9, ]+) \|", page, re.MULTILINE)
    return {int(code) for row in rows for code in row.split(",")}


DOCUMENTED = _documented()


@pytest.fixture
def stand() -> Iterator[Stand]:
    errors = Errors()
    logging.getLogger().addHandler(errors)
    with time_machine.travel(EVENING, tick=False):
        scene = make_scene()
    with world(random.Random(0)) as here:
        yield Stand(here, scene, errors)
    logging.getLogger().removeHandler(errors)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@st.composite
def crooked(draw: st.DrawFn) -> bytes:
    """A valid frame with something wrong in it: a field, a byte, its end."""
    frame = dict(draw(st.sampled_from(FRAMES)))
    match draw(st.sampled_from(["field", "more", "less", "byte", "cut", "twice"])):
        case "field":
            frame[draw(st.sampled_from(sorted(frame)))] = draw(json_values)
        case "more":
            frame[draw(st.text())] = draw(json_values)
        case "less":
            del frame[draw(st.sampled_from(sorted(frame)))]
        case "byte":
            data = bytearray(_json(frame))
            data[draw(st.integers(0, len(data) - 1))] = draw(st.integers(0, 255))
            return bytes(data)
        case "cut":
            return _json(frame)[: draw(st.integers(0, 40))]
        case _:
            return _json(frame) * 2
    return _json(frame)


def _json(value: Any) -> bytes:
    return json.dumps(value).encode("utf-8", "surrogatepass")


@fuzzed
@given(data=st.binary(max_size=300), joined=st.booleans())
def test_any_bytes_end_somewhere(stand: Stand, data: bytes, joined: bool) -> None:
    stand.attack(lambda line: line.send_bytes(data), joined=joined)


@fuzzed
@given(
    frames=st.lists(
        st.tuples(st.sampled_from(Opcode), st.binary(max_size=200), st.booleans()), max_size=5
    ),
    joined=st.booleans(),
)
def test_any_frames_end_somewhere(
    stand: Stand, frames: list[tuple[Opcode, bytes, bool]], joined: bool
) -> None:
    def act(line: Line) -> None:
        for opcode, payload, fin in frames:
            line.send(opcode, payload, fin=fin)

    stand.attack(act, joined=joined)


@fuzzed
@given(payloads=st.lists(st.text(max_size=200) | json_values.map(json.dumps), max_size=4))
def test_any_text_is_answered_or_closes(stand: Stand, payloads: list[str]) -> None:
    def act(line: Line) -> None:
        for text in payloads:
            line.send(Opcode.TEXT, text.encode("utf-8", "surrogatepass"))

    stand.attack(act)


@fuzzed
@given(payloads=st.lists(crooked(), min_size=1, max_size=4), joined=st.booleans())
def test_a_crooked_frame_is_answered_or_closes(
    stand: Stand, payloads: list[bytes], joined: bool
) -> None:
    def act(line: Line) -> None:
        for payload in payloads:
            line.send(Opcode.TEXT, payload)

    stand.attack(act, joined=joined)


@fuzzed
@given(lang=st.text(max_size=60))
def test_any_language_is_somebodys(stand: Stand, lang: str) -> None:
    query = "?lang=" + quote(lang.encode("utf-8", "surrogatepass"))
    line = stand.attack(lambda line: line.say(FRAMES[2]), query=query)
    assert line.close_code is None


def test_frames_in_each_order(stand: Stand) -> None:
    """Acts before the join, a second join, a flood: each ends as documented."""
    for frame in FRAMES[1:]:
        assert stand.attack(lambda line, f=frame: line.say(f), joined=False).close_code == 4000  # type: ignore[misc]
    assert stand.attack(lambda line: line.say(FRAMES[0])).close_code == 4000
    assert stand.attack(_flood).close_code == 4029
    assert stand.attack(lambda line: None, joined=False).close_code == 4000


def test_silence_before_the_join_is_closed(stand: Stand) -> None:
    async def wait() -> Line:
        line = stand.world.line()
        line.shake_hands()
        await asyncio.sleep(11.0)
        return line

    assert play(stand.world.loop, wait()).close_code == 4003


def test_deep_json_and_large_numbers_close(stand: Stand) -> None:
    for payload in (b"[" * 8_000, b'{"a":' * 3_000, b'{"t":"like","n":' + b"9" * 5_000 + b"}"):
        line = stand.attack(lambda line, p=payload: line.send(Opcode.TEXT, p))  # type: ignore[misc]
        assert line.close_code == 4000


def test_a_frame_too_large_closes(stand: Stand) -> None:
    """At its header, before any of it has been kept; also when it comes in parts."""
    head = b"\x81\xff" + (10 * 1024 * 1024).to_bytes(8, "big") + b"mask"
    assert stand.attack(lambda line: line.send_bytes(head)).close_code == 1009

    def parts(line: Line) -> None:
        line.send(Opcode.TEXT, b"x" * 9_000, fin=False)
        line.send(Opcode.CONT, b"x" * 9_000, fin=False)

    assert stand.attack(parts).close_code == 1009


def test_half_a_frame_does_not_hold_a_connection(stand: Stand) -> None:
    """The rest never comes, nor does the pong: the ping's own limit ends it."""
    whole = masked(Opcode.TEXT, _json(FRAMES[1]))
    assert stand.attack(lambda line: line.send_bytes(whole[:-5]), asks=False).close_code == 1011


def test_frames_split_at_every_byte(stand: Stand) -> None:
    """Where the network cuts makes no difference."""
    frames = b"".join(
        [
            masked(Opcode.PING, b"?"),
            masked(Opcode.TEXT, _json({"t": "chat", "ref": "a", "text": "好"})),
            masked(Opcode.TEXT, _json({"t": "seen", "link_no": 1, "what": "click"})),
        ]
    )
    for cut in range(len(frames) + 1):
        line = stand.attack(_in_two(frames, cut))
        assert _answers(line) == ["a", "alive?"]


def test_messages_fragmented_at_every_byte(stand: Stand) -> None:
    """A message may come in parts, with a ping between them."""
    message = _json({"t": "chat", "ref": "b", "text": "好的"})
    for cut in range(len(message) + 1):

        def act(line: Line, cut: int = cut) -> None:
            line.send(Opcode.TEXT, message[:cut], fin=False)
            line.send(Opcode.PING, b"!")
            line.send(Opcode.CONT, message[cut:])

        assert _answers(stand.attack(act)) == ["b", "alive?"]


def test_a_close_may_come_between_fragments(stand: Stand) -> None:
    """RFC 6455 §5.4 and case 7.1.5 of the Autobahn suite: it is answered with the same code."""

    def act(line: Line) -> None:
        line.send(Opcode.TEXT, b'{"t":"sha', fin=False)
        line.send(Opcode.CLOSE, (1000).to_bytes(2, "big"))

    assert stand.attack(act).close_code == 1000


def _answers(line: Line) -> list[str]:
    return [message["ref"] for message in line.messages if message["t"] == "answer"]


def _in_two(data: bytes, cut: int) -> Callable[[Line], None]:
    def act(line: Line) -> None:
        line.send_bytes(data[:cut])
        line.send_bytes(data[cut:])

    return act


def _flood(line: Line) -> None:
    for _ in range(130):
        line.say({"t": "beat", "watching": True})
