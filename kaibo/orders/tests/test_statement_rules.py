"""A statement beside the ledger: each difference by its name, and none where there is none."""

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaibo.orders.rules import statements
from kaibo.orders.rules.statements import (
    FIELDS,
    Difference,
    Kind,
    Ours,
    Theirs,
    compare,
    guess_mapping,
    kind_of,
)

BEGINS = dt.datetime(2026, 11, 21, 16, tzinfo=dt.UTC)
ENDS = BEGINS + dt.timedelta(days=1)


def ours(n: int, *, kind: Kind = "paid", fen: int = 9_900, after_s: float = 60) -> Ours:
    at = BEGINS + dt.timedelta(seconds=after_s)
    return Ours((f"REF{n}", f"token{n}", f"K{n}"), f"K{n}", kind, fen, at)


def theirs(
    line: int, number: str, *, kind: Kind = "paid", fen: int = 9_900, fee: int | None = None
) -> Theirs:
    return Theirs(line, number, kind, fen, fee)


def found(mine: list[Ours], lines: list[Theirs], fee_bp: int | None = None) -> list[Difference]:
    return compare(mine, lines, begins=BEGINS, ends=ENDS, fee_bp=fee_bp)


def test_what_agrees_is_no_difference_whatever_they_call_it() -> None:
    mine = [ours(1), ours(2), ours(3), ours(3, kind="refund")]
    lines = [
        theirs(2, "REF1"), theirs(3, "token2"), theirs(4, "K3"),
        theirs(5, "REF3", kind="refund"),
    ]  # fmt: skip
    assert found(mine, lines) == []


def test_each_difference_is_named() -> None:
    mine = [ours(1), ours(2), ours(3), ours(4)]
    lines = [
        theirs(2, "REF1", fen=9_901),
        theirs(3, "REF2"),
        theirs(4, "token2"),
        theirs(5, "REF9", fen=500),
        theirs(6, "REF9", fen=500),
        theirs(7, "REF4", kind="refund"),
        theirs(8, "REF4"),
    ]
    assert found(mine, lines) == [
        Difference(
            what="amount_differs", kind="paid", number="REF1", order_no="K1", line=2,
            ours_fen=9_900, theirs_fen=9_901,
        ),
        Difference(
            what="twice_in_theirs", kind="paid", number="token2", order_no="K2", line=4,
            ours_fen=9_900, theirs_fen=9_900,
        ),
        Difference(what="theirs_only", kind="paid", number="REF9", line=5, theirs_fen=500),
        Difference(what="twice_in_theirs", kind="paid", number="REF9", line=6, theirs_fen=500),
        Difference(
            what="theirs_only", kind="refund", number="REF4", order_no="K4", line=7,
            theirs_fen=9_900,
        ),
        Difference(what="ours_only", kind="paid", number="REF3", order_no="K3", ours_fen=9_900),
    ]  # fmt: skip


def test_fees_are_judged_where_they_are_told_and_agreed() -> None:
    mine = [ours(1), ours(2), ours(3), ours(3, kind="refund")]
    lines = [
        theirs(2, "REF1", fee=59),
        theirs(3, "REF2", fee=60),
        theirs(4, "REF3"),
        theirs(5, "REF3", kind="refund", fee=1),
    ]
    assert found(mine, lines) == []
    assert found(mine, lines, 60) == [
        Difference(
            what="fee_differs", kind="paid", number="REF2", order_no="K2", line=3,
            ours_fen=59, theirs_fen=60,
        )
    ]  # fmt: skip
    assert [one.what for one in found(mine, lines, 0)] == ["fee_differs", "fee_differs"]


def test_what_was_told_after_midnight_finds_its_line_and_is_not_missed() -> None:
    late = ours(1, after_s=24 * 3_600)
    assert found([late], []) == []
    assert found([late], [theirs(2, "REF1")]) == []
    early = ours(1, after_s=-0.001)
    assert found([early], []) == []
    assert [one.what for one in found([ours(1, after_s=0)], [])] == ["ours_only"]


def test_an_orders_number_names_no_payment_where_it_has_two() -> None:
    first, second = ours(1), replace(ours(1), numbers=("REF2", "token2", "K1"))
    assert [one.what for one in found([first, second], [theirs(2, "K1")])] == [
        "theirs_only",
        "ours_only",
        "ours_only",
    ]
    assert found([first, second], [theirs(2, "token1"), theirs(3, "REF2")]) == []


def test_a_number_we_were_never_told_is_nobodys() -> None:
    nameless = replace(ours(1), numbers=("", "token1", "K1"))
    assert [one.number for one in found([nameless], [theirs(2, "")])] == ["", "token1"]


MOVES = st.lists(
    st.builds(ours, st.integers(1, 10**6), fen=st.integers(1, 10**9)),
    max_size=30,
    unique_by=lambda one: one.order_no,
)


@given(mine=MOVES, data=st.data())
def test_one_thing_changed_is_one_difference(mine: list[Ours], data: st.DataObject) -> None:
    lines = [
        theirs(n, data.draw(st.sampled_from(one.numbers)), fen=one.amount_fen)
        for n, one in enumerate(mine, start=2)
    ]
    lines = data.draw(st.permutations(lines))
    assert found(mine, lines) == []
    if not mine:
        return
    at = data.draw(st.integers(0, len(mine) - 1))
    line = lines[at]
    others = [*lines[:at], *lines[at + 1 :]]
    changes = {
        "ours_only": others,
        "theirs_only": [*others, replace(line, number="x")],
        "amount_differs": [*others, replace(line, amount_fen=line.amount_fen + 1)],
        "twice_in_theirs": [*lines, line],
    }
    for what, changed in changes.items():
        seen = [one.what for one in found(mine, changed)]
        assert seen == ([what, "ours_only"] if what == "theirs_only" else [what])


@given(fen=st.integers(0, 10**12), bp=st.integers(0, 1_000))
def test_fees_are_rounded_half_up(fen: int, bp: int) -> None:
    fee = statements.expected_fee(fen, bp)
    assert -5_000 < fen * bp - fee * 10_000 <= 4_999 or fen * bp - fee * 10_000 == -5_000


@pytest.mark.parametrize(
    ("columns", "mapping"),
    [
        (
            ["动账时间", "动帐流水号", "动账方向", "动账金额", "动账场景", "订单号", "平台服务费"],
            ["day", "number", None, "amount", "kind", None, "fee"],
        ),
        (
            ["结算时间", "订单号", "结算金额（元）", "手续费(元)"],
            ["day", "number", "amount", "fee"],
        ),
        (["Trade_No", "AMOUNT", "Type", "Paid At"], ["number", "amount", "kind", "day"]),
        (["a", "b"], [None, None]),
    ],
)
def test_columns_are_guessed(columns: list[str], mapping: list[str | None]) -> None:
    assert [*guess_mapping(columns).values()] == mapping


def test_every_field_speaks_in_two_languages() -> None:
    assert all(field.label_zh and field.label_en for field in FIELDS)
    assert {*statements.KIND_ZH} == {"paid", "refund", "payout"}


@pytest.mark.parametrize("word", ["", "技术服务费", "充值"])
def test_words_that_say_neither(word: str) -> None:
    assert kind_of(word) is None
