"""Files of waybills: look first, write later; only numbers are read, and nothing is kept."""

import datetime as dt
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from django.db import transaction

from kaibo.base.actor import Actor
from kaibo.base.columns import Sheet
from kaibo.base.errors import Refusal
from kaibo.base.problems import RowError, line_error, problem_file
from kaibo.base.tables import read_lines
from kaibo.base.times import shop_day
from kaibo.facts.orders import WaybillsImported
from kaibo.journal.actions import append
from kaibo.orders.actions.parcels import deliver, hand_over, pack, parcel_of_waybill
from kaibo.orders.actions.units import lock_order
from kaibo.orders.errors import NoSuchSkuInOrder, TooManyWaybills
from kaibo.orders.models import Order
from kaibo.orders.reads.units import units_of
from kaibo.orders.rules.waybill_lines import (
    FIELDS,
    WAYBILL_ROWS_MAX,
    Shipment,
    WaybillReading,
    read_waybills,
)

ERRORS_SHOWN: Final = 200
Outcome = Literal["shipped", "delivered", "repeat"]


@dataclass(frozen=True, slots=True, kw_only=True)
class WaybillReport:
    """What a file does, or would do; ``errors`` are the first of ``errors_total``.

    Args:
        shipped: parcels that went; ``delivered`` of these or earlier ones arrived.
        repeats: parcels that were known as they are, and lines that say again what one said.
        empty: lines without a waybill.
        written: False for a preview.
    """

    rows: int
    shipped: int
    delivered: int
    repeats: int
    refused: int
    empty: int
    errors: tuple[RowError, ...]
    errors_total: int
    mapping: dict[str, str | None]
    written: bool


class _Undo(Exception):
    """Rolls a preview back."""


def check_waybills(*, data: bytes, by: Actor, now: dt.datetime) -> WaybillReport:
    """What ``import_waybills`` would do with a file now; nothing is written.

    Raises:
        BadInput: the file cannot be read, or lacks a column.
    """
    return _report(data, by=by, now=now, write=False)


def import_waybills(*, data: bytes, by: Actor, now: dt.datetime) -> WaybillReport:
    """Ship what a file says was shipped, an order in a transaction; safe to repeat.

    A parcel that is known is not shipped again; its delivery is noted if the file tells it.

    Raises:
        BadInput: the file cannot be read, or lacks a column; nothing was written.
    """
    report = _report(data, by=by, now=now, write=True)
    fact = WaybillsImported(
        sha256=hashlib.sha256(data).hexdigest(),
        rows=report.rows,
        shipped=report.shipped,
        delivered=report.delivered,
        repeats=report.repeats,
        refused=report.refused,
    )
    with transaction.atomic():
        append(fact, at=now, org_id=by.org_id, actor=by)
    return report


def waybill_errors(
    *, data: bytes, kind: Literal["csv", "xlsx"], lang: str, by: Actor, now: dt.datetime
) -> bytes:
    """The lines of a file that would be refused, with what to mend; nothing is written.

    Raises:
        BadInput: the file cannot be read, or lacks a column.
    """
    sheet, reading, _ = _read(data, by=by, now=now, write=False)
    return problem_file(sheet, reading.errors, kind=kind, lang=lang)


def _report(data: bytes, *, by: Actor, now: dt.datetime, write: bool) -> WaybillReport:
    sheet, reading, done = _read(data, by=by, now=now, write=write)
    return WaybillReport(
        rows=len(sheet.lines),
        shipped=done.count("shipped"),
        delivered=done.count("delivered"),
        repeats=done.count("repeat") + reading.repeats,
        refused=len({error.line for error in reading.errors}),
        empty=reading.empty,
        errors=tuple(reading.errors[:ERRORS_SHOWN]),
        errors_total=len(reading.errors),
        mapping=FIELDS.guess(sheet.columns),
        written=write,
    )


