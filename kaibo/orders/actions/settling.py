"""Refunds that no provider makes: sent by bank, entered by one person or by two."""

import datetime as dt
import secrets

from django.db import transaction

from kaibo.base.actor import Actor
from kaibo.base.inputs import clean_text
from kaibo.facts.orders import RefundAskedAgain, SettlementAsked
from kaibo.orders.actions.moves import move_refund
from kaibo.orders.actions.owing import tell
from kaibo.orders.actions.sending import decide, lock_refund, note_gone
from kaibo.orders.errors import NoSuchRefund, RefundStateWrong
from kaibo.orders.models import Order, Refund, Settlement, ShopTerms
from kaibo.orders.ports import REFUND_CLOSED
from kaibo.orders.reads import settling as reads
from kaibo.orders.reads.settling import BankRefundView
from kaibo.orders.rules import REASON_CHARS_MAX, REFUND
from kaibo.orders.rules.settling import BANK_REF_CHARS_MAX, check_second, needs_second


@transaction.atomic
def settle_refund(
    *, refund_id: int, bank_ref: str, reason: str, by: Actor, now: dt.datetime
) -> BankRefundView:
    """Say that a refund was sent by bank; above the shop's limit it waits for a second person.

    Safe to repeat with the same ``bank_ref``.

    Args:
        bank_ref: the bank's number of the transfer; never the buyer's account.

    Raises:
        NoSuchRefund, BadInput: nothing was written.
        RefundStateWrong: the provider may still make it, or it went, or another transfer is
            entered for it; nothing was written.
    """
    number = clean_text("bank_ref", bank_ref, chars_max=BANK_REF_CHARS_MAX, required=True)
    said = clean_text("reason", reason, chars_max=REASON_CHARS_MAX, required=True)
    order, refund = _lock(refund_id, by)
    earlier = refund.settlements.filter(state__in=("asked", "done")).first()
    if earlier is not None and earlier.bank_ref == number:
        return reads.bank_refund(refund.pk, org_id=by.org_id)
    if earlier is not None:
        raise RefundStateWrong(state=earlier.get_state_display())
    _check(refund, "settle")
    shop = ShopTerms.objects.filter(organisation_id=by.org_id).first() or ShopTerms()
    row = Settlement.objects.create(
        organisation_id=order.organisation_id,
        refund=refund,
        bank_ref=number,
        reason=said,
        needs_second=needs_second(refund.amount_fen, shop.settle_alone_fen_max),
        asked_by=by.id,
        asked_at=now,
    )
    fact = SettlementAsked(
        order_id=order.pk,
        no=order.no,
        refund_id=refund.pk,
        settlement_id=row.pk,
        amount_fen=refund.amount_fen,
        bank_ref=number,
        reason=said,
        needs_second=row.needs_second,
    )
    tell(order, fact, by=by, now=now)
    if not row.needs_second:
        _confirm(order, refund, row, by=by, now=now)
    return reads.bank_refund(refund.pk, org_id=by.org_id)


@transaction.atomic
def confirm_settlement(*, refund_id: int, by: Actor, now: dt.datetime) -> BankRefundView:
    """The second person agrees: the money went by bank, and the books say so.

    Raises:
        NoSuchRefund, RefundStateWrong, SettlementBySamePerson: nothing was written.
    """
    order, refund = _lock(refund_id, by)
    row = _waiting(refund)
    check_second(row.asked_by, by.id)
    _confirm(order, refund, row, by=by, now=now)
    return reads.bank_refund(refund.pk, org_id=by.org_id)


@transaction.atomic
def refuse_settlement(*, refund_id: int, by: Actor, now: dt.datetime) -> BankRefundView:
    """A transfer does not stand, by whoever entered it or another: the money is still owed.

    Raises:
        NoSuchRefund, RefundStateWrong: nothing was written.
    """
    order, refund = _lock(refund_id, by)
    decide(order, _waiting(refund), "refuse", by=by, now=now)
    return reads.bank_refund(refund.pk, org_id=by.org_id)


@transaction.atomic
def ask_refund_again(*, refund_id: int, by: Actor, now: dt.datetime) -> BankRefundView:
    """Let the provider try once more, as when a frozen account was opened again.

    A refund that the provider closed under its number gets a new one: no money went under the
    old. Every other keeps its number, under which it is paid back once.

    Raises:
        NoSuchRefund: nothing was written.
        RefundStateWrong: it does not wait for the bank, or a transfer is entered for it; nothing
            was written.
    """
    order, refund = _lock(refund_id, by)
    waiting = refund.settlements.filter(state="asked").first()
    if waiting is not None:
        raise RefundStateWrong(state=waiting.get_state_display())
    _check(refund, "ask_again")
    token = secrets.token_hex(16) if refund.answer == REFUND_CLOSED else refund.token
    move_refund(order, refund, "ask_again", now=now, next_at=now, token=token)
    fact = RefundAskedAgain(
        order_id=order.pk, no=order.no, payment_id=refund.payment_id, refund_id=refund.pk
    )
    tell(order, fact, by=by, now=now)
    return reads.bank_refund(refund.pk, org_id=by.org_id)


def _lock(refund_id: int, by: Actor) -> tuple[Order, Refund]:
    ours = Refund.objects.filter(pk=refund_id, order__organisation_id=by.org_id)
    if not ours.exists():
        raise NoSuchRefund(id=refund_id)
    return lock_refund(refund_id)


def _check(refund: Refund, verb: str) -> None:
    if not REFUND.may(refund.state, verb):
        raise RefundStateWrong(state=refund.get_state_display())


def _waiting(refund: Refund) -> Settlement:
    row = refund.settlements.filter(state="asked").first()
    if row is None:
        raise RefundStateWrong(state=refund.get_state_display())
    return row


def _confirm(order: Order, refund: Refund, row: Settlement, *, by: Actor, now: dt.datetime) -> None:
    decide(order, row, "confirm", by=by, now=now)
    note_gone(order, refund, "settle", by=by, now=now)
