"""What holds of every price, whatever the basket and the promotions."""

import inspect
import random
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kaibo.promotions.errors import BelowFloor
from kaibo.promotions.rules import (
    STACKING,
    AmountOff,
    AmountOffEach,
    AtLeastFen,
    BasketLine,
    BundlePrice,
    Choose,
    PercentOff,
    PriceBook,
    Promotion,
    Quote,
    UnitPrice,
    check_promotion,
    check_quote_floor,
    explain,
    payer_amounts,
    price_basket,
    refund_fen,
)
from kaibo.promotions.tests import slow_pricing
from kaibo.promotions.tests.baskets import baskets, promotions

choices = st.sampled_from(["best", "priority"])


def told(quote: Quote) -> slow_pricing.Outcome:
    return tuple((used.promotion.id, used.off_fen) for used in quote.applied), quote.line_fen


@settings(max_examples=400)
@given(lines=baskets, listed=promotions(most=6))
def test_the_best_price_is_the_best_of_all_subsets(
    lines: list[BasketLine], listed: list[Promotion]
) -> None:
    assert told(price_basket(lines, listed)) == slow_pricing.best(lines, listed)


@given(lines=baskets, listed=promotions(most=6))
def test_by_priority_every_promotion_takes_its_turn(
    lines: list[BasketLine], listed: list[Promotion]
) -> None:
    quote = price_basket(lines, listed, choose="priority")
    assert told(quote) == slow_pricing.play(lines, listed)


@given(lines=baskets, listed=promotions(), choose=choices)
def test_every_fen_is_accounted_for(
    lines: list[BasketLine], listed: list[Promotion], choose: Choose
) -> None:
    quote = price_basket(lines, listed, choose=choose)
    assert min(quote.line_fen, default=0) >= 0
    assert quote.total_fen == sum(quote.line_fen)
    assert quote.before_fen - quote.total_fen == sum(used.off_fen for used in quote.applied)
    for used in quote.applied:
        assert used.off_fen == sum(used.shares) > 0
        assert min(used.shares) >= 0
        assert 1 <= used.units <= sum(line.units for line in lines)
    for at, (line, borne) in enumerate(zip(lines, payer_amounts(quote), strict=True)):
        off = line.units * line.unit_price_fen - quote.line_fen[at]
        assert off == sum(used.shares[at] for used in quote.applied) == sum(borne.values())
        assert min(borne.values(), default=1) >= 1


@given(lines=baskets, listed=promotions(), choose=choices)
def test_a_line_has_one_promotion_of_a_class(
    lines: list[BasketLine], listed: list[Promotion], choose: Choose
) -> None:
    quote = price_basket(lines, listed, choose=choose)
    ranks = [STACKING.index(used.promotion.stacking) for used in quote.applied]
    assert ranks == sorted(ranks)
    for at in range(len(lines)):
        mine = [used.promotion.stacking for used in quote.applied if used.shares[at]]
        assert len(mine) == len(set(mine))


@given(lines=baskets, listed=promotions(), choose=choices)
def test_a_price_keeps_every_floor_or_is_refused(
    lines: list[BasketLine], listed: list[Promotion], choose: Choose
) -> None:
    quote = price_basket(lines, listed, choose=choose)
    broken = [
        line for at, (line, fen) in enumerate(zip(lines, quote.line_fen, strict=True))
        if fen - sum(gift.shares[at] for gift in quote.gifts) < line.floor_fen * line.units
    ]  # fmt: skip
    assert quote.below_floor() == broken
    if not broken:
        return check_quote_floor(quote)
    with pytest.raises(BelowFloor) as refused:
        check_quote_floor(quote)
    assert refused.value.data["sku"] == str(broken[0].sku_id)
    assert refused.value.data["price_fen"] < refused.value.data["floor_fen"]
    return None


@given(lines=baskets, listed=promotions(), choose=choices, dice=st.randoms(use_true_random=False))
def test_the_order_in_which_promotions_are_named_changes_nothing(
    lines: list[BasketLine], listed: list[Promotion], choose: Choose, dice: random.Random
) -> None:
    shuffled = dice.sample(listed, len(listed))
    assert price_basket(lines, shuffled, choose=choose) == price_basket(
        lines, listed, choose=choose
    )


