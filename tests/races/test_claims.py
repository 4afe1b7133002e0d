"""Claims and orders made at once. Each race has a control that fails without its lock.

The controls need PostgreSQL: on SQLite writers queue at BEGIN, lock or no lock.
"""

from functools import partial
from typing import Any

import pytest
from django.db import IntegrityError
from django.db.models import Sum

from kaibo.facts.orders import OrderPlaced
from kaibo.facts.promotions import FlashSaleClaimsJudged
from kaibo.orders.models import Order
from kaibo.orders.reads import OrderView
from kaibo.orders.tests.buying import place
from kaibo.promotions import actions
from kaibo.promotions.actions import claims, takings, waitlist
from kaibo.promotions.errors import SoldOut
from kaibo.promotions.models import Claim, FlashSale, Offer, Place, Taking
from kaibo.promotions.reads import ClaimAnswer
from kaibo.promotions.tests.shop import (
    Shop,
    after,
    attempt,
    facts,
    make_shop,
    open_link,
    run_sale,
)
from tests.races.at_once import at_once, one_after_another, slowed, without_locks

pytestmark = pytest.mark.django_db(transaction=True)

THREADS = 16


@pytest.fixture
def shop() -> Shop:
    """50 units on hand, floor 50 yuan."""
    return make_shop(on_hand=50)


def claim(sale_id: int, viewer_id: int, key: str) -> ClaimAnswer:
    tries = [attempt(viewer_id, key=key)]
    return actions.claim_flash_sale_batch(sale_id=sale_id, attempts=tries, now=after(1))[0]


def claim_by(sale_id: int, viewers: list[int], *, key: str) -> Any:
    return one_after_another([partial(claim, sale_id, viewer, key) for viewer in viewers])


def flat(outcomes: list[list[Any]]) -> list[Any]:
    return [outcome for several in outcomes for outcome in several]


@pytest.mark.row("R-021")
@pytest.mark.slow
def test_200_buyers_on_50_units_are_exactly_50_orders(shop: Shop) -> None:
    open_link(shop, units=50)
    buyers = [
        one_after_another([partial(place, shop, viewer_id=n) for n in range(first, 201, THREADS)])
        for first in range(1, THREADS + 1)
    ]
    outcomes = flat(at_once(buyers))
    assert len(outcomes) == 200
    assert sum(isinstance(outcome, OrderView) for outcome in outcomes) == 50
    assert sum(isinstance(outcome, SoldOut) for outcome in outcomes) == 150
    assert Order.objects.count() == len(facts(OrderPlaced)) == 50
    row = Offer.objects.get()
    assert (row.units_given, row.units_held, row.units_sold) == (50, 50, 0)
    assert Taking.objects.aggregate(n=Sum("units"))["n"] == 50
    assert shop.levels() == (50, 50, 0)


