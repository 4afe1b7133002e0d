"""A provider's statement as lines: which columns it has, and what each line says."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from kaibo.base.cells import read_code, read_date, read_fen
from kaibo.base.columns import unique_names
from kaibo.base.errors import (
    CellsBeyondHeader,
    FieldMissing,
    FieldTwice,
    NoSuchColumn,
    NotAnAmount,
    Refusal,
)
from kaibo.base.problems import RowError, line_error
from kaibo.base.sheets import cell_text
from kaibo.base.tables import HEADER_LINES, Line, read_lines
from kaibo.orders.errors import KindUnclear, NumberNeeded
from kaibo.orders.rules.statements import (
    FIELDS,
    Kind,
    Theirs,
    guess_mapping,
    is_note,
    kind_of,
)

ERRORS_SHOWN: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementPreview:
    """What a file holds and how it was read; ``errors`` are the first of ``errors_total``.

    Lines with an error were not compared; ``notes`` are lines under the header that explain it.
    """

    columns: tuple[str, ...]
    mapping: dict[str, str | None]
    rows: int
    rows_ok: int
    notes: int
    errors: list[RowError]
    errors_total: int


@dataclass(frozen=True, slots=True)
class ReadStatement:
    """A file as it was read: what can be shown of it, and its good lines."""

    preview: StatementPreview
    rows: list[Theirs]


def read_statement(data: bytes, told: Mapping[str, str | None]) -> ReadStatement:
    """Every line of a file; of two meanings of a column, what was told counts.

    Raises:
        BadInput: the file or the mapping cannot be used.
    """
    columns, lines = below_header(read_lines(data))
    mapping = _mapping(columns, told)
    places = {field: n for n, name in enumerate(columns) if (field := mapping[name])}
    notes = 0
    while notes < len(lines) and is_note([cell_text(c) for c in lines[notes].cells], places):
        notes += 1
    rows: list[Theirs] = []
    errors: list[RowError] = []
    for line in lines[notes:]:
        row = _row(line, columns, places)
        if isinstance(row, Theirs):
            rows.append(row)
        else:
            errors.append(row)
    preview = StatementPreview(
        columns=columns,
        mapping=mapping,
        rows=len(lines) - notes,
        rows_ok=len(rows),
        notes=notes,
        errors=errors[:ERRORS_SHOWN],
        errors_total=len(errors),
    )
    return ReadStatement(preview, rows)


def below_header(lines: list[Line]) -> tuple[tuple[str, ...], list[Line]]:
    """The line that names the most fields is the header, among the first three."""
    names = [unique_names([cell_text(cell) for cell in line.cells]) for line in lines]
    known = [len({*guess_mapping(row).values()} - {None}) for row in names[:HEADER_LINES]]
    at = known.index(max(known))
    return names[at], lines[at + 1 :]


def _mapping(columns: tuple[str, ...], told: Mapping[str, str | None]) -> dict[str, str | None]:
    """What was told goes before what is guessed; each field once, and none missing."""
    fields = {field.name: field for field in FIELDS}
    for column, target in told.items():
        if column not in columns or (target is not None and target not in fields):
            raise NoSuchColumn(column=column[:80], target=str(target)[:40])
    chosen = {target for target in told.values() if target}
    guessed = guess_mapping(columns)
    mapping = {
        column: told.get(column, None if target in chosen else target)
        for column, target in guessed.items()
    }
    for field in FIELDS:
        times = [*mapping.values()].count(field.name)
        labels = {"label_zh": field.label_zh, "label_en": field.label_en}
        if times > 1:
            raise FieldTwice(**labels)
        if field.required and not times:
            raise FieldMissing(**labels)
    return mapping


def _row(line: Line, columns: tuple[str, ...], places: Mapping[str, int]) -> Theirs | RowError:
    """One line, or the first thing that is wrong with it."""
    if beyond := line.cells[len(columns) :]:
        refusal: Refusal = CellsBeyondHeader(extra=len(beyond))
        return line_error(refusal, line=line.number, column=columns[-1], value=beyond[0])
    read: dict[str, Any] = {}
    for field, place in places.items():
        value = line.cells[place] if place < len(line.cells) else None
        try:
            read[field] = _READERS[field](value)
        except Refusal as refusal:
            return line_error(refusal, line=line.number, column=columns[place], value=value)
    amount_fen, is_negative = read["amount"]
    return Theirs(
        line=line.number,
        number=read["number"],
        kind=read.get("kind") or ("refund" if is_negative else "paid"),
        amount_fen=amount_fen,
        fee_fen=read.get("fee"),
        day=read.get("day"),
    )


def _number(value: Any) -> str:
    number = read_code(value)
    if number is None:
        raise NumberNeeded(field="number")
    return number


def _amount(value: Any) -> tuple[int, bool]:
    """An amount without its sign, and whether it was negative."""
    text = cell_text(value).strip().lstrip("'")
    fen = read_fen(text.lstrip(_SIGNS).strip())
    if fen is None:
        raise NotAnAmount
    return fen, text[0] in _MINUS


def _fee(value: Any) -> int | None:
    return read_fen(cell_text(value).strip().lstrip("'").lstrip(_SIGNS).strip())


def _kind(value: Any) -> Kind | None:
    """None where the cell says nothing: then the sign of the amount decides."""
    word = cell_text(value).strip()
    kind = kind_of(word)
    if kind is None and word not in ("", "-"):
        raise KindUnclear(field="kind")
    return kind


_MINUS = "-−－"
_SIGNS = _MINUS + "+＋"
_READERS: Final[dict[str, Callable[[Any], Any]]] = {
    "number": _number,
    "amount": _amount,
    "fee": _fee,
    "day": read_date,
    "kind": _kind,
}
