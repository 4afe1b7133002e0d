"""Orders of other platforms as their files told them: lists, exports, and each day against it."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, cast
from zoneinfo import ZoneInfo

from django.db.models import Count, Q, QuerySet, Sum
from django.db.models.functions import TruncDate

from kaibo.base.inputs import check_whole
from kaibo.base.pages import PIECE_ROWS
from kaibo.base.sheets import Cell, money
from kaibo.orders.errors import NoSuchOrderFile, PlatformUnknown
from kaibo.orders.models import OrderFile, PlatformOrder
from kaibo.orders.rules.file_drafts import DayFigures
from kaibo.orders.rules.platforms import PLATFORMS

PAGE_ROWS: Final = 50
PAGE_MAX: Final = 100_000
FILES_MAX: Final = 100

PLATFORM_ORDER_COLUMNS: Final = (
    "平台 Platform",
    "店铺 Shop",
    "订单编号 Order no",
    "子订单编号 Line no",
    "状态 State",
    "平台状态 Platform state",
    "下单时间 Ordered at",
    "付款时间 Paid at",
    "币种 Currency",
    "应付 Total",
    "实付 Paid",
    "退款 Refund",
    "退货单 Is return",
    "商品编码 Product code",
    "SKU编码 SKU code",
    "商品 Title",
    "规格 Spec",
    "数量 Units",
    "单价 Unit price",
    "行金额 Line amount",
    "不可拆分 Cannot be split",
    "客户编号 Customer no",
    "大区 Region",
    "省 Province",
    "市 City",
    "来源 Source",
)


@dataclass(frozen=True, slots=True)
class PlatformLineView:
    """One line; ``is_unsplit``: several items in one cell, their units only as a sum."""

    line_no: str
    product_code: str
    sku_code: str
    title: str
    spec: str
    units: int | None
    unit_price_minor: int | None
    amount_minor: int | None
    is_unsplit: bool


@dataclass(frozen=True, slots=True)
class PlatformOrderView:
    """An order of another platform; amounts in hundredths of ``currency``."""

    platform: str
    shop: str
    no: str
    state: str
    state_text: str
    currency: str
    total_minor: int
    paid_minor: int
    refund_minor: int
    is_return: bool
    ordered_at: dt.datetime
    paid_at: dt.datetime | None
    customer_no: str
    region: str
    province: str
    city: str
    source: str
    lines: list[PlatformLineView]


@dataclass(frozen=True, slots=True)
class PlatformOrderPage:
    """One page of imported orders, newest first."""

    items: list[PlatformOrderView]
    total: int
    page: int
    pages: int


@dataclass(frozen=True, slots=True)
class OrderFileView:
    """An uploaded file and what came of it."""

    id: int
    filename: str
    platform: str
    shop: str
    state: str
    rows: int
    created: int
    replaced: int
    unchanged: int
    older: int
    refused: int
    repeats: int
    created_at: dt.datetime
    applied_at: dt.datetime | None


@dataclass(frozen=True, slots=True)
class FileDay:
    """One day of the shop's clock: what the file says, what is stored now, and if they agree."""

    day: dt.date
    file: DayFigures
    ours: DayFigures
    agrees: bool


def order_files(org_id: int) -> list[OrderFileView]:
    """The newest 100 files, newest first."""
    return [OrderFileView(**row) for row in _files(org_id)[:FILES_MAX]]


def every_order_file(org_id: int) -> Iterator[OrderFileView]:
    """All files, newest first, without what is in them."""
    return (OrderFileView(**row) for row in _files(org_id).iterator(PIECE_ROWS))


def _files(org_id: int) -> "QuerySet[OrderFile, dict[str, Any]]":
    names: list[str] = list(OrderFileView.__dataclass_fields__)
    rows = OrderFile.objects.filter(organisation_id=org_id).order_by("-pk").values(*names)
    return cast("QuerySet[OrderFile, dict[str, Any]]", rows)


