"""Sheets read with care: money and numbers as typed, bombs and broken files refused."""

import csv
import io
import zipfile
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaibo.base import sheets
from kaibo.base.errors import SheetTooLarge, SheetTooManyRows, SheetUnreadable
from kaibo.base.sheets import cell_fen, cell_whole, money, read_xlsx, write_csv, write_xlsx


@given(st.integers(0, 10**12))
def test_money_survives_as_number_and_as_text(fen: int) -> None:
    exact = money(fen)
    assert cell_fen(float(exact)) == fen
    assert cell_fen(f"{exact:.2f}") == fen
    assert cell_fen(f"¥{exact:,.2f}元") == fen


@pytest.mark.parametrize(
    ("value", "fen"),
    [(19.9, 1990), ("9.9", 990), (None, None), ("", None), (0, 0)],
)
def test_money_is_read_as_typed(value: Any, fen: int | None) -> None:
    assert cell_fen(value) == fen


@pytest.mark.parametrize(
    "value", [-1, 9.999, "1.2万", "1e5", float("nan"), float("inf"), "#N/A", 10**14, "٣", True]
)
def test_what_is_no_amount_is_refused(value: Any) -> None:
    with pytest.raises(ValueError, match=r"^(not|finer)"):
        cell_fen(value)


@pytest.mark.parametrize("value", [-1, 1.5, "x", "1e3", "٣", 1e300, float("nan"), True])
def test_what_is_no_whole_number_is_refused(value: Any) -> None:
    with pytest.raises(ValueError, match=r"^(not|finer)"):
        cell_whole(value)


def test_a_zip_bomb_is_refused_before_it_is_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "UNPACKED_BYTES_MAX", 1_000_000)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 2_000_000)
    with pytest.raises(SheetTooLarge):
        read_xlsx(out.getvalue(), rows_max=10)
    with pytest.raises(SheetTooLarge):
        read_xlsx(b"PK" + b"0" * sheets.FILE_BYTES_MAX, rows_max=10)


def test_a_zip_that_is_no_workbook_and_a_long_one_are_refused() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a.txt", "hello")
    with pytest.raises(SheetUnreadable):
        read_xlsx(out.getvalue(), rows_max=10)
    with pytest.raises(SheetTooManyRows):
        read_xlsx(write_xlsx("t", ["a"], [[1]] * 10), rows_max=10)


def test_csv_is_for_excel_and_holds_no_formula() -> None:
    data = write_csv(["a"], [["=1"], ["-1"], [None], [money(5)], [-5]])
    assert data == b"\xef\xbb\xbfa\r\n'=1\r\n'-1\r\n\"\"\r\n0.05\r\n-5\r\n"


@pytest.mark.parametrize("text", ["\x00=1", "\x01\x02@x", "\r=1", "\ud800+1"])
def test_what_cannot_be_shown_hides_no_formula(text: str) -> None:
    """Signs that a workbook cannot hold are dropped before anything looks at the first one."""
    _, [cell] = csv.reader(io.StringIO(write_csv(["a"], [[text]]).decode("utf-8-sig"), newline=""))
    assert cell.startswith("'")
    with zipfile.ZipFile(io.BytesIO(write_xlsx("t", ["a"], [[text]]))) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert "<t>'" in sheet or '<t xml:space="preserve">\'' in sheet


def test_a_text_too_long_for_a_cell_says_that_it_was_cut() -> None:
    whole, longer = "字" * sheets.CELL_CHARS_MAX, "字" * (sheets.CELL_CHARS_MAX + 1)
    table = read_xlsx(write_xlsx("t", ["a"], [[whole], [longer]]), rows_max=10)
    assert table[1:] == [[whole], [longer[: sheets.CELL_CHARS_MAX - 1] + "…"]]
    assert longer in write_csv(["a"], [[longer]]).decode()
