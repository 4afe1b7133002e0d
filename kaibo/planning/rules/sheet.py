"""The 排品表: rows of a sheet read as a run of show, cell by cell. Pure."""

import datetime as dt
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from kaibo.base.errors import BadInput
from kaibo.base.sheets import cell_fen, cell_text, cell_whole
from kaibo.base.times import SHOP_ZONE
from kaibo.planning.errors import (
    CellNotMoney,
    CellNotTime,
    CellNotWhole,
    CellNotYesNo,
    ColumnMissing,
    SkuNotOurs,
)
from kaibo.planning.rules.run_of_show import (
    EXTRAS,
    MINUTES_MAX,
    POINT_SEPARATORS,
    TEXT_MAX,
    LineError,
    RunItemSpec,
    line_error,
)

# Header -> field; None is shown for the reader and never read back.
COLUMNS: Final[dict[str, str | None]] = {
    "序号": None,
    "链接号": "link_no",
    "上架时间": "starts_minute",
    "款式角色": "role",
    "商品名称": None,
    "图片": None,
    "SKU": "sku_id",
    "规格": None,
    "品牌/供应商": None,
    "日常价": "day_price_fen",
    "直播价": "price_fen",
    "比价依据": "price_basis",
    "到手价": None,
    "机制": "mechanism",
    "限购": "per_buyer_max",
    "总库存": "units_planned",
    "首批": "first_batch_units",
    "预留": "buffer_units",
    "成本": None,
    "毛利率": None,
    "佣金": "commission",
    "讲解时长": "minutes",
    "卖点": "selling_points",
    "利益点": "benefit",
    "禁说词/合规提示": "banned_note",
    "资质到期": None,
    "发货时效": "ships_within",
    "售后政策": "after_sales",
    "样品编号": "sample",
    "备播替补": "substitute",
    "口播脚本": "script_text",
    "主播备注": "host_note",
    "中控动作": "desk_action",
    "弹出即开价": "opens_with_pop",
    "状态": None,
}
# Headers that other templates use for the same thing.
ALIASES: Final = {
    "上架时间/时段": "上架时间",
    "时间": "上架时间",
    "角色": "款式角色",
    "SKU/规格": "SKU",
    "SKU编码": "SKU",
    "商家编码": "SKU",
    "SKU编号": "SKU",
    "商品编码": "SKU",
    "原价": "日常价",
    "到手价格": "到手价",
    "限购数量": "限购",
    "库存": "总库存",
    "首批库存": "首批",
    "预留库存": "预留",
    "时长": "讲解时长",
    "讲解时长(分钟)": "讲解时长",
    "禁说词": "禁说词/合规提示",
    "合规提示": "禁说词/合规提示",
    "样品编号/到样": "样品编号",
    "脚本": "口播脚本",
}
REQUIRED: Final = ("链接号", "上架时间", "SKU", "直播价", "讲解时长")
# The header is looked for in the first rows: titles and notes may stand above it.
HEADER_ROWS_MAX: Final = 10

_HEADER_OF: Final = {name: header for header, name in COLUMNS.items() if name}
_MONEY: Final = frozenset({"day_price_fen", "price_fen"})
_WHOLE: Final = frozenset(
    {"link_no", "minutes", "per_buyer_max"} | {"units_planned", "first_batch_units", "buffer_units"}
)
_YES: Final = frozenset({"是", "y", "yes", "true", "1", "√", "✓"})
_NO: Final = frozenset({"否", "n", "no", "false", "0", "×", ""})
_CLOCK: Final = re.compile(r"(\d{1,2}):(\d{2})(?::\d{2})?(?:\s*[-~—–至到].*)?")
_DATE_CLOCK: Final = re.compile(
    r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?[ T]+(\d{1,2}):(\d{2})(?::\d{2})?"
)
_MINUTE: Final = re.compile(r"第?\s*(\d{1,4})\s*(?:分钟|分|min)?")


