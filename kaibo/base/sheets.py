"""Tables for Excel: written so that nothing typed becomes a formula, read with care.

A text that begins like a formula is written with an apostrophe before it and loses it again
when it is read, so every text survives the round trip and none is ever run.
"""

import codecs
import csv
import datetime as dt
import io
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal
from functools import partial
from itertools import chain, islice
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook, ZipError

from kaibo.base.errors import SheetFull, SheetTooLarge, SheetTooManyRows, SheetUnreadable
from kaibo.base.money import FEN_MAX
from kaibo.base.times import SHOP_ZONE
from kaibo.base.workbooks import safe_workbook

Cell = str | int | Decimal | dt.date | dt.datetime | None

XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV_TYPE = "text/csv; charset=utf-8"

# A workbook is a zip: what it unpacks to is bounded before anything reads it.
FILE_BYTES_MAX = 10 * 1024 * 1024
UNPACKED_BYTES_MAX = 200 * 1024 * 1024
_COLUMN_CHARS_MAX = 40
_PIECE_ROWS = 1_000
# What a cell of a workbook holds; a CSV has all of it.
CELL_CHARS_MAX = 32_767
# A sheet has 1,048,576 rows; the first is the header.
SHEET_ROWS_MAX = 1_048_575

# Half and full width: both have been seen to start a formula.
_FORMULA = re.compile(r"'*[=+\-@＝＋－＠\t\r\n]")
_GUARDED = re.compile(r"'+[=+\-@＝＋－＠\t\r\n]")
# XML 1.0 cannot hold these at all.
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
# Excel reads _x0041_ as "A"; writing the underscore itself that way keeps the text.
_ESCAPE_LIKE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")


def guard(text: str) -> str:
    """The text with an apostrophe before it if a spreadsheet would take it for a formula.

    >>> guard("=1+1"), guard("'=1"), guard("满100减20")
    ("'=1+1", "''=1", '满100减20')
    """
    return "'" + text if _FORMULA.match(text) else text


def unguard(text: str) -> str:
    """What ``guard`` was given.

    >>> unguard("'=1+1"), unguard("''=1"), unguard("'tis")
    ('=1+1', "'=1", "'tis")
    """
    return text[1:] if _GUARDED.match(text) else text


def money(fen: int) -> Decimal:
    """Yuan for a cell, exact."""
    return Decimal(fen).scaleb(-2)


