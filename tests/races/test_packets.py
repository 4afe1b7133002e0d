"""Red packets under a race: never more than the number and the amount, one each."""

from functools import partial

import pytest
from django.db import IntegrityError

from kaibo.base.errors import Refusal
from kaibo.facts.promotions import CouponClaimed, PacketClaimed, PacketFinished
from kaibo.promotions import actions
from kaibo.promotions.actions import Prize, entries, packets
from kaibo.promotions.models import Coupon, DrawEntry, PacketClaim, Promotion, RedPacket
from kaibo.promotions.reads import PortionView
from kaibo.promotions.rules import PRIZE_FEN_MAX
from kaibo.promotions.tests import drawing
from kaibo.promotions.tests.packing import draft, grab, open_one
from kaibo.promotions.tests.shop import NOW, Shop, after, facts, make_shop
from tests.races.at_once import at_once, slowed, without_locks

pytestmark = pytest.mark.django_db(transaction=True)

THREADS = 5


@pytest.fixture
def shop() -> Shop:
    return make_shop()


@pytest.mark.row("R-051")
def test_many_at_once_get_never_more_than_the_number_and_the_amount(shop: Shop) -> None:
    opened = open_one(shop, number=3, total_fen=900)
    viewers = range(1, 7)
    outcomes = at_once([partial(grab, shop, opened.id, viewer) for viewer in viewers])
    won = [one for one in outcomes if isinstance(one, PortionView)]
    lost = [one for one in outcomes if isinstance(one, Refusal)]
    assert [one.data["reason"] for one in lost] == ["gone"] * 3
    assert sorted(one.place for one in won) == [1, 2, 3]
    assert sum(one.fen for one in won) == 900
    row, credit = RedPacket.objects.get(), Promotion.objects.get()
    assert (row.state, row.claims_count, row.claimed_fen) == ("finished", 3, 900)
    assert (credit.coupons_given, credit.budget_fen) == (3, 900)
    assert sum(coupon.off_fen or 0 for coupon in Coupon.objects.all()) == 900
    kinds = (PacketClaimed, CouponClaimed, PacketFinished)
    assert [len(facts(kind)) for kind in kinds] == [3, 3, 1]


def test_one_viewer_at_once_gets_one(shop: Shop) -> None:
    opened = open_one(shop)
    outcomes = at_once([partial(grab, shop, opened.id, 1)] * THREADS)
    assert outcomes == [outcomes[0]] * THREADS
    assert (PacketClaim.objects.count(), len(facts(PacketClaimed))) == (1, 1)


@pytest.mark.scale
def test_control_without_the_lock_two_take_one_portion(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The constraint stops the second, with an error instead of an answer."""
    opened = open_one(shop, number=3, total_fen=900)
    without_locks(monkeypatch)
    slowed(monkeypatch, packets, "judge_packet", seconds=0.2)
    outcomes = at_once([partial(grab, shop, opened.id, viewer) for viewer in range(1, 6)])
    assert any(isinstance(one, IntegrityError) for one in outcomes)


def test_the_end_and_the_last_claims_at_once_keep_the_sum(shop: Shop) -> None:
    opened = open_one(shop)
    end = partial(actions.run_due_packets, now=after(60))
    claims = [partial(grab, shop, opened.id, viewer, at=59) for viewer in (1, 2)]
    at_once([*claims, end, end])
    row = RedPacket.objects.get()
    (told,) = facts(PacketFinished)
    assert isinstance(told, PacketFinished)
    assert (row.state, told.claims) == ("finished", PacketClaim.objects.count())
    assert told.claimed_fen + told.returned_fen == 1_000
    assert Promotion.objects.get().budget_fen == row.claimed_fen == told.claimed_fen


def test_a_promise_is_made_once(shop: Shop) -> None:
    made = draft(shop)
    publish = partial(actions.publish_packet, packet_id=made.id, by=shop.by, now=NOW)
    outcomes = at_once([publish] * THREADS)
    assert {outcome.commit for outcome in outcomes} == {RedPacket.objects.get().commit}
    assert Promotion.objects.count() == 1


def both(shop: Shop) -> list[object]:
    """A portion of 4 yuan and a draw whose prize leaves room for 3, both wanted at once."""
    gold = Prize(name="金条", value_fen=PRIZE_FEN_MAX - 300, proof="金价", count=1)
    drawn = drawing.open_one(shop, prizes=(gold,))
    opened = open_one(shop, split="equal", total_fen=1_600)
    viewer = drawing.viewer_of(shop, 1)
    join = partial(drawing.join, shop, drawn.id, viewer)
    return at_once([partial(grab, shop, opened.id, viewer), join])


@pytest.mark.row("LM-102")
def test_a_portion_and_a_draw_at_once_stay_within_the_cap(shop: Shop) -> None:
    (refused,) = [one for one in both(shop) if isinstance(one, Refusal)]
    assert refused.data["reason"] == "over_cap"
    assert PacketClaim.objects.count() + DrawEntry.objects.count() == 1


@pytest.mark.scale
def test_control_without_the_locks_both_pass_the_cap(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    without_locks(monkeypatch)
    slowed(monkeypatch, packets, "judge_packet", seconds=0.3)
    slowed(monkeypatch, entries, "judge_entry", seconds=0.3)
    both(shop)
    assert (PacketClaim.objects.count(), DrawEntry.objects.count()) == (1, 1)
