"""What others may know of parcels and of what waits to be shipped."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

from django.db.models import Count, Q, QuerySet

from kaibo.base.carriers import CARRIERS, carrier_name
from kaibo.base.inputs import check_whole
from kaibo.base.pages import Piece, piece_of
from kaibo.base.sheets import Cell
from kaibo.base.times import day_begins, shop_day
from kaibo.orders.errors import NoSuchParcel
from kaibo.orders.models import Order, OrderLine, Parcel, ShipmentPromise, ShopTerms
from kaibo.orders.reads.orders import PAGE_MAX, PAGE_ROWS, order_row
from kaibo.orders.reads.units import units_of
from kaibo.orders.rules.parcels import SHIP_WITHIN_H, ParcelState, lateness
from kaibo.orders.rules.settling import SETTLE_ALONE_FEN

Lateness = Literal["late", "today", "later"]

PARCEL_COLUMNS: Final = (
    "订单编号 Order no", "包裹 Parcel", "状态 State", "快递公司 Carrier", "快递单号 Waybill",
    "SKU编码 SKU code", "商品 Title", "规格 Spec", "数量 Units", "打包时间 Packed at",
    "发货时间 Shipped at", "签收时间 Delivered at", "收件人 Receiver",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class CarrierView:
    """A carrier that may be chosen."""

    code: str
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class ShopTermsView:
    """How a shop ships and takes back."""

    ship_within_h: int
    may_refund_only: bool
    protects_days: int = 0
    settle_alone_fen_max: int = SETTLE_ALONE_FEN


@dataclass(frozen=True, slots=True)
class ParcelLineView:
    """Units of one line in a parcel or a return.

    Args:
        value_fen: of a unit of a gift, as published; 0 for what was bought.
        units_missing: gifts that were to come back and were not there.
    """

    line_id: int
    title: str
    spec: str
    units: int
    is_gift: bool = False
    value_fen: int = 0
    units_missing: int = 0


@dataclass(frozen=True, slots=True)
class ParcelView:
    """A parcel as its buyer and the desk see it."""

    id: int
    no: str
    state: ParcelState
    carrier: str
    carrier_zh: str
    carrier_en: str
    waybill: str
    packed_at: dt.datetime
    shipped_at: dt.datetime | None
    delivered_at: dt.datetime | None
    ended_at: dt.datetime | None
    lines: list[ParcelLineView]


@dataclass(frozen=True, slots=True)
class ToShip:
    """A shipment that waits: lines of an order with one promise; ``lines`` are units left.

    ``number`` of the order's ``shipments``, the most urgent first.
    """

    no: str
    show_id: int
    receiver_masked: str
    paid_at: dt.datetime
    ship_by_at: dt.datetime
    lateness: Lateness
    lines: list[ParcelLineView]
    number: int = 1
    shipments: int = 1


@dataclass(frozen=True, slots=True)
class ToShipPage:
    """One page of what waits, the most urgent first; ``counts`` are of all."""

    items: list[ToShip]
    total: int
    page: int
    pages: int
    counts: dict[str, int]


@dataclass(frozen=True, slots=True)
class ParcelPage:
    """One page of parcels, newest first; ``states`` counts all."""

    items: list[ParcelView]
    total: int
    page: int
    pages: int
    states: dict[str, int]


def carriers() -> list[CarrierView]:
    """The usual carriers."""
    return [CarrierView(one.code, one.zh, one.en) for one in CARRIERS]


def shop_terms(org_id: int) -> ShopTermsView:
    """How the shop ships and takes back; refunding without a return is off unless it chose so."""
    row = ShopTerms.objects.filter(organisation_id=org_id).first()
    if row is None:
        return ShopTermsView(SHIP_WITHIN_H, False)
    return ShopTermsView(
        row.ship_within_h, row.may_refund_only, row.protects_days, row.settle_alone_fen_max
    )


def parcels_of_order(
    no: str, *, viewer_id: int | None = None, org_id: int | None = None
) -> list[ParcelView]:
    """The parcels of a viewer's or an organisation's order, oldest first.

    Raises:
        NoSuchOrder: none of this number there.
    """
    order = order_row(Order.objects.all(), no, viewer_id=viewer_id, org_id=org_id)
    rows = _rows(Parcel.objects.filter(order=order)).order_by("pk")
    # What was packed and taken apart is the shop's own matter.
    own = rows if org_id is not None else rows.exclude(state="void")
    return [parcel_view(row) for row in own]


def parcels_of_shop(org_id: int, *, state: str = "", page: int = 1) -> ParcelPage:
    """An organisation's parcels, newest first; ``state`` "" is all."""
    check_whole("page", page, least=1, most=PAGE_MAX)
    found = Parcel.objects.filter(organisation_id=org_id)
    counts = found.order_by().values_list("state").annotate(Count("pk"))
    states = {str(name): int(count) for name, count in counts}
    total = states.get(state, 0) if state else sum(states.values())
    rows = _rows(found.filter(state=state) if state else found).order_by("-pk")
    start = (page - 1) * PAGE_ROWS
    return ParcelPage(
        items=[parcel_view(row) for row in rows[start : start + PAGE_ROWS]],
        total=total,
        page=page,
        pages=-(-total // PAGE_ROWS),
        states=states,
    )


def parcels_after(
    org_id: int, *, after: int | None, limit: int, state: ParcelState | None = None
) -> Piece[ParcelView]:
    """An organisation's parcels newest first, those below ``after``: all, or in a state."""
    rows = _rows(Parcel.objects.filter(organisation_id=org_id)).order_by("-pk")
    if state is not None:
        rows = rows.filter(state=state)
    if after is not None:
        rows = rows.filter(pk__lt=after)
    cut = piece_of(list(rows[: limit + 1]), limit=limit, place=lambda row: row.pk)
    return Piece([parcel_view(row) for row in cut.items], cut.next)


def parcel_of(id: int, *, org_id: int) -> ParcelView:
    """One parcel of an organisation.

    Raises:
        NoSuchParcel: none of this id there.
    """
    row = _rows(Parcel.objects.filter(pk=id, organisation_id=org_id)).first()
    if row is None:
        raise NoSuchParcel(id=id)
    return parcel_view(row)


def to_ship(org_id: int, *, now: dt.datetime, which: str = "", page: int = 1) -> ToShipPage:
    """Shipments of paid orders with units left to ship, the most urgent first.

    Args:
        which: "late", "today" (the shop's day, not late yet), "later", or "" for all.
    """
    check_whole("page", page, least=1, most=PAGE_MAX)
    found = waiting(org_id)
    ends = day_begins(shop_day(now) + dt.timedelta(days=1))
    parts = {
        "late": Q(ship_by_at__lte=now),
        "today": Q(ship_by_at__gt=now, ship_by_at__lt=ends),
        "later": Q(ship_by_at__gt=now, ship_by_at__gte=ends),
    }
    counted = found.aggregate(**{name: Count("pk", filter=part) for name, part in parts.items()})
    counts = {name: int(counted[name]) for name in parts}
    total = sum(counts.values()) if not which else counts.get(which, 0)
    rows = found.filter(parts[which]) if which in parts else found if not which else found.none()
    start = (page - 1) * PAGE_ROWS
    some = rows.order_by("ship_by_at", "pk")[start : start + PAGE_ROWS]
    return ToShipPage(
        items=[_to_ship(row, now=now) for row in some],
        total=total,
        page=page,
        pages=-(-total // PAGE_ROWS),
        counts=counts,
    )


def waiting(org_id: int) -> "QuerySet[ShipmentPromise]":
    """The promises of an organisation that wait to be kept."""
    rows = ShipmentPromise.objects.filter(organisation_id=org_id, ship_by_at__isnull=False)
    order = "promise__order"
    return rows.select_related(order).prefetch_related(
        f"{order}__lines__sku",
        f"{order}__parcels__lines",
        f"{order}__returns__lines",
        "promise__shipments",
    )


def parcel_rows(org_id: int) -> Iterator[list[Cell]]:
    """Every line of every parcel under ``PARCEL_COLUMNS``; receivers masked."""
    rows = Parcel.objects.filter(organisation_id=org_id).select_related("order").order_by("pk")
    for row in rows.prefetch_related("lines__line__sku").iterator(chunk_size=500):
        for packed in sorted(row.lines.all(), key=lambda one: one.line_id):
            yield [
                row.order.no, row.pk, row.get_state_display(), carrier_name(row.carrier),
                row.waybill, packed.line.sku.code, packed.line.title, packed.line.spec,
                packed.units, row.packed_at, row.shipped_at, row.delivered_at,
                row.order.receiver_masked,
            ]  # fmt: skip


def parcel_view(row: Parcel) -> ParcelView:
    """A parcel's row as a value."""
    return ParcelView(
        id=row.pk,
        no=row.order.no,
        state=row.state,  # type: ignore[arg-type]  # held to its words by its CHECK
        carrier=row.carrier,
        carrier_zh=carrier_name(row.carrier),
        carrier_en=carrier_name(row.carrier, english=True),
        waybill=row.waybill,
        packed_at=row.packed_at,
        shipped_at=row.shipped_at,
        delivered_at=row.delivered_at,
        ended_at=row.ended_at,
        lines=[
            parcel_line(one.line, one.units)
            for one in sorted(row.lines.all(), key=lambda one: one.line_id)
        ],
    )


def _to_ship(row: ShipmentPromise, *, now: dt.datetime) -> ToShip:
    order, ship_by_at = row.promise.order, row.ship_by_at
    assert ship_by_at is not None, "only what waits is listed"
    assert order.paid_at is not None, "only what is paid waits"
    left = {id: line.to_ship for id, line in units_of(order).items()}
    return ToShip(
        no=order.no,
        show_id=order.show_id,
        receiver_masked=order.receiver_masked,
        paid_at=order.paid_at,
        ship_by_at=ship_by_at,
        lateness=lateness(ship_by_at, now),
        lines=[
            parcel_line(line, left[line.pk])
            for line in sorted(order.lines.all(), key=lambda line: line.pk)
            if left[line.pk] > 0 and line.pk in row.line_ids
        ],
        number=row.number,
        shipments=len(row.promise.shipments.all()),
    )


def _rows(rows: "QuerySet[Parcel]") -> "QuerySet[Parcel]":
    return rows.select_related("order").prefetch_related("lines__line")


def parcel_line(line: OrderLine, units: int, *, missing: int = 0) -> ParcelLineView:
    """Units of a line as parcels and returns show them."""
    return ParcelLineView(
        line.pk, line.title, line.spec, units, line.gift_id is not None, value_of(line), missing
    )


def value_of(line: OrderLine) -> int:
    """What a unit of a gift is worth, as published; 0 for what was bought."""
    return 0 if line.gift_id is None else line.unit_price_fen