def _read(
    data: bytes, *, by: Actor, now: dt.datetime, write: bool
) -> tuple[Sheet, WaybillReading, list[Outcome]]:
    sheet = FIELDS.find_header(read_lines(data))
    mapping = FIELDS.check(FIELDS.guess(sheet.columns), sheet.columns)
    if len(sheet.lines) > WAYBILL_ROWS_MAX:
        raise TooManyWaybills(rows=len(sheet.lines), most=WAYBILL_ROWS_MAX)
    reading = read_waybills(sheet, mapping, now=now)
    column = {target: name for name, target in mapping.items() if target}
    by_order: dict[str, list[Shipment]] = {}
    for shipment in reading.shipments:
        by_order.setdefault(shipment.no, []).append(shipment)
    done: list[Outcome] = []
    for no, shipments in by_order.items():
        try:
            with transaction.atomic():
                done += _ship_all(no, shipments, reading, column, by=by, now=now)
                if not write:
                    raise _Undo
        except _Undo:
            pass
    reading.errors.sort(key=lambda error: error.line)
    return sheet, reading, done


def _ship_all(
    no: str,
    shipments: Sequence[Shipment],
    reading: WaybillReading,
    column: dict[str, str],
    *,
    by: Actor,
    now: dt.datetime,
) -> list[Outcome]:
    """Every parcel of one order; one that is refused leaves the others."""
    done: list[Outcome] = []
    for shipment in shipments:
        try:
            with transaction.atomic():
                order = lock_order(no, org_id=by.org_id)
                done += _ship(order, shipment, by=by, now=now)
        except Refusal as refusal:
            field = "sku_code" if isinstance(refusal, NoSuchSkuInOrder) else "no"
            value = next(iter(shipment.skus), "") if field == "sku_code" else shipment.no
            reading.errors += [
                line_error(refusal, line=line, column=column[field], value=value)
                for line in shipment.lines
            ]
    return done


def _ship(order: Order, shipment: Shipment, *, by: Actor, now: dt.datetime) -> list[Outcome]:
    parcel = parcel_of_waybill(order, shipment.carrier, shipment.waybill)
    done: list[Outcome] = []
    if parcel is None:
        parcel = pack(order, _wish(order, shipment), by=by, now=now)
        at = shipment.shipped_at or shipment.delivered_at or now
        # A file tells the day and not the hour: not before the order was paid.
        paid_at = order.paid_at or now
        hand_over(
            parcel, shipment.carrier, shipment.waybill, by=by, now=now, shipped_at=max(at, paid_at)
        )
        done.append("shipped")
    if shipment.delivered_at is not None and parcel.state == "shipped":
        assert parcel.shipped_at is not None, "its CHECK says so"
        at, shipped_at = shipment.delivered_at, parcel.shipped_at
        at = shipped_at if at < shipped_at and shop_day(at) == shop_day(shipped_at) else at
        deliver(parcel, at=at, by=by, now=now)
        done.append("delivered")
    return done or ["repeat"]


def _wish(order: Order, shipment: Shipment) -> dict[int, int] | None:
    """Units by line id, from SKU codes; of lines of one SKU the first that has units left."""
    if not shipment.skus:
        return None
    left = {id: line.to_ship for id, line in units_of(order).items()}
    wish: dict[int, int] = {}
    lines = list(order.lines.select_related("sku").order_by("pk"))
    for code, units in shipment.skus.items():
        ours = [line for line in lines if line.sku.code == code]
        if not ours:
            raise NoSuchSkuInOrder(sku=code[:64])
        wanted = sum(left[line.pk] for line in ours) if units is None else units
        for line in ours:
            take = min(wanted, left[line.pk])
            # What is more than all of them have is asked of the last one, which refuses it.
            take = wanted if line is ours[-1] else take
            if take:
                wish[line.pk] = wish.get(line.pk, 0) + take
                wanted -= take
    return wish
