"""Facts of promotions replayed equal the tables, after any sequence of actions."""

import datetime as dt
from collections import Counter
from dataclasses import dataclass, field
from functools import partial
from random import Random
from typing import Any

import pytest

from kaibo.base.errors import Refusal
from kaibo.facts import promotions as told
from kaibo.facts.base import Fact
from kaibo.promotions import actions
from kaibo.promotions.models import Claim, FlashSale, LinkPlace, Offer, Place, Taking
from kaibo.promotions.reads import offer_id
from kaibo.promotions.rules import at_us
from kaibo.promotions.tests.shop import SHOW, Shop, after, attempt, facts, list_link, make_shop

pytestmark = pytest.mark.django_db

FOLDED: frozenset[type[Fact]] = frozenset(
    {
        told.OfferListed,
        told.OfferShelved,
        told.PriceOpened,
        told.OfferUnitsAdded,
        told.ComparisonDropped,
        told.OfferClosed,
        told.UnitsTaken,
        told.UnitsGivenBack,
        told.UnitsSold,
        told.UnitsReturned,
        told.FlashSaleScheduled,
        told.FlashSaleStarted,
        told.FlashSaleStopped,
        told.FlashSaleClaimsJudged,
        told.ClaimsReleased,
        told.ClaimRetaken,
        told.ClaimOrdered,
        told.ClaimPaid,
        told.ClaimReturned,
        told.WaitlistJoined,
        told.WaitlistServed,
        told.WaitlistLeft,
        told.LinkPlaceMoved,
    }
)


@dataclass
class Books:
    """What the facts alone say. Units are sums, so the order of two buyers does not matter."""

    given: Counter[int] = field(default_factory=Counter)
    held: Counter[int] = field(default_factory=Counter)
    sold: Counter[int] = field(default_factory=Counter)
    state: dict[int, str] = field(default_factory=dict)
    price: dict[int, int] = field(default_factory=dict)
    compared: dict[int, int | None] = field(default_factory=dict)
    takings: dict[int, tuple[str, int]] = field(default_factory=dict)
    kept: dict[int, int] = field(default_factory=dict)
    left: Counter[int] = field(default_factory=Counter)
    returned: Counter[int] = field(default_factory=Counter)
    sale_state: dict[int, str] = field(default_factory=dict)
    claims: dict[int, tuple[str, int, int]] = field(default_factory=dict)
    # Who claimed or joined at which place and moment: the evidence of the order.
    arrivals: dict[int, int] = field(default_factory=dict)
    joined: dict[int, tuple[int, int]] = field(default_factory=dict)
    places: dict[int, tuple[str, int, int]] = field(default_factory=dict)
    sale_of_place: dict[int, int] = field(default_factory=dict)
    # In the lines of links, and how many wait in each.
    link_places: dict[int, tuple[Any, ...]] = field(default_factory=dict)
    waiting: Counter[int] = field(default_factory=Counter)

    def replay(self, fact: Fact) -> None:
        """Take one fact in."""
        match fact:
            case told.OfferListed():
                self.given[fact.offer_id] += fact.units
                self.state[fact.offer_id], self.price[fact.offer_id] = "planned", fact.price_fen
                self.compared[fact.offer_id] = fact.day_price_fen
            case told.ComparisonDropped():
                self.compared[fact.offer_id] = None
            case told.OfferShelved():
                self.state[fact.offer_id] = "listed"
            case told.PriceOpened():
                self.state[fact.offer_id], self.price[fact.offer_id] = "open", fact.price_fen
            case told.OfferUnitsAdded():
                self.given[fact.offer_id] += fact.units
            case told.OfferClosed():
                self.state[fact.offer_id] = "closed"
                self.given[fact.offer_id] -= fact.units_returned
            case told.LinkPlaceMoved():
                known = (fact.state, fact.viewer_id, fact.number, fact.taking_id, fact.pay_before)
                self.link_places[fact.place_id] = known
                self.waiting[fact.offer_id] = fact.waiting
            case _:
                self._replay_taking(fact)
                self._replay_sale(fact)
                self._replay_line(fact)

    def _replay_taking(self, fact: Fact) -> None:
        match fact:
            case told.UnitsTaken():
                self.held[fact.offer_id] += fact.units
                self.takings[fact.taking_id] = ("held", fact.units)
            case told.UnitsGivenBack():
                self.held[fact.offer_id] -= fact.units
                self.given[fact.offer_id] -= fact.units if fact.to_catalog else 0
                self.takings[fact.taking_id] = ("given_back", fact.units)
            case told.UnitsSold():
                self.held[fact.offer_id] -= fact.units
                self.sold[fact.offer_id] += fact.units
                self.takings[fact.taking_id] = ("sold", fact.units)
            case told.UnitsReturned():
                self.sold[fact.offer_id] -= fact.units
                self.given[fact.offer_id] -= fact.units
                units = self.takings[fact.taking_id][1]
                state = "sold" if fact.units_kept else "returned"
                self.takings[fact.taking_id] = (state, units)
                self.kept[fact.taking_id] = fact.units_kept

    def _replay_sale(self, fact: Fact) -> None:
        match fact:
            case told.FlashSaleScheduled():
                self.left[fact.sale_id] += fact.units
                self.sale_state[fact.sale_id] = "planned"
            case told.FlashSaleStarted():
                self.sale_state[fact.sale_id] = "running"
            case told.FlashSaleStopped():
                self.left[fact.sale_id] -= fact.units_returned
                self.returned[fact.sale_id] += fact.units_returned
                self.sale_state[fact.sale_id] = "ended"
            case told.FlashSaleClaimsJudged():
                for arrival, won in enumerate(fact.won, start=fact.first_arrival):
                    self.arrivals[won.claim_id] = arrival
                    self.left[fact.sale_id] -= won.units
                    self.claims[won.claim_id] = ("held", won.viewer_id, won.units)
            case told.ClaimsReleased():
                for lost in fact.claims:
                    pot = self.returned if fact.to_catalog else self.left
                    pot[fact.sale_id] += lost.units
                    self.claims[lost.claim_id] = ("released", lost.viewer_id, lost.units)
            case told.ClaimRetaken():
                self.left[fact.sale_id] -= fact.units
            case told.ClaimOrdered() | told.ClaimPaid():
                state = "ordered" if isinstance(fact, told.ClaimOrdered) else "paid"
                self.claims[fact.claim_id] = (state, fact.viewer_id, fact.units)
            case told.ClaimReturned():
                self.returned[fact.sale_id] += fact.units
                _, viewer_id, units = self.claims[fact.claim_id]
                state = "paid" if fact.units_kept else "returned"
                self.claims[fact.claim_id] = (state, viewer_id, units)

    def _replay_line(self, fact: Fact) -> None:
        match fact:
            case told.WaitlistJoined():
                for number, place in enumerate(fact.joined, start=fact.first_number):
                    self.joined[place.place_id] = (number, place.arrived_us)
                    self.places[place.place_id] = ("waiting", place.viewer_id, place.units)
                    self.sale_of_place[place.place_id] = fact.sale_id
            case told.WaitlistServed():
                for arrival, one in enumerate(fact.served, start=fact.first_arrival):
                    self.arrivals[one.claim_id] = arrival
                    self.left[fact.sale_id] -= one.units
                    self.claims[one.claim_id] = ("held", one.viewer_id, one.units)
                    self.places[one.place_id] = ("served", one.viewer_id, one.units)
            case told.WaitlistLeft():
                _, viewer_id, units = self.places[fact.place_id]
                self.places[fact.place_id] = ("left", viewer_id, units)
            case told.FlashSaleStopped():
                for place_id, (state, viewer_id, units) in list(self.places.items()):
                    if self.sale_of_place[place_id] == fact.sale_id and state == "waiting":
                        self.places[place_id] = ("ended", viewer_id, units)
            case _:
                return
        line = [p for p, (state, _, _) in self.places.items() if state == "waiting"]
        waiting = sum(self.sale_of_place[p] == fact.sale_id for p in line)
        assert waiting == getattr(fact, "waiting", 0)


