"""Draws under a race: one result, one entry a viewer, one place each."""

from functools import partial

import pytest
from django.db import IntegrityError

from kaibo.facts.promotions import DrawEntered, DrawRevealed
from kaibo.promotions import actions
from kaibo.promotions.actions import draws, entries
from kaibo.promotions.models import Award, Draw, DrawEntry
from kaibo.promotions.tests.drawing import draft, join, open_one, viewer_of
from kaibo.promotions.tests.shop import NOW, Shop, after, facts, make_shop
from tests.races.at_once import at_once, slowed, without_locks

pytestmark = pytest.mark.django_db(transaction=True)

THREADS = 5


@pytest.fixture
def shop() -> Shop:
    return make_shop()


def closed(shop: Shop) -> int:
    """A draw with five entries that waits for its seed."""
    opened = open_one(shop)
    for number in range(5):
        join(shop, opened.id, viewer_of(shop, number))
    actions.close_draw(draw_id=opened.id, by=shop.by, now=after(60))
    return opened.id


def test_two_draws_at_once_give_one_result(shop: Shop) -> None:
    draw_id = closed(shop)
    reveal = partial(actions.reveal_draw, draw_id=draw_id, by=shop.by, now=after(61))
    outcomes = at_once([reveal] * THREADS)
    assert [outcome for outcome in outcomes if outcome != outcomes[0]] == []
    assert (len(facts(DrawRevealed)), Award.objects.count()) == (1, 3)


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
