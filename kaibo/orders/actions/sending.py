"""Money that is owed, on its way: asked of the provider until it went, or never will."""

import datetime as dt

import structlog
from django.db import transaction

from kaibo.base.actor import SYSTEM, Actor
from kaibo.facts.orders import (
    OrderRefunded,
    PaymentRefunded,
    RefundDoubled,
    RefundStuck,
    RefundTryFailed,
    SettlementDecided,
)
from kaibo.orders import edge
from kaibo.orders.actions.moves import move_order, move_payment, move_refund
from kaibo.orders.actions.owing import tell
from kaibo.orders.actions.units import undone_lines
from kaibo.orders.errors import (
    ProviderDown,
    ProviderRefused,
    RefundImpossible,
    RefundOnItsWay,
)
from kaibo.orders.models import Order, Payment, Refund, Settlement
from kaibo.orders.ports import REFUND_TERM_OVER
from kaibo.orders.rules import ORDER, OWED, REFUND, SETTLEMENT, refund_retry_at

TRIED_AT_ONCE_MAX = 100

_log = structlog.get_logger(__name__)


def retry_refunds(*, now: dt.datetime) -> int:
    """Ask the providers for every refund that is due; what fails is tried again, ever slower.

    The provider is asked outside any transaction and with the refund's own token, so a crash
    between its answer and our commit only asks again. What it says it will never send is asked no
    more, and is to be sent by bank; so is what it refuses after its term. One that does not answer
    is left alone until the next time: the others' money, and the worker's other chores, do not wait
    for it.

    Returns:
        How many went through.
    """
    silent: set[str] = set()
    due = Refund.objects.filter(state="due", next_at__lte=now)
    done = 0
    for refund in list(due.select_related("payment").order_by("next_at")[:TRIED_AT_ONCE_MAX]):
        payment = refund.payment
        if payment.provider in silent:
            continue
        tries = refund.tries + 1
        next_at = refund_retry_at(tries, now)
        # The try count is the token: of two workers one asks.
        if not due.filter(pk=refund.pk, tries=refund.tries).update(tries=tries, next_at=next_at):
            continue
        try:
            if refund.amount_fen:
                edge.provider(payment.provider).refund(
                    payment.attempt_token,
                    refund_token=refund.token,
                    amount_fen=refund.amount_fen,
                    received_fen=payment.received_fen,
                )
        except Exception as error:
            # Whatever a provider throws, the money stays owed.
            if isinstance(error, ProviderDown):
                silent.add(payment.provider)
            _log.warning("refund_failed", refund=refund.pk, tries=tries, error=str(error))
            final = _past_term(error, payment, now=now) or error
            _note_no(refund, final, tries=tries, next_at=next_at, now=now)
        else:
            note_sent(refund.pk, now=now)
            done += 1
    return done


def lock_refund(refund_id: int) -> tuple[Order, Refund]:
    """The order's lock first, as everywhere, then the payment's and the refund's."""
    found = Refund.objects.get(pk=refund_id)
    order = Order.objects.select_for_update(no_key=True).get(pk=found.order_id)
    payment = Payment.objects.select_for_update(no_key=True).get(pk=found.payment_id)
    refund = Refund.objects.select_for_update(no_key=True).get(pk=found.pk)
    refund.payment = payment
    return order, refund


def note_gone(order: Order, refund: Refund, verb: str, *, by: Actor, now: dt.datetime) -> None:
    """The money of a refund is with the buyer; the caller holds the locks of ``lock_refund``."""
    payment = refund.payment
    move_refund(order, refund, verb, now=now, refunded_at=now, next_at=None)
    is_all = payment.state == "refund_due" and not payment.refunds.filter(state__in=OWED).exists()
    if is_all:
        move_payment(order, payment, "pay_back", now=now)
    fact = PaymentRefunded(
        order_id=order.pk,
        no=order.no,
        payment_id=payment.pk,
        amount_fen=refund.amount_fen,
        refund_id=refund.pk,
        is_all=is_all,
        by_bank=refund.state == "bank_done",
    )
    tell(order, fact, by=by, now=now)
    if refund.why != "refund_asked":
        return
    owed = order.refunds.filter(why="refund_asked", state__in=OWED)
    is_done = ORDER.may(order.state, "pay_back") and not owed.exists()
    if is_done:
        move_order(order, "pay_back")
    done = OrderRefunded(
        order_id=order.pk,
        no=order.no,
        viewer_id=order.viewer_id,
        amount_fen=refund.amount_fen,
        lines=undone_lines(order, [(id, n, fen) for id, n, fen in refund.lines]),
        is_all=is_done,
    )
    tell(order, done, by=by, now=now)


