"""Two buyers on the last use, the last coupon, the last of a budget. Controls on PostgreSQL."""

from functools import partial
from typing import Any

import pytest
from django.db import IntegrityError

from kaibo.promotions import actions
from kaibo.promotions.actions import coupons, uses
from kaibo.promotions.errors import CouponRefused
from kaibo.promotions.models import Coupon, Promotion, PromotionUse
from kaibo.promotions.reads import CouponView
from kaibo.promotions.rules import AmountOff
from kaibo.promotions.tests.promoting import basket, give, run
from kaibo.promotions.tests.shop import Shop, make_shop
from tests.races.at_once import at_once, slowed, without_locks

pytestmark = pytest.mark.django_db(transaction=True)

THREADS = 8


@pytest.fixture
def shop() -> Shop:
    return make_shop()


def order(shop: Shop, viewer_id: int) -> Any:
    return partial(actions.use_promotions, **basket(shop, viewer_id=viewer_id))


def claims(shop: Shop, row: Promotion) -> list[Any]:
    return [partial(give, shop, row, viewer) for viewer in range(1, THREADS + 1)]


def test_the_last_coupon_has_one_owner(shop: Shop) -> None:
    row = run(shop, got="claim", uses_total=1)
    outcomes = at_once(claims(shop, row))
    assert sum(isinstance(outcome, CouponView) for outcome in outcomes) == 1
    assert sum(isinstance(outcome, CouponRefused) for outcome in outcomes) == THREADS - 1
    assert Coupon.objects.count() == 1


@pytest.mark.scale
def test_control_without_the_lock_two_hold_the_last_coupon(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = run(shop, got="claim", uses_total=1)
    without_locks(monkeypatch)
    slowed(monkeypatch, coupons, "judge_coupon", seconds=0.2)
    at_once(claims(shop, row))
    assert Coupon.objects.count() > 1


def test_a_budget_is_never_exceeded(shop: Shop) -> None:
    row = run(shop, AmountOff(500), budget_fen=1_700)
    outcomes = at_once([order(shop, viewer) for viewer in range(1, THREADS + 1)])
    totals = sorted(outcome.quote.total_fen for outcome in outcomes)
    assert totals == [9_400] * 3 + [9_900] * (THREADS - 3)
    row.refresh_from_db()
    assert (row.uses_held, row.off_fen) == (3, 1_500)


@pytest.mark.scale
def test_control_without_the_lock_a_budget_is_overspent(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = run(shop, AmountOff(500), budget_fen=500)
    without_locks(monkeypatch)
    slowed(monkeypatch, uses, "priced", seconds=0.2)
    outcomes = at_once([order(shop, viewer) for viewer in range(1, THREADS + 1)])
    assert not any(isinstance(outcome, IntegrityError) for outcome in outcomes)
    assert PromotionUse.objects.filter(promotion=row).count() > 1


def test_one_coupon_pays_in_one_order(shop: Shop) -> None:
    row = run(shop, got="claim")
    give(shop, row)
    outcomes = at_once([order(shop, 1) for _ in range(THREADS)])
    totals = sorted(outcome.quote.total_fen for outcome in outcomes)
    assert totals == [9_400] + [9_900] * (THREADS - 1)
