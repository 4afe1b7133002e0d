"""The guards under a race: one trip, one confirmation, no claim past a stop."""

from functools import partial
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from kaibo.base.actor import Actor
from kaibo.base.errors import Refusal
from kaibo.facts.promotions import BreakerReset, BreakerTripped, ChangeMade
from kaibo.promotions import actions
from kaibo.promotions.actions import ChangeSpec, GuardTerms, PaidUnits, breaker, changes
from kaibo.promotions.errors import OnHold, StepDoesNotFollow
from kaibo.promotions.models import Claim, FlashSale, Offer, Taking, Trip
from kaibo.promotions.reads import ChangeView, TripView, offer_id
from kaibo.promotions.tests.shop import (
    NOW,
    SHOW,
    Shop,
    after,
    attempt,
    facts,
    make_shop,
    open_link,
    run_sale,
)
from tests.races.at_once import at_once, slowed, without_locks

pytestmark = pytest.mark.django_db(transaction=True)

THREADS = 6


@pytest.fixture
def shop() -> Shop:
    """100 yuan a unit given away on the link, 130 in its flash sale; 250 are allowed."""
    shop = make_shop(floor_fen=1_000)
    open_link(shop, units=20)
    return shop


def limit(shop: Shop, off_fen: int = 25_000) -> None:
    terms = GuardTerms(short_off_fen_max=off_fen, long_off_fen_max=200_000)
    actions.set_guards(terms=terms, by=shop.by, now=NOW)


def person(shop: Shop, number: int) -> Actor:
    return Actor("person", number, shop.org_id, frozenset({"operations"}))


def buy(viewer_id: int) -> None:
    """As an order does: take, then tell what is paid, in one transaction."""
    with transaction.atomic():
        taken = actions.take_units(
            offer_id=offer_id(SHOW, 1), viewer_id=viewer_id, units=1, now=after(1)
        )
        part = PaidUnits(taking_id=taken.taking_id, claim_id=None, paid_fen=9_900)
        actions.note_paid(parts=[part], now=after(1))


def claim(sale_id: int, viewer_id: int) -> Any:
    tries = [attempt(viewer_id)]
    return actions.claim_flash_sale_batch(sale_id=sale_id, attempts=tries, now=after(1))[0]


def test_orders_at_once_trip_once_and_none_passes_the_stop(shop: Shop) -> None:
    limit(shop)
    outcomes = at_once([partial(buy, viewer) for viewer in range(1, THREADS + 1)])
    assert sum(isinstance(outcome, OnHold) for outcome in outcomes) == THREADS - 3
    assert Taking.objects.count() == 3
    assert (Trip.objects.count(), len(facts(BreakerTripped))) == (1, 1)


@pytest.mark.scale
def test_control_without_the_lock_orders_pass_the_stop(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    limit(shop)
    without_locks(monkeypatch)
    slowed(monkeypatch, breaker, "off_each_fen", seconds=0)
    slowed(monkeypatch, breaker, "noted", seconds=0.2)
    at_once([partial(buy, viewer) for viewer in range(1, THREADS + 1)])
    assert Taking.objects.count() > 3 or Trip.objects.count() != 1


def test_two_confirm_at_once_and_one_of_them_did(shop: Shop) -> None:
    spec = ChangeSpec(show_id=SHOW, link_no=1, kind="price", price_fen=2_900)
    asked = actions.make_change(spec=spec, request_key="a", by=shop.by, now=NOW)
    confirm = [
        partial(actions.confirm_change, change_id=asked.id, by=person(shop, who), now=after(1))
        for who in range(2, 2 + THREADS)
    ]
    outcomes = at_once(confirm)
    assert sum(isinstance(outcome, ChangeView) for outcome in outcomes) == 1
    assert sum(isinstance(outcome, StepDoesNotFollow) for outcome in outcomes) == THREADS - 1
    assert len(facts(ChangeMade)) == 1
    assert Offer.objects.get().price_fen == 2_900


@pytest.mark.scale
def test_control_without_the_lock_two_confirm(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    spec = ChangeSpec(show_id=SHOW, link_no=1, kind="price", price_fen=2_900)
    asked = actions.make_change(spec=spec, request_key="a", by=shop.by, now=NOW)
    without_locks(monkeypatch)
    slowed(monkeypatch, changes, "check_waits", seconds=0.2)
    confirm = [
        partial(actions.confirm_change, change_id=asked.id, by=person(shop, who), now=after(1))
        for who in range(2, 2 + THREADS)
    ]
    at_once(confirm)
    assert len(facts(ChangeMade)) > 1


def test_a_repeated_request_at_once_makes_one_change(shop: Shop) -> None:
    spec = ChangeSpec(show_id=SHOW, link_no=1, kind="units", units=3)
    make = partial(actions.make_change, spec=spec, request_key="a", by=shop.by, now=NOW)
    outcomes = at_once([make] * THREADS)
    assert len({outcome.id for outcome in outcomes}) == 1
    assert Offer.objects.get().units_given == 23


def test_a_reset_against_claims_leaves_a_state_that_adds_up(shop: Shop) -> None:
    sale_id = run_sale(shop, units=15).id
    limit(shop, 12_999)
    assert claim(sale_id, 1).ok
    trip = Trip.objects.get()
    actions.ask_reset(trip_id=trip.pk, reason="核对", by=shop.by, now=after(1))
    resets = [
        partial(actions.confirm_reset, trip_id=trip.pk, by=person(shop, who), now=after(1))
        for who in (2, 3)
    ]
    tries = [partial(claim, sale_id, viewer) for viewer in range(2, THREADS)]
    outcomes = at_once([*resets, *tries])
    assert not any(isinstance(outcome, IntegrityError) for outcome in outcomes)
    assert sum(isinstance(outcome, TripView) for outcome in outcomes) == 1
    assert sum(isinstance(outcome, Refusal) for outcome in outcomes) == 1
    sale = FlashSale.objects.get()
    won = sum(getattr(outcome, "ok", False) for outcome in outcomes)
    # Every claim trips it anew here, so the reset let in one more, or none if it came last.
    assert won in (0, 1)
    assert (Claim.objects.count(), sale.units_left) == (1 + won, 14 - won)
    assert (sale.tripped_at is not None) == (won == 1)
    assert (len(facts(BreakerReset)), Trip.objects.count()) == (1, 1 + won)
