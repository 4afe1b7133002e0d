"""What others may know of questions to cancel."""

import datetime as dt
from dataclasses import dataclass

from kaibo.orders.models import CancelAsk, Order
from kaibo.orders.reads.orders import order_row
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


def cancel_view(row: CancelAsk) -> CancelView:
    """A row as a value."""
    return CancelView(row.order.no, row.state, row.why, row.said, row.asked_at, row.answered_at)
