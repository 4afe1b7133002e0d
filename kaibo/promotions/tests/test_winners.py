"""Prizes on their way: who carries them, when they arrived, and the file for whoever packs."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest

from kaibo.base.errors import BadInput, DeliveredTooEarly
from kaibo.facts import promotions as told
from kaibo.promotions import actions, reads
from kaibo.promotions.errors import DrawStateWrong
from kaibo.promotions.models import Award
from kaibo.promotions.tests.drawing import HOME, claim, finish, join, open_one, viewer_of
from kaibo.promotions.tests.prizing import refuses
from kaibo.promotions.tests.shop import Shop, after, facts, make_shop

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop() -> Shop:
    return make_shop()


def test_a_prize_is_carried_and_arrives(shop: Shop) -> None:
    """With a carrier and its number, then with a day that can be; nothing else is written."""
    award = claimed(shop)
    ours: dict[str, Any] = {"award_id": award.pk, "by": shop.by}
    refuses(DrawStateWrong, actions.deliver_prize, now=after(80), **ours)
    for carrier, waybill in (("", ""), ("中通", ""), ("鸽子", "73100000000001"), ("中通", "1")):
        refuses(
            BadInput, actions.ship_prize, carrier=carrier, waybill=waybill, now=after(80), **ours
        )
    shipped = actions.ship_prize(carrier="中通", waybill="731 0000 0000 001", now=after(80), **ours)
    assert (shipped.state, shipped.carrier, shipped.waybill) == ("shipped", "zto", "73100000000001")
    assert (shipped.carrier_zh, shipped.carrier_en) == ("中通快递", "ZTO Express")
    assert shipped.receiver_masked == f"{HOME.name[0]}** {HOME.phone[:3]}****{HOME.phone[-4:]}"
    for at in (after(79), after(96)):
        refuses(DeliveredTooEarly, actions.deliver_prize, delivered_at=at, now=after(95), **ours)
    arrived = actions.deliver_prize(delivered_at=after(94), now=after(95), **ours)
    assert (arrived.state, arrived.delivered_at) == ("delivered", after(94))
    assert actions.deliver_prize(now=after(99), **ours) == arrived
    assert actions.ship_prize(now=after(99), **ours) == arrived
    assert reads.awards(shop.org_id, award.draw_id)[0] == arrived
    (sent,) = facts(told.PrizeShipped)
    (there,) = facts(told.PrizeDelivered)
    assert isinstance(sent, told.PrizeShipped)
    assert isinstance(there, told.PrizeDelivered)
    assert (sent.carrier, sent.waybill) == ("zto", "73100000000001")
    assert there.delivered_at == after(94)


def test_the_winners_to_send_with_their_addresses(shop: Shop) -> None:
    """Only what waits to be sent; that somebody took it is a fact without a name."""
    award = claimed(shop)
    ours: dict[str, Any] = {"draw_id": award.draw_id, "kind": "csv", "by": shop.by}
    sheet = actions.export_winners(now=after(75), **ours).decode("utf-8-sig")
    head, line = list(csv.reader(io.StringIO(sheet)))
    assert head == list(actions.WINNER_COLUMNS)
    assert line[0] == str(award.pk)
    assert line[5:9] == [HOME.name, HOME.phone, HOME.region, HOME.detail]
    (taken,) = facts(told.WinnersExported)
    assert isinstance(taken, told.WinnersExported)
    assert (taken.awards, taken.kind) == (1, "csv")
    actions.ship_prize(
        award_id=award.pk, carrier="中通", waybill="73100000000001", by=shop.by, now=after(80)
    )
    rest = actions.export_winners(now=after(85), **ours).decode("utf-8-sig")
    assert len(list(csv.reader(io.StringIO(rest)))) == 1


def claimed(shop: Shop) -> Award:
    """A prize of goods whose winner said where it goes."""
    opened = open_one(shop)
    for number in range(1, 4):
        join(shop, opened.id, viewer_of(shop, number))
    finish(shop, opened.id)
    award = Award.objects.filter(draw_id=opened.id).order_by("prize_no", "pk")[0]
    claim(shop, award.pk, award.viewer_id)
    return award
