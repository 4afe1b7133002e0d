"""The breaker on links and flash sales: exact rows and facts, and two people to reset it."""

import dataclasses

import pytest

from kaibo.base.actor import Actor
from kaibo.base.errors import BadInput, NumberOutOfRange
from kaibo.facts.promotions import (
    BreakerReset,
    BreakerResetAsked,
    BreakerResetRefused,
    BreakerTripped,
    GuardsSet,
)
from kaibo.journal.models import Entry
from kaibo.promotions import actions, reads
from kaibo.promotions.actions import GuardTerms, PaidUnits
from kaibo.promotions.errors import (
    NoSuchTrip,
    OnHold,
    SamePerson,
    SecondPersonNeeded,
    StepDoesNotFollow,
)
from kaibo.promotions.models import Claim, FlashSale, Offer, Taking, Trip
from kaibo.promotions.reads import offer_id
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

pytestmark = pytest.mark.django_db


def second(shop: Shop) -> Actor:
    """Another person of the shop."""
    return Actor("person", 2, shop.org_id, frozenset({"operations"}))


def limit(shop: Shop, off_fen: int) -> None:
    """The same sum for both windows."""
    terms = GuardTerms(short_off_fen_max=off_fen, long_off_fen_max=max(off_fen, 200_000))
    actions.set_guards(terms=terms, by=shop.by, now=NOW)


def buy(viewer_id: int, *, units: int = 1, paid_fen: int = 9_900, at: float = 1) -> int:
    """Take units and pay so much for them, as an order does."""
    taken = actions.take_units(
        offer_id=offer_id(SHOW, 1), viewer_id=viewer_id, units=units, now=after(at)
    )
    part = PaidUnits(taking_id=taken.taking_id, claim_id=None, paid_fen=paid_fen)
    actions.note_paid(parts=[part], now=after(at))
    assert taken.taking_id is not None
    return taken.taking_id


def claim_many(sale_id: int, viewers: range, *, at: float = 1) -> list[str]:
    tries = [attempt(viewer, at=at) for viewer in viewers]
    answers = actions.claim_flash_sale_batch(sale_id=sale_id, attempts=tries, now=after(at))
    return [answer.code for answer in answers]


def test_the_order_that_passes_the_limit_stands_and_the_next_is_refused(shop: Shop) -> None:
    """Each unit at 99 gives 100 yuan away against the day price of 199; 300 are allowed."""
    open_link(shop, units=10)
    limit(shop, 30_000)
    for viewer in (1, 2, 3):
        buy(viewer)
    assert Trip.objects.count() == 0
    buy(4)
    before = Entry.objects.count()
    with pytest.raises(OnHold) as refused:
        buy(5)
    assert refused.value.data == {"link_no": 1, "state": "on_hold"}
    assert "已下的订单不受影响" in refused.value.message("zh")
    assert Entry.objects.count() == before
    trip = Trip.objects.get()
    offer = Offer.objects.get()
    assert (trip.off_fen, trip.off_fen_max, trip.window_s) == (40_000, 30_000, 60)
    assert (trip.state, trip.tripped_at, offer.tripped_at) == ("tripped", after(1), after(1))
    assert facts(BreakerTripped) == [
        BreakerTripped(
            trip_id=trip.pk,
            offer_id=offer.pk,
            sale_id=None,
            link_no=1,
            window_s=60,
            off_fen=40_000,
            off_fen_max=30_000,
        )
    ]
    # Nothing is cancelled by itself: what was taken is held, sold and given back as before.
    assert Taking.objects.filter(state="held").count() == 4
    actions.mark_units_sold(taking_id=Taking.objects.order_by("pk")[0].pk, now=after(2))
    assert (offer.units_held, Offer.objects.get().units_sold) == (4, 1)


def test_units_without_reference_or_discount_never_trip(shop: Shop) -> None:
    open_link(shop, units=10)
    limit(shop, 1)
    Offer.objects.update(reference_fen=None)
    buy(1)
    Offer.objects.update(reference_fen=9_900)
    buy(2, units=3, paid_fen=3 * 9_900)
    assert Trip.objects.count() == 0
    assert Offer.objects.get().pace == []
    buy(3, units=2, paid_fen=2 * 9_900 - 2)
    assert Trip.objects.get().off_fen == 2
    assert Taking.objects.get(viewer_id=3).paid_fen == 19_798
    assert Taking.objects.get(viewer_id=2).paid_fen is None


def test_a_batch_of_claims_stops_at_the_same_claim_as_one_by_one() -> None:
    """A claim at 69 gives 130 yuan away; 500 are allowed, so the fourth is the last."""
    codes, levels = [], []
    for code, one_by_one in (("one", True), ("all", False)):
        shop = make_shop(code)
        show = {"one": 1, "all": 2}[code]
        open_link(shop)
        sale_id = run_sale(shop, units=8).id
        limit(shop, 50_000)
        if one_by_one:
            codes.append([claim_many(sale_id, range(v, v + 1))[0] for v in range(1, 8)])
        else:
            codes.append(claim_many(sale_id, range(1, 8)))
        sale = FlashSale.objects.get(pk=sale_id)
        levels.append((sale.units_left, sale.claims_won, sale.pace, sale.tripped_at))
        Offer.objects.filter(organisation_id=shop.org_id).update(show_id=900 + show)
    assert codes[0] == codes[1] == ["won"] * 4 + ["on_hold"] * 3
    assert levels[0] == levels[1]
    assert levels[0][:2] == (4, 4)
    assert Trip.objects.count() == 2
    assert Claim.objects.filter(state="held").count() == 8


