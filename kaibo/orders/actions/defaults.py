"""The seller does not deliver a presale: the deposit goes back, earnest money twice."""

import datetime as dt

from django.db import transaction

from kaibo.base.actor import Actor
from kaibo.base.inputs import clean_text
from kaibo.facts.orders import PenaltyPaid
from kaibo.orders import reads
from kaibo.orders.actions.closing import close
from kaibo.orders.actions.moves import enter_penalty
from kaibo.orders.actions.owing import tell
from kaibo.orders.actions.presales import owe_penalty, presale_of, tell_default
from kaibo.orders.actions.refunds import undo_rest
from kaibo.orders.actions.units import lock_order
from kaibo.orders.errors import NoPenaltyOwed, OrderStateWrong
from kaibo.orders.models import LedgerEntry, Presale
from kaibo.orders.reads import OrderView
from kaibo.orders.rules import PRESALE, REASON_CHARS_MAX


@transaction.atomic
def default_presale(*, no: str, reason: str, by: Actor, now: dt.datetime) -> OrderView:
    """The seller ends a presale whose deposit, or all, was paid. Safe to repeat.

    What was paid goes back the way it came; of earnest money (定金) the seller owes as much again
    (Civil Code art. 587), which no provider can send: the desk pays it and says so with
    ``pay_penalty``.

    Raises:
        NoSuchOrder, BadInput: nothing was written.
        OrderStateWrong: no presale, or nothing was paid, or it ended already; nothing was written.
    """
    said = clean_text("reason", reason, chars_max=REASON_CHARS_MAX, required=True)
    order = lock_order(no, org_id=by.org_id)
    presale = presale_of(order)
    if presale is not None and presale.state == "defaulted":
        return reads.order(no, org_id=by.org_id)
    if presale is None or not PRESALE.may(presale.state, "default"):
        raise OrderStateWrong(no=no, state=order.get_state_display())
    if presale.state == "deposited":
        order.refund_reason = said
        order.save(update_fields=["refund_reason"])
        close(order, "close", reason="seller_default", by=by, now=now)
    else:
        # The one that was sold; a deposit told twice is a payment too.
        deposit = order.payments.get(part="deposit", state="paid")
        undo_rest(order, reason=said, by=by, now=now)
        owe_penalty(order, presale, deposit, now=now)
        tell_default(order, presale, deposit, by=by, now=now)
    return reads.order(no, org_id=by.org_id)


@transaction.atomic
def pay_penalty(*, no: str, by: Actor, now: dt.datetime) -> OrderView:
    """Note that the penalty of a default was paid to the buyer, by bank.

    Raises:
        NoSuchOrder, NoPenaltyOwed: nothing was written.
    """
    order = lock_order(no, org_id=by.org_id)
    presale = Presale.objects.filter(order=order, penalty_fen__gt=0, penalty_paid_at=None).first()
    if presale is None:
        raise NoPenaltyOwed(no=no)
    presale.penalty_paid_at = now
    presale.save(update_fields=["penalty_paid_at"])
    deposit = LedgerEntry.objects.select_related("payment").get(order=order, why="penalty").payment
    assert deposit is not None, "a penalty is of a deposit"
    enter_penalty(order, deposit, presale.penalty_fen, now=now, is_paid=True)
    fact = PenaltyPaid(
        order_id=order.pk, no=order.no, payment_id=deposit.pk, amount_fen=presale.penalty_fen
    )
    tell(order, fact, by=by, now=now)
    return reads.order(no, org_id=by.org_id)
