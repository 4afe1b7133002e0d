"""The product's room service on a stepped clock: in-memory lines instead of sockets, and instead
of threads a bridge that runs each call at a moment of its own choosing."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import random
from collections.abc import Callable, Iterator
from typing import Any
from unittest import mock

from django.db import OperationalError
from starlette.applications import Starlette
from uvicorn.config import Config

from kaibo.room import service as product
from kaibo.room.protocol import RoomProtocol
from kaibo.room.rules import Limits
from kaibo.room.service import RoomService
from tests.simulation.clock import EVENING, VirtualLoop, elsewhere, virtual_time
from tests.simulation.line import Line


class SteppedBridge:
    """Runs every call whole, one at a time, after a wait drawn from chance.

    That is what one writer at a time makes of transactions; what differs is the order, and when
    the answer arrives. ``trouble``: how likely a call fails before it began, or answers too late.
    """

    def __init__(self, chance: random.Random, *, slow_s: float = 0.0) -> None:
        self._chance, self._slow_s, self.trouble = chance, slow_s, 0.0
        self.after_call: Callable[[], None] = lambda: None
        self.waiting = 0

    async def call(self, function: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Any:
        """As ``kaibo.room.bridge.Bridge.call``."""
        self.waiting += 1
        try:
            await self._wait()
            if self._chance.random() < self.trouble:
                raise OperationalError("the database is away")
            with elsewhere():
                result = function(*args, **kwargs)
                self.after_call()
            await self._wait()
            if self._chance.random() < self.trouble:
                raise TimeoutError
            return result
        finally:
            self.waiting -= 1

    def close(self) -> None:
        """There are no threads to end."""

    async def _wait(self) -> None:
        # Most calls are quick; a few take as long as a pause in a busy database.
        slow = self._slow_s * (10 if self._chance.random() < 0.1 else 1)
        await asyncio.sleep(self._chance.uniform(0.0, slow))


class World:
    """One server process: its room service, and lines into it."""

    def __init__(self, loop: VirtualLoop, bridge: SteppedBridge, limits: Limits | None) -> None:
        self.loop, self.bridge = loop, bridge
        with mock.patch.object(product, "Bridge", return_value=bridge):
            self.service = RoomService(limits)
        app = Starlette(routes=self.service.routes())
        self._config = Config(app, ws=RoomProtocol, lifespan="off", log_config=None)
        self._config.load()

    def line(self, *, query: str = "") -> Line:
        """A new connection; shake hands next."""
        return Line(self.loop, self._config, query=query)


@contextlib.contextmanager
def world(
    chance: random.Random,
    *,
    slow_s: float = 0.0,
    trouble: float = 0.0,
    limits: Limits | None = None,
    start: dt.datetime = EVENING,
) -> Iterator[World]:
    """A world with its service running, on a clock of its own; everything ends with it."""
    with virtual_time(start) as loop:
        made = World(loop, SteppedBridge(chance, slow_s=slow_s), limits)
        loop.run_until_complete(made.service.start())
        made.bridge.trouble = trouble
        yield made
        made.bridge.trouble = 0.0
        loop.run_until_complete(made.service.stop())
