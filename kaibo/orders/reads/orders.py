"""What others may know of orders, as frozen values; receivers are masked everywhere."""

import datetime as dt
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import Final

from django.db.models import Count, QuerySet, Sum

from kaibo.base.inputs import check_whole
from kaibo.base.pages import Piece, piece_of
from kaibo.base.sheets import Cell, money
from kaibo.orders.errors import NoSuchOrder
from kaibo.orders.models import Order, Refund
from kaibo.orders.rules import OrderState, PresaleState

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
)


@dataclass(frozen=True, slots=True)
class OrderLineView:
    """One line of an order; ``amount_fen`` is after ``discount_fen``.

    A gift has no link (``link_no`` 0); its unit price is its published value. ``units_kept`` of it
    did not come back with the goods that earned them, and cost ``kept_fen`` of the refund.
    ``protected_fen`` of ``refunded_fen`` came back because the price fell.
    """

    id: int
    link_no: int
    title: str
    spec: str
    units: int
    unit_price_fen: int
    amount_fen: int
    discount_fen: int = 0
    units_refunded: int = 0
    refunded_fen: int = 0
    is_gift: bool = False
    units_kept: int = 0
    kept_fen: int = 0
    protected_fen: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class PresaleView:
    """The two parts of an order, on the terms its buyer was shown.

    ``return_days``: within how many days money that goes back is sent. ``penalty_fen``: what the
    seller's default costs beside the deposit. ``reminded_at``: when the buyer was told that the
    time for the balance is nearly over.
    """

    state: PresaleState
    deposit_fen: int
    balance_fen: int
    kind: str
    late_rule: str
    balance_opens_at: dt.datetime
    balance_closes_at: dt.datetime
    ship_by: dt.datetime
    return_days: int
    penalty_fen: int
    penalty_paid_at: dt.datetime | None
    reminded_at: dt.datetime | None
    words_zh: str
    words_en: str


@dataclass(frozen=True, slots=True)
class NoticeView:
    """What a buyer was told of an order: a correction, and what they answered (``""``: nothing)."""

    id: int
    link_no: int
    text_zh: str
    text_en: str
    sent_at: dt.datetime
    answer: str


@dataclass(frozen=True, slots=True)
class OrderView:
    """An order as its buyer sees it.

    ``refund_fen`` is money sent back or on its way back, of whatever payment. A price that falls
    until ``protected_until`` is paid back.
    """

    no: str
    show_id: int
    state: OrderState
    total_fen: int
    placed_at: dt.datetime
    pay_before: dt.datetime
    paid_at: dt.datetime | None
    close_reason: str
    lines: list[OrderLineView]
    receiver_masked: str
    refund_fen: int
    group_id: int | None = None
    presale: PresaleView | None = None
    protected_until: dt.datetime | None = None
    notices: list[NoticeView] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class DeskOrder:
    """An order as the desk sees it; ``refund_tries`` above 0 means the provider is not helping."""

    order: OrderView
    viewer_id: int
    refund_reason: str
    refund_tries: int


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
) -> Piece[OrderView]:
    """Orders of an organisation newest first, those below ``after``: all, of a show, in a state."""
    rows = _rows(Order.objects.filter(organisation_id=org_id)).order_by("-pk")
    if show_id is not None:
        rows = rows.filter(show_id=show_id)
    if state is not None:
        rows = rows.filter(state=state)
    if after is not None:
        rows = rows.filter(pk__lt=after)
    cut = piece_of(list(rows[: limit + 1]), limit=limit, place=lambda row: row.pk)
    return Piece([order_view(row) for row in cut.items], cut.next)


def order_rows(org_id: int, show_id: int) -> Iterator[list[Cell]]:
    """Every line of a show's orders under ``ORDER_COLUMNS``, for exports."""
    rows = _rows(Order.objects.filter(organisation_id=org_id, show_id=show_id)).order_by("pk")
    for row in rows.iterator(chunk_size=500):
        view = order_view(row)
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
            ]


def order_view(row: Order) -> OrderView:
    """An order's row as a value."""
    refund_fen = sum(refund.amount_fen for refund in row.refunds.all())
    return OrderView(
        no=row.no,
        show_id=row.show_id,
        state=row.state,  # type: ignore[arg-type]  # held to the five words by its CHECK
        total_fen=row.total_fen,
        placed_at=row.placed_at,
        pay_before=row.pay_before,
        paid_at=row.paid_at,
        close_reason=row.close_reason,
        lines=[
            OrderLineView(
                id=line.pk,
                link_no=line.link_no,
                title=line.title,
                spec=line.spec,
                units=line.units,
                unit_price_fen=line.unit_price_fen,
                amount_fen=line.amount_fen,
                discount_fen=line.discount_fen,
                units_refunded=line.units_refunded,
                refunded_fen=line.refunded_fen,
                is_gift=line.gift_id is not None,
                units_kept=line.units_kept,
                kept_fen=line.kept_fen,
                protected_fen=line.protected_fen,
            )
            for line in sorted(row.lines.all(), key=lambda line: line.pk)
        ],
        receiver_masked=row.receiver_masked,
        refund_fen=refund_fen,
        group_id=row.member.group_id if hasattr(row, "member") else None,
        presale=_presale_view(row) if hasattr(row, "presale") else None,
        protected_until=row.promise.protected_until if hasattr(row, "promise") else None,
        notices=[
            NoticeView(one.pk, one.link_no, one.text_zh, one.text_en, one.sent_at, one.answer)
            for one in sorted(row.notices.all(), key=lambda one: one.pk)
        ],
    )


def _presale_view(row: Order) -> PresaleView:
    presale, shown = row.presale, row.snapshot["presale"]
    return PresaleView(
        state=presale.state,  # type: ignore[arg-type]  # held to its words by a CHECK
        deposit_fen=presale.deposit_fen,
        balance_fen=presale.balance_fen,
        kind=presale.kind,
        late_rule=presale.late_rule,
        balance_opens_at=presale.balance_opens_at,
        balance_closes_at=presale.balance_closes_at,
        ship_by=presale.ship_by,
        return_days=presale.refund_deadline_days,
        penalty_fen=presale.penalty_fen,
        penalty_paid_at=presale.penalty_paid_at,
        reminded_at=presale.reminded_at,
        words_zh=shown["words_zh"],
        words_en=shown["words_en"],
    )


def _desk_order(row: Order) -> DeskOrder:
    return DeskOrder(
        order=order_view(row),
        viewer_id=row.viewer_id,
        refund_reason=row.refund_reason,
        refund_tries=max(
            (refund.tries for refund in row.refunds.all() if refund.state == "due"), default=0
        ),
    )


def _rows(rows: "QuerySet[Order]") -> "QuerySet[Order]":
    return rows.prefetch_related("lines", "refunds", "notices").select_related(
        "member", "presale", "promise"
    )