@dataclass(frozen=True, slots=True)
class SheetRead:
    """What a sheet says: items with the lines they stand on, what is wrong, what is unknown.

    A line with a fault is not among ``items``.
    """

    items: list[RunItemSpec] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    errors: list[LineError] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)


def sku_codes(cells: Sequence[Sequence[Any]]) -> set[str]:
    """Every text under the SKU column, to be looked up before the rows are read."""
    found = _header(cells)
    if found is None or "sku_id" not in found[1]:
        return set()
    top, places, _ = found
    return {_code(_at(row, places["sku_id"])) for row in cells[top + 1 :]} - {""}


def read_rows(
    cells: Sequence[Sequence[Any]], *, starts_at: dt.datetime, sku_ids: Mapping[str, int]
) -> SheetRead:
    """Read rows of a sheet as a run of show; blank rows are passed over.

    Args:
        starts_at: the show's planned start; clock times are counted from it, and one that
            lies before it belongs to the next day.
        sku_ids: SKU code -> id, for the organisation.

    Returns:
        Faults name the sheet's own line (from 1) and header.
    """
    found = _header(cells)
    if found is None:
        return SheetRead(errors=[_missing(REQUIRED[0])])
    top, places, ignored = found
    lacking = [header for header in REQUIRED if COLUMNS[header] not in places]
    if lacking:
        return SheetRead(errors=[_missing(header) for header in lacking], ignored=ignored)
    read = SheetRead(ignored=ignored)
    for number, row in enumerate(cells[top + 1 :], start=top + 2):
        values = {name: _at(row, place) for name, place in places.items()}
        if all(cell_text(value).strip() == "" for value in values.values()):
            continue
        errors: list[LineError] = []
        fields = _read_row(values, _Line(number, starts_at, sku_ids, errors))
        if errors:
            read.errors.extend(errors)
        else:
            read.items.append(RunItemSpec(**fields))
            read.lines.append(number)
    return read


def header_of(column: str) -> str:
    """The sheet's header of a field of the run of show."""
    return _HEADER_OF.get(column, column)


@dataclass(frozen=True, slots=True)
class _Line:
    """One line being read: where it stands, what its cells refer to, what is wrong with it."""

    number: int
    starts_at: dt.datetime
    sku_ids: Mapping[str, int]
    errors: list[LineError]

    def fault(self, name: str, value: Any, fault: BadInput) -> None:
        self.errors.append(line_error(self.number, header_of(name), cell_text(value), fault))


def _read_row(values: Mapping[str, Any], line: _Line) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    extras: dict[str, str] = {}
    for name, value in values.items():
        if name in EXTRAS:
            extras[name] = cell_text(value)
        elif name in TEXT_MAX:
            fields[name] = cell_text(value)
        else:
            fields[name] = _read_cell(name, value, line)
    fields["extras"] = extras
    return fields


def _read_cell(name: str, value: Any, line: _Line) -> Any:
    if name == "selling_points":
        return _points(cell_text(value))
    try:
        if name == "sku_id":
            return _sku(value, line)
        if name == "starts_minute":
            return _minute(value, line.starts_at)
        if name == "opens_with_pop":
            return _yes_no(value)
        return _number(name, value)
    except BadInput as fault:
        line.fault(name, value, fault)
        return 0


def _number(name: str, value: Any) -> int:
    read: Callable[[Any], int | None] = cell_fen if name in _MONEY else cell_whole
    wrong = CellNotMoney if name in _MONEY else CellNotWhole
    shown = cell_text(value)[:40]
    try:
        number = read(value)
    except ValueError:
        raise wrong(field=name, value=shown) from None
    if number is None and header_of(name) in REQUIRED:
        raise wrong(field=name, value=shown)
    return number or 0


def _sku(value: Any, line: _Line) -> int:
    code = _code(value)
    if code not in line.sku_ids:
        raise SkuNotOurs(field="sku_id", value=code[:64])
    return line.sku_ids[code]


def _yes_no(value: Any) -> bool:
    text = cell_text(value).strip().lower()
    if text not in _YES | _NO:
        raise CellNotYesNo(field="opens_with_pop", value=text[:40])
    return text in _YES


