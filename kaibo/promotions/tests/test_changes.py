"""Changes on air: previewed, repeated without harm, confirmed by a second person, undone."""

from dataclasses import asdict
from typing import Any

import pytest

from kaibo.access.actions import add_person
from kaibo.base.actor import Actor
from kaibo.facts.promotions import (
    ChangeAsked,
    ChangeMade,
    ChangeRejected,
    ChangeUndone,
    OfferUnitsAdded,
    PriceOpened,
)
from kaibo.journal.models import Entry
from kaibo.promotions import actions, reads
from kaibo.promotions.actions import ChangeSpec, SaleTimes
from kaibo.promotions.errors import (
    BelowFloor,
    ChangeElsewhere,
    ChangeLapsed,
    NoSuchChange,
    SamePerson,
    SecondPersonNeeded,
    StepDoesNotFollow,
    UndoTooLate,
)
from kaibo.promotions.models import Change, FlashSale, Offer, PriceSet
from kaibo.promotions.reads import ChangeView, offer_id
from kaibo.promotions.tests.promoting import run
from kaibo.promotions.tests.shop import NOW, SHOW, Shop, after, facts, make_shop, open_link

pytestmark = pytest.mark.django_db
TIMES = SaleTimes(per_buyer_max=1, opens_in_s=0, lasts_s=60, pay_within_s=120)


@pytest.fixture
def shop() -> Shop:
    """No floor that would answer before the second person is asked."""
    return make_shop(floor_fen=1_000)


def second(shop: Shop) -> Actor:
    return Actor("person", 2, shop.org_id, frozenset({"operations"}))


def spec_of(price_fen: int = 8_900, **more: Any) -> ChangeSpec:
    values = {"show_id": SHOW, "link_no": 1, "kind": "price", "price_fen": price_fen}
    return ChangeSpec(**{**values, **more})


def units_spec(units: int) -> ChangeSpec:
    return ChangeSpec(show_id=SHOW, link_no=1, kind="units", units=units)


def make(shop: Shop, spec: ChangeSpec, *, key: str = "key-1", at: float = 0) -> ChangeView:
    return actions.make_change(spec=spec, request_key=key, by=shop.by, now=after(at))


def price() -> int:
    return Offer.objects.get().price_fen


def test_a_plain_change_is_made_at_once_and_its_key_answers_again(shop: Shop) -> None:
    open_link(shop)
    made = make(shop, spec_of(8_900))
    entries = Entry.objects.count()
    assert make(shop, spec_of(8_900), at=5) == made
    assert (made.state, made.dangers, price()) == ("made", [], 8_900)
    assert (made.made_at, made.undo_until) == (NOW, after(30))
    with pytest.raises(ChangeElsewhere):
        make(shop, spec_of(8_800))
    assert (Entry.objects.count(), Change.objects.count(), price()) == (entries, 1, 8_900)
    number = Offer.objects.get().pk
    assert facts(ChangeMade) == [
        ChangeMade(change_id=made.id, offer_id=number, link_no=1, kind="price", asked=False)
    ]
    assert len(facts(PriceOpened)) == 2


def test_a_dangerous_price_waits_for_another_person(shop: Shop) -> None:
    """2 900 is below three tenths of the day price; direct opening is refused as well."""
    open_link(shop)
    with pytest.raises(SecondPersonNeeded):
        actions.open_price(show_id=SHOW, link_no=1, price_fen=2_900, by=shop.by, now=NOW)
    asked = make(shop, spec_of(2_900))
    assert (asked.state, asked.dangers, asked.off_fen) == ("asked", ["deep_cut"], 170_000)
    assert (price(), asked.undo_until, asked.expires_at) == (9_900, None, after(900))
    assert facts(ChangeAsked) == [
        ChangeAsked(
            change_id=asked.id,
            offer_id=Offer.objects.get().pk,
            link_no=1,
            kind="price",
            dangers=["deep_cut"],
            expires_at=after(900),
        )
    ]
    before = Entry.objects.count()
    for by, at, refusal in (
        (shop.by, 1, SamePerson),
        (second(shop), 900, ChangeLapsed),
        (make_shop("dai").by, 1, NoSuchChange),
    ):
        if refusal is NoSuchChange:
            before = Entry.objects.count()
        with pytest.raises(refusal):
            actions.confirm_change(change_id=asked.id, by=by, now=after(at))
    assert (Entry.objects.count(), price()) == (before, 9_900)
    made = actions.confirm_change(change_id=asked.id, by=second(shop), now=after(2))
    assert (made.state, made.decided_by, price()) == ("made", 2, 2_900)
    offer = Offer.objects.get()
    assert (offer.reference_fen, offer.agreed_off_fen) == (19_900, 170_000)
    assert [fact.asked for fact in facts(ChangeMade) if isinstance(fact, ChangeMade)] == [True]
    with pytest.raises(StepDoesNotFollow):
        actions.confirm_change(change_id=asked.id, by=second(shop), now=after(3))


def test_what_would_give_away_more_than_was_asked_for_is_asked_anew(shop: Shop) -> None:
    open_link(shop)
    asked = make(shop, spec_of(2_900))
    actions.add_units(show_id=SHOW, link_no=1, units=5, by=shop.by, now=after(1))
    with pytest.raises(SecondPersonNeeded):
        actions.confirm_change(change_id=asked.id, by=second(shop), now=after(2))
    assert (price(), Change.objects.get().state) == (9_900, "asked")


