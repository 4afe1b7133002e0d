"""Money that goes back: what of an order is undone is owed in our books first."""

import datetime as dt
from collections.abc import Mapping

from django.db import transaction

from kaibo.base.actor import SYSTEM, Actor
from kaibo.base.inputs import clean_text
from kaibo.facts.orders import OrderRefundStarted
from kaibo.orders import reads
from kaibo.orders.actions.commissions import reverse
from kaibo.orders.actions.moves import enter_shares, move_order, move_payment, move_refund
from kaibo.orders.actions.owing import new_refund, tell, tell_due
from kaibo.orders.actions.parcel_units import check_undoable, settle_promise
from kaibo.orders.actions.seats import leave_seat
from kaibo.orders.actions.units import left_of, lines_of, lock_order, take_in, undone_lines
from kaibo.orders.errors import OrderStateWrong, PresaleWhole
from kaibo.orders.models import Order, OrderLine, Payment, Presale, Refund
from kaibo.orders.reads import OrderView
from kaibo.orders.reads.gifts import with_gifts
from kaibo.orders.reads.units import undone_fen, units_of
from kaibo.orders.rules import (
    REASON_CHARS_MAX,
    check_request_key,
    check_undone_units,
)
from kaibo.orders.rules.cancels import Ground, check_ground
from kaibo.promotions.actions import return_uses
from kaibo.promotions.reads import refund_fen


@transaction.atomic
def refund_order(
    *, no: str, reason: str, by: Actor, now: dt.datetime, ground: Ground = "buyer_asked"
) -> OrderView:
    """Undo all that is left of a paid order; see ``refund_units``. Safe to repeat.

    Raises:
        NoSuchOrder, BadInput: nothing was written.
        BuyerMustAgree: the seller alone wants it, for a ground of their own (ECL 49).
        OrderStateWrong: it was never paid; nothing was written.
        UnitsShipped: units of it left the shop and come back by a return; nothing was written.
    """
    check_ground(ground)
    said = clean_text("reason", reason, chars_max=REASON_CHARS_MAX)
    order = _lock(no, by)
    if order.state not in ("refunding", "refunded"):
        undo_rest(order, reason=said, by=by, now=now)
    return reads.order(no, org_id=by.org_id)


@transaction.atomic
def refund_units(
    *,
    no: str,
    units: Mapping[int, int],
    request_key: str,
    reason: str,
    by: Actor,
    now: dt.datetime,
    ground: Ground = "buyer_asked",
) -> OrderView:
    """Undo some units of a paid order: they come back to the stock, their money is owed.

    A line's units are paid back in turn: after n of them exactly ``amount × n // units`` is back,
    so that any steps end at what was paid. What others bore of the discount is undone in the same
    proportion. Gifts in the shop that the rest no longer earns are undone too. A viewer may undo
    their own order, staff any of their organisation. Safe to repeat: the same ``request_key``
    changes nothing.

    Args:
        units: how many units, by line id; at most as many as are left of each.

    Raises:
        NoSuchOrder, BadInput, NothingToRefund, BuyerMustAgree: nothing was written.
        OrderStateWrong: it is not paid, or all of it is refunded; nothing was written.
        PresaleWhole: an order of a presale goes back as a whole; nothing was written.
        UnitsShipped: these units left the shop; nothing was written.
    """
    check_ground(ground)
    said = clean_text("reason", reason, chars_max=REASON_CHARS_MAX)
    check_request_key(request_key)
    order = _lock(no, by)
    if Presale.objects.filter(order=order).exists():
        raise PresaleWhole(field="units")
    if not order.refunds.filter(request_key=request_key).exists():
        undo_units(order, units, request_key=request_key, reason=said, by=by, now=now)
    return reads.order(no, org_id=by.org_id)


def undo_rest(
    order: Order, *, reason: str, by: Actor, now: dt.datetime, request_key: str | None = None
) -> None:
    """Undo all that is left of a paid order; the caller holds its lock.

    Raises:
        OrderStateWrong: it is not paid; UnitsShipped: not all of it is in the shop; nothing was
            written.
    """
    undo_units(order, left_of(order), request_key=request_key, reason=reason, by=by, now=now)


def undo_money(
    order: Order, line: OrderLine, fen: int, *, request_key: str, reason: str, now: dt.datetime
) -> None:
    """Owe a part of a paid line's money without any unit; the caller holds the order's lock.

    The order was paid by one payment, and some of its money stays.
    """
    payment = order.payments.select_for_update(no_key=True).get(state="paid")
    parts = [(line.pk, 0, fen)]
    (refund,) = _owe_parts(
        order, [payment], parts, is_all=False, request_key=request_key, reason=reason, now=now
    )
    line.refunded_fen += fen
    line.protected_fen += fen
    line.save(update_fields=["refunded_fen", "protected_fen"])
    reverse(order, refund, now=now)
    by = SYSTEM(order.organisation_id)
    fact = OrderRefundStarted(
        order_id=order.pk,
        no=order.no,
        viewer_id=order.viewer_id,
        amount_fen=fen,
        lines=undone_lines(order, parts),
        is_all=False,
    )
    tell(order, fact, by=by, now=now)
    tell_due(order, refund, is_all=False, by=by, now=now)


