"""What others may know of orders, as frozen values; receivers are masked everywhere."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Final

from django.db.models import Count, QuerySet, Sum

from kaibo.base.inputs import check_whole
from kaibo.base.pages import Piece, piece_of
from kaibo.base.sheets import Cell, money
from kaibo.orders.errors import NoSuchOrder
from kaibo.orders.models import Order, Refund
from kaibo.orders.reads.borne import PAYERS, BorneView, SoldOrder, borne_of, payers_of, sold_order
from kaibo.orders.reads.views import OrderView, order_view
from kaibo.orders.rules import OrderState

PAGE_ROWS: Final = 50
PAGE_MAX: Final = 100_000
MINE_MAX: Final = 200

ORDER_COLUMNS: Final = (
    "订单编号 Order no",
    "状态 State",
    "链接 Link",
    "商品 Title",
    "规格 Spec",
    "数量 Units",
    "单价(元) Unit price",
    "优惠(元) Discount",
    "金额(元) Amount",
    "收件人 Receiver",
    "下单时间 Placed at",
    "付款时间 Paid at",
    "付款截止 Pay before",
    "关闭原因 Closed because",
    "退款金额(元) Refund",
    "退款原因 Refund reason",
    "优惠-本店承担(元) Discount by shop",
    "优惠-平台承担(元) Discount by platform",
    "优惠-主播承担(元) Discount by host",
    "优惠-供应商承担(元) Discount by supplier",
)


@dataclass(frozen=True, slots=True)
class DeskOrder:
    """An order as the desk sees it; ``refund_tries`` above 0 means the provider is not helping."""

    order: OrderView
    viewer_id: int
    refund_reason: str
    refund_tries: int
    borne: tuple[BorneView, ...] = ()


@dataclass(frozen=True, slots=True)
class OrderPage:
    """One page of a show's orders; ``states`` counts the whole show by state, for the tabs."""

    items: list[DeskOrder]
    total: int
    page: int
    pages: int
    states: dict[str, int]


def order(no: str, *, viewer_id: int | None = None, org_id: int | None = None) -> OrderView:
    """One order, of a viewer or of an organisation.

    Raises:
        NoSuchOrder: none of this number there.
    """
    return order_view(order_row(_rows(Order.objects.all()), no, viewer_id=viewer_id, org_id=org_id))


def order_row(
    rows: "QuerySet[Order]", no: str, *, viewer_id: int | None = None, org_id: int | None = None
) -> Order:
    """The row of a viewer's or an organisation's order, for the reads of what belongs to it.

    Raises:
        NoSuchOrder: none of this number there.
    """
    assert viewer_id is not None or org_id is not None, "an order is somebody's"
    found = rows.filter(no=no)
    if viewer_id is not None:
        found = found.filter(viewer_id=viewer_id)
    if org_id is not None:
        found = found.filter(organisation_id=org_id)
    row = found.first()
    if row is None:
        raise NoSuchOrder(no=no[:40])
    return row


def sold(no: str, *, org_id: int) -> SoldOrder:
    """One order of an organisation, with who bears its discounts.

    Raises:
        NoSuchOrder: none of this number there.
    """
    return sold_order(order_row(_rows(Order.objects.all()), no, org_id=org_id))


def orders_by_id(ids: set[int]) -> dict[int, OrderView]:
    """Orders by their row id, as facts name them; for pushing them to their buyers."""
    return {row.pk: order_view(row) for row in _rows(Order.objects.filter(pk__in=ids))}


def orders_of_viewer(viewer_id: int) -> list[OrderView]:
    """A viewer's newest 200 orders, newest first."""
    rows = _rows(Order.objects.filter(viewer_id=viewer_id)).order_by("-pk")
    return [order_view(row) for row in rows[:MINE_MAX]]


def orders_of_show(org_id: int, show_id: int, *, state: str = "", page: int = 1) -> OrderPage:
    """A show's orders, newest first.

    Args:
        state: one of the order states, or "" for all.
        page: from 1; a page beyond the last is empty.
    """
    check_whole("page", page, least=1, most=PAGE_MAX)
    found = Order.objects.filter(organisation_id=org_id, show_id=show_id)
    counts = found.order_by().values_list("state").annotate(Count("pk"))
    states = {str(name): int(count) for name, count in counts}
    total = states.get(state, 0) if state else sum(states.values())
    rows = _rows(found.filter(state=state) if state else found).order_by("-pk")
    start = (page - 1) * PAGE_ROWS
    return OrderPage(
        items=[_desk_order(row) for row in rows[start : start + PAGE_ROWS]],
        total=total,
        page=page,
        pages=-(-total // PAGE_ROWS),
        states=states,
    )


def trade_of_shows(org_id: int, show_ids: Collection[int]) -> tuple[int, int]:
    """How many orders of these shows were paid, and their money less what went back, in fen."""
    rows = Order.objects.filter(organisation_id=org_id, show_id__in=show_ids, paid_at__isnull=False)
    paid = rows.aggregate(count=Count("pk"), fen=Sum("total_fen"))
    gone = Refund.objects.filter(order__in=rows, refunded_at__isnull=False)
    back = gone.aggregate(fen=Sum("amount_fen"))["fen"] or 0
    return paid["count"], (paid["fen"] or 0) - back


def orders_after(
    org_id: int,
    *,
    after: int | None,
    limit: int,
    show_id: int | None = None,
    state: OrderState | None = None,
) -> Piece[SoldOrder]:
    """Orders of an organisation newest first, those below ``after``: all, of a show, in a state."""
    rows = _rows(Order.objects.filter(organisation_id=org_id)).order_by("-pk")
    if show_id is not None:
        rows = rows.filter(show_id=show_id)
    if state is not None:
        rows = rows.filter(state=state)
    if after is not None:
        rows = rows.filter(pk__lt=after)
    cut = piece_of(list(rows[: limit + 1]), limit=limit, place=lambda row: row.pk)
    return Piece([sold_order(row) for row in cut.items], cut.next)


def order_rows(org_id: int, show_id: int) -> Iterator[list[Cell]]:
    """Every line of a show's orders under ``ORDER_COLUMNS``, for exports."""
    rows = _rows(Order.objects.filter(organisation_id=org_id, show_id=show_id)).order_by("pk")
    for row in rows.iterator(chunk_size=500):
        view = order_view(row)
        payers = {line.pk: payers_of(line) for line in row.lines.all()}
        for place, line in enumerate(view.lines):
            yield [
                view.no,
                row.get_state_display(),
                line.link_no or "赠品 gift",
                line.title,
                line.spec,
                line.units,
                money(line.unit_price_fen),
                money(line.discount_fen),
                money(line.amount_fen),
                view.receiver_masked,
                view.placed_at,
                view.paid_at,
                view.pay_before,
                row.get_close_reason_display(),
                # Once per order, so that the column adds up.
                money(view.refund_fen) if place == 0 else None,
                row.refund_reason,
                *(money(payers[line.id].get(payer, 0)) for payer in PAYERS),
            ]


def _desk_order(row: Order) -> DeskOrder:
    return DeskOrder(
        order=order_view(row),
        viewer_id=row.viewer_id,
        refund_reason=row.refund_reason,
        refund_tries=max(
            (refund.tries for refund in row.refunds.all() if refund.state == "due"), default=0
        ),
        borne=tuple(borne_of(row)),
    )


def _rows(rows: "QuerySet[Order]") -> "QuerySet[Order]":
    wanted = ("lines", "refunds", "notices", "promise__shipments")
    return rows.prefetch_related(*wanted).select_related("member", "presale", "promise")