def _past_term(error: Exception, payment: Payment, *, now: dt.datetime) -> RefundImpossible | None:
    """A no to what is older than the provider's term stays one; what is on its way may still go."""
    if not isinstance(error, ProviderRefused) or isinstance(
        error, RefundImpossible | RefundOnItsWay
    ):
        return None
    term = edge.provider(payment.provider).refund_within
    if term is None or now < (payment.paid_at or payment.opened_at) + term:
        return None
    return RefundImpossible(provider=payment.provider, why=REFUND_TERM_OVER)


@transaction.atomic
def note_sent(refund_id: int, *, now: dt.datetime) -> None:
    """The provider made a refund, whatever it had said before. Safe to repeat.

    A transfer by bank that was entered meanwhile falls if it waited for a second person; one that
    stood is money that went twice, and is entered as such.
    """
    order, refund = lock_refund(refund_id)
    by = SYSTEM(order.organisation_id)
    row = refund.settlements.filter(state__in=("asked", "done")).first()
    if REFUND.may(refund.state, "pay_back"):
        if row is not None:
            decide(order, row, "refuse", by=by, now=now)
        note_gone(order, refund, "pay_back", by=by, now=now)
    elif REFUND.may(refund.state, "pay_twice"):
        move_refund(order, refund, "pay_twice", now=now)
    else:
        return
    if row is not None:
        fact = RefundDoubled(
            order_id=order.pk,
            no=order.no,
            viewer_id=order.viewer_id,
            payment_id=refund.payment_id,
            refund_id=refund.pk,
            amount_fen=refund.amount_fen,
            bank_ref=row.bank_ref,
            is_booked=refund.state == "twice",
        )
        tell(order, fact, by=by, now=now)


def decide(order: Order, row: Settlement, verb: str, *, by: Actor, now: dt.datetime) -> None:
    """A transfer stands or falls; the caller holds the locks of ``lock_refund``."""
    row.state = SETTLEMENT.after(row.state, verb)
    row.decided_by, row.decided_at = (by.id if by.kind == "person" else None), now
    row.save(update_fields=["state", "decided_by", "decided_at"])
    fact = SettlementDecided(
        order_id=order.pk,
        no=order.no,
        refund_id=row.refund_id,
        settlement_id=row.pk,
        state=row.state,  # type: ignore[arg-type]  # where both verbs lead
    )
    tell(order, fact, by=by, now=now)


@transaction.atomic
def _note_no(
    found: Refund, error: Exception, *, tries: int, next_at: dt.datetime, now: dt.datetime
) -> None:
    """Remember what the provider said, that it is tried again, or that it never will be."""
    order, refund = lock_refund(found.pk)
    if refund.state != "due" or refund.tries != tries:
        return
    by = SYSTEM(order.organisation_id)
    answer = str(error.data.get("why", ""))[:40] if isinstance(error, ProviderRefused) else ""
    refund.answer = answer
    refund.save(update_fields=["answer"])
    fact = RefundTryFailed(
        order_id=order.pk,
        no=order.no,
        payment_id=refund.payment_id,
        tries=tries,
        next_try_at=next_at,
        refund_id=refund.pk,
    )
    tell(order, fact, by=by, now=now)
    if not isinstance(error, RefundImpossible):
        return
    move_refund(order, refund, "give_up", now=now, next_at=None)
    stuck = RefundStuck(
        order_id=order.pk,
        no=order.no,
        viewer_id=order.viewer_id,
        payment_id=refund.payment_id,
        refund_id=refund.pk,
        amount_fen=refund.amount_fen,
        answer=answer,
    )
    tell(order, stuck, by=by, now=now)
