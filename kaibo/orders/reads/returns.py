"""What others may know of returns."""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from django.db.models import Case, Count, F, IntegerField, QuerySet, Value, When

from kaibo.base.carriers import carrier_name
from kaibo.base.inputs import check_whole
from kaibo.base.pages import Piece, piece_of
from kaibo.base.sheets import Cell
from kaibo.base.times import shop_day
from kaibo.orders import photos
from kaibo.orders.errors import NoSuchPhoto, NoSuchReturn
from kaibo.orders.models import Order, OrderPromise, Return, ReturnPhoto
from kaibo.orders.reads.orders import PAGE_MAX, PAGE_ROWS, order_row
from kaibo.orders.reads.parcels import ParcelLineView, parcel_line, value_of
from kaibo.orders.reads.units import undone_fen, units_of
from kaibo.orders.rules.returns import (
    MAY_BE_PAID,
    AskedLine,
    ReturnState,
    last_day,
    refund_key,
    window_ends_at,
)

RETURN_COLUMNS: Final = (
    "订单编号 Order no", "退货 Return", "状态 State", "原因 Reason", "方式 Wants",
    "SKU编码 SKU code",
    "商品 Title", "规格 Spec", "数量 Units", "申请时间 Asked at", "无理由最后一天 Last day",
    "拒绝原因 Refused because", "退回快递 Carrier", "退回单号 Waybill", "收货时间 Received at",
    "最迟退款 Refund due", "完结时间 Ended at", "可再售 Sellable", "运费承担 Freight",
    "赠品未退回 Gifts missing",
)  # fmt: skip

_OPEN: Final = ("received", "asked", "sent", "accepted")


@dataclass(frozen=True, slots=True)
class PhotoView:
    """A photograph of a return; sides in pixels."""

    id: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class ReturnView:
    """A return as its buyer and the desk see it.

    Args:
        last_day: the last day on which it needed no reason.
        refund_due_at: when the money goes back by itself, while that runs.
        photos: addresses elsewhere that the buyer named; ``pictures`` are kept here.
        amount_fen: what its units are paid back with, or were; 0 once they no longer are.
    """

    id: int
    no: str
    state: str
    reason: str
    wants_exchange: bool
    said: str
    photos: list[str]
    pictures: list[PhotoView]
    lines: list[ParcelLineView]
    asked_at: dt.datetime
    last_day: dt.date
    freight_by: str
    refusal: str
    refusal_zh: str
    answer: str
    proofs: list[str]
    carrier: str
    carrier_zh: str
    carrier_en: str
    waybill: str
    received_at: dt.datetime | None
    is_sellable: bool | None
    refund_due_at: dt.datetime | None
    ended_at: dt.datetime | None
    new_parcel_id: int | None
    amount_fen: int


@dataclass(frozen=True, slots=True)
class ReturnableLine:
    """A line of which units can be sent back.

    Args:
        no_reason_until: the last day without a reason; None where it is excluded.
        excluded: the exception that holds; "" where none does.
        value_fen: of a unit of a gift: the most that is deducted for one that does not come back.
    """

    line_id: int
    title: str
    spec: str
    units: int
    no_reason_until: dt.date | None
    is_open: bool
    excluded: str
    is_gift: bool = False
    value_fen: int = 0


@dataclass(frozen=True, slots=True)
class ReturnPage:
    """One page of returns: first what runs against a clock, then what is open, then the rest."""

    items: list[ReturnView]
    total: int
    page: int
    pages: int
    states: dict[str, int]


def return_of(id: int, *, org_id: int) -> ReturnView:
    """One return of an organisation.

    Raises:
        NoSuchReturn: none of this id there.
    """
    row = _rows(Return.objects.filter(pk=id, organisation_id=org_id)).first()
    if row is None:
        raise NoSuchReturn(id=id)
    return return_view(row)


