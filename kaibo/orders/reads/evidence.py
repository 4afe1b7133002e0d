"""An order with everything that was kept of it, for the evidence of a dispute."""

import datetime as dt
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from kaibo.access.crypto import decrypt_text
from kaibo.orders import photos
from kaibo.orders.models import Order, ReturnPhoto
from kaibo.orders.reads.ledger import OrderLedger, ledger_of_order
from kaibo.orders.reads.orders import order_row
from kaibo.orders.reads.parcels import ParcelView, parcels_of_order
from kaibo.orders.reads.returns import ReturnView, returns_of_order
from kaibo.orders.reads.units import units_of
from kaibo.orders.reads.views import OrderView, order_view


@dataclass(frozen=True, slots=True)
class OrderRecord:
    """One order. ``receiver`` and ``note`` are in the open: mind who reads them."""

    id: int
    viewer_id: int
    sku_ids: tuple[int, ...]
    link_nos: tuple[int, ...]
    view: OrderView
    snapshot: dict[str, Any]
    closed_at: dt.datetime | None
    refund_reason: str
    receiver: dict[str, Any]
    note: str
    parcels: list[ParcelView]
    returns: list[ReturnView]
    ledger: OrderLedger


def order_record(no: str, *, org_id: int) -> OrderRecord:
    """Everything kept of an order.

    Raises:
        NoSuchOrder: none of this number in the organisation.
    """
    row = order_row(Order.objects.prefetch_related("lines", "refunds"), no, org_id=org_id)
    lines = sorted(row.lines.all(), key=lambda line: line.pk)
    return OrderRecord(
        id=row.pk,
        viewer_id=row.viewer_id,
        sku_ids=tuple(dict.fromkeys(line.sku_id for line in lines)),
        link_nos=tuple(dict.fromkeys(line.link_no for line in lines if line.link_no)),
        view=order_view(row),
        snapshot=row.snapshot,
        closed_at=row.closed_at,
        refund_reason=row.refund_reason,
        receiver=json.loads(decrypt_text(row.address_encrypted)),
        note=decrypt_text(row.note_encrypted) if row.note_encrypted else "",
        parcels=parcels_of_order(no, org_id=org_id),
        returns=returns_of_order(no, org_id=org_id),
        ledger=ledger_of_order(no, org_id=org_id),
    )


def order_views(org_id: int, show_id: int) -> Iterator[OrderView]:
    """Every order of a show, oldest first, receivers masked."""
    rows = Order.objects.filter(organisation_id=org_id, show_id=show_id).order_by("pk")
    rows = rows.prefetch_related("lines", "refunds").select_related("member", "presale")
    return (order_view(row) for row in rows.iterator(chunk_size=500))


def return_photos(record: OrderRecord, *, org_id: int) -> Iterator[tuple[int, dt.datetime, bytes]]:
    """The photographs of an order's returns that are still kept: id, time, bytes."""
    rows = ReturnPhoto.objects.filter(
        organisation_id=org_id, back__in=[one.id for one in record.returns]
    )
    for row in rows.order_by("pk"):
        data = photos.read(row.name)
        if data is not None:
            yield row.pk, row.added_at, data


def trades_ended(org_id: int, show_id: int) -> list[dt.datetime | None]:
    """When each trade of a show was completed; None for one that is still open.

    An unpaid order ends when it is closed, a paid one when every parcel and return of it ended, a
    refunded one when the money went back.
    """
    rows = Order.objects.filter(organisation_id=org_id, show_id=show_id).order_by("pk")
    rows = rows.prefetch_related("refunds", "returns", "parcels")
    return [_ended(row) for row in rows.iterator(chunk_size=500)]


def _ended(row: Order) -> dt.datetime | None:
    if row.state == "closed":
        return row.closed_at
    moments: list[dt.datetime | None] = [one.refunded_at for one in row.refunds.all()]
    moments += [one.ended_at for one in row.returns.all()]
    if row.state == "paid":
        parcels = [one.delivered_at or one.ended_at for one in row.parcels.all()]
        moments += parcels or [None]
        if any(units.to_ship > 0 for units in units_of(row).values()):
            return None
    elif row.state != "refunded":
        return None
    ended = [moment for moment in moments if moment is not None]
    return max(ended) if ended and len(ended) == len(moments) else None