def assert_books_equal_tables() -> None:
    """Every fact of the show replayed, against every row."""
    books = Books()
    for fact in facts():
        books.replay(fact)
    for offer in Offer.objects.all():
        assert books.given[offer.pk] == offer.units_given
        assert books.held[offer.pk] == offer.units_held
        assert books.sold[offer.pk] == offer.units_sold
        assert books.state[offer.pk] == offer.state
        assert books.price[offer.pk] == offer.price_fen
        assert books.compared[offer.pk] == offer.day_price_fen
        line = offer.line.filter(state="waiting")
        assert books.waiting[offer.pk] == offer.waiting == line.count()
    assert books.link_places == {
        p.pk: (p.state, p.viewer_id, p.number, p.taking_id, p.pay_before)
        for p in LinkPlace.objects.all()
    }
    for sale in FlashSale.objects.all():
        assert books.left[sale.pk] == sale.units_left
        assert books.returned[sale.pk] == sale.units_returned
        assert books.sale_state[sale.pk] == sale.state
        mine = [c for c in sale.claims.all() if c.state in ("held", "ordered", "paid")]
        live = sum(c.units - c.units_returned for c in mine)
        assert sale.units_total == sale.units_left + live + sale.units_returned
        assert sale.waiting == sale.places.filter(state="waiting").count()
        # Units that fit somebody lie there only behind a larger wish.
        fits = sale.places.filter(state="waiting", units__lte=sale.units_left)
        assert not fits.exists() or sale.waiting > fits.count()
    assert books.takings == {t.pk: (t.state, t.units) for t in Taking.objects.all()}
    back = Taking.objects.filter(units_returned__gt=0)
    assert books.kept == {t.pk: t.units - t.units_returned for t in back}
    assert books.claims == {c.pk: (c.state, c.viewer_id, c.units) for c in Claim.objects.all()}
    assert books.arrivals == {c.pk: c.arrival for c in Claim.objects.all()}
    assert books.places == {p.pk: (p.state, p.viewer_id, p.units) for p in Place.objects.all()}
    assert books.joined == {p.pk: (p.number, at_us(p.joined_at)) for p in Place.objects.all()}


