"""What others may know of questions to cancel."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Case, Count, IntegerField, QuerySet, Value, When

from kaibo.base.inputs import check_whole
from kaibo.base.pages import PIECE_ROWS
from kaibo.orders.models import CancelAsk, Order
from kaibo.orders.reads.orders import PAGE_MAX, PAGE_ROWS, order_row
from kaibo.orders.rules.cancels import OPEN


@dataclass(frozen=True, slots=True)
class CancelView:
    """A seller's question to the buyer of a paid order."""

    no: str
    state: str
    why: str
    said: str
    asked_at: dt.datetime
    answered_at: dt.datetime | None


@dataclass(frozen=True, slots=True)
class CancelPage:
    """One page of questions: first what the desk decides, then what the buyer does, the rest."""

    items: list[CancelView]
    total: int
    page: int
    pages: int
    states: dict[str, int]


def cancels_of_shop(org_id: int, *, state: str = "", page: int = 1) -> CancelPage:
    """An organisation's questions to buyers; ``state`` "" is all."""
    check_whole("page", page, least=1, most=PAGE_MAX)
    found = CancelAsk.objects.filter(organisation_id=org_id)
    counts = found.order_by().values_list("state").annotate(Count("pk"))
    states = {str(name): int(count) for name, count in counts}
    total = states.get(state, 0) if state else sum(states.values())
    rows = _urgent(found.filter(state=state) if state else found)
    start = (page - 1) * PAGE_ROWS
    return CancelPage(
        items=[cancel_view(row) for row in rows[start : start + PAGE_ROWS]],
        total=total,
        page=page,
        pages=-(-total // PAGE_ROWS),
        states=states,
    )


def every_cancel(org_id: int) -> Iterator[CancelView]:
    """All of an organisation's questions, in the order of ``cancels_of_shop``."""
    rows = _urgent(CancelAsk.objects.filter(organisation_id=org_id))
    return map(cancel_view, rows.iterator(PIECE_ROWS))


def cancels_of_order(
    no: str, *, viewer_id: int | None = None, org_id: int | None = None
) -> list[CancelView]:
    """The questions about a viewer's or an organisation's order, oldest first.

    Raises:
        NoSuchOrder: none of this number there.
    """
    order = order_row(Order.objects.all(), no, viewer_id=viewer_id, org_id=org_id)
    rows = CancelAsk.objects.filter(order=order).select_related("order").order_by("pk")
    return [cancel_view(row) for row in rows]


def open_cancels(viewer_id: int, *, org_id: int) -> list[CancelView]:
    """The questions that wait for a viewer's answer, or that they may still say yes to."""
    rows = CancelAsk.objects.filter(
        order__viewer_id=viewer_id, order__organisation_id=org_id, state__in=OPEN
    )
    return [cancel_view(row) for row in rows.select_related("order").order_by("pk")]


def _urgent(rows: "QuerySet[CancelAsk]") -> "QuerySet[CancelAsk]":
    urgency = Case(
        When(state="review", then=Value(0)),
        When(state="asked", then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )
    return rows.select_related("order").order_by(urgency, "-pk")


def cancel_view(row: CancelAsk) -> CancelView:
    """A row as a value."""
    return CancelView(row.order.no, row.state, row.why, row.said, row.asked_at, row.answered_at)
