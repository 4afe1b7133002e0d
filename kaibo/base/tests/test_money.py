"""Amounts to the last fen."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaibo.base.money import FEN_MAX, parse_yuan, split_by_weight, yuan


@pytest.mark.parametrize(
    ("text", "fen"),
    [
        ("0", 0),
        ("12", 1200),
        ("12.3", 1230),
        ("12.30", 1230),
        ("12.3000", 1230),
        ("¥1,299.00", 129900),
        ("￥ 9.9", 990),
        ("12元", 1200),
        (" 0.01 ", 1),
    ],
)
def test_amounts_are_read_as_people_type_them(text: str, fen: int) -> None:
    assert parse_yuan(text) == fen


@pytest.mark.parametrize(
    "text", ["", "-1", "1.234", "1,29", "十元", "1e3", "NaN", "12.3.4", "99999999999999", "$5", "٣"]
)
def test_what_is_not_an_amount_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"amount"):
        parse_yuan(text)


@given(st.integers(0, FEN_MAX))
def test_writing_and_reading_an_amount_changes_nothing(fen: int) -> None:
    assert parse_yuan(yuan(fen)) == fen


@given(st.data(), st.lists(st.integers(0, 10**9), min_size=1, max_size=30))
def test_a_split_is_exact_and_fair(data: st.DataObject, weights: list[int]) -> None:
    total = data.draw(st.integers(0, 10**9)) if sum(weights) else 0
    shares = split_by_weight(total, weights)
    assert sum(shares) == total
    whole = sum(weights) or 1
    for share, weight in zip(shares, weights, strict=True):
        assert abs(share * whole - total * weight) < whole
