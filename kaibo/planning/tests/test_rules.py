"""The run of show judged line by line, and the minutes after a move."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaibo.planning import rules
from kaibo.planning.errors import RunOfShowInvalid, TooManyRunItems
from kaibo.planning.rules import RunItemSpec


def item(link_no: int = 1, **fields: object) -> RunItemSpec:
    """A line that is right unless told otherwise."""
    values: dict[str, object] = {
        "link_no": link_no,
        "sku_id": 7,
        "starts_minute": 0,
        "minutes": 10,
        "price_fen": 100,
        **fields,
    }
    return RunItemSpec(**values)  # type: ignore[arg-type]


def faults(*items: RunItemSpec) -> list[tuple[int, str]]:
    """Line and column of every fault."""
    with pytest.raises(RunOfShowInvalid) as refused:
        rules.clean_run_of_show(items, planned_minutes=60, known_skus={7})
    errors = refused.value.data["errors"]
    assert refused.value.data["count"] == len(errors)
    for error in errors:
        assert error["message_zh"]
        assert error["message_en"]
        assert len(error["value"]) <= 60
    return [(error["line"], error["column"]) for error in errors]


@pytest.mark.parametrize(
    ("fields", "column"),
    [
        ({"link_no": 0}, "link_no"),
        ({"link_no": 10_000}, "link_no"),
        ({"link_no": -(10**5000)}, "link_no"),
        ({"sku_id": 8}, "sku_id"),
        ({"sku_id": 10**5000}, "sku_id"),
        ({"starts_minute": -1}, "starts_minute"),
        ({"starts_minute": 51}, "minutes"),
        ({"minutes": 0}, "minutes"),
        ({"minutes": 61}, "minutes"),
        ({"price_fen": -1}, "price_fen"),
        ({"price_fen": 10**13}, "price_fen"),
        ({"day_price_fen": -1}, "day_price_fen"),
        ({"units_planned": -1}, "units_planned"),
        ({"units_planned": 5, "first_batch_units": 4, "buffer_units": 2}, "first_batch_units"),
        ({"per_buyer_max": -1}, "per_buyer_max"),
        ({"selling_points": ("a", "b", "c", "d")}, "selling_points"),
        ({"selling_points": ("a；b",)}, "selling_points"),
        ({"selling_points": ("x" * 61,)}, "selling_points"),
        ({"role": "r" * 21}, "role"),
        ({"script_text": "a\x00b"}, "script_text"),
        ({"extras": {"commission": "c" * 61}}, "commission"),
    ],
)
def test_each_fault_names_its_line_and_column(fields: dict[str, object], column: str) -> None:
    assert faults(item(1), item(**{"link_no": 2, **fields})) == [(2, column)]  # type: ignore[arg-type]


def test_link_numbers_are_unique() -> None:
    assert faults(item(1), item(2), item(1), item(1)) == [(3, "link_no"), (4, "link_no")]


def test_every_fault_is_listed_at_once() -> None:
    bad = item(1, sku_id=9, price_fen=-1, selling_points=("1", "2", "3", "4"))
    assert faults(bad, bad) == [
        (1, "price_fen"),
        (1, "selling_points"),
        (1, "sku_id"),
        (2, "price_fen"),
        (2, "selling_points"),
        (2, "link_no"),
        (2, "sku_id"),
    ]


def test_texts_are_cleaned_and_empty_points_dropped() -> None:
    spec = item(1, benefit=" 送小样 ", selling_points=(" 保湿 ", "", "不油腻"))
    (cleaned,) = rules.clean_run_of_show([spec], planned_minutes=60, known_skus={7})
    assert (cleaned.benefit, cleaned.selling_points) == ("送小样", ("保湿", "不油腻"))


def test_a_show_holds_five_hundred_items() -> None:
    rules.check_item_count(500)
    with pytest.raises(TooManyRunItems):
        rules.clean_run_of_show([item(1)] * 501, planned_minutes=60, known_skus={7})


@given(
    st.lists(st.tuples(st.integers(0, 30), st.integers(1, 20)), min_size=1, max_size=8), st.data()
)
def test_a_move_keeps_lengths_pauses_and_the_end(
    parts: list[tuple[int, int]], data: st.DataObject
) -> None:
    starts, minutes, clock = [], [], 0
    for pause, length in parts:
        starts.append(clock + pause)
        minutes.append(length)
        clock += pause + length
    order = data.draw(st.permutations(range(len(parts))))
    moved = rules.reordered_starts(starts, minutes, order=order, planned_minutes=clock)
    ends = [start + minutes[index] for start, index in zip(moved, order, strict=True)]
    assert ends[-1] == clock
    pauses = [start - end for start, end in zip(moved, [0, *ends], strict=False)]
    assert pauses == [pause for pause, _ in parts]


@given(
    st.lists(st.tuples(st.integers(0, 100), st.integers(1, 100)), min_size=1, max_size=6),
    st.data(),
)
def test_overlapping_items_stay_inside_the_show(
    parts: list[tuple[int, int]], data: st.DataObject
) -> None:
    planned = max(start + length for start, length in parts)
    order = data.draw(st.permutations(range(len(parts))))
    starts, minutes = [p[0] for p in parts], [p[1] for p in parts]
    moved = rules.reordered_starts(starts, minutes, order=order, planned_minutes=planned)
    for start, index in zip(moved, order, strict=True):
        assert 0 <= start <= planned - minutes[index]