def test_a_stopped_sale_keeps_its_winners_and_serves_its_line_after_the_reset(shop: Shop) -> None:
    open_link(shop)
    sale_id = run_sale(shop, units=2, has_waitlist=True).id
    limit(shop, 12_999)
    assert claim_many(sale_id, range(1, 2)) == ["won"]
    won = Claim.objects.get()
    waits = [attempt(9, wait=True)]
    codes = actions.claim_flash_sale_batch(sale_id=sale_id, attempts=waits, now=after(1))
    assert codes[0].code == "on_hold"
    # Who won before may order; only new units are refused.
    order = {"claim_id": won.pk, "viewer_id": 1, "show_id": SHOW}
    assert actions.order_claim(**order, now=after(2)).unit_price_fen == 6_900
    actions.release_claim(claim_id=won.pk, now=after(3))
    with pytest.raises(OnHold):
        actions.retake_claim(claim_id=won.pk, now=after(4))
    trip = Trip.objects.get()
    assert trip.sale_id == sale_id
    actions.ask_reset(trip_id=trip.pk, reason="核对过了", by=shop.by, now=after(5))
    actions.confirm_reset(trip_id=trip.pk, by=second(shop), now=after(6))
    assert claim_many(sale_id, range(5, 6), at=7) == ["won"]


def test_discounts_on_claimed_units_count_on_top(shop: Shop) -> None:
    """The claim counted 130 yuan; a coupon of 10 more at the order passes a limit of 135."""
    open_link(shop)
    sale_id = run_sale(shop, units=2).id
    limit(shop, 13_500)
    claim_many(sale_id, range(1, 2))
    claim = Claim.objects.get()
    actions.order_claim(claim_id=claim.pk, viewer_id=1, show_id=SHOW, now=after(2))
    part = PaidUnits(taking_id=None, claim_id=claim.pk, paid_fen=5_900)
    actions.note_paid(parts=[part], now=after(2))
    assert (Trip.objects.get().off_fen, Claim.objects.get().paid_fen) == (14_000, 5_900)
    assert claim_many(sale_id, range(2, 3), at=3) == ["on_hold"]


def test_two_different_people_reset_it(shop: Shop) -> None:
    open_link(shop, units=10)
    limit(shop, 1)
    buy(1)
    trip_id = Trip.objects.get().pk
    with pytest.raises(StepDoesNotFollow):
        actions.confirm_reset(trip_id=trip_id, by=second(shop), now=after(2))
    with pytest.raises(BadInput):
        actions.ask_reset(trip_id=trip_id, reason=" ", by=shop.by, now=after(2))
    actions.ask_reset(trip_id=trip_id, reason="价格无误", by=shop.by, now=after(2))
    with pytest.raises(SamePerson):
        actions.confirm_reset(trip_id=trip_id, by=shop.by, now=after(3))
    with pytest.raises(OnHold):
        buy(2)
    actions.refuse_reset(trip_id=trip_id, by=second(shop), now=after(4))
    actions.ask_reset(trip_id=trip_id, reason="价格已改", by=shop.by, now=after(5))
    done = actions.confirm_reset(trip_id=trip_id, by=second(shop), now=after(6))
    assert (done.state, done.asked_by, done.reset_by, done.reset_at) == ("reset", 1, 2, after(6))
    offer = Offer.objects.get()
    assert (offer.tripped_at, offer.pace) == (None, [])
    with pytest.raises(StepDoesNotFollow):
        actions.confirm_reset(trip_id=trip_id, by=second(shop), now=after(7))
    kinds = (BreakerResetAsked, BreakerResetRefused, BreakerReset)
    assert [len(facts(kind)) for kind in kinds] == [2, 1, 1]
    assert facts(BreakerReset) == [
        BreakerReset(trip_id=trip_id, offer_id=offer.pk, sale_id=None, link_no=1)
    ]
    # The window begins anew: the next trip is another one.
    buy(2, at=7)
    assert [trip.state for trip in reads.trips(shop.org_id, SHOW)] == ["tripped", "reset"]


def test_trips_and_thresholds_are_each_shops_own(shop: Shop) -> None:
    open_link(shop, units=10)
    limit(shop, 1)
    buy(1)
    dai = make_shop("dai")
    assert reads.trips(dai.org_id, SHOW) == []
    assert reads.guard_terms(dai.org_id) == GuardTerms()
    assert reads.guard_terms(shop.org_id).short_off_fen_max == 1
    with pytest.raises(NoSuchTrip):
        actions.ask_reset(trip_id=Trip.objects.get().pk, reason="x", by=dai.by, now=NOW)
    before = Entry.objects.count()
    terms = dataclasses.replace(GuardTerms(), tag_days=1)
    with pytest.raises(NumberOutOfRange):
        actions.set_guards(terms=terms, by=shop.by, now=NOW)
    assert Entry.objects.count() == before
    assert Entry.objects.filter(tag="promotions.guards_set.1").count() == 1
    assert GuardsSet.__struct_config__.tag == "promotions.guards_set.1"


def test_a_large_sale_is_not_one_persons_to_put_on_air(shop: Shop) -> None:
    open_link(shop)
    limit(shop, 64_999)
    before = Entry.objects.count()
    with pytest.raises(SecondPersonNeeded) as refused:
        run_sale(shop, units=5)
    assert refused.value.data["dangers"] == ["large_sum"]
    assert refused.value.data["off_fen"] == 65_000
    assert (FlashSale.objects.count(), Entry.objects.count()) == (0, before)
    assert shop.levels() == (100, 10, 0)
