"""Money that goes back: owed in our books first, then asked of the provider until it went."""

import datetime as dt

import structlog
from django.db import transaction

from kaibo.base.actor import SYSTEM, Actor
from kaibo.base.inputs import clean_text
from kaibo.facts.base import Fact
from kaibo.facts.orders import (
    OrderRefunded,
    OrderRefundStarted,
    PaymentRefundDue,
    PaymentRefunded,
    RefundTryFailed,
    RefundWhy,
)
from kaibo.journal.actions import append
from kaibo.orders import edge, reads
from kaibo.orders.actions.moves import move_order, move_payment
from kaibo.orders.actions.parcel_units import check_undoable, settle_promise
from kaibo.orders.actions.units import fact_lines, lock_order, take_in
from kaibo.orders.errors import ProviderDown
from kaibo.orders.models import Order, Payment
from kaibo.orders.reads import OrderView
from kaibo.orders.rules import PAYMENT, REASON_CHARS_MAX, refund_retry_at

TRIED_AT_ONCE_MAX = 100

_log = structlog.get_logger(__name__)


@transaction.atomic
def refund_order(*, no: str, reason: str, by: Actor, now: dt.datetime) -> OrderView:
    """Undo a paid order: its units come back to the stock, its money is owed to the buyer.

    A viewer may undo their own order, staff any of their organisation. Safe to repeat.

    Raises:
        NoSuchOrder, BadInput: nothing was written.
        OrderStateWrong: it was never paid; nothing was written.
        UnitsShipped: units of it left the shop: they come back by a return; nothing was written.
    """
    said = clean_text("reason", reason, chars_max=REASON_CHARS_MAX)
    viewer_id = by.id if by.kind == "viewer" else None
    order = lock_order(no, viewer_id=viewer_id, org_id=by.org_id)
    if order.state not in ("refunding", "refunded"):
        check_undoable(order)
        undo_all(order, reason=said, by=by, now=now)
    return reads.order(no, org_id=by.org_id)


def undo_all(order: Order, *, reason: str, by: Actor, now: dt.datetime) -> None:
    """As ``refund_order``, wherever the units are; the caller holds the order's lock."""
    move_order(order, "refund", refund_reason=reason)
    payment = order.payments.select_for_update(no_key=True).get(state="paid")
    take_in(order, now=now)
    fact = OrderRefundStarted(
        order_id=order.pk,
        no=order.no,
        viewer_id=order.viewer_id,
        amount_fen=payment.received_fen,
        lines=fact_lines(order),
    )
    _tell(order, fact, by=by, now=now)
    owe_refund(order, payment, why="refund_asked", by=by, now=now)
    settle_promise(order)


def owe_refund(
    order: Order, payment: Payment, *, why: RefundWhy, by: Actor, now: dt.datetime
) -> None:
    """Write down that a payment's money must go back; the caller holds the order's lock."""
    verb = "undo" if why == "refund_asked" else "quarantine"
    move_payment(order, payment, verb, now=now, refund_why=why, refund_next_at=now)
    fact = PaymentRefundDue(
        order_id=order.pk,
        no=order.no,
        payment_id=payment.pk,
        amount_fen=payment.received_fen,
        why=why,
    )
    _tell(order, fact, by=by, now=now)


def retry_refunds(*, now: dt.datetime) -> int:
    """Ask the providers for every refund that is due; what fails is tried again, ever slower.

    The provider is asked outside any transaction and with the attempt's own token, so a crash
    between its answer and our commit only asks again. One that does not answer is left alone until
    the next time: the others' money, and the worker's other chores, do not wait for it.

    Returns:
        How many went through.
    """
    silent: set[str] = set()
    due = Payment.objects.filter(state="refund_due", refund_next_at__lte=now)
    done = 0
    for payment in list(due.order_by("refund_next_at")[:TRIED_AT_ONCE_MAX]):
        if payment.provider in silent:
            continue
        tries = payment.refund_tries + 1
        next_at = refund_retry_at(tries, now)
        # The try count is the token: of two workers one asks.
        mine = due.filter(pk=payment.pk, refund_tries=payment.refund_tries)
        if not mine.update(refund_tries=tries, refund_next_at=next_at):
            continue
        try:
            provider = edge.provider(payment.provider)
            provider.refund(
                payment.attempt_token,
                amount_fen=payment.received_fen,
                received_fen=payment.received_fen,
            )
        except Exception as error:
            # Whatever a provider throws, the money stays owed.
            if isinstance(error, ProviderDown):
                silent.add(payment.provider)
            _log.warning("refund_failed", payment=payment.pk, tries=tries, error=str(error))
            _note_failed_try(payment, tries=tries, next_at=next_at, now=now)
        else:
            _note_refunded(payment, now=now)
            done += 1
    return done


@transaction.atomic
def _note_refunded(found: Payment, *, now: dt.datetime) -> None:
    order = Order.objects.select_for_update(no_key=True).get(pk=found.order_id)
    payment = Payment.objects.select_for_update(no_key=True).get(pk=found.pk)
    if not PAYMENT.may(payment.state, "pay_back"):
        return
    move_payment(order, payment, "pay_back", now=now, refunded_at=now, refund_next_at=None)
    fact = PaymentRefunded(
        order_id=order.pk, no=order.no, payment_id=payment.pk, amount_fen=payment.received_fen
    )
    _tell(order, fact, by=SYSTEM(order.organisation_id), now=now)
    if payment.refund_why == "refund_asked":
        move_order(order, "pay_back")
        done = OrderRefunded(
            order_id=order.pk,
            no=order.no,
            viewer_id=order.viewer_id,
            amount_fen=payment.received_fen,
            lines=fact_lines(order),
        )
        _tell(order, done, by=SYSTEM(order.organisation_id), now=now)


@transaction.atomic
def _note_failed_try(
    payment: Payment, *, tries: int, next_at: dt.datetime, now: dt.datetime
) -> None:
    order = payment.order
    fact = RefundTryFailed(
        order_id=order.pk, no=order.no, payment_id=payment.pk, tries=tries, next_try_at=next_at
    )
    _tell(order, fact, by=SYSTEM(order.organisation_id), now=now)


def _tell(order: Order, fact: Fact, *, by: Actor, now: dt.datetime) -> None:
    append(fact, at=now, org_id=order.organisation_id, show_id=order.show_id, actor=by)
