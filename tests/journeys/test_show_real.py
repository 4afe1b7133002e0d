"""A stretch of a real room and a whole rush; ``make show-real`` plays ten minutes of it."""

from __future__ import annotations

import asyncio

import pytest

from tests.house import House
from tests.journeys.show_real import Plan, play
from tests.paths import shared_data

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]


def test_real_goods_real_chat_and_every_number_recounted() -> None:
    data = shared_data("bilibili_live_rooms").parent
    with House(settings={"KAIBO_CHAT_PER_S": "10"}) as house:
        plan = Plan(data=data, seconds=150)
        outcome = asyncio.run(play(house, plan))
    assert outcome.wrong == []
    assert (outcome.chat["lost"], outcome.chat["reordered"]) == (0, 0)
    assert outcome.chat["sent"] > 500
    assert outcome.chat["flagged_share"] < 0.01
    assert (outcome.won, outcome.evidence) == (1000, "intact")
    assert outcome.picture in ("live", "no ffmpeg")
    assert outcome.orders_paid > 5
    assert outcome.holds
