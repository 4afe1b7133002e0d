"""Simulation of a room that is built while facts are under way."""

from __future__ import annotations

import asyncio
import random
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from kaibo.room import actions, tail
from kaibo.room.tests.scene import Scene, make_scene
from tests.simulation.clock import EVENING, play
from tests.simulation.world import world

pytestmark = pytest.mark.django_db


def pin(scene: Scene, *texts: str) -> None:
    for text in texts:
        actions.pin_notice(
            org_id=scene.org_id, show_id=scene.show_id, text=text, by=scene.by, now=timezone.now()
        )


class Always(random.Random):
    """No chance: every call takes its longest."""

    def uniform(self, a: float, b: float) -> float:
        return b

    def random(self) -> float:
        return 0.5


def test_a_snapshot_is_not_followed_by_what_it_has(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three notices that the journal's follower has not read yet, then the first viewer.

    The database is slow, so the first tick comes before what was asked of the journal.
    """
    monkeypatch.setattr(tail, "LOOK_ON_S", 0.0)
    monkeypatch.setattr(tail, "LOOK_ANYWAY_S", 5.0)
    with time_machine.travel(EVENING, tick=False):
        scene = make_scene()
    with world(Always(), slow_s=0.2) as here:

        async def visit() -> list[dict[str, Any]]:
            await asyncio.sleep(1.0)
            _, ticket = await here.bridge.call(scene.viewer)
            await here.bridge.call(pin, scene, "1", "2", "3")
            line = here.line()
            line.shake_hands()
            await asyncio.sleep(0.01)
            line.say({"t": "join", "token": ticket, "resume": None})
            await asyncio.sleep(3.0)
            await here.bridge.call(pin, scene, "4")
            await asyncio.sleep(20.0)
            return line.messages

        messages = play(here.loop, visit())
    assert [m["room"]["notice"] for m in messages if m["t"] == "snapshot"] == ["3"]
    events = [e for m in messages if m["t"] == "tick" for e in m["events"]]
    assert [e["text"] for e in events if e["e"] == "notice"] == ["4"]