@pytest.mark.scale
def test_control_without_the_lock_a_link_oversells(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_link(shop, units=4)
    without_locks(monkeypatch)
    slowed(monkeypatch, takings, "check_gives", seconds=0.2)
    at_once([partial(place, shop, viewer_id=n) for n in range(1, THREADS + 1)])
    assert Taking.objects.count() > 4


@pytest.mark.row("R-059")
def test_many_claimants_at_once_win_exactly_what_there_is(shop: Shop) -> None:
    open_link(shop, units=1)
    sale_id = run_sale(shop, units=20).id
    outcomes = flat(
        at_once(
            [claim_by(sale_id, list(range(n, 97, THREADS)), key="k") for n in range(1, THREADS + 1)]
        )
    )
    codes = [outcome.code for outcome in outcomes]
    assert (codes.count("won"), codes.count("sold_out")) == (20, 76)
    rows = list(Claim.objects.order_by("arrival"))
    assert [row.arrival for row in rows] == list(range(20))
    assert FlashSale.objects.get().units_left == 0
    told = facts(FlashSaleClaimsJudged)
    winners = [w.claim_id for f in told if isinstance(f, FlashSaleClaimsJudged) for w in f.won]
    assert sorted(winners) == sorted(row.pk for row in rows)


def test_one_buyer_with_many_keys_at_once_wins_once(shop: Shop) -> None:
    open_link(shop, units=1)
    sale_id = run_sale(shop, units=20).id
    outcomes = at_once([partial(claim, sale_id, 1, f"k{n}") for n in range(THREADS)])
    codes = [outcome.code for outcome in outcomes]
    assert (codes.count("won"), codes.count("buyer_limit")) == (1, THREADS - 1)
    assert FlashSale.objects.get().units_left == 19


def test_one_key_at_once_is_one_claim_with_equal_answers(shop: Shop) -> None:
    open_link(shop, units=1)
    sale_id = run_sale(shop, units=20).id
    outcomes = at_once([partial(claim, sale_id, 1, "same") for _ in range(THREADS)])
    assert len({(outcome.code, outcome.claim_id) for outcome in outcomes}) == 1
    assert Claim.objects.count() == 1


@pytest.mark.scale
def test_control_without_the_lock_claims_break(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """Everybody judges by the same stock; only the table's own constraints still refuse."""
    open_link(shop, units=1)
    sale_id = run_sale(shop, units=2).id
    without_locks(monkeypatch)
    slowed(monkeypatch, claims, "judge_claims", seconds=0.2)
    outcomes = at_once([partial(claim, sale_id, n, "k") for n in range(1, THREADS + 1)])
    assert any(isinstance(outcome, IntegrityError) for outcome in outcomes)


def test_one_order_key_at_once_is_one_order(shop: Shop) -> None:
    open_link(shop, units=20)
    outcomes = at_once([partial(place, shop) for _ in range(THREADS)])
    assert len({outcome.no for outcome in outcomes}) == 1
    assert Order.objects.count() == 1
    assert Offer.objects.get().units_held == 1


def test_control_with_a_key_each_they_are_many_orders(shop: Shop) -> None:
    open_link(shop, units=20)
    outcomes = at_once([partial(place, shop, request_key=f"k{n}") for n in range(THREADS)])
    assert len({outcome.no for outcome in outcomes}) == THREADS
    assert Offer.objects.get().units_held == THREADS


def test_releasing_ordering_and_claiming_at_once_keep_the_sum(shop: Shop) -> None:
    open_link(shop, units=1)
    sale_id = run_sale(shop, units=10, lasts_s=600).id
    mine = [claim(sale_id, n, "first").claim_id for n in range(1, 11)]

    def order(number: int) -> OrderView | Exception:
        changes = {"claim_id": mine[number - 1], "expected_total_fen": 6_900}
        return place(shop, viewer_id=number, now=after(100), **changes)

    calls: list[Any] = [partial(order, n) for n in range(1, 6)]
    calls += [partial(actions.release_due_claims, now=after(121)) for _ in range(3)]
    calls += [
        partial(
            actions.claim_flash_sale_batch,
            sale_id=sale_id,
            attempts=[attempt(n, at=122)],
            now=after(122),
        )
        for n in range(20, 28)
    ]
    at_once(calls)
    sale = FlashSale.objects.get()
    live = Claim.objects.filter(state__in=("held", "ordered")).aggregate(n=Sum("units"))["n"] or 0
    assert sale.units_left + live + sale.units_returned == 10
    assert Order.objects.count() == Claim.objects.filter(state="ordered").count()
    assert shop.levels() == (50, 11, 0)


def wait(sale_id: int, viewer_id: int, key: str) -> ClaimAnswer:
    tries = [attempt(viewer_id, key=key, wait=True)]
    return actions.claim_flash_sale_batch(sale_id=sale_id, attempts=tries, now=after(1))[0]


def test_joining_at_once_is_one_place_each_in_one_line(shop: Shop) -> None:
    open_link(shop, units=1)
    sale_id = run_sale(shop, units=1, has_waitlist=True).id
    claim(sale_id, 1, "first")
    calls = [partial(wait, sale_id, 2 + n % 8, f"k{n}") for n in range(THREADS)]
    outcomes = at_once(calls)
    assert {outcome.code for outcome in outcomes} == {"waiting"}
    rows = list(Place.objects.order_by("number"))
    assert [row.number for row in rows] == list(range(8))
    assert {row.viewer_id for row in rows} == set(range(2, 10))
    assert FlashSale.objects.get().waiting == 8
    for n, outcome in enumerate(outcomes):
        assert outcome.place == 1 + [row.viewer_id for row in rows].index(2 + n % 8)


def test_a_release_and_newcomers_at_once_never_pass_who_waits(shop: Shop) -> None:
    """Whatever comes first, the only unit goes to the only one in line."""
    open_link(shop, units=1)
    sale_id = run_sale(shop, units=1, lasts_s=600, has_waitlist=True).id
    claim(sale_id, 1, "first")
    assert wait(sale_id, 2, "line").place == 1
    calls: list[Any] = [partial(actions.release_due_claims, now=after(121)) for _ in range(4)]
    calls += [partial(claim, sale_id, n, "new") for n in range(20, 32)]
    outcomes = at_once(calls)
    assert [o.code for o in outcomes[4:]] == ["sold_out"] * 12
    assert sum(outcomes[:4]) == 1
    live = Claim.objects.get(state="held")
    assert (live.viewer_id, live.arrival) == (2, 1)
    sale = FlashSale.objects.get()
    assert (sale.units_left, sale.waiting, sale.units_returned) == (0, 0, 0)


@pytest.mark.scale
def test_control_without_the_lock_the_line_breaks(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two releases serve the same place, or somebody joins a line that was counted before."""
    open_link(shop, units=1)
    sale_id = run_sale(shop, units=1, lasts_s=600, has_waitlist=True).id
    claim(sale_id, 1, "first")
    assert wait(sale_id, 2, "line").place == 1
    without_locks(monkeypatch)
    slowed(monkeypatch, waitlist, "first_that_fit", seconds=0.2)
    slowed(monkeypatch, claims, "judge_claims", seconds=0.2)
    calls: list[Any] = [partial(actions.release_due_claims, now=after(121)) for _ in range(4)]
    calls += [partial(wait, sale_id, n, "new") for n in range(20, 32)]
    outcomes = at_once(calls)
    broken = [o for o in outcomes if isinstance(o, IntegrityError)]
    sale = FlashSale.objects.get()
    miscounted = sale.waiting != Place.objects.filter(state="waiting").count()
    assert broken or miscounted
