"""Orders paid in two parts: the deposit kept, the balance reminded, and every other end."""

import datetime as dt
from dataclasses import dataclass

from django.db import transaction

from kaibo.base.actor import SYSTEM, Actor
from kaibo.base.inputs import check_whole
from kaibo.facts.orders import BalanceReminded, DepositPaid, PresaleEnded, PresalePlaced
from kaibo.orders.actions.moves import enter_penalty, move_payment
from kaibo.orders.actions.owing import owe_deposit, tell
from kaibo.orders.actions.units import lock_order
from kaibo.orders.errors import BalanceNotOpen, PresaleTermsChanged
from kaibo.orders.models import Order, Payment, Presale
from kaibo.orders.rules import PRESALE, PaymentPart
from kaibo.promotions.errors import RefundDeadlineMissing
from kaibo.promotions.reads import PresaleOfferView, presale_offer

REMINDED_AT_ONCE_MAX = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class PresaleWish:
    """Pay a deposit now: what the page showed of the terms (LM-111).

    Args:
        deposit_fen: of a unit.
        refund_deadline_days: None: the page did not show it, and the order is refused.
    """

    presale_offer_id: int
    deposit_fen: int
    late_rule: str
    refund_deadline_days: int | None


def check_shown(wish: PresaleWish, *, show_id: int) -> PresaleOfferView:
    """The terms that stand, or a refusal if the page showed others or too little.

    Raises:
        RefundDeadlineMissing: nobody showed when money goes back (CPR 20, LM-111).
        NoSuchPresale, PresaleTermsChanged.
    """
    if wish.refund_deadline_days is None:
        raise RefundDeadlineMissing(field="refund_deadline_days")
    offer = presale_offer(wish.presale_offer_id, show_id=show_id)
    for field in ("deposit_fen", "late_rule", "refund_deadline_days"):
        if getattr(wish, field) != getattr(offer, field):
            raise PresaleTermsChanged(field=field)
    return offer


def place_presale(order: Order, offer: PresaleOfferView, *, units: int, now: dt.datetime) -> None:
    """Write the two parts of a new order down, on the terms its buyer was shown."""
    check_whole("units", units, least=1)
    deposit_fen = offer.deposit_fen * units
    row = Presale.objects.create(
        order=order,
        presale_offer_id=offer.id,
        deposit_fen=deposit_fen,
        balance_fen=order.total_fen - deposit_fen,
        kind=offer.kind,
        late_rule=offer.late_rule,
        balance_opens_at=offer.balance_opens_at,
        balance_closes_at=offer.balance_closes_at,
        ship_by=offer.ship_by,
        refund_deadline_days=offer.refund_deadline_days,
        remind_at=offer.balance_closes_at - dt.timedelta(seconds=offer.remind_s),
    )
    order.pay_before = min(order.pay_before, row.balance_opens_at)
    fact = PresalePlaced(
        order_id=order.pk,
        no=order.no,
        presale_offer_id=offer.id,
        deposit_fen=row.deposit_fen,
        balance_fen=row.balance_fen,
        late_rule=row.late_rule,
        balance_closes_at=row.balance_closes_at,
    )
    tell(order, fact, by=Actor("viewer", order.viewer_id, order.organisation_id), now=now)


def presale_of(order: Order) -> Presale | None:
    """The order's two parts; the caller holds its lock."""
    return Presale.objects.filter(order=order).first()


def part_due(order: Order, *, now: dt.datetime) -> tuple[PaymentPart, int]:
    """What an open order is to be paid now, and how much; the caller holds its lock.

    Raises:
        BalanceNotOpen: the deposit is there, and the time for the balance has not begun.
    """
    presale = presale_of(order)
    if presale is None:
        return "whole", order.total_fen
    if presale.state == "placed":
        return "deposit", presale.deposit_fen
    if now < presale.balance_opens_at:
        raise BalanceNotOpen(no=order.no, opens_at=presale.balance_opens_at)
    return "balance", presale.balance_fen


def keep_deposit(order: Order, presale: Presale, payment: Payment, *, now: dt.datetime) -> None:
    """The deposit is here: a liability until the balance is, and the units stay held for it."""
    move_payment(order, payment, "keep", now=now)
    move_presale(presale, "deposit")
    order.pay_before = presale.balance_closes_at
    order.save(update_fields=["pay_before"])
    fact = DepositPaid(
        order_id=order.pk,
        no=order.no,
        viewer_id=order.viewer_id,
        payment_id=payment.pk,
        amount_fen=payment.received_fen,
        pay_before=order.pay_before,
    )
    tell(order, fact, by=SYSTEM(order.organisation_id), now=now)


