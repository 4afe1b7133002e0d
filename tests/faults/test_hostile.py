"""Faults: clients that mean harm, from one address, while somebody else's page goes on.

Half a frame, ten mebibytes in one, frames out of order, and joins without end. Each is ended with
a documented code, and the room answers another address meanwhile.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import re
from collections.abc import Awaitable, Callable

import pytest

from tests.faults.plan import replayable, seeds
from tests.faults.storm import Cast, assemble
from tests.house import House
from tests.paths import ROOT
from tests.robots import Robot, device, enter

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(3600),
    pytest.mark.skipif(
        os.environ.get("DATABASE_URL", "").startswith("postgres"),
        reason="the sockets are the same; once is enough",
    ),
]

ELSEWHERE = "127.0.0.2"
# Of a million joins these are made; JOINS makes more.
JOINS = int(os.environ.get("JOINS", "1500"))
AT_ONCE = 64
HELLO = (
    b"GET /ws HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)
TEN_MEBIBYTES = 10 * 1024 * 1024


class Raw:
    """A connection that speaks bytes."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer

    @classmethod
    async def open(cls, port: int) -> Raw:
        """Shake hands."""
        raw = cls(*await asyncio.open_connection("127.0.0.1", port))
        raw._writer.write(HELLO)
        await raw._reader.readuntil(b"\r\n\r\n")
        return raw

    async def say(self, opcode: int, payload: bytes) -> None:
        """One whole frame, or as much of it as the server takes."""
        size = len(payload)
        length = (
            bytes((0x80 | size,))
            if size < 126
            else b"\xfe" + size.to_bytes(2, "big")
            if size < 65_536
            else b"\xff" + size.to_bytes(8, "big")
        )
        await self.send(bytes((0x80 | opcode,)) + length + bytes(4) + payload)

    async def send(self, data: bytes) -> None:
        """Bytes as they are; a line that was closed takes no more."""
        with contextlib.suppress(ConnectionError):
            self._writer.write(data)
            await self._writer.drain()

    async def code(self) -> int | None:
        """What the server closes with; None when it cut the line."""
        async with asyncio.timeout(60.0):
            with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
                while True:
                    head = await self._reader.readexactly(2)
                    size = head[1] & 0x7F
                    if size > 125:
                        more = await self._reader.readexactly(2 if size == 126 else 8)
                        size = int.from_bytes(more, "big")
                    payload = await self._reader.readexactly(size)
                    if head[0] & 0x0F == 8:
                        return int.from_bytes(payload[:2], "big")
        return None

    def drop(self) -> None:
        """Be gone."""
        self._writer.transport.abort()


async def half_a_frame(port: int) -> Raw:
    raw = await Raw.open(port)
    await raw.send(b"\x81\xfe\x10\x00mask" + b"x" * 100)
    return raw


def saying(opcode: int, payload: bytes) -> Callable[[int], Awaitable[int | None]]:
    """Somebody who says one thing, hears how it ends, and is gone."""

    async def say(port: int) -> int | None:
        raw = await Raw.open(port)
        try:
            await raw.say(opcode, payload)
            return await raw.code()
        finally:
            raw.drop()

    return say


DEEDS = [
    *[saying(1, bytes(TEN_MEBIBYTES))] * 10,
    *[saying(1, b'{"t":"claim","ref":"1","sale_id":1,"units":1,"key":"x"}')] * 30,
    *[saying(0, b"the rest of what never began")] * 30,
    *[saying(1, b'{"t":"join","token":"forged","resume":null}')] * JOINS,
]


async def test_harm_from_one_address_does_not_reach_another(house: House) -> None:
    page = (ROOT / "docs/mechanisms/wire.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| ([0-9, ]+) \|", page, re.MULTILINE)
    documented = {int(code) for row in rows for code in row.split(",")}
    cast = await asyncio.to_thread(assemble, house.url)
    for seed in seeds("hostile"):
        with replayable("hostile", seed) as chance:
            codes = await attack(house, cast, chance)
            # A line may be cut while its client still sends what nobody will read.
            assert codes <= documented | {None}, codes
            assert {4000, 4001} <= codes


async def attack(house: House, cast: Cast, chance: random.Random) -> set[int | None]:
    """All kinds of harm in an order drawn from chance; the codes they ended with."""
    deeds = chance.sample(DEEDS, len(DEEDS))
    gate = asyncio.Semaphore(AT_ONCE)
    holding = [await half_a_frame(house.port) for _ in range(200)]

    async def run(deed: Callable[[int], Awaitable[int | None]]) -> int | None:
        async with gate:
            return await deed(house.port)

    good = enter(house.url, cast.show["code"], device=device("good"))
    async with Robot(house.url, good.token, source=ELSEWHERE) as bystander:
        harm = asyncio.gather(*(run(deed) for deed in deeds))
        said = 0
        while not harm.done():
            answer = await bystander.ask(
                {"t": "chat", "text": f"still here {'a' * said}", "reply_to": None}, wait_s=20.0
            )
            assert answer["code"] in ("shown", "too_fast"), answer
            said += 1
            await asyncio.sleep(1.0)
        codes = set(await harm)
        assert said > 0
        assert bystander.close_code is None
    # The way in is open, also for the address that the harm came from.
    async with Robot(house.url, good.token) as again:
        assert (await again.ask({"t": "chat", "text": "and back", "reply_to": None}))["ref"]
    for raw in holding:
        raw.drop()
    return codes
