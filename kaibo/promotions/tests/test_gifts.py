"""Gifts of a shop: set aside, earned, run out, and back; exact rows and facts."""

from typing import Any

import pytest

from kaibo.catalog.errors import NoSuchSku, NotEnoughStock
from kaibo.facts import promotions as told
from kaibo.promotions import actions
from kaibo.promotions.actions import Extension
from kaibo.promotions.errors import (
    BelowFloor,
    GiftValueWrong,
    PromotionCannotBe,
    PromotionUsedUp,
    TermsStand,
)
from kaibo.promotions.models import GiftTaking, Promotion, PromotionUse
from kaibo.promotions.reads import explain_basket, gifts_in
from kaibo.promotions.rules import AmountOff, AtLeastUnits, Gift, Share
from kaibo.promotions.tests.gifting import (
    VALUE_FEN,
    add_gift,
    gift_counts,
    gift_levels,
    run_gift,
    save_gift,
)
from kaibo.promotions.tests.promoting import DAY, basket, counters, quote, run, save, use, wish
from kaibo.promotions.tests.promoting import told as facts_of
from kaibo.promotions.tests.shop import NOW, Shop, after, list_link, make_shop

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop() -> Shop:
    return make_shop()


@pytest.fixture
def dipper(shop: Shop) -> int:
    return add_gift(shop)