@pytest.mark.parametrize("seed", range(4))
def test_replay_equals_the_tables_after_a_random_show(seed: int) -> None:
    chance, shop = Random(seed), make_shop(on_hand=60)
    list_link(shop, units=10, per_buyer_max=4)
    done = 0
    for minute in range(120):
        try:
            _any_act(shop, chance, now=after(minute * 10))()
            done += 1
        except Refusal:
            pass
    assert done > 20
    assert_books_equal_tables()
    actions.serve_lines(now=after(1_300))
    assert not any(o.units_left for o in Offer.objects.filter(state="open", waiting__gt=0))
    actions.close_offers(show_id=SHOW, by=shop.by, now=after(2_000))
    actions.release_due_claims(now=after(2_000))
    assert_books_equal_tables()
    held = Taking.objects.filter(state="held")
    claims = Claim.objects.filter(state__in=("held", "ordered"))
    assert shop.levels()[1] == sum(t.units for t in held) + sum(c.units for c in claims)


def _any_act(shop: Shop, chance: Random, *, now: dt.datetime) -> Any:
    """One of everything that can be done, to something it can be done to."""
    link: dict[str, Any] = {"show_id": SHOW, "link_no": 1, "by": shop.by, "now": now}
    acts: list[Any] = [
        partial(actions.put_on_shelf, **link),
        partial(actions.open_price, **link, price_fen=chance.choice([None, 8_800, 9_900])),
        partial(actions.add_units, **link, units=chance.randint(1, 3)),
        partial(actions.release_due_claims, now=now),
        partial(actions.end_due_sales, now=now),
        partial(_schedule, shop, now=now),
    ]
    if chance.random() < 0.05:
        acts.append(partial(actions.close_link, **link))
    buyer = chance.randint(1, 8)
    take = partial(actions.take_units, offer_id=offer_id(SHOW, 1), viewer_id=buyer, now=now)
    acts += [partial(take, units=chance.randint(1, 3))] * 4
    mine: dict[str, Any] = {"show_id": SHOW, "link_no": 1, "org_id": shop.org_id, "now": now}
    acts += [partial(actions.join_line, **mine, viewer_id=chance.randint(1, 8))] * 4
    acts += [partial(actions.leave_line, **mine, viewer_id=buyer)]
    acts += [partial(actions.release_due_places, now=now), partial(actions.serve_lines, now=now)]
    for sale in FlashSale.objects.exclude(state="ended"):
        acts.append(partial(actions.start_flash_sale, sale_id=sale.pk, by=shop.by, now=now))
        tries = [attempt(chance.randint(1, 8), key=f"{now}"[11:19], at=0) for _ in range(5)]
        claim = partial(actions.claim_flash_sale_batch, sale_id=sale.pk, now=now)
        at_now = [
            actions.Attempt(
                t.viewer_id, chance.randint(1, 2), t.request_key, now, wait=chance.random() < 0.7
            )
            for t in tries
        ]
        leave = partial(actions.leave_waitlist, sale_id=sale.pk, show_id=SHOW, now=now)
        acts.append(partial(leave, viewer_id=chance.randint(1, 8)))
        acts += [partial(claim, attempts=at_now)] * 4
    # What is kept for who waits is moved by their place alone.
    kept = LinkPlace.objects.exclude(state="ordered").exclude(taking=None).values("taking")
    for taking in Taking.objects.exclude(state="returned").exclude(pk__in=kept):
        moves: dict[str, list[Any]] = {
            "held": [actions.give_back_units, actions.mark_units_sold],
            "sold": [actions.return_units, partial(actions.return_units, units=1)],
            "given_back": [actions.retake_units],
        }
        acts += [partial(move, taking_id=taking.pk, now=now) for move in moves[taking.state]]
    acts += [
        _claim_act(claim, chance, now=now) for claim in Claim.objects.exclude(state="returned")
    ]
    return chance.choice(acts)


def _claim_act(claim: Claim, chance: Random, *, now: dt.datetime) -> Any:
    if claim.state == "held":
        order = partial(actions.order_claim, claim_id=claim.pk, viewer_id=claim.viewer_id)
        return partial(order, show_id=SHOW, now=now)
    moves: dict[str, list[Any]] = {
        "ordered": [actions.mark_claim_paid, actions.release_claim],
        "paid": [actions.return_claim, partial(actions.return_claim, units=1)],
        "released": [actions.retake_claim],
    }
    return partial(chance.choice(moves[claim.state]), claim_id=claim.pk, now=now)


def _schedule(shop: Shop, *, now: dt.datetime) -> None:
    spec = actions.FlashSaleSpec(
        show_id=SHOW,
        link_no=1,
        price_fen=6_900,
        units=6,
        units_per_buyer_max=2,
        opens_at=now,
        closes_at=now + dt.timedelta(seconds=300),
        pay_within_s=60,
        has_waitlist=True,
    )
    actions.schedule_flash_sale(spec=spec, by=shop.by, now=now)
