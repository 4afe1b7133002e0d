"""Any sheet somebody uploads as lines of cells: text in several encodings, or a workbook."""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook

from kaibo.base.errors import (
    FileEmpty,
    FileIsPage,
    FileNotText,
    FileTooLarge,
    FileTooWide,
    QuoteLeftOpen,
    SheetTooManyRows,
    SheetTooWide,
    SheetUnreadable,
)
from kaibo.base.sheets import read_xlsx, unguard
from kaibo.base.workbooks import CELLS_MAX

FILE_BYTES_MAX = 20 * 1024 * 1024
ROWS_MAX = 50_000
COLUMNS_MAX = 200
# The header has been seen as low as the third line.
HEADER_LINES = 3

_DELIMITERS = (",", "\t", ";")
_SEPARATOR_LINE = re.compile(r'\s*"?sep=([,;\t])"?\s*\r?\n', re.IGNORECASE)
_PAGE = re.compile(r"\s*<(?:!doctype|html|table|meta|head|body|\?xml)", re.IGNORECASE)
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_ESCAPED = re.compile("[\udc80-\udcff]")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a sheet; ``number`` is where a spreadsheet or editor shows it."""

    number: int
    cells: tuple[Any, ...]

    @property
    def is_blank(self) -> bool:
        """Whether nothing is written on it."""
        return all(cell is None or str(cell).strip() == "" for cell in self.cells)


def check_file_size(size: int) -> None:
    """Refuse a file of so many bytes, before it is read into memory.

    Raises:
        FileTooLarge: more than one upload may have.
    """
    if size > FILE_BYTES_MAX:
        raise FileTooLarge(megabytes_max=FILE_BYTES_MAX // 1024 // 1024)


def read_lines(data: bytes) -> list[Line]:
    """Every line that has something on it, cells as text or as the workbook's values.

    Raises:
        FileTooLarge, FileTooWide, SheetTooManyRows, SheetTooWide, SheetTooLarge: outsized.
        FileEmpty, FileIsPage, FileNotText, QuoteLeftOpen, SheetUnreadable: unreadable.
    """
    check_file_size(len(data))
    if data.startswith(b"PK"):
        table = read_xlsx(data, rows_max=ROWS_MAX + HEADER_LINES, bytes_max=FILE_BYTES_MAX)
        lines = [Line(number, tuple(row)) for number, row in enumerate(table, start=1)]
    elif data.startswith(b"\xd0\xcf\x11\xe0"):
        lines = _old_workbook(data)
    else:
        lines = _text_lines(_decoded(data))
    lines = [_trimmed(line) for line in lines if not line.is_blank]
    if len(lines) < 2:
        raise FileEmpty()
    if len(lines) > ROWS_MAX + HEADER_LINES:
        raise SheetTooManyRows(field="file", rows=len(lines), rows_max=ROWS_MAX)
    widest = max(len(line.cells) for line in lines)
    if widest > COLUMNS_MAX:
        raise FileTooWide(columns=widest, columns_max=COLUMNS_MAX)
    return lines


def plain_name(filename: str, *, chars_max: int) -> str:
    """An uploaded file's own name, without folders and control characters, for people to read."""
    name = "".join(char for char in filename if char.isprintable()).replace("\\", "/")
    return name.rpartition("/")[2].strip()[-chars_max:] or "导入"


def _old_workbook(data: bytes) -> list[Line]:
    """The .xls of old: 65,536 × 256 at most, so a look at its extent is enough."""
    try:
        sheet = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0)
        rows, columns = sheet.total_height, sheet.total_width
        if rows * columns > CELLS_MAX:
            raise SheetTooWide(field="file", rows=rows, columns=columns, cells_max=CELLS_MAX)
        table = sheet.to_python(skip_empty_area=False)
    except (CalamineError, ValueError, IndexError, OSError) as error:
        raise SheetUnreadable(field="file") from error
    return [
        Line(number, tuple(unguard(cell) if isinstance(cell, str) else cell for cell in row))
        for number, row in enumerate(table, start=1)
    ]


def _decoded(data: bytes) -> str:
    encoding = "utf-16" if data.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        if encoding == "utf-16":
            raise FileNotText(line=1) from error
        _check_not_damaged(data, at=error.start)
    try:
        return data.decode("gb18030")
    except UnicodeDecodeError as error:
        raise FileNotText(line=_line_of(data, error.start)) from error


def _check_not_damaged(data: bytes, *, at: int) -> None:
    """UTF-8 with a few broken bytes would read as nonsense in GB18030, not as an error."""
    text = data.decode("utf-8-sig", errors="surrogateescape")
    if len(_CHINESE.findall(text)) > 10 * len(_ESCAPED.findall(text)):
        raise FileNotText(line=_line_of(data, at))


def _line_of(data: bytes, at: int) -> int:
    return data.count(b"\n", 0, at) + 1


def _text_lines(text: str) -> list[Line]:
    if _PAGE.match(text):
        raise FileIsPage()
    told = _SEPARATOR_LINE.match(text)
    if told:
        # Kept as an empty line, so that the numbers of the others stay right.
        return list(_parsed("\n" + text[told.end() :], told[1]))
    best = max(_DELIMITERS, key=lambda delimiter: _agreement(text, delimiter))
    return list(_parsed(text, best))


def _agreement(text: str, delimiter: str) -> tuple[int, int]:
    """How many cells two of the first lines agree on, and how many the widest has."""
    widths: list[int] = []
    broken = False
    try:
        for line in _parsed(text, delimiter):
            widths.append(0 if line.is_blank else len(line.cells))
            if len(widths) == HEADER_LINES + 3:
                break
    except QuoteLeftOpen:
        broken = True
    widths = [*sorted(widths, reverse=True), 0, 0]
    # One line is enough where the next does not end: the quotation mark is what is wrong.
    return widths[0] if broken else widths[1], widths[0]


def _parsed(text: str, delimiter: str) -> Iterator[Line]:
    # Strict: a stray quotation mark is an error instead of a cell that swallows lines.
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    begins = 1
    try:
        for count, row in enumerate(reader):
            if count > 4 * ROWS_MAX:
                raise SheetTooManyRows(field="file", rows=count, rows_max=ROWS_MAX)
            yield Line(begins, tuple(unguard(cell) for cell in row))
            begins = reader.line_num + 1
    except csv.Error as error:
        raise QuoteLeftOpen(line=begins) from error


def _trimmed(line: Line) -> Line:
    cells = line.cells
    while cells and (cells[-1] is None or cells[-1] == ""):
        cells = cells[:-1]
    return Line(line.number, cells)
