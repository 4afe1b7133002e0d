"""Lines of an order file, every cell judged, every fault named with its place."""

import datetime as dt
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from zoneinfo import ZoneInfo

from kaibo.base.cells import read_code
from kaibo.base.columns import Field, Mapped, Sheet
from kaibo.base.errors import CellsBeyondHeader, Refusal
from kaibo.base.inputs import clean_text
from kaibo.base.problems import RowError, line_error
from kaibo.base.tables import Line
from kaibo.orders.errors import AmountUnlike, CellNeeded, NumberLabelled, RegionUnlike
from kaibo.orders.rules import file_cells as cells
from kaibo.orders.rules.file_cells import Clock
from kaibo.orders.rules.platforms import FIELDS, FileTerms

# Where nearly all lines of a file agree, one that does not is a fault and no custom of the shop.
AGREED_SHARE: Final = 0.95
AGREED_LINES: Final = 20

_CHARS: Final = {
    "no": 64, "line_no": 64, "product_code": 64, "sku_code": 64, "customer_no": 40,
    "title": 200, "spec": 200, "region": 40, "city": 40, "source": 40, "state": 40,
    "after_sales": 40,
}  # fmt: skip
# Without these a line of a platform's export, or of a plain file that has them, is not counted.
_NEEDED: Final = ("no", "ordered_at")
_NEEDED_PLAIN: Final = (
    *_NEEDED, "customer_no", "region", "province", "city", "product_code", "sku_code", "units",
    "unit_price", "amount", "order_total",
)  # fmt: skip


@dataclass(slots=True)
class FileLine:
    """One line: what was read of it by field, and what is wrong with it."""

    number: int
    values: dict[str, Any] = field(default_factory=dict)
    errors: list[RowError] = field(default_factory=list)

    def get(self, name: str) -> Any:
        """What the line says of a field; None for nothing."""
        return self.values.get(name)


@dataclass(frozen=True, slots=True)
class _Reader:
    """How the columns of one file are read."""

    columns: tuple[str, ...]
    places: dict[str, int]
    terms: FileTerms
    clock: Clock

    def label(self, name: str) -> str:
        """The column that a field is read from, or the field's own label."""
        place = self.places.get(name)
        return self.columns[place] if place is not None else FIELDS.by_name[name].label_zh


def read_lines(
    sheet: Sheet, mapping: Mapped, terms: FileTerms, *, now: dt.datetime
) -> list[FileLine]:
    """Every line, good or not.

    Args:
        terms: with a zone and a currency.
        now: no order is later than a day after this.
    """
    places = {target: n for n, name in enumerate(sheet.columns) if (target := mapping.get(name))}
    clock = Clock(ZoneInfo(terms.zone), cells.day_order(_moments(sheet, places)), now)
    reader = _Reader(sheet.columns, places, terms, clock)
    lines = [_read_line(line, reader) for line in sheet.lines]
    if terms.platform == "plain":
        _judge_labels(lines, reader)
        _judge_regions(lines, reader)
        _judge_amounts(lines, reader)
    return lines


def _moments(sheet: Sheet, places: Mapping[str, int]) -> list[Any]:
    wanted = [places[name] for name in ("ordered_at", "paid_at") if name in places]
    return [line.cells[n] for line in sheet.lines for n in wanted if n < len(line.cells)]


def _read_line(line: Line, reader: _Reader) -> FileLine:
    found = FileLine(line.number)
    beyond = line.cells[len(reader.columns) :]
    if beyond:
        _refuse(found, reader.columns[-1], CellsBeyondHeader(extra=len(beyond)), beyond[0])
        return found
    needed = _NEEDED_PLAIN if reader.terms.platform == "plain" else _NEEDED
    for name, place in reader.places.items():
        value = line.cells[place] if place < len(line.cells) else None
        try:
            read = _read_cell(FIELDS.by_name[name], value, reader)
            if read is None and name in needed:
                raise CellNeeded()
            found.values[name] = read
        except Refusal as refusal:
            _refuse(found, reader.columns[place], refusal, value)
    return found


def _read_cell(of: Field, value: Any, reader: _Reader) -> Any:
    parts = _parts(value) if of.name in _PARTED else []
    if parts:
        return tuple(_read_one(of, part, reader) for part in parts)
    return _read_one(of, value, reader)


