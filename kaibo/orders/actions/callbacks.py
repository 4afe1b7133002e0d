"""What a provider tells us about money: believed once, judged under the order's lock."""

import datetime as dt
from collections.abc import Mapping
from typing import Literal

from django.db import IntegrityError, transaction

from kaibo.base.actor import SYSTEM
from kaibo.facts.orders import OrderPaid, PaymentFailed
from kaibo.journal.actions import append
from kaibo.orders import edge
from kaibo.orders.actions.commissions import accrue
from kaibo.orders.actions.moves import enter_shares, move_order, move_payment
from kaibo.orders.actions.owing import owe_refund
from kaibo.orders.actions.parcel_units import start_promise
from kaibo.orders.actions.presales import keep_deposit, presale_of, sell_deposit
from kaibo.orders.actions.protection import pay_back_missed
from kaibo.orders.actions.seats import may_ship, pay_seat
from kaibo.orders.actions.units import fact_lines, lines_of, retake, sell
from kaibo.orders.errors import GroupFull, GroupOver, InGroupAlready, NoSuchPayment
from kaibo.orders.models import Callback, Order, Payment, Presale
from kaibo.orders.ports import PaymentEvent
from kaibo.orders.rules import PAYMENT, MoneyIn, judge_money, judge_part
from kaibo.promotions.errors import (
    BelowFloor,
    BuyerLimit,
    CouponCannotBeUsed,
    NotOnSale,
    PromotionUsedUp,
    SoldOut,
)

Taken = Literal["done", "repeat", "other"]


def receive_callback(
    *, provider: str, headers: Mapping[str, str], body: bytes, now: dt.datetime
) -> Taken:
    """Believe a callback if its signature and time are good, and act on it once.

    It may come twice, late, or after the order closed; the written rule is
    docs/mechanisms/late-payment.md.

    Returns:
        "repeat" when this event or this money was known; nothing was written then, except that
        an event is remembered. "other" when it is true but not about money coming in; nothing
        was written.

    Raises:
        NoSuchProvider, CallbackRefused, NoSuchPayment: nothing was written.
    """
    event = edge.provider(provider).verify_callback(headers, body, now)
    if event.kind == "other":
        return "other"
    found = Payment.objects.filter(provider=provider, attempt_token=event.token).first()
    if found is None:
        raise NoSuchPayment
    with transaction.atomic():
        # The order's lock first, as everywhere; two tellings of one event queue here.
        order = Order.objects.select_for_update(no_key=True).get(pk=found.order_id)
        payment = Payment.objects.select_for_update(no_key=True).get(pk=found.pk)
        if not _remember(provider, event, body, now=now):
            return "repeat"
        if event.kind == "failed":
            return _fail(order, payment, now=now)
        # Money of an attempt counts once; only before may it turn out to be nobody's.
        if not PAYMENT.may(payment.state, "quarantine"):
            return "repeat"
        _take_money(order, payment, received_fen=event.amount_fen, now=now)
    return "done"


def _remember(provider: str, event: PaymentEvent, body: bytes, *, now: dt.datetime) -> bool:
    try:
        with transaction.atomic():
            Callback.objects.create(
                provider=provider, event_id=event.event_id, received_at=now, body=body.decode()
            )
    except IntegrityError:
        return False
    return True


def _fail(order: Order, payment: Payment, *, now: dt.datetime) -> Taken:
    if not PAYMENT.may(payment.state, "fail"):
        return "repeat"
    move_payment(order, payment, "fail", now=now)
    fact = PaymentFailed(order_id=order.pk, no=order.no, payment_id=payment.pk)
    org_id = order.organisation_id
    append(fact, at=now, org_id=org_id, show_id=order.show_id, actor=SYSTEM(org_id))
    return "done"


