"""Draws under a race: one result, one entry a viewer, one place each."""

from functools import partial
from typing import Any

import pytest
from django.db import IntegrityError

from kaibo.base.errors import Refusal
from kaibo.facts.promotions import CouponClaimed, DrawEntered, DrawRevealed
from kaibo.promotions import actions
from kaibo.promotions.actions import Prize, draws, entries, prizes
from kaibo.promotions.models import Award, Coupon, Draw, DrawEntry, Promotion
from kaibo.promotions.tests import packing
from kaibo.promotions.tests.drawing import CREAMS, PHONES, draft, join, open_one, viewer_of
from kaibo.promotions.tests.promoting import prize_of
from kaibo.promotions.tests.shop import NOW, Shop, after, facts, make_shop
from tests.races.at_once import at_once, slowed, without_locks

pytestmark = pytest.mark.django_db(transaction=True)

THREADS = 5


@pytest.fixture
def shop() -> Shop:
    return make_shop()


def closed(shop: Shop) -> int:
    """A draw with five entries and a prize for each, two of them coupons; it waits for its seed."""
    coupon = Prize(name="券", kind="coupon", promotion_id=prize_of(shop).pk, count=2)
    opened = open_one(shop, prizes=(PHONES, CREAMS, coupon))
    for number in range(5):
        join(shop, opened.id, viewer_of(shop, number))
    actions.close_draw(draw_id=opened.id, by=shop.by, now=after(60))
    return opened.id


def test_two_draws_at_once_give_one_result(shop: Shop) -> None:
    draw_id = closed(shop)
    reveal = partial(actions.reveal_draw, draw_id=draw_id, by=shop.by, now=after(61))
    outcomes = at_once([reveal] * THREADS)
    assert [outcome for outcome in outcomes if outcome != outcomes[0]] == []
    assert (len(facts(DrawRevealed)), Award.objects.count()) == (1, 5)
    coupons = Coupon.objects.values_list("viewer_id", flat=True)
    winners = Award.objects.filter(prize_no=3).values_list("viewer_id", flat=True)
    assert sorted(coupons) == sorted(winners)
    assert (len(coupons), len(facts(CouponClaimed))) == (2, 2)


@pytest.mark.scale
def test_control_without_the_lock_it_is_drawn_twice(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The constraint stops the second set of prizes, with an error instead of an answer."""
    draw_id = closed(shop)
    without_locks(monkeypatch)
    slowed(monkeypatch, draws, "draw_winners", seconds=0.2)
    reveal = partial(actions.reveal_draw, draw_id=draw_id, by=shop.by, now=after(61))
    outcomes = at_once([reveal] * THREADS)
    assert any(isinstance(outcome, IntegrityError) for outcome in outcomes)


def test_entries_at_once_get_places_of_their_own_and_one_each(shop: Shop) -> None:
    opened = open_one(shop)
    viewers = [viewer_of(shop, number) for number in range(3)]
    outcomes = at_once([partial(join, shop, opened.id, viewer) for viewer in viewers * 2])
    assert outcomes[:3] == outcomes[3:]
    assert sorted(outcome.place for outcome in outcomes[:3]) == [1, 2, 3]
    assert (DrawEntry.objects.count(), len(facts(DrawEntered))) == (3, 3)
    row = Draw.objects.get()
    assert row.entries_count == 3
    heads = [fact.head for fact in facts(DrawEntered) if isinstance(fact, DrawEntered)]
    assert heads[-1] == row.head


@pytest.mark.scale
def test_control_without_the_lock_two_stand_at_one_place(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = open_one(shop)
    viewers = [viewer_of(shop, number) for number in range(THREADS)]
    without_locks(monkeypatch)
    slowed(monkeypatch, entries, "judge_entry", seconds=0.2)
    outcomes = at_once([partial(join, shop, opened.id, viewer) for viewer in viewers])
    assert any(isinstance(outcome, IntegrityError) for outcome in outcomes)


def test_a_promise_is_made_once(shop: Shop) -> None:
    made = draft(shop)
    publish = partial(actions.publish_draw, draw_id=made.id, by=shop.by, now=NOW)
    outcomes = at_once([publish] * THREADS)
    assert {outcome.commit for outcome in outcomes} == {Draw.objects.get().commit}


def promises(shop: Shop) -> list[object]:
    """A draw and a red packet, published at once: each wants seven of the same ten coupons."""
    promotion_id = prize_of(shop).pk
    coupons = (Prize(name="券", kind="coupon", promotion_id=promotion_id, count=7),)
    drawn = draft(shop, prizes=coupons)
    packet = packing.draft(shop, promotion_id=promotion_id, number=7)
    by: dict[str, Any] = {"by": shop.by, "now": NOW}
    return at_once(
        [
            partial(actions.publish_draw, draw_id=drawn.id, **by),
            partial(actions.publish_packet, packet_id=packet.id, **by),
        ]
    )


def test_no_coupon_is_promised_twice(shop: Shop) -> None:
    (refused,) = [one for one in promises(shop) if isinstance(one, Refusal)]
    assert refused.data["why_en"] == "it has too few left"
    assert Promotion.objects.get().coupons_promised == 7


@pytest.mark.scale
def test_control_without_the_lock_a_coupon_is_promised_twice(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    without_locks(monkeypatch)
    slowed(monkeypatch, prizes, "why_not_promised", seconds=0.3)
    assert [one for one in promises(shop) if isinstance(one, Refusal)] == []
    assert Promotion.objects.get().coupons_promised == 7
