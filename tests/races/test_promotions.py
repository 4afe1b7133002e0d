"""Two buyers on the last use, the last coupon, the last of a budget. Controls on PostgreSQL."""

from functools import partial
from typing import Any

import pytest
from django.db import IntegrityError

from kaibo.orders.actions import cancel_order
from kaibo.orders.tests.buying import open_payment, place, tell
from kaibo.promotions import actions
from kaibo.promotions.actions import coupons, uses
from kaibo.promotions.errors import CouponRefused
from kaibo.promotions.models import Coupon, GiftTaking, Promotion, PromotionUse
from kaibo.promotions.reads import CouponView
from kaibo.promotions.rules import AmountOff, AtLeastUnits, Gift
from kaibo.promotions.tests.gifting import add_gift, gift_counts, gift_levels, run_gift
from kaibo.promotions.tests.promoting import basket, give, run
from kaibo.promotions.tests.shop import NOW, Shop, make_shop, open_link
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


@pytest.mark.row("R-058")
def test_the_last_gift_goes_to_one_and_the_others_are_told(shop: Shop) -> None:
    dipper = add_gift(shop)
    row = run_gift(shop, dipper, AtLeastUnits(1), gift_units=1)
    outcomes = at_once([order(shop, viewer) for viewer in range(1, THREADS + 1)])
    assert sorted(len(outcome.gifts) for outcome in outcomes) == [0] * (THREADS - 1) + [1]
    whys = sorted(note.why for outcome in outcomes for note in outcome.notes)
    assert whys == ["gift"] + ["gifts_gone"] * (THREADS - 1)
    assert (gift_counts(row), gift_levels(shop, dipper)) == ((1, 1, 0), (20, 1, 0))


@pytest.mark.scale
def test_control_without_the_lock_two_get_the_last_gift(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = run_gift(shop, add_gift(shop), AtLeastUnits(1), gift_units=1)
    without_locks(monkeypatch)
    slowed(monkeypatch, uses, "priced", seconds=0.2)
    at_once([order(shop, viewer) for viewer in range(1, THREADS + 1)])
    assert GiftTaking.objects.filter(promotion=row).count() > 1


def test_gifts_and_links_of_one_sku_do_not_wait_for_each_other() -> None:
    """Goods that are sold and given beside: half pay, half go back, nobody is stuck."""
    shop = make_shop(floor_fen=4_000)
    open_link(shop, units=THREADS)
    terms = {"condition": AtLeastUnits(1), "title_zh": "买一赠一"}
    row = run(shop, Gift(shop.sku_id, 1, 4_000), of=terms, gift_units=THREADS)
    placed = [
        place(shop, viewer_id=viewer, request_key=f"k{viewer}") for viewer in range(1, THREADS + 1)
    ]
    paid, left = placed[: THREADS // 2], placed[THREADS // 2 :]
    payments = [open_payment(one, viewer_id=n + 1) for n, one in enumerate(paid)]
    calls: list[Any] = [partial(tell, payment, now=NOW) for payment in payments]
    calls += [
        partial(cancel_order, no=one.no, viewer_id=THREADS // 2 + n + 1, now=NOW)
        for n, one in enumerate(left)
    ]
    outcomes = at_once(calls)
    assert not [outcome for outcome in outcomes if isinstance(outcome, Exception)]
    half = THREADS // 2
    assert gift_counts(row) == (THREADS, 0, half)
    assert shop.levels()[2] == THREADS
