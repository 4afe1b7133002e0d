"""A stretch of a real room and a part of its rush; ``make show-real`` plays ten minutes and all."""

from __future__ import annotations

import asyncio

import pytest

from tests.house import House
from tests.journeys.show_real import Plan, play
from tests.paths import shared_data

# What it counts is counted alike on every database; rushes and crashes are played on each.
pytestmark = [pytest.mark.once, pytest.mark.slow, pytest.mark.long, pytest.mark.timeout(900)]

# Of five thousand who want a thousand units.
SHARE = 10
CLAIMANTS, UNITS = 5_000 // SHARE, 1_000 // SHARE


def test_real_goods_real_chat_and_every_number_recounted() -> None:
    data = shared_data("bilibili_live_rooms").parent
    with House(settings={"KAIBO_CHAT_PER_S": "10"}) as house:
        plan = Plan(data=data, seconds=75, claimants=CLAIMANTS, units=UNITS)
        outcome = asyncio.run(play(house, plan))
    assert outcome.wrong == []
    assert (outcome.chat["lost"], outcome.chat["reordered"]) == (0, 0)
    assert outcome.chat["sent"] > 500
    assert outcome.chat["flagged_share"] < 0.01
    assert (outcome.won, outcome.evidence) == (UNITS, "intact")
    assert outcome.picture in ("live", "no ffmpeg")
    assert outcome.orders_paid > 5
    assert outcome.holds