def test_a_rejected_change_changes_nothing(shop: Shop) -> None:
    open_link(shop)
    asked = make(shop, spec_of(2_900))
    gone = actions.reject_change(change_id=asked.id, by=second(shop), now=after(1))
    assert (gone.state, gone.decided_by, price()) == ("rejected", 2, 9_900)
    assert facts(ChangeRejected) == [ChangeRejected(change_id=asked.id, link_no=1)]
    for act in (actions.confirm_change, actions.reject_change, actions.undo_change):
        with pytest.raises(StepDoesNotFollow):
            act(change_id=asked.id, by=second(shop), now=after(2))


def test_what_cannot_stand_is_refused_before_anybody_is_asked(shop: Shop) -> None:
    open_link(shop)
    before = Entry.objects.count()
    with pytest.raises(BelowFloor):
        make(shop, spec_of(999))
    assert (Change.objects.count(), Entry.objects.count(), price()) == (0, before, 9_900)


def test_a_price_is_undone_while_nobody_bought_under_it(shop: Shop) -> None:
    open_link(shop)
    made = make(shop, spec_of(8_900))
    undone = actions.undo_change(change_id=made.id, by=shop.by, now=after(29))
    number = Offer.objects.get().pk
    assert (undone.state, price()) == ("undone", 9_900)
    assert facts(ChangeUndone) == [
        ChangeUndone(
            change_id=made.id,
            offer_id=number,
            link_no=1,
            state="open",
            price_fen=9_900,
            units_returned=0,
        )
    ]
    shown = PriceSet.objects.filter(kind="open").order_by("pk")
    assert [row.price_fen for row in shown] == [9_900, 8_900, 9_900]


def test_an_undo_comes_too_late_and_says_why(shop: Shop) -> None:
    open_link(shop)
    first = make(shop, spec_of(8_900))
    with pytest.raises(UndoTooLate) as late:
        actions.undo_change(change_id=first.id, by=shop.by, now=after(30))
    assert "30 秒" in late.value.message("zh")
    make(shop, spec_of(8_800), key="key-2", at=1)
    with pytest.raises(UndoTooLate):
        actions.undo_change(change_id=first.id, by=shop.by, now=after(2))
    latest = make(shop, spec_of(8_700), key="key-3", at=3)
    actions.take_units(offer_id=offer_id(SHOW, 1), viewer_id=1, units=2, now=after(4))
    before = Entry.objects.count()
    with pytest.raises(UndoTooLate) as bought:
        actions.undo_change(change_id=latest.id, by=shop.by, now=after(5))
    assert "2 件" in bought.value.message("zh")
    assert (price(), Entry.objects.count()) == (8_700, before)


def test_added_units_are_undone_while_they_are_free_and_are_told_to_viewers(shop: Shop) -> None:
    open_link(shop, units=10)
    made = make(shop, units_spec(5))
    assert shop.levels() == (100, 15, 0)
    undone = actions.undo_change(change_id=made.id, by=shop.by, now=after(1))
    assert (undone.state, shop.levels()) == ("undone", (100, 10, 0))
    again = make(shop, units_spec(3), key="key-2", at=2)
    actions.take_units(offer_id=offer_id(SHOW, 1), viewer_id=1, units=11, now=after(3))
    with pytest.raises(UndoTooLate):
        actions.undo_change(change_id=again.id, by=shop.by, now=after(4))
    assert [(one.units, one.at) for one in reads.units_added(SHOW, 1)] == [(5, NOW), (3, after(2))]
    assert len(facts(OfferUnitsAdded)) == 2


def test_a_large_flash_sale_goes_the_same_way(shop: Shop) -> None:
    """500 units would give away 65 000 yuan within a minute."""
    shop = make_shop("gro", on_hand=1_000, floor_fen=1_000)
    open_link(shop)
    spec = spec_of(6_900, kind="flash_sale", units=500, sale=TIMES)
    asked = make(shop, spec)
    assert (asked.state, asked.dangers, asked.off_fen) == ("asked", ["large_sum"], 6_500_000)
    assert FlashSale.objects.count() == 0
    made = actions.confirm_change(change_id=asked.id, by=second(shop), now=after(10))
    sale = FlashSale.objects.get()
    assert (made.sale_id, sale.agreed_off_fen, sale.opens_at) == (sale.pk, 6_500_000, after(10))
    actions.undo_change(change_id=asked.id, by=shop.by, now=after(11))
    assert FlashSale.objects.get().state == "ended"
    assert shop.levels() == (1_000, 10, 0)


def test_a_preview_says_what_would_be_and_writes_nothing(shop: Shop) -> None:
    open_link(shop, units=10)
    run(shop)
    people = {"安": "management", "明": "operations", "月": "host"}
    by, *_others = (
        add_person(
            org_id=shop.org_id, username=role, name=name, password="x", roles=[role], now=NOW
        )
        for name, role in people.items()
    )
    actions.take_units(offer_id=offer_id(SHOW, 1), viewer_id=7, units=2, now=NOW)
    before = Entry.objects.count()
    seen = actions.preview_change(spec=spec_of(2_900), by=by, now=NOW)
    assert asdict(seen) == {
        "link_no": 1,
        "promotion_id": None,
        "state": "open",
        "price_fen": 9_900,
        "new_price_fen": 2_900,
        "units_left": 8,
        "new_units_left": 8,
        "lowest_fen": 2_400,
        "lowest_sku": "A1",
        "holders": 1,
        "off_fen": 136_000,
        "dangers": ("deep_cut",),
        "confirmers": ("明",),
        "undo_s": 30,
    }
    more = actions.preview_change(spec=units_spec(4), by=shop.by, now=NOW)
    assert (more.new_units_left, more.dangers) == (12, ())
    assert (Entry.objects.count(), price(), shop.levels()) == (before, 9_900, (100, 10, 0))
