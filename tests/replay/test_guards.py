"""Facts of the guards replayed equal the tables, and the links they change, after a random hour."""

from __future__ import annotations

import contextlib
import datetime as dt
from dataclasses import asdict
from functools import partial
from random import Random
from typing import Any

import pytest

from kaibo.base.actor import Actor
from kaibo.base.errors import Refusal
from kaibo.facts import promotions as told
from kaibo.facts import registry
from kaibo.facts.base import Fact
from kaibo.journal.models import Entry
from kaibo.promotions import actions, reads
from kaibo.promotions.actions import ChangeSpec, GroupPart, GuardTerms, PaidUnits
from kaibo.promotions.models import Change, FlashSale, Offer, PriceSet, Promotion, Trip
from kaibo.promotions.reads import offer_id
from kaibo.promotions.tests.promoting import run
from kaibo.promotions.tests.shop import SHOW, Shop, after, attempt, make_shop, open_link, run_sale
from tests.replay.test_promotions import Books as LinkBooks

pytestmark = pytest.mark.django_db

FOLDED: frozenset[type[Fact]] = frozenset(
    {
        told.BreakerTripped,
        told.BreakerResetAsked,
        told.BreakerResetRefused,
        told.BreakerReset,
        told.LinkStopped,
        told.LinkStopLifted,
        told.ChangeAsked,
        told.ChangeMade,
        told.ChangeRejected,
        told.ChangeUndone,
        told.GuardsSet,
        told.StackingRuleSet,
    }
)


class Books:
    """What the facts alone say."""

    def __init__(self) -> None:
        self.links = LinkBooks()
        self.trips: dict[int, tuple[str, int]] = {}
        self.stopped: dict[tuple[str, int | None], bool] = {}
        self.changes: dict[int, str] = {}
        self.terms: dict[str, int] = asdict(GuardTerms())
        self.choose = "best"
        self.opened: list[int] = []

    def replay(self, fact: Fact) -> None:
        self.links.replay(fact)
        match fact:
            case told.PriceOpened():
                self.opened.append(fact.price_fen)
            case told.BreakerTripped():
                self.trips[fact.trip_id] = "tripped", fact.off_fen
                self.stopped[_row(fact)] = True
            case told.LinkStopped():
                self.trips[fact.trip_id] = "tripped", 0
                self.stopped[_row(fact)] = True
            case told.LinkStopLifted():
                self.trips[fact.trip_id] = "lifted", 0
                self.stopped[_row(fact)] = False
            case told.BreakerResetAsked():
                self.trips[fact.trip_id] = "asked", self.trips[fact.trip_id][1]
            case told.BreakerResetRefused():
                self.trips[fact.trip_id] = "tripped", self.trips[fact.trip_id][1]
            case told.BreakerReset():
                self.trips[fact.trip_id] = "reset", self.trips[fact.trip_id][1]
                self.stopped[_row(fact)] = False
            case told.GuardsSet():
                self.terms = {name: getattr(fact, name) for name in self.terms}
            case told.StackingRuleSet(choose=choose):
                self.choose = choose
            case _:
                self._replay_change(fact)

    def _replay_change(self, fact: Fact) -> None:
        match fact:
            case told.ChangeAsked():
                self.changes[fact.change_id] = "asked"
            case told.ChangeMade():
                self.changes[fact.change_id] = "made"
            case told.ChangeRejected():
                self.changes[fact.change_id] = "rejected"
            case told.ChangeUndone():
                self.changes[fact.change_id] = "undone"
                if fact.offer_id is not None:
                    self.links.state[fact.offer_id] = fact.state
                    self.links.price[fact.offer_id] = fact.price_fen
                    self.links.given[fact.offer_id] -= fact.units_returned


_OfRow = told.BreakerTripped | told.BreakerReset | told.LinkStopped | told.LinkStopLifted


def _row(fact: _OfRow) -> tuple[str, int | None]:
    if fact.sale_id is not None:
        return "sale", fact.sale_id
    promotion_id = getattr(fact, "promotion_id", None)
    return ("link", fact.offer_id) if promotion_id is None else ("promotion", promotion_id)


