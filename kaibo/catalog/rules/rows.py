"""Lines of a sheet as goods: every cell judged, every fault named with its place."""

import datetime as dt
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from kaibo.base import cells
from kaibo.base.columns import Field, Mapped, Sheet
from kaibo.base.errors import CellsBeyondHeader, Refusal
from kaibo.base.inputs import clean_text, clean_url
from kaibo.base.problems import RowError, line_error
from kaibo.base.tables import Line
from kaibo.catalog.errors import CodeNeeded, TitleNeeded
from kaibo.catalog.rules.columns import FIELDS
from kaibo.catalog.rules.goods import (
    CODE_CHARS_MAX,
    NAME_CHARS_MAX,
    TEXT_CHARS_MAX,
    TITLE_CHARS_MAX,
)

PRODUCT_FIELDS: Final = (
    "title", "category", "brand", "supplier", "image_url", "description",
    "qualification_expires_on",
)  # fmt: skip
SKU_FIELDS: Final = ("spec", "list_price", "cost", "floor_price", "on_hand", "buffer")
_CHARS: Final = {
    "code": CODE_CHARS_MAX,
    "title": TITLE_CHARS_MAX,
    "category": NAME_CHARS_MAX,
    "brand": NAME_CHARS_MAX,
    "supplier": NAME_CHARS_MAX,
    "description": TEXT_CHARS_MAX,
    "sku_code": CODE_CHARS_MAX,
    "spec": TITLE_CHARS_MAX,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class GoodsRow:
    """One line of goods; None is what the line does not say."""

    line: int
    code: str
    code_typed: str = ""
    title: str | None = None
    category: str | None = None
    brand: str | None = None
    supplier: str | None = None
    image_url: str | None = None
    description: str | None = None
    qualification_expires_on: dt.date | None = None
    sku_code: str | None = None
    sku_code_typed: str = ""
    spec: str | None = None
    list_price: int | None = None
    cost: int | None = None
    floor_price: int | None = None
    on_hand: int | None = None
    buffer: int | None = None
    on_date: dt.date | None = None
    submit: bool | None = None
    # What this very line said, also when another line of its day holds.
    seen_price: int | None = None

    @property
    def sku_key(self) -> tuple[str, str]:
        """What tells the lines of one SKU from those of another."""
        return self.code, self.sku_code or f"\0{self.spec or ''}"

    @property
    def names_sku(self) -> bool:
        """Whether the line speaks of a SKU at all, not of a product alone."""
        said = (self.sku_code, self.spec, self.list_price, self.cost)
        return any(v is not None for v in (*said, self.floor_price, self.on_hand, self.buffer))


def read_rows(sheet: Sheet, mapping: Mapped) -> tuple[list[GoodsRow], list[RowError]]:
    """Every line that can be written, and everything wrong with the others."""
    places = {target: n for n, name in enumerate(sheet.columns) if (target := mapping.get(name))}
    rows: list[GoodsRow] = []
    errors: list[RowError] = []
    for line in sheet.lines:
        row, wrong = _read_row(line, sheet.columns, places)
        errors += wrong
        if row is not None:
            rows.append(row)
    return rows, errors


def untitled(
    rows: Sequence[GoodsRow], known: Collection[str], column: str
) -> tuple[list[GoodsRow], list[RowError]]:
    """Set aside the lines of products that neither the catalogue nor the file has a title for.

    Args:
        known: codes of products that exist.
        column: where the title is read from, or its label.
    """
    titled = {*known, *(row.code for row in rows if row.title)}
    kept = [row for row in rows if row.code in titled or row.code_typed in titled]
    fine = {row.line for row in kept}
    wrong = [row for row in rows if row.line not in fine]
    return kept, [line_error(TitleNeeded(), line=row.line, column=column) for row in wrong]


def settle(rows: Sequence[GoodsRow], *, today: dt.date) -> list[GoodsRow]:
    """Snapshots from the oldest day on, all lines of one day telling the same.

    Where lines of a product, or of a SKU, differ within a day, the last one that says something
    holds: so the same file read twice comes to the same end without going through it again.
    """
    of_product: dict[tuple[str, dt.date], dict[str, Any]] = {}
    of_sku: dict[tuple[str, str, dt.date], dict[str, Any]] = {}
    for row in rows:
        day = row.on_date or today
        said = {name: getattr(row, name) for name in (*PRODUCT_FIELDS, *SKU_FIELDS)}
        product = of_product.setdefault((row.code, day), {})
        sku = of_sku.setdefault((*row.sku_key, day), {})
        product.update({n: said[n] for n in PRODUCT_FIELDS if said[n] is not None})
        sku.update({n: said[n] for n in SKU_FIELDS if said[n] is not None})
    ordered = sorted(rows, key=lambda row: row.on_date or today)
    return [
        replace(
            row,
            seen_price=row.list_price,
            **of_product[row.code, row.on_date or today],
            **of_sku[(*row.sku_key, row.on_date or today)],
        )
        for row in ordered
    ]


def _read_row(
    line: Line, columns: Sequence[str], places: Mapping[str, int]
) -> tuple[GoodsRow | None, list[RowError]]:
    beyond = line.cells[len(columns) :]
    if beyond:
        refusal = CellsBeyondHeader(extra=len(beyond))
        return None, [line_error(refusal, line=line.number, column=columns[-1], value=beyond[0])]
    read: dict[str, Any] = {}
    errors: list[RowError] = []
    for name, place in places.items():
        value = line.cells[place] if place < len(line.cells) else None
        try:
            read[name] = _READERS[FIELDS.by_name[name].kind](
                FIELDS.by_name[name], columns[place], value
            )
        except Refusal as refusal:
            errors.append(line_error(refusal, line=line.number, column=columns[place], value=value))
        if FIELDS.by_name[name].kind == "code":
            read[f"{name}_typed"] = cells.typed_code(value)
    if read.get("code") is None and "code" in read:
        column = columns[places["code"]]
        errors.append(line_error(CodeNeeded(), line=line.number, column=column))
    if errors:
        return None, errors
    return GoodsRow(line=line.number, **read), []


def _text(field: Field, column: str, value: Any) -> str | None:
    text = cells.read_code(value) if field.kind == "code" else cells.read_text(value)
    if text is None:
        return None
    return clean_text(column, text, chars_max=_CHARS[field.name]) or None


def _url(field: Field, column: str, value: Any) -> str | None:
    text = cells.read_text(value)
    return clean_url(column, text) or None if text is not None else None


_READERS: Final[dict[str, Callable[[Field, str, Any], Any]]] = {
    "code": _text,
    "text": _text,
    "url": _url,
    "money": lambda _field, _column, value: cells.read_fen(value),
    "count": lambda _field, _column, value: cells.read_count(value),
    "date": lambda _field, _column, value: cells.read_date(value),
    "yes_no": lambda _field, _column, value: cells.read_yes_no(value),
}
