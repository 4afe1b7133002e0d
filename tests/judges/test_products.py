"""The judge of imports: on lines made here, and on listings of real shops."""

from __future__ import annotations

import csv
import datetime as dt
import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.judges import products
from tests.judges.installation import Unreadable
from tests.paths import ROOT, shared_data

pytestmark = pytest.mark.once
COLUMNS = ("update_time", "product_id", "title", "price", "sale_count", "shop")
PRODUCTS_JUDGED = 120


def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tests.judges.products", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, cwd=ROOT)


def sheet(path: Path, *rows: tuple[str, ...]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([COLUMNS, *rows])
    return path


@pytest.mark.slow
def test_snapshots_made_here(tmp_path: Path) -> None:
    """Newest day first, a gap, an exact repeat, missing sales, two refused lines, two files."""
    first = sheet(
        tmp_path / "a.csv",
        ("2016-11-14", "A1", "面霜", "139.0", "5", "自然堂"),
        ("2016-11-14", "A2", "乳液", "99", "", "自然堂"),
        ("2016-11-09", "A1", "面霜", "99.00", "", "自然堂"),
        ("2016-11-09", "A1", "面霜", "99.00", "", "自然堂"),
        ("2016-11-05", "A1", "面霜 旧", "139", "3", "自然堂"),
        ("2016-11-05", "A2", "乳液", "99", "3", "自然堂"),
        ("2016-11-05", "A3", "", "99", "3", "自然堂"),
        ("2016-11-05", "", "无编码", "99", "3", "自然堂"),
    )
    again = sheet(tmp_path / "b.csv", ("2016-11-16", "A2", "乳液", "89", "3", "自然堂"))
    done = run(first, again)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout.splitlines()[-1]) == {
        "rows": 9,
        "imported": 7,
        "refused": 2,
        "products": 2,
        "price_changes": 3,
        "lowest_price_wrong": 0,
    }


@pytest.mark.slow
@pytest.mark.timeout(400)
def test_real_listings(tmp_path: Path) -> None:
    """Every line of some products: all written, no price of theirs forgotten."""
    source = shared_data("tmall_beauty_1111", "snapshots.csv")
    with source.open(encoding="utf-8-sig", newline="") as file:
        header, *rows = csv.reader(file)
    at = header.index("product_id")
    chosen = set(sorted({row[at] for row in rows})[:PRODUCTS_JUDGED])
    part = tmp_path / "part.csv"
    kept = [row for row in rows if row[at] in chosen]
    with part.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, *kept])
    done = run(part)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout.splitlines()[-1])
    assert (found["rows"], found["imported"], found["refused"]) == (len(kept), len(kept), 0)
    assert (found["products"], found["lowest_price_wrong"]) == (PRODUCTS_JUDGED, 0)
    assert found["price_changes"] > 0
    assert "price changes" not in done.stderr


@pytest.mark.parametrize(
    ("text", "why"),
    [("", "no column"), ("a,b\n1,2\n", "no column"), (",".join(COLUMNS) + "\n", "no line")],
)
def test_what_cannot_be_judged_is_said(text: str, why: str, tmp_path: Path) -> None:
    file = tmp_path / "snapshots.csv"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(Unreadable, match=why):
        products.judge([file], str(tmp_path))
    assert run(tmp_path / "absent.csv").returncode == 2


def test_the_recount_itself() -> None:
    """A price holds until the next day that has one, and leaves the window afterwards."""
    day = dt.date(2026, 3, 31)
    prices = {day - dt.timedelta(days=40): [900, 500], day - dt.timedelta(days=10): [700]}
    assert products.lowest(prices, day) == 500
    assert products.lowest(prices, day + dt.timedelta(days=19)) == 700
    assert products.lowest(prices, day - dt.timedelta(days=60)) is None