def _lock(no: str, by: Actor) -> Order:
    return lock_order(no, viewer_id=by.id if by.kind == "viewer" else None, org_id=by.org_id)


def undo_units(
    order: Order,
    units: Mapping[int, int],
    *,
    request_key: str | None,
    reason: str,
    by: Actor,
    now: dt.datetime,
    kept: Mapping[int, int] | None = None,
) -> None:
    """The one way in which sold units are undone; the caller holds the order's lock.

    Gifts that are still in the shop and that the rest of the order no longer earns go with them.

    Args:
        kept: gifts by line id that were to come back and did not: their value is deducted.
    """
    if order.state != "paid":
        raise OrderStateWrong(no=order.no, state=order.get_state_display())
    lines = {line.pk: line for line in lines_of(order)}
    check_undoable(order, units)
    check_undone_units(units, {id: x.units - x.units_done for id, x in lines.items()})
    in_shop = {id: line.to_undo for id, line in units_of(order).items()}
    units, kept = with_gifts(order, units, room=in_shop), kept or {}
    paid = order.payments.select_for_update(no_key=True).filter(state="paid")
    # A balance before its deposit.
    payments = list(paid.order_by("-pk"))
    undone = [(id, n, undone_fen(lines[id], n)) for id, n in units.items()]
    undone += _charges(lines, kept, most_fen=sum(fen for _, _, fen in undone))
    shares = _shares(lines, {**units, **kept})
    is_all = all(x.units == x.units_refunded + units.get(id, 0) for id, x in lines.items())
    if is_all:
        leave_seat(order, by=by, now=now)
        return_uses(use_ids=order.use_ids, now=now)
    take_in(order, units, now=now)
    _write_undone(lines, undone, kept)
    if is_all:
        move_order(order, "refund", refund_reason=reason)
    refunds = _owe_parts(
        order, payments, undone, is_all=is_all, request_key=request_key, reason=reason, now=now
    )
    enter_shares(order, refunds[0].payment, shares, now=now, undone_by=refunds[0])
    reverse(order, refunds[0], now=now)
    fact = OrderRefundStarted(
        order_id=order.pk,
        no=order.no,
        viewer_id=order.viewer_id,
        amount_fen=sum(fen for _, _, fen in undone),
        lines=undone_lines(order, undone),
        is_all=is_all,
    )
    settle_promise(order)
    tell(order, fact, by=by, now=now)
    for refund in refunds:
        tell_due(order, refund, is_all=is_all, by=by, now=now)


def _owe_parts(
    order: Order,
    payments: list[Payment],
    undone: list[tuple[int, int, int]],
    *,
    is_all: bool,
    request_key: str | None,
    reason: str,
    now: dt.datetime,
) -> list[Refund]:
    """One refund of each payment that some of the money came by, owed from here on."""
    refunds = [
        new_refund(
            order, payment, sum(fen for _, _, fen in parts), why="refund_asked", now=now,
            request_key=request_key, reason=reason, lines=parts,
        )
        for payment, parts in _by_payment(payments, undone)
    ]  # fmt: skip
    for refund in refunds:
        if is_all:
            move_payment(order, refund.payment, "undo", now=now)
        move_refund(order, refund, "undo", now=now, next_at=now)
    return refunds


def _by_payment(
    payments: list[Payment], undone: list[tuple[int, int, int]]
) -> list[tuple[Payment, list[tuple[int, int, int]]]]:
    """Which part of which payment goes back.

    The units of a presale are told with its balance, so that sums over both refunds are right.
    """
    if len(payments) == 1:
        return [(payments[0], undone)]
    balance, deposit = payments
    ((id, units, fen),) = undone
    assert fen == balance.received_fen + deposit.received_fen, "a presale goes back as a whole"
    return [
        (balance, [(id, units, balance.received_fen)]),
        (deposit, [(id, 0, deposit.received_fen)]),
    ]


def _part(fen: int, line: OrderLine, units: int) -> int:
    return refund_fen(fen, units=line.units, refunded=line.units_done, now=units)


def _write_undone(
    lines: Mapping[int, OrderLine],
    undone: list[tuple[int, int, int]],
    kept: Mapping[int, int],
) -> None:
    for id, n, fen in undone:
        line = lines[id]
        line.units_refunded += n
        line.refunded_fen += max(0, fen)
        line.kept_fen += max(0, -fen)
        line.units_kept += kept.get(id, 0)
        line.save(update_fields=["units_refunded", "refunded_fen", "units_kept", "kept_fen"])


def _charges(
    lines: Mapping[int, OrderLine], kept: Mapping[int, int], *, most_fen: int
) -> list[tuple[int, int, int]]:
    """What is deducted for gifts that did not come back: their published value at most."""
    charges = []
    for id, n in kept.items():
        fen = min(most_fen, n * lines[id].unit_price_fen)
        charges.append((id, 0, -fen))
        most_fen -= fen
    return charges


def _shares(lines: Mapping[int, OrderLine], units: Mapping[int, int]) -> dict[str, int]:
    """What of these units' discount others bore, in fen by payer."""
    shares: dict[str, int] = {}
    for id, n in units.items():
        for payer, fen in lines[id].borne.items():
            shares[payer] = shares.get(payer, 0) + _part(fen, lines[id], n)
    return shares