@pytest.mark.row("R-058")
@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"gift_units": None}, PromotionCannotBe),
        ({"got": "claim"}, PromotionCannotBe),
        ({"benefit": Gift(1, 6, VALUE_FEN)}, PromotionCannotBe),
    ],
)
def test_what_a_gift_cannot_be(
    shop: Shop, dipper: int, changes: dict[str, Any], refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        save_gift(shop, dipper, **changes)
    assert not Promotion.objects.exists()


@pytest.mark.parametrize("value_fen", [499, 1_501])
def test_its_published_value_is_true(shop: Shop, dipper: int, value_fen: int) -> None:
    with pytest.raises(GiftValueWrong) as refused:
        save_gift(shop, dipper, benefit=Gift(dipper, 1, value_fen))
    assert "G1" in refused.value.message("zh")
    assert not Promotion.objects.exists()


def test_goods_of_others_are_no_gift_and_what_is_none_has_no_number(shop: Shop) -> None:
    theirs = make_shop("bo")
    with pytest.raises(NoSuchSku):
        save_gift(shop, theirs.sku_id)
    with pytest.raises(PromotionCannotBe):
        save(shop, AmountOff(500), gift_units=5)


def test_a_start_sets_the_gifts_aside_and_an_end_lets_them_go(shop: Shop, dipper: int) -> None:
    row = run_gift(shop, dipper, gift_units=5)
    assert (gift_counts(row), gift_levels(shop, dipper)) == ((5, 0, 0), (20, 5, 0))
    (aside,) = facts_of(told.GiftsSetAside)
    assert (aside.promotion_id, aside.sku_id, aside.units) == (row.pk, dipper, 5)
    actions.end_promotion(promotion_id=row.pk, by=shop.by, now=after(1))
    assert (gift_counts(row), gift_levels(shop, dipper)) == ((0, 0, 0), (20, 0, 0))
    (released,) = facts_of(told.GiftsReleased)
    assert (released.promotion_id, released.units) == (row.pk, 5)


def test_a_start_that_is_taken_back_lets_them_go(shop: Shop, dipper: int) -> None:
    row = run_gift(shop, dipper)
    actions.undo_promotion_start(promotion_id=row.pk, by=shop.by, now=after(1))
    assert (gift_counts(row), gift_levels(shop, dipper)) == ((0, 0, 0), (20, 0, 0))


def test_more_gifts_than_there_are_cannot_be_promised(shop: Shop, dipper: int) -> None:
    draft = save_gift(shop, dipper, gift_units=21)
    with pytest.raises(NotEnoughStock):
        actions.start_promotion(promotion_id=draft, by=shop.by, now=NOW)
    assert Promotion.objects.get().state == "draft"
    assert gift_levels(shop, dipper) == (20, 0, 0)


def test_gifts_are_added_and_never_taken_away(shop: Shop, dipper: int) -> None:
    row = run_gift(shop, dipper, gift_units=5)
    again = {"promotion_id": row.pk, "by": shop.by, "now": after(1)}
    view = actions.extend_promotion(changes=Extension(gift_units=8), **again)  # type: ignore[arg-type]
    assert (view.gift_units, view.gifts_left) == (8, 8)
    assert gift_levels(shop, dipper) == (20, 8, 0)
    with pytest.raises(TermsStand):
        actions.extend_promotion(changes=Extension(gift_units=7), **again)  # type: ignore[arg-type]
    assert [fact.units for fact in facts_of(told.GiftsSetAside)] == [5, 3]


def test_the_window_over_ends_it(shop: Shop, dipper: int) -> None:
    row = run_gift(shop, dipper)
    assert actions.end_due_gifts(now=after(DAY - 1)) == 0
    assert actions.end_due_gifts(now=after(DAY)) == 1
    row.refresh_from_db()
    assert (row.state, gift_levels(shop, dipper)) == ("ended", (20, 0, 0))
    assert actions.end_due_gifts(now=after(DAY)) == 0


@pytest.mark.row("R-058", "R-061")
def test_an_order_holds_what_it_earned(shop: Shop, dipper: int) -> None:
    payers = (Share("host", 5_000), Share("shop", 5_000))
    row = run_gift(shop, dipper, of={"payers": payers})
    assert use(shop).gifts == ()
    held = use(shop, wish(shop, 2))
    assert (held.quote.total_fen, len(held.use_ids)) == (19_800, 1)
    (gift,) = held.gifts
    assert (gift.title, gift.spec, gift.units, gift.value_fen) == ("木质搅蜜棒", "一支", 1, 1_200)
    assert (gift.payers, gift.units_left) == ({"host": 600, "shop": 600}, 5)
    assert gift.earned_by == [{"key": "a", "sku_id": shop.sku_id, "units": 2, "fen": 19_800}]
    assert (gift_counts(row), counters(row)) == ((5, 1, 0), (1, 0, 0, 1_200))
    one = GiftTaking.objects.get()
    assert (one.pk, one.state, one.units, one.sku_id) == (gift.gift_id, "held", 1, dipper)
    part = {"key": f"gift-{row.pk}", "fen": 1_200, "payers": {"host": 600, "shop": 600}}
    assert PromotionUse.objects.get().shares == [part]
    (taken,) = facts_of(told.GiftTaken)
    assert (taken.gift_id, taken.viewer_id, taken.units, taken.again) == (one.pk, 1, 1, False)


def test_paid_given_back_retaken_and_returned(shop: Shop, dipper: int) -> None:
    row = run_gift(shop, dipper, gift_units=1)
    held = use(shop, wish(shop, 2))
    mine: dict[str, Any] = {"gift_id": held.gifts[0].gift_id, "now": after(1)}
    actions.give_back_uses(use_ids=held.use_ids, now=after(1))
    actions.give_back_gift(**mine)
    actions.give_back_gift(**mine)
    assert (gift_counts(row), gift_levels(shop, dipper)) == ((1, 0, 0), (20, 1, 0))
    actions.retake_uses(use_ids=held.use_ids, now=after(1))
    actions.retake_gift(**mine)
    actions.mark_gift_sold(**mine)
    assert (gift_counts(row), gift_levels(shop, dipper)) == ((1, 0, 1), (19, 0, 1))
    actions.return_gift(**mine, units=1)
    assert (gift_counts(row), gift_levels(shop, dipper)) == ((0, 0, 0), (20, 0, 0))
    assert GiftTaking.objects.get().state == "returned"
    (back,) = facts_of(told.GiftReturned)
    assert (back.units, back.units_kept) == (1, 0)


def test_late_money_finds_the_gift_gone(shop: Shop, dipper: int) -> None:
    row = run_gift(shop, dipper, gift_units=1)
    late = use(shop, wish(shop, 2))
    actions.give_back_uses(use_ids=late.use_ids, now=after(1))
    actions.give_back_gift(gift_id=late.gifts[0].gift_id, now=after(1))
    assert len(use(shop, wish(shop, 2), viewer_id=2).gifts) == 1
    with pytest.raises(PromotionUsedUp):
        actions.retake_gift(gift_id=late.gifts[0].gift_id, now=after(2))
    assert gift_counts(row) == (1, 1, 0)


def test_given_back_after_the_end_goes_to_the_catalogue(shop: Shop, dipper: int) -> None:
    row = run_gift(shop, dipper)
    held = use(shop, wish(shop, 2))
    actions.end_promotion(promotion_id=row.pk, by=shop.by, now=after(1))
    assert (gift_counts(row), gift_levels(shop, dipper)) == ((1, 1, 0), (20, 1, 0))
    actions.give_back_gift(gift_id=held.gifts[0].gift_id, now=after(2))
    assert (gift_counts(row), gift_levels(shop, dipper)) == ((0, 0, 0), (20, 0, 0))
    (back,) = facts_of(told.GiftGivenBack)
    assert back.to_catalog is True


@pytest.mark.row("R-058")
def test_when_they_run_out_the_page_stops_promising(shop: Shop, dipper: int) -> None:
    run_gift(shop, dipper, gift_units=1, of={"title_zh": "满150赠搅蜜棒"})
    asked = basket(shop, wish(shop, 2))
    before, notes = explain_basket(**asked)
    (view,) = gifts_in(before, org_id=shop.org_id)
    assert (view.units, view.units_left, view.value_fen) == (1, 1, VALUE_FEN)
    assert [note.text_zh for note in notes] == ["满150赠搅蜜棒：随单赠送 1 件，送完即止"]
    use(shop, wish(shop, 2), viewer_id=2)
    now, notes = explain_basket(**asked)
    assert (now.gifts, now.total_fen) == ((), before.total_fen)
    assert [(note.why, note.text_zh) for note in notes] == [
        ("gifts_gone", "满150赠搅蜜棒：赠品已送完")
    ]
    # Whoever has not enough in the basket is not told to add more for it.
    _, notes = explain_basket(**basket(shop))
    assert [note.why for note in notes] == ["gifts_gone"]


def test_a_buyer_gets_it_as_often_as_one_may(shop: Shop, dipper: int) -> None:
    run_gift(shop, dipper, per_buyer_max=1)
    assert len(use(shop, wish(shop, 2)).gifts) == 1
    assert use(shop, wish(shop, 2)).gifts == ()
    assert len(use(shop, wish(shop, 2), viewer_id=2).gifts) == 1


def test_its_budget_counts_the_value(shop: Shop, dipper: int) -> None:
    row = run_gift(shop, dipper, AtLeastUnits(1), of={"times_max": None}, budget_fen=2_500)
    assert quote(shop, wish(shop, 3)).gifts[0].units == 2
    assert [gift.units for gift in use(shop, wish(shop, 3)).gifts] == [2]
    assert counters(row) == (1, 0, 0, 2_400)
    assert use(shop, wish(shop, 3), viewer_id=2).gifts == ()


def test_a_gift_below_the_floor_of_what_earns_it_cannot_start(shop: Shop, dipper: int) -> None:
    """A link at 99 with a floor of 50 bears no gift of 12 beside 40 off."""
    list_link(shop, per_buyer_max=1)
    run(shop, AmountOff(4_000))
    draft = save_gift(shop, dipper, of={"condition": AtLeastUnits(1), "title_zh": "买赠"})
    with pytest.raises(BelowFloor) as refused:
        actions.start_promotion(promotion_id=draft, by=shop.by, now=NOW)
    assert [met["zh"] for met in refused.value.data["combination"]] == ["立减", "买赠"]
    assert gift_levels(shop, dipper) == (20, 0, 0)
