"""Workbooks that would eat the machine are refused before a reader sees them."""

import io
import zipfile

import pytest
from openpyxl import Workbook

from kaibo.base.errors import SheetTooLarge, SheetTooWide, SheetUnreadable
from kaibo.base.sheets import read_xlsx

HEAD = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
TAIL = "</sheetData></worksheet>"
SHEET = "xl/worksheets/sheet1.xml"


def book(sheet: str | None = None, **cells: str) -> bytes:
    """A workbook; ``sheet`` takes the place of its first sheet's XML."""
    made = Workbook()
    made.active["A1"] = "标题"
    for place, value in cells.items():
        made.active[place] = value
    out = io.BytesIO()
    made.save(out)
    if sheet is None:
        return out.getvalue()
    changed = io.BytesIO()
    with zipfile.ZipFile(out) as old, zipfile.ZipFile(changed, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            content = sheet.encode() if part.filename == SHEET else old.read(part)
            new.writestr(part.filename, content)
    return changed.getvalue()


def test_one_far_cell_is_refused_not_allocated() -> None:
    """A few kilobytes that make a reader take half a terabyte end in a sentence."""
    with pytest.raises(SheetTooWide) as refused:
        read_xlsx(book(XFD1048576="远"), rows_max=100)
    assert (refused.value.data["rows"], refused.value.data["columns"]) == (1048576, 16384)


@pytest.mark.parametrize(
    "cells",
    [
        "<row r=\"1048576\"><c r = 'XFD1048576'><v>1</v></c></row>",
        '<row><c r="A1"><v>1</v></c><c r="ZZZ900"><v>1</v></c></row>',
        '<x:row xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        + '<x:c r="XFD9"><x:v>1</x:v></x:c></x:row>',
        "<row/>" * 20_000 + "<row>" + "<c><v>1</v></c>" * 900 + "</row>",
        "<!-- <row> -->" + "<row>" + "<c><v>1</v></c>" * 1_200 + "</row>",
    ],
)
def test_disguised_places_are_followed(cells: str) -> None:
    with pytest.raises(SheetTooWide):
        read_xlsx(book(HEAD + cells + TAIL), rows_max=100)


def test_formatted_empty_cells_far_down_do_no_harm() -> None:
    cells = (
        '<row r="1"><c r="A1"><v>7</v></c></row><row r="1048576"><c r="XFD1048576" s="0"/></row>'
    )
    assert read_xlsx(book(HEAD + cells + TAIL), rows_max=100) == [[7.0]]


@pytest.mark.parametrize(
    "sheet",
    [
        '<!DOCTYPE x [<!ENTITY a "aaaa">]>' + HEAD + "<row><c><v>&a;</v></c></row>" + TAIL,
        HEAD + "<!--" + TAIL,
    ],
)
def test_declared_entities_and_broken_parts_are_refused(sheet: str) -> None:
    with pytest.raises(SheetUnreadable):
        read_xlsx(book(sheet), rows_max=100)


def test_what_a_zip_says_of_its_sizes_is_not_believed() -> None:
    data = bytearray(book(HEAD + " " * 3_000_000 + TAIL))
    with zipfile.ZipFile(io.BytesIO(bytes(data))) as archive:
        size = archive.getinfo(SHEET).file_size.to_bytes(4, "little")
    assert size in data
    lying = bytes(data).replace(size, (100).to_bytes(4, "little"))
    with pytest.raises((SheetUnreadable, SheetTooLarge)):
        read_xlsx(lying, rows_max=100)


def test_parts_that_no_sheet_needs_are_left_out() -> None:
    out = io.BytesIO(book())
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr("xl/media/picture.png", b"not read")
        archive.writestr("xl/vbaProject.bin", b"not run")
    assert read_xlsx(out.getvalue(), rows_max=9)[0] == ["标题"]
