"""Making a workbook from outside safe to open, before any reader gives it memory.

A workbook is a zip of XML: a few kilobytes may unpack to gigabytes, or name one cell at the far
corner of the sheet and let a reader allocate everything before it. Here every part is unpacked
within a budget, the positions of its cells are followed by a strict parser, and what was
checked is packed anew: the reader sees those bytes and no others.
"""

import io
import re
import zipfile
import zlib
from typing import Any
from xml.parsers import expat

from kaibo.base.errors import SheetTooLarge, SheetTooWide, SheetUnreadable

PARTS_MAX = 2_000
COLUMNS_MAX = 1_000
# What a reader allocates is rows × columns, filled or not.
CELLS_MAX = 10_000_000

# Every cell and row of a plain part names its place; then the places alone bound the part.
_PLACE = re.compile(rb"""(?<![\w:])r\s*=\s*["']\s*\$?([A-Za-z]*)\$?([0-9]+)""")
_CELL_OR_ROW = re.compile(rb"<(?:[^\s<>/]*:)?(?:c|row)[\s/>]")
_PLACED = re.compile(rb"""<(?:[^\s<>/]*:)?(?:c\s+r="[A-Z]{1,3}|row\s+r=")[0-9]{1,7}\"""")
_NOT_PLAIN = re.compile(rb"<!|\x00")

_POSITION = re.compile(r"\$?([A-Za-z]{1,4})\$?(\d{1,9})")
_MEGABYTE = 1024 * 1024


def safe_workbook(data: bytes, *, unpacked_max: int) -> bytes:
    """The same workbook with nothing in it but parts that were checked.

    Raises:
        SheetUnreadable: no .xlsx, damaged, locked, or not well-formed.
        SheetTooLarge, SheetTooWide: it unpacks to, or spreads over, more than can be read.
    """
    out = io.BytesIO()
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive, zipfile.ZipFile(out, "w") as safe:
            _copy(archive, safe, unpacked_max=unpacked_max)
    except (
        zipfile.BadZipFile, zlib.error, expat.ExpatError,
        ValueError, OSError, EOFError, RuntimeError, NotImplementedError,
    ) as error:  # fmt: skip
        raise SheetUnreadable(field="file") from error
    return out.getvalue()


def _copy(archive: zipfile.ZipFile, safe: zipfile.ZipFile, *, unpacked_max: int) -> None:
    if sum(part.file_size for part in archive.infolist()) > unpacked_max:
        raise SheetTooLarge(field="file", megabytes_max=unpacked_max // _MEGABYTE)
    parts = [part for part in archive.infolist() if part.filename.endswith((".xml", ".rels"))]
    names = {part.filename for part in parts}
    if len(names) != len(parts) or len(parts) > PARTS_MAX or "xl/workbook.xml" not in names:
        raise SheetUnreadable(field="file")
    left = unpacked_max
    for part in parts:
        with archive.open(part) as file:
            content = file.read(left + 1)
        left -= len(content)
        # The sizes written in the file may lie.
        if left < 0:
            raise SheetTooLarge(field="file", megabytes_max=unpacked_max // _MEGABYTE)
        if not _plainly_small(content):
            _Extent().check(content)
        safe.writestr(part.filename, content)


def _plainly_small(content: bytes) -> bool:
    """Whether a glance says that the part is small; a strict parser looks at all others."""
    if _NOT_PLAIN.search(content):
        return False
    if len(_CELL_OR_ROW.findall(content)) != len(_PLACED.findall(content)):
        return False
    places = _PLACE.findall(content)
    rows = max((int(row) for row in {row[:12] for _, row in places}), default=0)
    columns = max(
        (_column(letters.decode()) for letters in {column for column, _ in places}), default=0
    )
    return columns <= COLUMNS_MAX and rows * columns <= CELLS_MAX


def _column(letters: str) -> int:
    """A is 1, Z is 26, AA is 27."""
    number = 0
    for letter in letters.upper()[:8]:
        number = number * 26 + ord(letter) - 64
    return number


class _Extent:
    """Follows where the cells of a part lie, as a reader would place them."""

    def __init__(self) -> None:
        self._row = self._column = 0
        self._rows = self._columns = 0
        self._in_cell = False

    def check(self, content: bytes) -> None:
        parser = expat.ParserCreate()
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.StartDoctypeDeclHandler = _refuse_doctype
        parser.Parse(content, True)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        local = name.rpartition(":")[2]
        if self._in_cell:
            # Formatted but empty cells reach far down in honest files; readers skip them.
            self._see()
        elif local == "row":
            at = attributes.get("r", "")
            self._row = int(at) if re.fullmatch(r"[0-9]{1,9}", at) else self._row + 1
            self._column = 0
        elif local == "c":
            self._in_cell = True
            self._place(attributes.get("r"))

    def _end(self, name: str) -> None:
        if name.rpartition(":")[2] == "c":
            self._in_cell = False

    def _place(self, at: str | None) -> None:
        found = _POSITION.fullmatch(at) if at is not None else None
        if found is None:
            self._column += 1
            return
        self._column = _column(found[1])
        self._row = int(found[2])

    def _see(self) -> None:
        self._rows = max(self._rows, self._row)
        self._columns = max(self._columns, self._column)
        if self._columns > COLUMNS_MAX or self._rows * self._columns > CELLS_MAX:
            raise SheetTooWide(
                field="file", rows=self._rows, columns=self._columns, cells_max=CELLS_MAX
            )


def _refuse_doctype(*declared: Any) -> None:
    raise SheetUnreadable(field="file")