@given(lines=baskets, listed=promotions(), choose=choices, dice=st.randoms(use_true_random=False))
def test_the_order_of_the_lines_changes_no_line(
    lines: list[BasketLine], listed: list[Promotion], choose: Choose, dice: random.Random
) -> None:
    quote = price_basket(lines, listed, choose=choose)
    places = dice.sample(range(len(lines)), len(lines))
    other = price_basket([lines[at] for at in places], listed, choose=choose)
    assert other.line_fen == tuple(quote.line_fen[at] for at in places)
    for here, there in zip(other.applied, quote.applied, strict=True):
        assert here.promotion is there.promotion
        assert here.shares == tuple(there.shares[at] for at in places)


@given(lines=baskets, listed=promotions(most=7))
def test_one_more_promotion_never_raises_the_best_price(
    lines: list[BasketLine], listed: list[Promotion]
) -> None:
    totals = [price_basket(lines, listed[:count]).total_fen for count in range(len(listed) + 1)]
    assert totals == sorted(totals, reverse=True)


@given(lines=baskets, listed=promotions(), times=st.integers(2, 1_000))
def test_prices_of_a_class_scale_with_money(
    lines: list[BasketLine], listed: list[Promotion], times: int
) -> None:
    """In fen or in yuan: the same promotions, the same result. A percentage may round."""
    listed = [
        msgspec.structs.replace(promotion, stacking="coupon")
        for promotion in listed
        if not isinstance(promotion.benefit, PercentOff)
    ]
    quote = price_basket(lines, listed)
    scaled = price_basket(
        [
            msgspec.structs.replace(line, unit_price_fen=line.unit_price_fen * times)
            for line in lines
        ],
        [_scaled(promotion, times) for promotion in listed],
    )
    assert scaled.total_fen == quote.total_fen * times


@given(
    lines=baskets,
    listed=promotions(),
    choose=choices,
    dice=st.randoms(use_true_random=False),
)
def test_refunds_of_all_units_give_back_what_was_paid(
    lines: list[BasketLine], listed: list[Promotion], choose: Choose, dice: random.Random
) -> None:
    quote = price_basket(lines, listed, choose=choose)
    for line, paid in zip(lines, quote.line_fen, strict=True):
        back = refunded = 0
        while refunded < line.units:
            now = dice.randint(1, line.units - refunded)
            part = refund_fen(paid, units=line.units, refunded=refunded, now=now)
            assert part >= 0
            back, refunded = back + part, refunded + now
        assert back == paid


@given(lines=baskets, listed=promotions(), choose=choices)
def test_every_promotion_is_explained_in_both_languages(
    lines: list[BasketLine], listed: list[Promotion], choose: Choose
) -> None:
    quote = price_basket(lines, listed, choose=choose)
    notes = {note.promotion_id: note for note in explain(quote, listed)}
    assert set(notes) == {promotion.id for promotion in listed}
    for used in quote.applied:
        assert notes[used.promotion.id].off_fen == used.off_fen
    for note in notes.values():
        assert (note.why == "used") == (note.off_fen > 0)
        assert (note.why == "short") == (note.missing > 0)
        assert (note.why == "not_with") == bool(note.others)
        assert note.text_zh.startswith(f"优惠{note.promotion_id}：")
        assert note.text_en.startswith(f"Promotion {note.promotion_id}: ")


@given(listed=promotions())
def test_what_the_tests_make_is_sound(listed: list[Promotion]) -> None:
    for promotion in listed:
        check_promotion(promotion)


@pytest.mark.row("LM-100")
def test_nothing_about_the_buyer_is_asked() -> None:
    """A price depends on basket and promotions; there is no other door into it."""
    doors = {
        "new": list(inspect.signature(PriceBook).parameters),
        "quote": list(inspect.signature(PriceBook.quote).parameters),
    }
    assert doors == {"new": ["promotions", "choose", "gifts_left"], "quote": ["self", "lines"]}
    assert set(BasketLine.__struct_fields__) == {
        "key", "sku_id", "units", "unit_price_fen", "floor_fen", "sku", "tags",
    }  # fmt: skip


def _scaled(promotion: Promotion, times: int) -> Promotion:
    change: dict[str, Any] = {}
    if isinstance(promotion.condition, AtLeastFen):
        change["condition"] = AtLeastFen(promotion.condition.fen * times)
    benefit = promotion.benefit
    if isinstance(benefit, AmountOff | AmountOffEach | BundlePrice | UnitPrice):
        change["benefit"] = msgspec.structs.replace(benefit, fen=benefit.fen * times)
    return msgspec.structs.replace(promotion, **change)