def sell_deposit(order: Order, presale: Presale, *, now: dt.datetime) -> Payment:
    """The balance is here too: the deposit is part of a sale now."""
    deposit = _deposit(order)
    move_payment(order, deposit, "sell", now=now)
    move_presale(presale, "balance")
    return deposit


def end_presale(order: Order, *, by: Actor, now: dt.datetime, defaulted: bool = False) -> None:
    """An order closes without its balance: what becomes of the deposit follows the terms.

    The caller holds the order's lock; orders in one part pass.

    Args:
        defaulted: the seller ends it, and earnest money goes back twice (Civil Code art. 587).
    """
    presale = presale_of(order)
    if presale is None:
        return
    if presale.state == "placed":
        move_presale(presale, "lapse")
        _tell_ended(order, presale, None, by=by, now=now)
        return
    deposit = _deposit(order)
    if defaulted:
        owe_deposit(order, deposit, by=by, now=now)
        owe_penalty(order, presale, deposit, now=now)
    elif presale.late_rule == "forfeit":
        move_payment(order, deposit, "forfeit", now=now)
        move_presale(presale, "forfeit")
    else:
        owe_deposit(order, deposit, by=by, now=now)
        move_presale(presale, "return")
    _tell_ended(order, presale, deposit, by=by, now=now)


def owe_penalty(order: Order, presale: Presale, deposit: Payment, *, now: dt.datetime) -> None:
    """The seller defaults: beside the earnest money as much again is owed (art. 587)."""
    penalty_fen = presale.deposit_fen if presale.kind == "earnest" else 0
    enter_penalty(order, deposit, penalty_fen, now=now)
    move_presale(presale, "default", penalty_fen=penalty_fen)


def tell_default(
    order: Order, presale: Presale, deposit: Payment, *, by: Actor, now: dt.datetime
) -> None:
    """Tell a default after the balance was paid: all of the order goes back by its own refund."""
    _tell_ended(order, presale, deposit, by=by, now=now)


def move_presale(presale: Presale, verb: str, **changes: object) -> None:
    """Move a presale by its table and save it; the caller holds the order's lock."""
    presale.state = PRESALE.after(presale.state, verb)
    for name, value in changes.items():
        setattr(presale, name, value)
    presale.save(update_fields=["state", *changes])


def remind_balances(*, now: dt.datetime) -> int:
    """Remind the buyers whose time for the balance is nearly over, once each.

    Returns:
        How many were reminded, at most 500.
    """
    due = Presale.objects.filter(state="deposited", reminded_at=None, remind_at__lte=now)
    numbers = due.order_by("remind_at").values_list("order__no", flat=True)
    return sum(_remind(no, now=now) for no in list(numbers[:REMINDED_AT_ONCE_MAX]))


@transaction.atomic
def _remind(no: str, *, now: dt.datetime) -> bool:
    order = lock_order(no)
    presale = Presale.objects.get(order=order)
    if presale.state != "deposited" or presale.reminded_at is not None:
        return False
    presale.reminded_at = now
    presale.save(update_fields=["reminded_at"])
    fact = BalanceReminded(
        order_id=order.pk, no=order.no, viewer_id=order.viewer_id, pay_before=order.pay_before
    )
    tell(order, fact, by=SYSTEM(order.organisation_id), now=now)
    return True


def _deposit(order: Order) -> Payment:
    rows = order.payments.select_for_update(no_key=True)
    return rows.get(part="deposit", state="kept")


def _tell_ended(
    order: Order, presale: Presale, deposit: Payment | None, *, by: Actor, now: dt.datetime
) -> None:
    fact = PresaleEnded(
        order_id=order.pk,
        no=order.no,
        viewer_id=order.viewer_id,
        how=presale.state,  # type: ignore[arg-type]  # every caller has just ended it
        payment_id=None if deposit is None else deposit.pk,
        deposit_fen=0 if deposit is None else presale.deposit_fen,
        penalty_fen=presale.penalty_fen,
    )
    tell(order, fact, by=by, now=now)
