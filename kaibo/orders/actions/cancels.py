"""A seller asks the buyer of a paid order to let it be cancelled."""

import datetime as dt

from django.db import transaction

from kaibo.base.actor import Actor
from kaibo.base.inputs import clean_text
from kaibo.facts.orders import CancelAsked, CancelMoved
from kaibo.journal.actions import append
from kaibo.orders.actions.parcel_units import check_undoable
from kaibo.orders.actions.refunds import undo_rest
from kaibo.orders.actions.units import left_of, lock_order
from kaibo.orders.errors import NothingToAnswer, OrderStateWrong
from kaibo.orders.models import CancelAsk, Order
from kaibo.orders.models.returns import SAID_CHARS_MAX
from kaibo.orders.reads import cancels as reads
from kaibo.orders.reads.cancels import CancelView
from kaibo.orders.rules.cancels import CANCEL, OPEN, SELLERS_WHY_ZH, SellersWhy


@transaction.atomic
def ask_cancel(*, no: str, why: SellersWhy, said: str, by: Actor, now: dt.datetime) -> CancelView:
    """Ask the buyer to agree: nothing changes until they do. Safe to repeat while it is open.

    Raises:
        NoSuchOrder, OrderStateWrong, UnitsShipped, BadInput: nothing was written.
    """
    text = clean_text("said", said, chars_max=SAID_CHARS_MAX, required=True)
    order = lock_order(no, org_id=by.org_id)
    found = CancelAsk.objects.filter(order=order, state__in=OPEN).first()
    if found is not None:
        return reads.cancel_view(found)
    if order.state != "paid":
        raise OrderStateWrong(no=order.no, state=order.get_state_display())
    check_undoable(order, left_of(order))
    row = CancelAsk.objects.create(
        organisation_id=order.organisation_id, order=order, why=why, said=text, asked_at=now
    )
    fact = CancelAsked(
        ask_id=row.pk, order_id=order.pk, no=order.no, viewer_id=order.viewer_id, why=why
    )
    append(fact, at=now, org_id=order.organisation_id, show_id=order.show_id, actor=by)
    return reads.cancel_view(row)


@transaction.atomic
def answer_cancel(*, no: str, agrees: bool, by: Actor, now: dt.datetime) -> CancelView:
    """The buyer agrees, and all that is left of the order is refunded; or says no.

    After a no the order stands; the desk reviews and keeps it, or the buyer agrees after all.

    Raises:
        NoSuchOrder, NothingToAnswer, UnitsShipped, OrderStateWrong: nothing was written.
    """
    order, row = _lock(no, by)
    if not agrees and row.state == "review":
        return reads.cancel_view(row)
    _move(row, "agree" if agrees else "decline", by=by, now=now)
    if agrees:
        reason = f"协商取消：{SELLERS_WHY_ZH[row.why]}"
        undo_rest(order, request_key=f"cancel-{row.pk}", reason=reason, by=by, now=now)
    return reads.cancel_view(row)


@transaction.atomic
def keep_order(*, no: str, by: Actor, now: dt.datetime) -> CancelView:
    """The desk takes the question back: the order is fulfilled as it was sold.

    Raises:
        NoSuchOrder, NothingToAnswer: nothing was written.
    """
    _, row = _lock(no, by)
    _move(row, "keep", by=by, now=now)
    return reads.cancel_view(row)


def _lock(no: str, by: Actor) -> tuple[Order, CancelAsk]:
    order = lock_order(no, viewer_id=by.id if by.kind == "viewer" else None, org_id=by.org_id)
    row = CancelAsk.objects.filter(order=order, state__in=OPEN).first()
    if row is None:
        raise NothingToAnswer()
    row.order = order
    return order, row


def _move(row: CancelAsk, verb: str, *, by: Actor, now: dt.datetime) -> None:
    row.state = CANCEL.after(row.state, verb)
    row.answered_at = now
    row.save(update_fields=["state", "answered_at"])
    order = row.order
    fact = CancelMoved(
        ask_id=row.pk,
        order_id=order.pk,
        no=order.no,
        viewer_id=order.viewer_id,
        state=row.state,  # type: ignore[arg-type]  # a target of the machine
    )
    append(fact, at=now, org_id=order.organisation_id, show_id=order.show_id, actor=by)