def _minute(value: Any, starts_at: dt.datetime) -> int:
    seconds = _seconds_after(value, starts_at.astimezone(SHOP_ZONE))
    # Excel keeps times as fractions of a day, so a whole minute may come back as 59.9996 s.
    minute = round(seconds / 60) if seconds is not None else -1
    if seconds is None or abs(seconds - minute * 60) > 1 or not 0 <= minute <= MINUTES_MAX:
        raise CellNotTime(field="starts_minute", value=cell_text(value)[:40])
    return minute


def _seconds_after(value: Any, start: dt.datetime) -> float | None:
    """Seconds from the show's start (shop's clock) to a time as typed; None if it is none."""
    if isinstance(value, dt.datetime):
        return (value.replace(tzinfo=SHOP_ZONE) - start).total_seconds()
    if isinstance(value, dt.date):
        # A moment at midnight comes back from the file as a bare date.
        midnight = dt.datetime.combine(value, dt.time(), SHOP_ZONE)
        return (midnight - start).total_seconds()
    if isinstance(value, dt.timedelta):
        return _clock_after(value.total_seconds(), start)
    if isinstance(value, dt.time):
        return _clock_after(value.hour * 3600 + value.minute * 60 + value.second, start)
    if isinstance(value, float) and 0 < value < 1:
        return _clock_after(value * 86_400, start)
    return _text_after(unicodedata.normalize("NFKC", cell_text(value)).strip(), start)


def _text_after(text: str, start: dt.datetime) -> float | None:
    if found := _DATE_CLOCK.fullmatch(text):
        try:
            year, month, day, hour, minute = (int(part) for part in found.groups())
            at = dt.datetime(year, month, day, hour, minute, tzinfo=SHOP_ZONE)
        except ValueError:
            return None
        return (at - start).total_seconds()
    if found := _CLOCK.fullmatch(text):
        hour, minute = int(found[1]), int(found[2])
        return _clock_after(hour * 3600 + minute * 60, start) if minute < 60 else None
    if found := _MINUTE.fullmatch(text):
        return int(found[1]) * 60
    return None


def _clock_after(second_of_day: float, start: dt.datetime) -> float | None:
    if not 0 <= second_of_day < 86_400:
        return None
    started = start.hour * 3600 + start.minute * 60
    # A second's grace, or a fraction of a day just below the start would mean tomorrow.
    return second_of_day - started + (86_400 if second_of_day < started - 1 else 0)


def _points(text: str) -> tuple[str, ...]:
    parts = re.split(f"[{re.escape(POINT_SEPARATORS)}]", text)
    return tuple(part.strip() for part in parts if part.strip())


def _code(value: Any) -> str:
    # Long codes are often guarded with a tab or an apostrophe so that Excel keeps every digit.
    return cell_text(value).strip().lstrip("'").strip()


def _header(
    cells: Sequence[Sequence[Any]],
) -> tuple[int, dict[str, int], list[str]] | None:
    """Where the header stands, the place of each field, and the headers nobody knows."""
    for number, row in enumerate(cells[:HEADER_ROWS_MAX]):
        headers = [_plain(cell_text(value)) for value in row]
        if REQUIRED[0] not in headers:
            continue
        places: dict[str, int] = {}
        ignored = [header for header in headers if header and header not in COLUMNS]
        for place, header in enumerate(headers):
            name = COLUMNS.get(header)
            if name is not None:
                places.setdefault(name, place)
        return number, places, ignored
    return None


def _plain(header: str) -> str:
    """A header without width, blanks and the note in brackets after it."""
    text = re.sub(r"\s+", "", unicodedata.normalize("NFKC", header))
    for form in (text, re.sub(r"\(.*\)$", "", text)):
        known = ALIASES.get(form, form)
        if known in COLUMNS:
            return known
    return text


def _missing(header: str) -> LineError:
    return line_error(1, header, "", ColumnMissing(field=header, value=header))


def _at(row: Sequence[Any], place: int) -> Any:
    return row[place] if place < len(row) else None