def returns_of_order(
    no: str, *, viewer_id: int | None = None, org_id: int | None = None
) -> list[ReturnView]:
    """The returns of a viewer's or an organisation's order, oldest first.

    Raises:
        NoSuchOrder: none of this number there.
    """
    order = order_row(Order.objects.all(), no, viewer_id=viewer_id, org_id=org_id)
    rows = Return.objects.filter(order=order)
    return [return_view(row) for row in _rows(rows).order_by("pk")]


def returns_of_shop(org_id: int, *, state: str = "", page: int = 1) -> ReturnPage:
    """An organisation's returns; ``state`` "" is all."""
    check_whole("page", page, least=1, most=PAGE_MAX)
    found = Return.objects.filter(organisation_id=org_id)
    counts = found.order_by().values_list("state").annotate(Count("pk"))
    states = {str(name): int(count) for name, count in counts}
    total = states.get(state, 0) if state else sum(states.values())
    urgency = Case(
        *(When(state=name, then=Value(place)) for place, name in enumerate(_OPEN)),
        default=Value(len(_OPEN)),
        output_field=IntegerField(),
    )
    rows = _rows(found.filter(state=state) if state else found)
    rows = rows.order_by(urgency, F("refund_due_at").asc(nulls_last=True), "-pk")
    start = (page - 1) * PAGE_ROWS
    return ReturnPage(
        items=[return_view(row) for row in rows[start : start + PAGE_ROWS]],
        total=total,
        page=page,
        pages=-(-total // PAGE_ROWS),
        states=states,
    )


def returns_after(
    org_id: int, *, after: int | None, limit: int, state: ReturnState | None = None
) -> Piece[ReturnView]:
    """An organisation's returns newest first, those below ``after``: all, or in a state."""
    rows = _rows(Return.objects.filter(organisation_id=org_id)).order_by("-pk")
    if state is not None:
        rows = rows.filter(state=state)
    if after is not None:
        rows = rows.filter(pk__lt=after)
    cut = piece_of(list(rows[: limit + 1]), limit=limit, place=lambda row: row.pk)
    return Piece([return_view(row) for row in cut.items], cut.next)


def returnable(no: str, *, viewer_id: int, now: dt.datetime) -> list[ReturnableLine]:
    """The lines of a viewer's order of which units can be sent back now.

    Raises:
        NoSuchOrder: the viewer has none of this number.
    """
    order = order_row(Order.objects.all(), no, viewer_id=viewer_id)
    left = {id: line.to_return for id, line in units_of(order).items() if line.to_return}
    titles = {line.pk: line for line in order.lines.all()}
    return [
        ReturnableLine(
            line_id=id,
            title=titles[id].title,
            spec=titles[id].spec,
            units=left[id],
            no_reason_until=None if asked.is_excluded else last_day(asked.delivered_at),
            is_open=not asked.is_excluded and now < window_ends_at(asked.delivered_at),
            excluded=asked.exception_type if asked.is_excluded else "",
            is_gift=titles[id].gift_id is not None,
            value_fen=value_of(titles[id]),
        )
        for id, asked in zip(left, asked_lines(order, left), strict=True)
    ]


def asked_lines(order: Order, units: Mapping[int, int]) -> list[AskedLine]:
    """What the rules ask of lines that somebody wants to send back: each was delivered.

    The days run from the last parcel that had units of the line. The terms are those the order
    was placed on; an order from before there were any has none.
    """
    last: dict[int, dt.datetime] = {}
    for parcel in order.parcels.filter(state="delivered").prefetch_related("lines"):
        assert parcel.delivered_at is not None, "its CHECK says so"
        for packed in parcel.lines.all():
            last[packed.line_id] = max(
                parcel.delivered_at, last.get(packed.line_id, parcel.delivered_at)
            )
    promise = OrderPromise.objects.filter(order=order).first()
    terms = promise.lines if promise is not None else {}
    found = []
    for id in units:
        said = terms.get(str(id), {"exception_type": "", "is_excluded": False})
        found.append(
            AskedLine(
                delivered_at=last[id],
                exception_type=said["exception_type"],
                is_excluded=said["is_excluded"],
            )
        )
    return found


def photo_data(id: int, *, org_id: int, viewer_id: int | None = None) -> bytes:
    """A photograph as JPEG: of a viewer's own return, or of any of the organisation.

    Raises:
        NoSuchPhoto: none of this id there, or it was deleted.
    """
    rows = ReturnPhoto.objects.filter(pk=id, organisation_id=org_id)
    if viewer_id is not None:
        rows = rows.filter(back__order__viewer_id=viewer_id)
    name = rows.values_list("name", flat=True).first()
    data = photos.read(name) if name is not None else None
    if data is None:
        raise NoSuchPhoto(id=id)
    return data


def return_rows(org_id: int) -> Iterator[list[Cell]]:
    """Every line of every return under ``RETURN_COLUMNS``."""
    rows = Return.objects.filter(organisation_id=org_id).select_related("order").order_by("pk")
    for row in rows.prefetch_related("lines__line__sku").iterator(chunk_size=500):
        for sent in sorted(row.lines.all(), key=lambda one: one.line_id):
            yield [
                row.order.no, row.pk, row.get_state_display(), row.get_reason_display(),
                "换货" if row.wants_exchange else "退款", sent.line.sku.code, sent.line.title,
                sent.line.spec, sent.units, row.asked_at, _last_day(row),
                row.get_refusal_display() if row.refusal else "", carrier_name(row.carrier),
                row.waybill, row.received_at, row.refund_due_at, row.ended_at,
                {None: "", True: "是", False: "否"}[row.is_sellable], row.get_freight_by_display(),
                sent.units_missing or None,
            ]  # fmt: skip


def return_view(row: Return) -> ReturnView:
    """A return's row as a value."""
    return ReturnView(
        id=row.pk,
        no=row.order.no,
        state=row.state,
        reason=row.reason,
        wants_exchange=row.wants_exchange,
        said=row.said,
        photos=row.photos,
        pictures=[
            PhotoView(one.pk, one.width, one.height)
            for one in sorted(row.pictures.all(), key=lambda one: one.pk)
        ],
        lines=[
            parcel_line(one.line, one.units, missing=one.units_missing)
            for one in sorted(row.lines.all(), key=lambda one: one.line_id)
        ],
        asked_at=row.asked_at,
        last_day=_last_day(row),
        freight_by=row.freight_by,
        refusal=row.refusal,
        refusal_zh=row.get_refusal_display() if row.refusal else "",
        answer=row.answer,
        proofs=row.proofs,
        carrier=row.carrier,
        carrier_zh=carrier_name(row.carrier),
        carrier_en=carrier_name(row.carrier, english=True),
        waybill=row.waybill,
        received_at=row.received_at,
        is_sellable=row.is_sellable,
        refund_due_at=row.refund_due_at,
        ended_at=row.ended_at,
        new_parcel_id=row.new_parcel_id,
        amount_fen=_amount(row),
    )


def _amount(row: Return) -> int:
    if row.state == "refunded":
        key = refund_key(row.pk)
        return sum(one.amount_fen for one in row.order.refunds.all() if one.request_key == key)
    if row.state not in MAY_BE_PAID:
        return 0
    fen = sum(undone_fen(sent.line, sent.units) for sent in row.lines.all())
    # A gift that did not come back is deducted from a return without a reason.
    missing = sum(sent.units_missing * sent.line.unit_price_fen for sent in row.lines.all())
    return max(0, fen - missing) if row.reason == "no_reason" else fen


def _last_day(row: Return) -> dt.date:
    return shop_day(row.window_ends_at - dt.timedelta(seconds=1))


def _rows(rows: "QuerySet[Return]") -> "QuerySet[Return]":
    return rows.select_related("order").prefetch_related(
        "lines__line", "order__refunds", "pictures"
    )