def write_xlsx(title: str, header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """One sheet with a frozen, bold header.

    Texts are guarded, money and counts are numbers, dates are dates in the shop's time.

    Raises:
        SheetFull: more rows than a sheet has.
    """
    # A third of a second to import: where a workbook is asked for, not where the shop starts.
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter

    book = Workbook(write_only=True)
    sheet = book.create_sheet(title)
    empty_cell = partial(WriteOnlyCell, sheet)
    sheet.freeze_panes = "A2"
    for number, name in enumerate(header, start=1):
        width = min(_COLUMN_CHARS_MAX, 4 + 2 * len(name))
        sheet.column_dimensions[get_column_letter(number)].width = width
    bold = [_xlsx_cell(empty_cell, name) for name in header]
    for cell in bold:
        cell.font = Font(bold=True)
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    sheet.append(bold)
    try:
        for number, row in enumerate(rows):
            if number == SHEET_ROWS_MAX:
                raise SheetFull(rows_max=SHEET_ROWS_MAX)
            sheet.append([_xlsx_cell(empty_cell, value) for value in row])
    except BaseException:
        # Rows wait in a file of their own, which nobody else would take away.
        sheet.close()
        sheet._writer.cleanup()
        raise
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def write_csv(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """UTF-8 with a byte order mark, because Excel guesses wrong without one."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([guard(name) for name in header])
    writer.writerows([_csv_cell(value) for value in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def csv_pieces(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Iterator[bytes]:
    """The same file piece by piece, for lists that are too long to be held at once."""
    lines = chain([header], rows)
    begins = codecs.BOM_UTF8
    while some := list(islice(lines, _PIECE_ROWS)):
        out = io.StringIO()
        csv.writer(out).writerows([_csv_cell(value) for value in row] for row in some)
        yield begins + out.getvalue().encode()
        begins = b""


def read_xlsx(data: bytes, *, rows_max: int, bytes_max: int = FILE_BYTES_MAX) -> list[list[Any]]:
    """Every row of the first sheet, from the top; texts unguarded, empty cells None.

    Raises:
        SheetUnreadable: no workbook, damaged, or locked.
        SheetTooLarge, SheetTooWide, SheetTooManyRows: more than can be read in one go.
    """
    if len(data) > bytes_max:
        raise SheetTooLarge(field="file", megabytes_max=bytes_max // 1024 // 1024)
    return read_safe_workbook(
        safe_workbook(data, unpacked_max=UNPACKED_BYTES_MAX), rows_max=rows_max
    )


def read_safe_workbook(data: bytes, *, rows_max: int) -> list[list[Any]]:
    """The same for a workbook whose size and extent were judged already.

    Raises:
        SheetUnreadable, SheetTooManyRows: as ``read_xlsx``.
    """
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        sheet = book.get_sheet_by_index(0)
        rows = sheet.to_python(skip_empty_area=False)
    except (CalamineError, ZipError, ValueError, IndexError, OSError) as error:
        raise SheetUnreadable(field="file") from error
    while rows and not any(value not in ("", None) for value in rows[-1]):
        rows.pop()
    if len(rows) > rows_max:
        raise SheetTooManyRows(field="file", rows=len(rows), rows_max=rows_max)
    return [[_read_cell(value) for value in row] for row in rows]


def cell_text(value: Any) -> str:
    """A cell as the text its typist saw: whole numbers without ``.0``."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return str(int(value))
    if isinstance(value, dt.datetime):
        return value.strftime("%Y-%m-%d %H:%M")
    return str(value)


def cell_fen(value: Any) -> int | None:
    """A cell as money in fen; an empty cell is None.

    Raises:
        ValueError: no amount, negative, finer than a fen, or beyond ``FEN_MAX``.
    """
    text = cell_text(value).strip().lstrip("¥￥").rstrip("元").replace(",", "").strip()
    if not text:
        return None
    if not re.fullmatch(r"\d{1,13}(\.\d{1,17})?", text, re.ASCII):
        raise ValueError(f"not an amount: {text[:40]!r}")
    fen = Decimal(text).scaleb(2)
    # Excel keeps 19.9 as 19.899999999999999; anything farther off is a real third decimal.
    near = fen.to_integral_value()
    if abs(fen - near) > Decimal("0.000001") or near > FEN_MAX:
        raise ValueError(f"finer than a fen or too large: {text[:40]!r}")
    return int(near)


def cell_whole(value: Any) -> int | None:
    """A cell as a whole number of 0 or more; an empty cell is None.

    Raises:
        ValueError: not a whole number.
    """
    text = cell_text(value).strip().replace(",", "")
    if not text:
        return None
    if not re.fullmatch(r"\d{1,15}", text, re.ASCII):
        raise ValueError(f"not a whole number: {text[:40]!r}")
    return int(text)


def _xlsx_cell(empty_cell: Callable[..., Any], value: Cell) -> Any:
    if isinstance(value, str):
        text = _ESCAPE_LIKE.sub("_x005F_", guard(_NOT_XML.sub("", value)))
        if len(text) > CELL_CHARS_MAX:
            # Cut by the library without a word; who reads it has to see that more was there.
            text = text[: CELL_CHARS_MAX - 1] + "…"
        cell = empty_cell(value=text)
        # Said outright, whatever the library guesses from the first character.
        cell.data_type = "s"
        return cell
    if isinstance(value, dt.datetime):
        cell = empty_cell(value=value.astimezone(SHOP_ZONE).replace(tzinfo=None))
        cell.number_format = "yyyy-mm-dd hh:mm:ss"
        return cell
    cell = empty_cell(value=value)
    if isinstance(value, Decimal):
        cell.number_format = "0.00"
    elif isinstance(value, dt.date):
        cell.number_format = "yyyy-mm-dd"
    return cell


def _csv_cell(value: Cell) -> str:
    if isinstance(value, str):
        # Some programs drop what they cannot show, and would see what follows first.
        return guard(_NOT_XML.sub("", value))
    if value is None:
        return ""
    if isinstance(value, dt.datetime):
        return value.astimezone(SHOP_ZONE).strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(value, Decimal):
        return f"{value:.2f}"
    return str(value)


def _read_cell(value: Any) -> Any:
    if value == "" or value is None:
        return None
    return unguard(value) if isinstance(value, str) else value