def _take_money(order: Order, payment: Payment, *, received_fen: int, now: dt.datetime) -> None:
    payment.received_fen, payment.paid_at = received_fen, now
    payment.save(update_fields=["received_fen", "paid_at"])
    money = MoneyIn(
        order_state=order.state,  # type: ignore[arg-type]  # held to its words by a CHECK
        close_reason=order.close_reason,  # type: ignore[arg-type]  # as above
        total_fen=order.total_fen if payment.part == "whole" else payment.amount_fen,
        received_fen=received_fen,
    )
    presale = presale_of(order)
    if presale is not None:
        _take_part(order, presale, payment, money, now=now)
        return
    verdict = judge_money(money)
    if verdict == "pay":
        _pay(order, payment, now=now)
    elif verdict == "revive":
        _revive(order, payment, now=now)
    else:
        owe_refund(order, payment, why=verdict, by=SYSTEM(order.organisation_id), now=now)


def _take_part(
    order: Order, presale: Presale, payment: Payment, money: MoneyIn, *, now: dt.datetime
) -> None:
    """Money of a presale: the deposit is kept, with the balance all of it is sold."""
    verdict = judge_part(
        money,
        part=payment.part,  # type: ignore[arg-type]  # as above
        state=presale.state,  # type: ignore[arg-type]  # as above
    )
    if verdict == "keep":
        keep_deposit(order, presale, payment, now=now)
    elif verdict == "pay":
        deposit = sell_deposit(order, presale, now=now)
        sell(order, now=now)
        _mark_paid(order, payment, revived=False, deposit=deposit, ship_by=presale.ship_by, now=now)
    else:
        owe_refund(order, payment, why=verdict, by=SYSTEM(order.organisation_id), now=now)


def _pay(order: Order, payment: Payment, *, now: dt.datetime) -> None:
    try:
        pay_seat(order, now=now)
    except GroupOver:
        by = SYSTEM(order.organisation_id)
        owe_refund(order, payment, why="group_gone", by=by, now=now)
    else:
        sell(order, now=now)
        _mark_paid(order, payment, revived=False, now=now)


def _revive(order: Order, payment: Payment, *, now: dt.datetime) -> None:
    """Late money: the same units at the same price if they can be had, else the money goes back."""
    by = SYSTEM(order.organisation_id)
    try:
        with transaction.atomic():
            pay_seat(order, now=now)
            retake(order, now=now)
    except (GroupOver, InGroupAlready, GroupFull):
        owe_refund(order, payment, why="group_gone", by=by, now=now)
    except BelowFloor:
        owe_refund(order, payment, why="below_floor", by=by, now=now)
    except (PromotionUsedUp, CouponCannotBeUsed):
        owe_refund(order, payment, why="price_gone", by=by, now=now)
    except (NotOnSale, SoldOut, BuyerLimit):
        owe_refund(order, payment, why="units_gone", by=by, now=now)
    else:
        _mark_paid(order, payment, revived=True, now=now)
        pay_back_missed(order, now=now)


def _mark_paid(
    order: Order,
    payment: Payment,
    *,
    revived: bool,
    now: dt.datetime,
    deposit: Payment | None = None,
    ship_by: dt.datetime | None = None,
) -> None:
    move_payment(order, payment, "sell", now=now)
    enter_shares(order, payment, _shares(order), now=now)
    accrue(order, payment, now=now)
    verb = "revive" if revived else "pay"
    move_order(order, verb, paid_at=now, closed_at=None, close_reason="")
    if may_ship(order):
        start_promise(order, now=now, ship_by=ship_by)
    fact = OrderPaid(
        order_id=order.pk,
        no=order.no,
        viewer_id=order.viewer_id,
        payment_id=payment.pk,
        total_fen=order.total_fen,
        lines=fact_lines(order),
        revived=revived,
        deposit_payment_id=None if deposit is None else deposit.pk,
        deposit_fen=0 if deposit is None else deposit.received_fen,
    )
    org_id = order.organisation_id
    append(fact, at=now, org_id=org_id, show_id=order.show_id, actor=SYSTEM(org_id))


def _shares(order: Order) -> dict[str, int]:
    """What of the order's discounts others bear, in fen by payer."""
    shares: dict[str, int] = {}
    for line in lines_of(order):
        for payer, fen in line.borne.items():
            shares[payer] = shares.get(payer, 0) + fen
    return shares
