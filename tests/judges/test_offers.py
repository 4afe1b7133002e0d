"""The offers judge: runs on the open baskets, explains differences, refuses what it cannot read."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.judges import offers
from tests.paths import ROOT, shared_data


def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tests.judges.offers", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, cwd=ROOT)


def case(
    condition: tuple[str, str],
    benefit: tuple[str, str | None],
    *lines: tuple[str, int],
    **expect: Any,
) -> dict[str, Any]:
    return {
        "id": "x",
        "condition": {"type": condition[0], "value": condition[1]},
        "benefit": {"type": benefit[0], "value": benefit[1], "max_items": None},
        "basket": [{"price": price, "qty": qty} for price, qty in lines],
        "expect": expect,
    }


def judged(row: dict[str, Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Any:
    file = tmp_path / "cases.jsonl"
    file.write_text(json.dumps(row), encoding="utf-8")
    assert offers.main([str(file)]) == 0
    return json.loads(capsys.readouterr().out)


def test_the_open_baskets() -> None:
    done = run(shared_data("promotion_cases", "oscar.jsonl"))
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout.splitlines()[-1]) == {"n": 41, "agree": 41, "differ": []}


@pytest.mark.parametrize(
    ("row", "ours", "why"),
    [
        (
            case(("count", "2"), ("bundle_price", "5"), ("4", 1), ("3", 1), ("2", 1), discount="0"),
            "2.00",
            offers.DEAREST,
        ),
        (
            case(("count", "1"), ("percent_off", "10"), ("9.99", 1), discount="0.99"),
            "1.00",
            offers.ROUNDING,
        ),
        (
            case(("value", "1"), ("bundle_price", "1"), ("4", 1), discount="3"),
            "0.00",
            offers.UNSOUND,
        ),
        (
            case(("coverage", "2"), ("amount_off", "1"), ("4", 2), discount="1"),
            "0.00",
            offers.UNEXPLAINED,
        ),
    ],
)
def test_a_difference_has_its_reason(
    row: dict[str, Any],
    ours: str,
    why: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    answer = judged(row, tmp_path, capsys)
    assert (answer["n"], answer["agree"]) == (1, 0)
    assert answer["differ"] == [
        {"id": "x", "ours": {"discount": ours}, "expected": row["expect"], "why": why}
    ]


def test_everything_expected_has_to_agree(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    row = case(
        ("count", "2"), ("amount_off", "3"), ("12", 1), ("6", 1),
        discount="3.00", items_with_discount=2, items_without_discount=0, discount_each_line="1.50",
    )  # fmt: skip
    [found] = judged(row, tmp_path, capsys)["differ"]
    assert found["ours"] == {**row["expect"], "discount_each_line": ["1.00", "2.00"]}
    assert found["why"] == offers.SHARES


GOOD = case(("count", "1"), ("amount_off", "1"), ("4", 1), discount="1")


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ("", "no case"),
        ("{", "not a case"),
        ("[1]", "not a case"),
        (json.dumps({**GOOD, "expect": {}}), "nothing is expected"),
        (json.dumps({**GOOD, "condition": {"type": "moon", "value": "1"}}), "must be one of"),
        (json.dumps({**GOOD, "benefit": {"type": "moon", "value": "1"}}), "must be one of"),
        (json.dumps({**GOOD, "basket": [{"price": "0.001", "qty": 1}]}), "finer than a fen"),
        (json.dumps({**GOOD, "basket": [{"price": "x", "qty": 1}]}), "not a case"),
        (json.dumps({**GOOD, "basket": [{"price": "1", "qty": 0}]}), "a line has units"),
    ],
)
def test_unreadable_input_ends_with_two(
    content: str, why: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "cases.jsonl"
    file.write_text(content, encoding="utf-8")
    assert offers.main([str(file)]) == 2
    seen = capsys.readouterr()
    assert why in seen.err
    assert seen.out == ""


def test_a_missing_file_ends_with_two() -> None:
    assert offers.main(["/nowhere/cases.jsonl"]) == 2
    assert offers.main([]) == 2
