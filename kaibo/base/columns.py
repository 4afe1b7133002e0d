"""Which column of a foreign sheet means what: guessed from its header, decided by a person."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from kaibo.base.errors import FieldMissing, FieldTwice, FileEmpty, NoSuchColumn
from kaibo.base.sheets import cell_text
from kaibo.base.tables import HEADER_LINES, Line

Mapped = Mapping[str, str | None]
Kind = Literal[
    "code", "text", "url", "money", "count", "date", "moment", "place", "state", "yes_no"
]

COLUMN_CHARS_MAX = 80
# Written beside refused lines; skipped when the mended file comes back.
PROBLEM_COLUMNS: Final = {"zh": "问题说明", "en": "Problem"}


@dataclass(frozen=True, slots=True)
class Field:
    """What a column may go to; ``names`` are headers seen in the wild, the best first."""

    name: str
    kind: Kind
    label_zh: str
    label_en: str
    names: tuple[str, ...]
    required: bool = False


def names(joined: str) -> tuple[str, ...]:
    """Headers written in one line.

    >>> names("商品编码|code")
    ('商品编码', 'code')
    """
    return tuple(joined.split("|"))


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet whose header was found: its columns by unique names, and the lines below."""

    columns: tuple[str, ...]
    lines: tuple[Line, ...]
    header_line: int
    # Lines below the header that explain it ("收入+支出") and hold no goods.
    notes: tuple[Line, ...]


class Fields:
    """The fields that one kind of sheet may fill, and how its headers are matched to them."""

    def __init__(self, *fields: Field) -> None:
        self.all = fields
        self.by_name = {field.name: field for field in fields}
        self._ranks = {
            (field.name, _plain(name)): rank
            for field in fields
            for rank, name in reversed([*enumerate(field.names)])
        }
        self._known = {form for _, form in self._ranks}

    def find_header(self, lines: Sequence[Line]) -> Sheet:
        """Take the line that names the most fields for the header, among the first three.

        Raises:
            FileEmpty: no line is below it.
        """
        first = lines[:HEADER_LINES]
        known = [self.known_in([cell_text(cell) for cell in line.cells]) for line in first]
        at = known.index(max(known))
        below = list(lines[at + 1 :])
        notes = []
        while below and _explains(below[0]):
            notes.append(below.pop(0))
        if not below:
            raise FileEmpty()
        header = unique_names([cell_text(cell) for cell in lines[at].cells])
        return Sheet(header, tuple(below), lines[at].number, tuple(notes))

    def known_in(self, header: Sequence[str]) -> int:
        """How many different known names a header has."""
        return len({self._known_form(text) for text in header} - {None})

    def guess(self, columns: Sequence[str]) -> dict[str, str | None]:
        """A field for each column whose name is known; of two columns the better name wins."""
        mapping: dict[str, str | None] = dict.fromkeys(columns)
        for field in self.all:
            ranks = [(self._rank(column, field), n) for n, column in enumerate(columns)]
            best = min(((rank, n) for rank, n in ranks if rank is not None), default=None)
            if best is not None and mapping[columns[best[1]]] is None:
                mapping[columns[best[1]]] = field.name
        return mapping

    def merge(
        self, columns: Sequence[str], chosen: Mapping[str, str | None]
    ) -> dict[str, str | None]:
        """Guesses, overruled by what was chosen; a field chosen elsewhere leaves its guess."""
        taken = set(chosen.values()) - {None}
        guessed = {c: None if f in taken else f for c, f in self.guess(columns).items()}
        return {**guessed, **chosen}

    def check(self, mapping: Mapped, columns: Sequence[str]) -> dict[str, str | None]:
        """A mapping for every column of the file.

        Raises:
            NoSuchColumn, FieldTwice, FieldMissing: it cannot be used.
        """
        taken: set[str] = set()
        for column, target in mapping.items():
            if column not in columns or (target is not None and target not in self.by_name):
                raise NoSuchColumn(column=column[:COLUMN_CHARS_MAX], target=str(target)[:40])
            if target in taken:
                raise FieldTwice(**_labels(self.by_name[target]))
            if target is not None:
                taken.add(target)
        for field in self.all:
            if field.required and field.name not in taken:
                raise FieldMissing(**_labels(field))
        return {column: mapping.get(column) for column in columns}

    def _rank(self, column: str, field: Field) -> int | None:
        ranks = (self._ranks.get((field.name, form)) for form in header_forms(column))
        return min((rank for rank in ranks if rank is not None), default=None)

    def _known_form(self, header: str) -> str | None:
        return next((form for form in header_forms(header) if form in self._known), None)


def unique_names(header: Sequence[str]) -> tuple[str, ...]:
    """Column names as people see them, none empty, none twice.

    >>> unique_names(["价格", "", " 价格 "])
    ('价格', '列2', '价格 (2)')
    """
    found: list[str] = []
    for number, text in enumerate(header, start=1):
        shown = "".join(" " if unicodedata.category(c)[0] == "C" else c for c in text)
        name = base = " ".join(shown.split())[:COLUMN_CHARS_MAX] or f"列{number}"
        count = 1
        while name in found:
            count += 1
            name = f"{base} ({count})"
        found.append(name)
    return tuple(found)


_BRACKETED = re.compile(r"[(\[【{<].*?[)\]】}>]")
_NOISE = re.compile(r"[^0-9a-z\u4e00-\u9fff]+")


def _labels(field: Field) -> dict[str, Any]:
    return {"label_zh": field.label_zh, "label_en": field.label_en}


def _plain(name: str) -> str:
    """A header without case, width, blanks and punctuation."""
    return _NOISE.sub("", unicodedata.normalize("NFKC", name).casefold())


def header_forms(name: str) -> tuple[str, str]:
    """With what is in brackets, and without: 价格（元） is 价格, SKU（编码） is SKU编码."""
    folded = unicodedata.normalize("NFKC", name)
    return _plain(folded), _plain(_BRACKETED.sub("", folded))


_FORMULA = re.compile(r"[\u4e00-\u9fff)）]\s*[-+*/×÷=＋－＝]\s*[\u4e00-\u9fff(（]")
_DIGIT = re.compile(r"\d")


def _explains(line: Line) -> bool:
    """A line below the header that says how columns are computed: words and signs, no figure."""
    texts = [cell_text(cell) for cell in line.cells if cell not in (None, "")]
    explained = [text for text in texts if _FORMULA.search(text)]
    return bool(explained) and not any(_DIGIT.search(text) for text in texts)
