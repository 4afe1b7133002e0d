"""Facts of gifts replayed equal the tables and the stock, after a random day."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from functools import partial
from random import Random
from typing import Any

import pytest

from kaibo.base.errors import Refusal
from kaibo.facts import promotions as told
from kaibo.facts import registry
from kaibo.facts.base import Fact
from kaibo.journal.models import Entry
from kaibo.promotions import actions
from kaibo.promotions.actions import Extension
from kaibo.promotions.models import GiftTaking, Promotion
from kaibo.promotions.rules import AtLeastUnits
from kaibo.promotions.tests.gifting import add_gift, gift_levels, gift_terms
from kaibo.promotions.tests.promoting import DAY, basket, save, wish
from kaibo.promotions.tests.shop import Shop, after, make_shop

pytestmark = pytest.mark.django_db

FOLDED: frozenset[type[Fact]] = frozenset(
    {
        told.GiftsSetAside,
        told.GiftsReleased,
        told.GiftTaken,
        told.GiftGivenBack,
        told.GiftSold,
        told.GiftReturned,
    }
)


class Books:
    """What the facts alone say."""

    def __init__(self) -> None:
        self.given: Counter[int] = Counter()
        self.held: Counter[int] = Counter()
        self.sold: Counter[int] = Counter()
        self.gifts: dict[int, tuple[str, int]] = {}

    def replay(self, fact: Fact) -> None:
        match fact:
            case told.GiftsSetAside():
                self.given[fact.promotion_id] += fact.units
            case told.GiftsReleased():
                self.given[fact.promotion_id] -= fact.units
            case told.GiftTaken():
                self.held[fact.promotion_id] += fact.units
                self.gifts[fact.gift_id] = "held", fact.units
            case told.GiftGivenBack():
                self.held[fact.promotion_id] -= fact.units
                self.given[fact.promotion_id] -= fact.units if fact.to_catalog else 0
                self.gifts[fact.gift_id] = "given_back", fact.units
            case told.GiftSold():
                self.held[fact.promotion_id] -= fact.units
                self.sold[fact.promotion_id] += fact.units
                self.gifts[fact.gift_id] = "sold", fact.units
            case told.GiftReturned():
                self.sold[fact.promotion_id] -= fact.units
                self.given[fact.promotion_id] -= fact.units
                state = "sold" if fact.units_kept else "returned"
                self.gifts[fact.gift_id] = state, fact.units_kept


def assert_books_equal_tables(shop: Shop, sku_id: int) -> None:
    """Every fact replayed, against every row and the stock of the catalogue."""
    books = Books()
    for entry in Entry.objects.order_by("pk"):
        books.replay(registry.decode(entry.tag, entry.body))
    rows = list(Promotion.objects.all())
    for row in rows:
        counted = books.given[row.pk], books.held[row.pk], books.sold[row.pk]
        assert counted == (row.gifts_given, row.gifts_held, row.gifts_sold)
    assert books.gifts == {
        row.pk: (row.state, row.units - row.units_returned) for row in GiftTaking.objects.all()
    }
    _, held, sold = gift_levels(shop, sku_id)
    assert sold == sum(row.gifts_sold for row in rows)
    assert held == sum(row.gifts_given - row.gifts_sold for row in rows)


@pytest.mark.parametrize("seed", range(3))
def test_replay_equals_the_tables_after_a_random_day(seed: int) -> None:
    chance, shop = Random(seed), make_shop()
    sku_id, done = add_gift(shop, on_hand=30), Counter[str]()
    for step in range(120):
        name, act = _any_act(shop, sku_id, chance, at=step * DAY / 110)
        try:
            act()
            done[name] += 1
        except Refusal:
            pass
    assert {"use", "move", "start"} <= done.keys()
    assert_books_equal_tables(shop, sku_id)


def _any_act(shop: Shop, sku_id: int, chance: Random, *, at: float) -> tuple[str, Any]:
    """One of everything that can be done, to something it can be done to."""
    now = after(at)
    acts: list[tuple[str, Any]] = [("due", partial(actions.end_due_gifts, now=now))]
    lines = [wish(shop, chance.randint(1, 3))]
    asked = basket(shop, *lines, viewer_id=chance.randint(1, 3), at=at)
    acts += [("use", partial(actions.use_promotions, **asked))] * 4
    if Promotion.objects.count() < 6:
        acts.append(("save", partial(_save, shop, sku_id, chance, now=now)))
    for row in Promotion.objects.all():
        acts += _steps(shop, row, chance, now=now)
    for gift in GiftTaking.objects.exclude(state="returned"):
        acts += [("move", move) for move in _moves(gift, now=now)]
    return chance.choice(acts)


def _save(shop: Shop, sku_id: int, chance: Random, *, now: dt.datetime) -> None:
    terms = gift_terms(sku_id, AtLeastUnits(chance.randint(1, 2)), units=chance.randint(1, 2))
    terms["of"]["times_max"] = chance.choice([1, None])
    window: dict[str, Any] = {"starts_at": now, "ends_at": now + dt.timedelta(seconds=DAY / 4)}
    save(shop, **terms, gift_units=chance.randint(2, 6), **window)


def _steps(shop: Shop, row: Promotion, chance: Random, *, now: dt.datetime) -> list[Any]:
    step: dict[str, Any] = {"promotion_id": row.pk, "by": shop.by, "now": now}
    if row.state == "draft":
        return [("start", partial(actions.start_promotion, **step))] * 3
    more = Extension(gift_units=(row.gift_units or 0) + 1)
    acts: list[Any] = [("extend", partial(actions.extend_promotion, changes=more, **step))]
    if chance.random() < 0.3:
        acts.append(("undo", partial(actions.undo_promotion_start, **step)))
        acts.append(("end", partial(actions.end_promotion, **step)))
    return acts


def _moves(gift: GiftTaking, *, now: dt.datetime) -> list[Any]:
    moves: dict[str, list[Any]] = {
        "held": [actions.give_back_gift, actions.mark_gift_sold],
        "sold": [partial(actions.return_gift, units=1)],
        "given_back": [actions.retake_gift],
    }
    return [partial(move, gift_id=gift.pk, now=now) for move in moves[gift.state]]
