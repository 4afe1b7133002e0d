"""Orders that end unpaid."""

import datetime as dt
from typing import Literal

from django.db import transaction

from kaibo.base.actor import SYSTEM, Actor
from kaibo.facts.orders import OrderClosed
from kaibo.journal.actions import append
from kaibo.orders import reads
from kaibo.orders.actions.moves import move_order
from kaibo.orders.actions.presales import end_presale
from kaibo.orders.actions.seats import leave_seat
from kaibo.orders.actions.units import fact_lines, give_back, lock_order
from kaibo.orders.models import Order
from kaibo.orders.reads import OrderView
from kaibo.orders.rules import ORDER

CLOSED_AT_ONCE_MAX = 500


def close_due_orders(*, now: dt.datetime) -> int:
    """Close the orders whose time to pay is over and give their units back.

    Returns:
        How many were closed, at most 500; each in its own transaction.
    """
    due = Order.objects.filter(state="created", pay_before__lte=now).order_by("pay_before")
    closed = 0
    for no in list(due.values_list("no", flat=True)[:CLOSED_AT_ONCE_MAX]):
        with transaction.atomic():
            order = lock_order(no)
            # Paid or cancelled while we came here.
            if ORDER.may(order.state, "close") and order.pay_before <= now:
                close(order, "close", reason="unpaid", by=SYSTEM(order.organisation_id), now=now)
                closed += 1
    return closed


@transaction.atomic
def cancel_order(*, no: str, viewer_id: int, now: dt.datetime) -> OrderView:
    """The buyer gives an unpaid order up. Safe to repeat.

    Raises:
        NoSuchOrder: not this viewer's.
        OrderStateWrong: it is paid, or ended otherwise; nothing was written.
    """
    order = lock_order(no, viewer_id=viewer_id)
    if order.close_reason != "cancelled":
        by = Actor("viewer", viewer_id, order.organisation_id)
        close(order, "cancel", reason="cancelled", by=by, now=now)
    return reads.order(no, viewer_id=viewer_id)


def close(
    order: Order,
    verb: str,
    *,
    reason: Literal["unpaid", "cancelled", "group_expired", "seller_default"],
    by: Actor,
    now: dt.datetime,
) -> None:
    """End an unpaid order and give back what it holds; the caller holds its lock.

    Raises:
        OrderStateWrong: the verb does not follow from its state; nothing was written.
    """
    move_order(order, verb, close_reason=reason, closed_at=now)
    leave_seat(order, by=by, now=now)
    end_presale(order, by=by, now=now, defaulted=reason == "seller_default")
    give_back(order, now=now)
    fact = OrderClosed(
        order_id=order.pk,
        no=order.no,
        viewer_id=order.viewer_id,
        reason=reason,
        total_fen=order.total_fen,
        lines=fact_lines(order),
    )
    append(fact, at=now, org_id=order.organisation_id, show_id=order.show_id, actor=by)
