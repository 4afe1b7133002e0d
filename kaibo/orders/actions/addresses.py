"""The addresses of what waits for shipment, for whoever packs or prints labels."""

import datetime as dt
import json
from typing import Final, Literal

from django.db import transaction

from kaibo.access.crypto import decrypt_text
from kaibo.base.actor import Actor
from kaibo.base.sheets import Cell, write_csv, write_xlsx
from kaibo.facts.orders import AddressesExported
from kaibo.journal.actions import append
from kaibo.orders.models import ShipmentPromise
from kaibo.orders.reads.parcels import waiting
from kaibo.orders.reads.units import units_of

ORDERS_MAX: Final = 2_000

# Filled in and sent back, the file is one of waybills: the same words head the same columns.
TO_SHIP_COLUMNS: Final = (
    "订单编号 Order no", "快递公司 Carrier", "快递单号 Waybill", "SKU编码 SKU code", "数量 Units",
    "商品 Title", "规格 Spec", "收件人 Receiver", "电话 Phone", "地区 Region", "地址 Address",
    "最迟发货 Ship by", "买家留言 Note", "行政区划代码 Region code", "邮编 Postcode",
)  # fmt: skip


@transaction.atomic
def export_to_ship(*, kind: Literal["csv", "xlsx"], by: Actor, now: dt.datetime) -> bytes:
    """What waits for shipment with the buyers' addresses, the most urgent first, at most 2,000.

    Lines of an order that were promised at different hours stand where each is due.

    That somebody took addresses out of the house is a fact; whose they are is not in it.
    """
    rows: list[list[Cell]] = []
    promises = waiting(by.org_id).order_by("ship_by_at", "pk")[:ORDERS_MAX]
    for promise in promises:
        rows += _lines(promise)
    orders = len({promise.promise_id for promise in promises})
    append(AddressesExported(orders=orders, kind=kind), at=now, org_id=by.org_id, actor=by)
    if kind == "csv":
        return write_csv(TO_SHIP_COLUMNS, rows)
    return write_xlsx("待发货", TO_SHIP_COLUMNS, rows)


def _lines(promise: ShipmentPromise) -> list[list[Cell]]:
    order = promise.promise.order
    to = json.loads(decrypt_text(order.address_encrypted))
    note = decrypt_text(order.note_encrypted) if order.note_encrypted else ""
    left = {id: line.to_ship for id, line in units_of(order).items()}
    return [
        [
            order.no, "", "", line.sku.code, left[line.pk], line.title, line.spec,
            to["name"], to["phone"], to["region"], to["detail"], promise.ship_by_at, note,
            to.get("region_code", ""), to.get("postcode", ""),
        ]
        for line in sorted(order.lines.all(), key=lambda line: line.pk)
        if left[line.pk] > 0 and line.pk in promise.line_ids
    ]  # fmt: skip
