"""A file of waybills: one line a parcel, or one line for each of its goods."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any, Final

from kaibo.base import cells
from kaibo.base.carriers import clean_waybill, find_carrier
from kaibo.base.columns import Field, Fields, Mapped, Sheet, names
from kaibo.base.errors import CellsBeyondHeader, NotADate, Refusal, TextMissing
from kaibo.base.problems import RowError, line_error
from kaibo.base.tables import Line
from kaibo.base.times import SHOP_ZONE
from kaibo.orders.errors import WaybillMoves
from kaibo.orders.rules.file_cells import Clock, read_moment

WAYBILL_ROWS_MAX: Final = 2_000

FIELDS: Final = Fields(
    Field(
        "no", "code", "订单编号", "Order no",
        names("订单编号|订单号|主订单编号|订单id|order id|order no|order number|订单编号 order no"),
        required=True,
    ),
    Field(
        "carrier", "text", "快递公司", "Carrier",
        names("快递公司|物流公司|承运商|快递|快递公司名称|carrier|快递公司 carrier"),
        required=True,
    ),
    Field(
        "waybill", "code", "快递单号", "Waybill",
        names(
            "快递单号|运单号|物流单号|快递编号|运单编号|waybill|tracking no|"
            "tracking id|快递单号 waybill"
        ),
        required=True,
    ),
    Field(
        "sku_code", "code", "SKU编码", "SKU code",
        names("sku编码|规格编码|商家编码|商品编码|sku code|sku|sku编码 sku code"),
    ),
    Field(
        "units", "count", "数量", "Units",
        names("发货数量|数量|商品数量|件数|units|数量 units"),
    ),
    Field(
        "shipped_at", "moment", "发货时间", "Shipped at",
        names("发货时间|发货日期|shipped at|发货时间 shipped at"),
    ),
    Field(
        "delivered_at", "moment", "签收时间", "Delivered at",
        names("签收时间|签收日期|delivered at|签收时间 delivered at"),
    ),
)  # fmt: skip


@dataclass(slots=True)
class Shipment:
    """What a file says of one parcel; ``skus`` empty is all that is left of the order."""

    no: str
    carrier: str
    waybill: str
    lines: list[int] = field(default_factory=list)
    skus: dict[str, int | None] = field(default_factory=dict)
    shipped_at: dt.datetime | None = None
    delivered_at: dt.datetime | None = None


@dataclass(slots=True)
class WaybillReading:
    """What a file says; ``empty`` are lines that nobody filled in, ``repeats`` say it again."""

    shipments: list[Shipment] = field(default_factory=list)
    errors: list[RowError] = field(default_factory=list)
    empty: int = 0
    repeats: int = 0


def read_waybills(sheet: Sheet, mapping: Mapped, *, now: dt.datetime) -> WaybillReading:
    """Parcels in the order of their first line; lines with a fault are named and left out."""
    places = {target: n for n, name in enumerate(sheet.columns) if (target := mapping.get(name))}
    found: dict[tuple[str, str], Shipment] = {}
    reading = WaybillReading()
    for line in sheet.lines:
        try:
            one = _read_line(line, sheet, places, now=now)
        except _Wrong as wrong:
            reading.errors.append(wrong.error)
            continue
        if one is None:
            reading.empty += 1
            continue
        known = found.setdefault((one.carrier, one.waybill), one)
        if known is one:
            reading.shipments.append(one)
        elif known.no != one.no:
            refusal = WaybillMoves(other=known.lines[0])
            reading.errors.append(_error(refusal, line, sheet, places["waybill"]))
        elif not one.skus or one.skus.items() <= known.skus.items():
            known.lines += one.lines
            reading.repeats += 1
        else:
            known.lines += one.lines
            known.skus |= one.skus
    return reading


class _Wrong(Exception):
    def __init__(self, error: RowError) -> None:
        super().__init__(error.message_en)
        self.error = error


def _read_line(
    line: Line, sheet: Sheet, places: dict[str, int], *, now: dt.datetime
) -> Shipment | None:
    columns = sheet.columns
    beyond = line.cells[len(columns) :]
    if beyond:
        raise _Wrong(_error(CellsBeyondHeader(extra=len(beyond)), line, sheet, len(columns) - 1))
    clock = Clock(SHOP_ZONE, "unclear", now)

    def read(name: str, reader: Any) -> Any:
        place = places.get(name)
        if place is None:
            return None
        value = line.cells[place] if place < len(line.cells) else None
        try:
            return reader(value)
        except Refusal as refusal:
            raise _Wrong(_error(refusal, line, sheet, place)) from refusal

    def moment(value: Any) -> dt.datetime | None:
        at = read_moment(value, clock)
        if at is not None and at > now:
            raise NotADate()
        return at

    carrier = read("carrier", cells.read_text)
    waybill = read("waybill", cells.read_code)
    if waybill is None:
        if carrier is None or read("no", cells.read_code) is None:
            return None
        # Only the number is missing of an order that nobody has shipped yet.
        return None
    no = read("no", lambda value: _needed(cells.read_code(value), "no"))
    code = read("carrier", lambda value: find_carrier(cells.read_text(value) or ""))
    number = read("waybill", lambda value: clean_waybill(code, cells.read_code(value) or ""))
    sku = read("sku_code", cells.read_code)
    units = read("units", cells.read_count)
    return Shipment(
        no=no.upper(),
        carrier=code,
        waybill=number,
        lines=[line.number],
        skus={sku: units} if sku else {},
        shipped_at=read("shipped_at", moment),
        delivered_at=read("delivered_at", moment),
    )


def _needed(value: str | None, name: str) -> str:
    if value is None:
        raise TextMissing(field=name)
    return value


def _error(refusal: Refusal, line: Line, sheet: Sheet, place: int) -> RowError:
    value = line.cells[place] if place < len(line.cells) else None
    return line_error(refusal, line=line.number, column=sheet.columns[place], value=value)