def assert_books_equal_tables(shop: Shop) -> None:
    """Every fact replayed, against every row."""
    books = Books()
    for entry in Entry.objects.order_by("pk"):
        books.replay(registry.decode(entry.tag, entry.body))
    assert books.trips == {row.pk: (row.state, row.off_fen) for row in Trip.objects.all()}
    assert books.changes == {row.pk: row.state for row in Change.objects.all()}
    assert books.terms == asdict(reads.guard_terms(shop.org_id))
    assert books.choose == reads.stacking_rule(shop.org_id)
    for sale in FlashSale.objects.all():
        assert books.stopped.get(("sale", sale.pk), False) == (sale.tripped_at is not None)
    for offer in Offer.objects.all():
        assert books.stopped.get(("link", offer.pk), False) == (offer.tripped_at is not None)
        assert books.links.state[offer.pk] == offer.state
        assert books.links.price[offer.pk] == offer.price_fen
        assert books.links.given[offer.pk] == offer.units_given
    shown = list(PriceSet.objects.filter(kind="open").values_list("price_fen", flat=True))
    assert set(books.opened) == set(shown)


@pytest.mark.parametrize("seed", range(3))
def test_replay_equals_the_tables_after_a_random_hour(seed: int) -> None:
    chance, shop = Random(seed), make_shop(on_hand=400, floor_fen=1_000)
    open_link(shop, units=60)
    run_sale(shop, units=30, lasts_s=80_000, per_buyer_max=100)
    terms = GuardTerms(short_off_fen_max=60_000, long_off_fen_max=200_000)
    actions.set_guards(terms=terms, by=shop.by, now=after(0))
    actions.set_stacking_rule(choose="priority", by=shop.by, now=after(0))
    run(shop, got="claim", unlock="drop", of={"stacking": "coupon"}, show_id=SHOW)
    link: dict[str, Any] = {"org_id": shop.org_id, "show_id": SHOW, "link_no": 1, "now": after(0)}
    actions.stop_link(**link)
    actions.lift_stop(**link)
    for step in range(90):
        with contextlib.suppress(Refusal):
            _any_act(shop, chance, step=step, now=after(step * 7))()
    assert "lifted" in {row.state for row in Trip.objects.all()}
    assert {"reset", "tripped", "asked"} & {row.state for row in Trip.objects.all()}
    assert {"made", "undone"} <= {row.state for row in Change.objects.all()}
    assert_books_equal_tables(shop)


def _any_act(shop: Shop, chance: Random, *, step: int, now: dt.datetime) -> Any:
    """One of everything the guards do or watch."""
    who = Actor("person", chance.randint(1, 3), shop.org_id, frozenset({"management"}))
    by: dict[str, Any] = {"by": who, "now": now}
    spec = ChangeSpec(
        show_id=SHOW, link_no=1, kind="price", price_fen=chance.choice([2_000, 8_800, 9_900])
    )
    more = ChangeSpec(show_id=SHOW, link_no=1, kind="units", units=chance.randint(1, 3))
    make = partial(actions.make_change, request_key=f"change-{step}", **by)
    acts: list[Any] = [partial(make, spec=spec), partial(make, spec=more)]
    for promotion in Promotion.objects.all():
        drop = ChangeSpec(kind="drop", promotion_id=promotion.pk, lasts_s=60)
        acts.append(partial(make, spec=drop))
    group = GroupPart(size=2, fill_s=600)
    deal: dict[str, Any] = {"kind": "group_buy", "price_fen": 7_900, "group": group}
    acts.append(partial(make, spec=ChangeSpec(show_id=SHOW, link_no=1, **deal)))
    acts += [partial(_buy, step, now=now)] * 5 + [partial(_claim, step, now=now)]
    for row in Change.objects.exclude(state__in=("rejected", "undone")).order_by("-pk")[:2]:
        steps = [actions.confirm_change, actions.reject_change]
        if row.state == "made":
            steps = [actions.undo_change]
        acts += [partial(act, change_id=row.pk, **by) for act in steps]
    for trip in Trip.objects.exclude(state__in=("reset", "lifted")):
        acts += [partial(actions.ask_reset, trip_id=trip.pk, reason="核对", **by)]
        acts += [partial(actions.confirm_reset, trip_id=trip.pk, **by)]
        acts += [partial(actions.refuse_reset, trip_id=trip.pk, **by)]
    return chance.choice(acts)


def _buy(step: int, *, now: dt.datetime) -> None:
    taken = actions.take_units(offer_id=offer_id(SHOW, 1), viewer_id=step, units=1, now=now)
    paid = PaidUnits(taking_id=taken.taking_id, claim_id=None, paid_fen=taken.unit_price_fen)
    actions.note_paid(parts=[paid], now=now)


def _claim(step: int, *, now: dt.datetime) -> None:
    sale = FlashSale.objects.get()
    tries = [attempt(step, units=2, at=(now - after(0)).total_seconds())]
    actions.claim_flash_sale_batch(sale_id=sale.pk, attempts=tries, now=now)
