"""Stock and review as pure decisions."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaibo.base.errors import BadInput
from kaibo.catalog import rules
from kaibo.catalog.errors import (
    NotEnoughStock,
    NotThatManyHeld,
    NotThatManySold,
    ProductNotApproved,
    QualificationExpired,
    ReviewAlreadyAsked,
    ReviewNotAsked,
    StockBelowHeld,
)
from kaibo.catalog.rules import StockLevel

units = st.integers(1, 50)
levels = st.builds(
    lambda held, free, sold, buffer: StockLevel(1, held + free, held, sold, buffer),
    *[st.integers(0, 40)] * 4,
)


@given(levels, units)
def test_hold_takes_only_what_is_available(level: StockLevel, units: int) -> None:
    if units > level.available:
        with pytest.raises(NotEnoughStock) as refused:
            rules.hold_stock(level, units=units)
        assert refused.value.data == {"sku_id": 1, "wanted": units, "available": level.available}
        return
    after = rules.hold_stock(level, units=units)
    assert after.held == level.held + units
    assert after.available == level.available - units
    assert after.held + after.buffer <= after.on_hand


@given(levels, units)
def test_release_undoes_hold(level: StockLevel, units: int) -> None:
    if units <= level.available:
        held = rules.hold_stock(level, units=units)
        assert rules.release_stock(held, units=units) == level


@given(levels, units)
def test_sold_and_returned_is_free_again(level: StockLevel, units: int) -> None:
    if units > level.held:
        with pytest.raises(NotThatManyHeld):
            rules.sell_stock(level, units=units)
        return
    back = rules.return_stock(rules.sell_stock(level, units=units), units=units)
    assert back == rules.release_stock(level, units=units)


@given(levels, st.integers(-60, 60).filter(bool))
def test_a_move_never_uncovers_what_is_held(level: StockLevel, delta: int) -> None:
    if level.on_hand + delta < level.held:
        with pytest.raises(StockBelowHeld):
            rules.move_stock(level, delta=delta)
        return
    assert rules.move_stock(level, delta=delta).on_hand == level.on_hand + delta


def test_nothing_returns_that_was_not_sold() -> None:
    with pytest.raises(NotThatManySold):
        rules.return_stock(StockLevel(1, 5, 0, 2, 0), units=3)


@pytest.mark.parametrize("units", [0, -1, 10**9, 10**400])
def test_units_are_at_least_one_and_not_absurd(units: int) -> None:
    with pytest.raises(BadInput) as refused:
        rules.hold_stock(StockLevel(1, 5, 0, 0, 0), units=units)
    assert len(refused.value.message("en")) < 120


def test_review_steps_follow_one_another() -> None:
    assert rules.next_state(1, "draft", verb="submit") == "submitted"
    assert rules.next_state(1, "refused", verb="submit") == "submitted"
    assert rules.next_state(1, "submitted", verb="approve") == "approved"
    assert rules.next_state(1, "approved", verb="refuse") == "refused"
    with pytest.raises(ReviewAlreadyAsked):
        rules.next_state(1, "approved", verb="submit")
    for state in ("draft", "refused", "approved"):
        with pytest.raises(ReviewNotAsked):
            rules.next_state(1, state, verb="approve")


def test_papers_hold_to_the_end_of_their_day_in_the_shops_zone() -> None:
    last_day = dt.date(2026, 5, 31)
    # 23:59:59 in Shanghai on the day itself, then midnight.
    inside = dt.datetime(2026, 5, 31, 15, 59, 59, tzinfo=dt.UTC)
    rules.check_sellable(product_id=1, state="approved", expires_on=last_day, now=inside)
    with pytest.raises(QualificationExpired):
        rules.check_sellable(
            product_id=1,
            state="approved",
            expires_on=last_day,
            now=inside + dt.timedelta(seconds=1),
        )
    with pytest.raises(ProductNotApproved):
        rules.check_sellable(product_id=1, state="submitted", expires_on=None, now=inside)


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "//evil.example/x.png", "data:text/html,x", "ftp://a/b",
                "https://a/b\"onload=", "https:// a", "/\\evil", "http://", "file:///etc/passwd"],
)  # fmt: skip
def test_an_image_address_cannot_carry_a_script(address: str) -> None:
    with pytest.raises(BadInput):
        rules.clean_product(rules.ProductSpec(code="1", title="t", image_url=address))


@pytest.mark.parametrize("address", ["", "/media/a.png", "https://a.example/b?c=1", "http://h/x"])
def test_ordinary_image_addresses_pass(address: str) -> None:
    spec = rules.ProductSpec(code="1", title="t", image_url=address)
    assert rules.clean_product(spec).image_url == address


@given(st.text())
def test_any_text_is_cleaned_or_refused(text: str) -> None:
    try:
        cleaned = rules.clean_product(rules.ProductSpec(code="1", title=text)).title
    except BadInput:
        return
    assert cleaned == cleaned.strip()
    assert cleaned.encode()
    assert "\x00" not in cleaned