def platform_orders(org_id: int, *, platform: str = "", page: int = 1) -> PlatformOrderPage:
    """Imported orders, newest first.

    Args:
        platform: a platform's name, or "" for all.
        page: from 1; a page beyond the last is empty.

    Raises:
        PlatformUnknown, NumberOutOfRange.
    """
    check_whole("page", page, least=1, most=PAGE_MAX)
    rows = _rows(org_id, platform)
    total, start = rows.count(), (page - 1) * PAGE_ROWS
    found = rows.order_by("-ordered_at", "-pk").prefetch_related("lines")
    return PlatformOrderPage(
        items=[_view(row) for row in found[start : start + PAGE_ROWS]],
        total=total,
        page=page,
        pages=-(-total // PAGE_ROWS),
    )


def platform_order_rows(org_id: int, *, platform: str = "") -> Iterator[list[Cell]]:
    """Every line under ``PLATFORM_ORDER_COLUMNS``, for exports; an order without lines is one.

    Raises:
        PlatformUnknown.
    """
    rows = _rows(org_id, platform).order_by("pk").prefetch_related("lines")
    return (cells for row in rows.iterator(chunk_size=500) for cells in _cells(row))


def file_days(org_id: int, file_id: int) -> list[FileDay]:
    """Each day of a file that was written, and the same days as they are stored now.

    They differ where orders of the file were refused, or other files told more or later.

    Raises:
        NoSuchOrderFile: none of this id in the organisation.
    """
    file = OrderFile.objects.filter(organisation_id=org_id, pk=file_id).first()
    if file is None:
        raise NoSuchOrderFile(id=file_id)
    told = {dt.date.fromisoformat(day): DayFigures(*six) for day, six in file.days.items()}
    ours = _stored_days(file, list(told)) if told else {}
    return [
        FileDay(day, figures, ours.get(day, DayFigures()), figures == ours.get(day, DayFigures()))
        for day, figures in sorted(told.items())
    ]


def _stored_days(file: OrderFile, days: list[dt.date]) -> dict[dt.date, DayFigures]:
    zone = ZoneInfo(file.zone)
    first = dt.datetime.combine(min(days), dt.time(), zone)
    end = dt.datetime.combine(max(days) + dt.timedelta(days=1), dt.time(), zone)
    rows = (
        PlatformOrder.objects.filter(
            organisation_id=file.organisation_id, platform=file.platform, shop=file.shop,
            currency=file.currency, ordered_at__gte=first, ordered_at__lt=end,
        )
        .order_by()
        .values(day=TruncDate("ordered_at", tzinfo=zone))
        .annotate(
            orders=Count("pk", filter=Q(is_return=False)),
            paid=Count("pk", filter=Q(is_return=False, state__in=["paid", "refunded"])),
            refunded=Count("pk", filter=Q(refund_minor__gt=0)),
            total_minor=Sum("total_minor"),
            paid_minor=Sum("paid_minor"),
            refund_minor=Sum("refund_minor"),
        )
    )  # fmt: skip
    return {cast(dt.date, row.pop("day")): DayFigures(**row) for row in rows}


def _rows(org_id: int, platform: str) -> "QuerySet[PlatformOrder]":
    if platform and platform not in PLATFORMS:
        raise PlatformUnknown(platform=platform[:40])
    rows = PlatformOrder.objects.filter(organisation_id=org_id)
    return rows.filter(platform=platform) if platform else rows


def _view(row: PlatformOrder) -> PlatformOrderView:
    names = [name for name in PlatformOrderView.__dataclass_fields__ if name != "lines"]
    line_names = PlatformLineView.__dataclass_fields__
    return PlatformOrderView(
        **{name: getattr(row, name) for name in names},
        lines=[
            PlatformLineView(**{name: getattr(line, name) for name in line_names})
            for line in sorted(row.lines.all(), key=lambda line: line.number)
        ],
    )


def _cells(row: PlatformOrder) -> Iterator[list[Cell]]:
    view = _view(row)
    before: list[Cell] = [row.get_platform_display(), view.shop, view.no]
    lines = view.lines or [PlatformLineView("", "", "", "", "", None, None, None, False)]
    for place, line in enumerate(lines):
        # Once per order, so that the columns add up.
        amounts: list[Cell] = [None] * 3
        if place == 0:
            amounts = [money(view.total_minor), money(view.paid_minor), money(view.refund_minor)]
        yield [
            *before, line.line_no, row.get_state_display(), view.state_text, view.ordered_at,
            view.paid_at, view.currency, *amounts, _yes(view.is_return), line.product_code,
            line.sku_code, line.title, line.spec, line.units, _money(line.unit_price_minor),
            _money(line.amount_minor), _yes(line.is_unsplit), view.customer_no, view.region,
            view.province, view.city, view.source,
        ]  # fmt: skip


def _money(minor: int | None) -> Cell:
    return None if minor is None else money(minor)


def _yes(value: bool) -> str:
    return "是" if value else ""
