"""The run of show: which link, which SKU, when, for how long, at what price."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from kaibo.base.errors import BadInput
from kaibo.base.inputs import check_whole, clean_text
from kaibo.base.money import FEN_MAX
from kaibo.planning.errors import (
    BatchBeyondUnits,
    LinkNoTwice,
    OutsideShow,
    PointNotSingle,
    RunOfShowInvalid,
    SkuNotOurs,
    TooManyRunItems,
    TooManySellingPoints,
)

ITEMS_MAX: Final = 500
LINK_NO_MAX: Final = 9_999
UNITS_MAX: Final = 10_000_000
PER_BUYER_MAX: Final = 10_000
MINUTES_MAX: Final = 24 * 60
SELLING_POINTS_MAX: Final = 3
POINT_CHARS_MAX: Final = 60
POINT_SEPARATORS: Final = "\n;；|｜"
VALUE_CHARS_SHOWN: Final = 60

# Text field -> longest text it takes.
TEXT_MAX: Final = {
    "role": 20,
    "price_basis": 200,
    "mechanism": 200,
    "benefit": 300,
    "script_text": 5_000,
    "banned_note": 500,
    "host_note": 500,
    "desk_action": 200,
}
# What operators keep in the sheet beside: carried along, never computed with.
EXTRAS: Final = {
    "commission": 60,
    "ships_within": 60,
    "after_sales": 300,
    "sample": 60,
    "substitute": 60,
}
# Whole-number field -> least and most.
WHOLE: Final = {
    "link_no": (1, LINK_NO_MAX),
    "starts_minute": (0, MINUTES_MAX),
    "minutes": (1, MINUTES_MAX),
    "price_fen": (0, FEN_MAX),
    "day_price_fen": (0, FEN_MAX),
    "units_planned": (0, UNITS_MAX),
    "first_batch_units": (0, UNITS_MAX),
    "buffer_units": (0, UNITS_MAX),
    "per_buyer_max": (0, PER_BUYER_MAX),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class RunItemSpec:
    """One line of the run of show.

    Prices in fen; ``day_price_fen`` 0: no compared price. ``per_buyer_max`` 0: no limit.
    ``starts_minute`` counts from the planned start. ``first_batch_units`` 0: all that is
    planned, less the buffer.
    """

    link_no: int
    sku_id: int
    starts_minute: int
    minutes: int
    price_fen: int
    role: str = ""
    day_price_fen: int = 0
    price_basis: str = ""
    units_planned: int = 0
    first_batch_units: int = 0
    buffer_units: int = 0
    per_buyer_max: int = 0
    mechanism: str = ""
    selling_points: tuple[str, ...] = ()
    benefit: str = ""
    script_text: str = ""
    banned_note: str = ""
    host_note: str = ""
    desk_action: str = ""
    opens_with_pop: bool = False
    extras: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LineError:
    """What is wrong with one field of one line; lines count from 1."""

    line: int
    column: str
    value: str
    message_zh: str
    message_en: str


def clean_run_of_show(
    items: Sequence[RunItemSpec],
    *,
    planned_minutes: int,
    known_skus: Collection[int],
    lines: Sequence[int] | None = None,
) -> list[RunItemSpec]:
    """The run of show as it will be written, in the order given.

    Args:
        known_skus: ids of the organisation's SKUs among those named.
        lines: the line each item stands on, where that is not simply 1, 2, 3.

    Raises:
        TooManyRunItems: more than ``ITEMS_MAX``.
        RunOfShowInvalid: with every fault of every line.
    """
    check_item_count(len(items))
    errors: list[LineError] = []
    cleaned: list[RunItemSpec] = []
    line_of_link: dict[int, int] = {}
    numbers = lines if lines is not None else range(1, len(items) + 1)
    for line, item in zip(numbers, items, strict=True):
        faults = _Faults(line, errors)
        spec = _clean_item(item, faults)
        first = line_of_link.setdefault(item.link_no, line)
        if first != line:
            value = _shown(item.link_no)
            faults.add("link_no", value, LinkNoTwice(field="link_no", value=value, first=first))
        if item.sku_id not in known_skus:
            value = _shown(item.sku_id)
            faults.add("sku_id", value, SkuNotOurs(field="sku_id", value=value))
        _check_together(spec, planned_minutes, faults)
        cleaned.append(spec)
    if errors:
        raise run_of_show_invalid(errors)
    return cleaned


def check_item_count(count: int) -> None:
    """Refuse a run of show that no show could hold.

    Raises:
        TooManyRunItems: more than ``ITEMS_MAX``.
    """
    if count > ITEMS_MAX:
        raise TooManyRunItems(field="items", count=count, count_max=ITEMS_MAX)


def run_of_show_invalid(errors: Sequence[LineError]) -> RunOfShowInvalid:
    """The refusal that carries a list of faults."""
    listed = [
        {
            "line": error.line,
            "column": error.column,
            "value": error.value,
            "message_zh": error.message_zh,
            "message_en": error.message_en,
        }
        for error in errors
    ]
    first = errors[0]
    return RunOfShowInvalid(
        field="items", count=len(errors), line=first.line, column=first.column, errors=listed
    )


def line_error(line: int, column: str, value: object, fault: BadInput) -> LineError:
    """A refusal about one cell, told in both languages."""
    return LineError(line, column, _shown(value), fault.message("zh"), fault.message("en"))


def reordered_starts(
    starts: Sequence[int], minutes: Sequence[int], *, order: Sequence[int], planned_minutes: int
) -> list[int]:
    """New start minutes when items change places, keeping each place's pause before it.

    Args:
        starts, minutes: of the items in their present order.
        order: the new order, as indexes into the present one.

    Returns:
        Start minutes in the new order, each item inside the show.
    """
    assert sorted(order) == list(range(len(starts)))
    assert len(starts) == len(minutes)
    moved: list[int] = []
    before = after = 0
    for place, index in enumerate(order):
        pause = starts[place] - before
        start = min(max(0, after + pause), max(0, planned_minutes - minutes[index]))
        moved.append(start)
        before, after = starts[place] + minutes[place], start + minutes[index]
    return moved


class _Faults:
    """Collects what is wrong with one line."""

    def __init__(self, line: int, errors: list[LineError]) -> None:
        self.line = line
        self.errors = errors

    def add(self, column: str, value: object, fault: BadInput) -> None:
        self.errors.append(line_error(self.line, column, value, fault))


def _clean_item(item: RunItemSpec, faults: _Faults) -> RunItemSpec:
    for name, (least, most) in WHOLE.items():
        value = getattr(item, name)
        try:
            check_whole(name, value, least=least, most=most)
        except BadInput as fault:
            faults.add(name, value, fault)
    texts: dict[str, str] = {}
    for name, chars_max in TEXT_MAX.items():
        texts[name] = _clean(name, getattr(item, name), chars_max, faults)
    extras = {
        name: _clean(name, item.extras[name], chars_max, faults)
        for name, chars_max in EXTRAS.items()
        if item.extras.get(name)
    }
    points = tuple(_clean_points(item.selling_points, faults))
    cleaned: dict[str, Any] = {**texts, "selling_points": points, "extras": extras}
    return replace(item, **cleaned)


def _clean_points(points: Sequence[str], faults: _Faults) -> Iterator[str]:
    kept = [_clean("selling_points", point, POINT_CHARS_MAX, faults) for point in points]
    kept = [point for point in kept if point]
    if len(kept) > SELLING_POINTS_MAX:
        fault = TooManySellingPoints(
            field="selling_points", count=len(kept), count_max=SELLING_POINTS_MAX
        )
        faults.add("selling_points", len(kept), fault)
    for point in kept:
        if any(mark in point for mark in POINT_SEPARATORS):
            faults.add("selling_points", point, PointNotSingle(field="selling_points"))
        yield point


def _check_together(item: RunItemSpec, planned_minutes: int, faults: _Faults) -> None:
    ends = item.starts_minute + item.minutes
    if item.starts_minute >= 0 and planned_minutes < ends <= 2 * MINUTES_MAX:
        fault: BadInput = OutsideShow(field="minutes", ends=ends, planned=planned_minutes)
        faults.add("minutes", item.minutes, fault)
    first, buffer = item.first_batch_units, item.buffer_units
    within = all(0 <= n <= UNITS_MAX for n in (first, buffer, item.units_planned))
    if within and first + buffer > item.units_planned:
        fault = BatchBeyondUnits(
            field="first_batch_units", first=first, buffer=buffer, planned=item.units_planned
        )
        faults.add("first_batch_units", first, fault)


def _clean(name: str, value: str, chars_max: int, faults: _Faults) -> str:
    try:
        return clean_text(name, value, chars_max=chars_max)
    except BadInput as fault:
        faults.add(name, value, fault)
        return ""


def _shown(value: object) -> str:
    if isinstance(value, int) and value.bit_length() > 200:
        return f"≈2^{value.bit_length()}"
    text = str(value).encode("utf-8", "replace").decode()
    return text if len(text) <= VALUE_CHARS_SHOWN else text[: VALUE_CHARS_SHOWN - 1] + "…"
