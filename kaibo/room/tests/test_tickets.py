"""Tickets are read together, and each gets its own answer."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from kaibo.access.actions import issue_staff_token
from kaibo.access.errors import TokenInvalid
from kaibo.audience.actions import issue_viewer_token
from kaibo.room.bridge import Bridge
from kaibo.room.rules import Limits
from kaibo.room.tests.scene import Scene
from kaibo.room.tickets import Identity, TicketDesk, identify_all
from kaibo.room.tray import TrayFull


@pytest.mark.django_db
def test_each_ticket_of_a_batch_has_its_own_answer(scene: Scene) -> None:
    bo, ticket = scene.viewer("bo")
    stranger = issue_viewer_token(bo, scene.org_id + 1, scene.show.id)
    nobody = issue_viewer_token(10**9, scene.org_id, scene.show.id)
    staff = issue_staff_token(scene.by, scene.show.id)
    found = identify_all([ticket, "forged", stranger, staff, nobody, ticket])
    viewer = Identity(scene.org_id, scene.show.id, bo, "bo")
    assert [found[0], found[5]] == [viewer, viewer]
    assert [type(found[n]) for n in (1, 2, 4)] == [TokenInvalid] * 3
    desk = found[3]
    assert isinstance(desk, Identity)
    assert (desk.org_id, desk.show_id, desk.viewer_id) == (scene.org_id, scene.show.id, 0)
    assert desk.actor is not None
    assert desk.actor.id == scene.by.id


class _Bridge(Bridge):
    """Answers in the loop, and remembers how many tickets came together."""

    def __init__(self, answer: Callable[[str], Any]) -> None:
        super().__init__(threads=0)
        self.batches: list[int] = []
        self._answer = answer

    async def call(self, function: Any, /, *args: Any, **kwargs: Any) -> Any:
        [tokens] = args
        self.batches.append(len(tokens))
        return [self._answer(token) for token in tokens]


def who(token: str) -> Identity | TokenInvalid:
    return TokenInvalid() if token == "forged" else Identity(1, 2, int(token), "")


async def test_a_crowd_costs_one_question() -> None:
    bridge = _Bridge(who)
    desk = TicketDesk(bridge=bridge, limits=Limits())
    running = asyncio.ensure_future(desk.run())
    tokens = [*map(str, range(50)), "forged"]
    asked = (desk.identify(token) for token in tokens)
    found = await asyncio.gather(*asked, return_exceptions=True)
    assert found[:50] == [Identity(1, 2, number, "") for number in range(50)]
    assert isinstance(found[50], TokenInvalid)
    assert bridge.batches == [51]
    running.cancel()


async def test_a_database_that_is_away_is_told_to_everybody_and_asked_again() -> None:
    away = True

    def answer(token: str) -> Identity | TokenInvalid:
        if away:
            raise OSError("away")
        return who(token)

    desk = TicketDesk(bridge=_Bridge(answer), limits=Limits())
    running = asyncio.ensure_future(desk.run())
    found = await asyncio.gather(*map(desk.identify, "12"), return_exceptions=True)
    assert [type(error) for error in found] == [OSError, OSError]
    away = False
    assert await desk.identify("3") == Identity(1, 2, 3, "")
    running.cancel()


async def test_too_many_are_turned_away_at_once() -> None:
    desk = TicketDesk(bridge=_Bridge(who), limits=Limits(inbox_max=1))
    waiting = asyncio.ensure_future(desk.identify("1"))
    await asyncio.sleep(0)
    with pytest.raises(TrayFull):
        await desk.identify("2")
    waiting.cancel()
