"""Money that is owed: written down with its reason before any provider is asked."""

import datetime as dt
import secrets

from kaibo.base.actor import Actor
from kaibo.facts.base import Fact
from kaibo.facts.orders import PaymentRefundDue, RefundWhy
from kaibo.journal.actions import append
from kaibo.orders.actions.moves import move_payment, move_refund
from kaibo.orders.models import Order, Payment, Refund


def owe_refund(
    order: Order, payment: Payment, *, why: RefundWhy, by: Actor, now: dt.datetime
) -> None:
    """Write down that a payment never was an order's and goes back; the caller holds the lock."""
    move_payment(order, payment, "quarantine", now=now)
    refund = new_refund(order, payment, payment.received_fen, why=why, now=now)
    move_refund(order, refund, "owe", now=now, next_at=now)
    tell_due(order, refund, is_all=True, by=by, now=now)


def owe_deposit(order: Order, payment: Payment, *, by: Actor, now: dt.datetime) -> None:
    """Write down that a presale's deposit goes back; the caller holds the locks of both."""
    move_payment(order, payment, "undo", now=now)
    refund = new_refund(order, payment, payment.received_fen, why="deposit_returned", now=now)
    move_refund(order, refund, "owe", now=now, next_at=now)
    tell_due(order, refund, is_all=True, by=by, now=now)


def new_refund(
    order: Order,
    payment: Payment,
    amount_fen: int,
    *,
    why: RefundWhy,
    now: dt.datetime,
    request_key: str | None = None,
    reason: str = "",
    lines: list[tuple[int, int, int]] | None = None,
) -> Refund:
    """A refund that is not owed yet; the caller moves it in the same transaction."""
    return Refund.objects.create(
        order=order,
        payment=payment,
        # 32 letters and digits: what every provider takes as the seller's own number.
        token=secrets.token_hex(16),
        request_key=request_key,
        amount_fen=amount_fen,
        why=why,
        reason=reason,
        lines=lines or [],
        owed_at=now,
    )


def tell_due(order: Order, refund: Refund, *, is_all: bool, by: Actor, now: dt.datetime) -> None:
    """Tell that money must go back, and why."""
    fact = PaymentRefundDue(
        order_id=order.pk,
        no=order.no,
        payment_id=refund.payment_id,
        amount_fen=refund.amount_fen,
        why=refund.why,  # type: ignore[arg-type]  # written by us, one of its words
        refund_id=refund.pk,
        is_all=is_all,
    )
    tell(order, fact, by=by, now=now)


def tell(order: Order, fact: Fact, *, by: Actor, now: dt.datetime) -> None:
    """Append a fact of an order."""
    append(fact, at=now, org_id=order.organisation_id, show_id=order.show_id, actor=by)
