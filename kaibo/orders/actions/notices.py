"""Telling buyers that what was said of their goods was wrong, and taking their answer (LM-055)."""

import datetime as dt

from django.db import transaction

from kaibo.base.actor import SYSTEM, Actor
from kaibo.facts.orders import NoticeAnswered, OrderNotified
from kaibo.journal.actions import append, append_all
from kaibo.orders import reads
from kaibo.orders.actions.closing import close
from kaibo.orders.actions.refunds import undo_rest, undo_units
from kaibo.orders.actions.units import left_of, lock_order
from kaibo.orders.errors import NoSuchNotice
from kaibo.orders.models import Order, OrderNotice, Presale
from kaibo.orders.reads import OrderView


@transaction.atomic
def notify_orders(
    *,
    org_id: int,
    show_id: int,
    link_no: int | None,
    since: dt.datetime,
    correction_id: int,
    text_zh: str,
    text_en: str,
    now: dt.datetime,
) -> int:
    """Tell the buyers of a link, or of a whole show, since a moment; each order once.

    Orders that ended, or whose money went back, are not told.

    Returns:
        How many orders are told of this correction, those of an earlier call among them.
    """
    rows = Order.objects.filter(
        organisation_id=org_id,
        show_id=show_id,
        placed_at__gte=since,
        placed_at__lte=now,
        state__in=["created", "paid"],
    )
    if link_no is not None:
        rows = rows.filter(lines__link_no=link_no)
    told = OrderNotice.objects.filter(organisation_id=org_id, correction_id=correction_id)
    orders = rows.exclude(pk__in=told.values("order_id")).distinct().order_by("pk")
    notices = OrderNotice.objects.bulk_create(
        OrderNotice(
            organisation_id=org_id,
            order=order,
            correction_id=correction_id,
            link_no=link_no or 0,
            text_zh=text_zh,
            text_en=text_en,
            sent_at=now,
        )
        for order in orders
    )
    by = SYSTEM(org_id)
    facts = [
        OrderNotified(
            notice_id=one.pk,
            order_id=one.order_id,
            no=one.order.no,
            viewer_id=one.order.viewer_id,
            correction_id=correction_id,
        )
        for one in notices
    ]
    append_all([(fact, by) for fact in facts], at=now, org_id=org_id, show_id=show_id)
    return told.count()


@transaction.atomic
def answer_notice(
    *, no: str, notice_id: int, refund: bool, by: Actor, now: dt.datetime
) -> OrderView:
    """The buyer keeps what they ordered, or has the money of the corrected goods back.

    An unpaid order is cancelled; of a paid one what is left of the link's lines is undone, of a
    presale all of it. Who kept it may still ask for the money. Safe to repeat.

    Raises:
        NoSuchOrder, NoSuchNotice: nothing was written.
        UnitsShipped: it left the shop and comes back by a return; nothing was written.
        OrderStateWrong: there is nothing left to pay back; nothing was written.
    """
    order = lock_order(no, viewer_id=by.id, org_id=by.org_id)
    row = OrderNotice.objects.filter(order=order, pk=notice_id).first()
    if row is None:
        raise NoSuchNotice(id=notice_id)
    wanted = "refund" if refund else "keep"
    if row.answer not in (wanted, "refund"):
        if refund:
            _undo(order, row, by=by, now=now)
        row.answer, row.answered_at = wanted, now
        row.save(update_fields=["answer", "answered_at"])
        fact = NoticeAnswered(
            notice_id=row.pk,
            order_id=order.pk,
            no=order.no,
            viewer_id=order.viewer_id,
            answer="refund" if refund else "keep",
        )
        append(fact, at=now, org_id=order.organisation_id, show_id=order.show_id, actor=by)
    return reads.order(no, viewer_id=by.id)


def _undo(order: Order, row: OrderNotice, *, by: Actor, now: dt.datetime) -> None:
    if order.state == "created":
        close(order, "cancel", reason="cancelled", by=by, now=now)
        return
    reason, key = "口播更正，买家选择退款", f"correction-{row.correction_id}"
    if not row.link_no or Presale.objects.filter(order=order).exists():
        undo_rest(order, reason=reason, by=by, now=now, request_key=key)
        return
    of_link = set(order.lines.filter(link_no=row.link_no).values_list("pk", flat=True))
    units = {id: units for id, units in left_of(order).items() if id in of_link}
    undo_units(order, units, request_key=key, reason=reason, by=by, now=now)
