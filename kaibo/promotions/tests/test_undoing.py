"""An undo brings back what stood right before, never something older that was overtaken."""

from typing import Any

import pytest

from kaibo.journal.models import Entry
from kaibo.promotions import actions
from kaibo.promotions.actions import ChangeSpec
from kaibo.promotions.errors import BelowFloor, UndoTooLate
from kaibo.promotions.models import Offer
from kaibo.promotions.reads import ChangeView
from kaibo.promotions.rules import AmountOff
from kaibo.promotions.tests.promoting import run
from kaibo.promotions.tests.shop import NOW, SHOW, Shop, after, make_shop, open_link

pytestmark = pytest.mark.django_db


def make(shop: Shop, spec: ChangeSpec, *, at: float) -> ChangeView:
    return actions.make_change(spec=spec, request_key=f"key-{at}", by=shop.by, now=after(at))


def undo(shop: Shop, change: ChangeView, *, at: float) -> ChangeView:
    return actions.undo_change(change_id=change.id, by=shop.by, now=after(at))


def priced(price_fen: int) -> ChangeSpec:
    return ChangeSpec(kind="price", show_id=SHOW, link_no=1, price_fen=price_fen)


def price() -> int:
    return Offer.objects.get().price_fen


def test_a_price_that_was_set_again_is_not_taken_back_by_the_older_change() -> None:
    """8 900 stands, but by a later decision; in their order they are undone one by one."""
    shop = make_shop()
    open_link(shop)
    first, second, third = (
        make(shop, priced(fen), at=at) for at, fen in ((0, 8_900), (1, 8_800), (2, 8_900))
    )
    before = Entry.objects.count()
    for overtaken in (first, second):
        with pytest.raises(UndoTooLate):
            undo(shop, overtaken, at=3)
    assert (price(), Entry.objects.count()) == (8_900, before)
    for at, (change, back) in enumerate(((third, 8_800), (second, 8_900), (first, 9_900)), 4):
        assert undo(shop, change, at=at).state == "undone"
        assert price() == back


def test_a_price_that_was_set_again_by_the_older_route_stands_too() -> None:
    shop = make_shop()
    open_link(shop)
    change = make(shop, priced(8_900), at=0)
    for at, fen in ((1, 8_800), (2, 8_900)):
        actions.open_price(show_id=SHOW, link_no=1, price_fen=fen, by=shop.by, now=after(at))
    with pytest.raises(UndoTooLate):
        undo(shop, change, at=3)
    assert price() == 8_900


def test_an_undo_does_not_bring_goods_below_their_floor() -> None:
    """30 yuan off was let on air at 99; at 70 it would go through the floor of 60."""
    shop = make_shop(floor_fen=6_000)
    open_link(shop)
    actions.open_price(show_id=SHOW, link_no=1, price_fen=7_000, by=shop.by, now=NOW)
    change = make(shop, priced(9_900), at=1)
    run(shop, AmountOff(3_000))
    with pytest.raises(BelowFloor):
        undo(shop, change, at=2)
    assert price() == 9_900


def test_an_older_drop_does_not_close_the_newer_one() -> None:
    """Nor is a drop opened again by undoing the one after it once it was taken back itself."""
    shop = make_shop()
    row = run(shop, got="claim", unlock="drop", of={"stacking": "coupon"}, show_id=SHOW)

    def drop(lasts_s: int, *, at: float) -> ChangeView:
        return make(shop, ChangeSpec(kind="drop", promotion_id=row.pk, lasts_s=lasts_s), at=at)

    def until() -> Any:
        row.refresh_from_db()
        return row.claim_until

    first, second = drop(60, at=0), drop(300, at=5)
    with pytest.raises(UndoTooLate):
        undo(shop, first, at=6)
    assert until() == after(305)
    undo(shop, second, at=7)
    assert until() == after(60)
    short = drop(10, at=8)
    with pytest.raises(UndoTooLate):
        undo(shop, first, at=9)
    undo(shop, short, at=10)
    undo(shop, first, at=11)
    assert until() == after(11)