def _read_one(of: Field, value: Any, reader: _Reader) -> Any:
    if of.kind == "money":
        # Only lists of sales write returns as amounts below 0; there, a price stays one.
        signed = of.name == "amount" and reader.terms.platform == "plain"
        return cells.read_money(value, currency=reader.terms.currency, signed=signed)
    if of.kind == "moment":
        return cells.read_moment(value, reader.clock)
    read = _READERS[of.name](value)
    return _clean(of, read) if isinstance(read, str) and of.name in _CHARS else read


# Fields in which several items of one order may stand in one cell.
_PARTED: Final = (
    "product_code", "sku_code", "title", "spec", "units", "unit_price", "amount",
)  # fmt: skip


def _parts(value: Any) -> list[str]:
    """The items of a cell such as ``A;B``; none if it holds one."""
    if not isinstance(value, str):
        return []
    parts = [part.strip() for part in value.replace("；", ";").strip().strip(";").split(";")]
    return parts if len(parts) > 1 and all(parts) else []


def _clean(of: Field, text: str) -> str | None:
    # A long description does no harm when it is cut; a number or a place does.
    shown = text[: _CHARS[of.name]] if of.kind in ("text", "state") else text
    return clean_text(of.label_zh, shown, chars_max=_CHARS[of.name]) or None


_READERS: Final[dict[str, Callable[[Any], Any]]] = {
    "no": read_code,
    "line_no": read_code,
    "product_code": read_code,
    "sku_code": read_code,
    "customer_no": cells.read_customer,
    "title": cells.read_soft_text,
    "spec": cells.read_soft_text,
    "source": cells.read_soft_text,
    "units": cells.read_units,
    "region": cells.read_place,
    "province": cells.read_province,
    "city": cells.read_place,
    "state": cells.read_state,
    "after_sales": cells.read_state,
}


def _judge_labels(lines: Sequence[FileLine], reader: _Reader) -> None:
    """A label before a number (商品X050) goes where the number is known from other lines.

    Never for the numbers of orders and customers: whose they are is nobody's to guess.
    """
    for name in ("no", "customer_no", "product_code", "sku_code"):
        said = [line for line in lines if isinstance(line.get(name), str)]
        plain = {line.get(name) for line in said}
        labelled = [line for line in said if cells.without_label(line.get(name)) != line.get(name)]
        if not _agreed(len(said) - len(labelled), len(said)):
            continue
        for line in labelled:
            number = cells.without_label(line.get(name))
            if name in ("product_code", "sku_code") and number in plain:
                line.values[name] = number
            else:
                refusal = NumberLabelled(number=number)
                _refuse(line, reader.label(name), refusal, line.get(name))


def _agreed(like: int, of: int) -> bool:
    """Whether so many lines are alike that the others are faults."""
    return like >= max(AGREED_LINES, AGREED_SHARE * of)


def _judge_regions(lines: Sequence[FileLine], reader: _Reader) -> None:
    """Refuse a region that all other lines of its province call otherwise (男区 for 南区)."""
    seen: dict[str, Counter[str]] = {}
    for line in lines:
        if line.get("province") and line.get("region"):
            seen.setdefault(line.get("province"), Counter())[line.get("region")] += 1
    for line in lines:
        counts = seen.get(line.get("province") or "")
        if counts is None or not line.get("region"):
            continue
        (usual, times), *_ = counts.most_common(1)
        if _agreed(times, counts.total()) and line.get("region") != usual:
            refusal = RegionUnlike(province=line.get("province"), usual=usual)
            _refuse(line, reader.label("region"), refusal, line.get("region"))


def _judge_amounts(lines: Sequence[FileLine], reader: _Reader) -> None:
    """Refuse an amount that is not units times price where on all other lines it is."""
    told = [line for line in lines if _product(line) is not None and line.get("amount") is not None]
    unlike = [line for line in told if _product(line) != line.get("amount")]
    if _agreed(len(told) - len(unlike), len(told)):
        for line in unlike:
            _refuse(line, reader.label("amount"), AmountUnlike(), None)


def _product(line: FileLine) -> int | None:
    units, price = line.get("units"), line.get("unit_price")
    return units * price if isinstance(units, int) and isinstance(price, int) else None


def _refuse(line: FileLine, column: str, refusal: Refusal, value: Any) -> None:
    line.errors.append(line_error(refusal, line=line.number, column=column, value=value))
