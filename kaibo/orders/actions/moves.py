"""The one way to move an order, a payment or a refund: by its table, with what goes with it.

A move also writes the ledger entries that the table names, in the same transaction: no money can
move beside the ledger.
"""

import datetime as dt
from collections.abc import Mapping

from kaibo.orders.errors import OrderStateWrong
from kaibo.orders.models import LedgerEntry, Order, Payment, Refund
from kaibo.orders.rules import ORDER, PAYMENT, REFUND
from kaibo.orders.rules.ledger import POSTINGS


def move_order(order: Order, verb: str, **changes: object) -> None:
    """Move an order and save it with these other columns; the caller holds its lock.

    Raises:
        OrderStateWrong: the verb does not follow from its state; nothing was written.
    """
    if not ORDER.may(order.state, verb):
        raise OrderStateWrong(no=order.no, state=order.get_state_display())
    _save(order, ORDER.after(order.state, verb), changes)


def move_payment(
    order: Order, payment: Payment, verb: str, *, now: dt.datetime, **changes: object
) -> None:
    """Move a payment, save it with these other columns, and enter what moved in the ledger.

    The caller holds the order's lock and has written what was received. A verb that does not
    follow from the payment's state is a bug.
    """
    move = PAYMENT.move(payment.state, verb)
    _save(payment, move.target, changes)
    _enter(order, payment, dict.fromkeys(move.books, payment.received_fen), now=now)


def move_refund(
    order: Order, refund: Refund, verb: str, *, now: dt.datetime, **changes: object
) -> None:
    """As ``move_payment``, of money that goes back."""
    move = REFUND.move(refund.state, verb)
    _save(refund, move.target, changes)
    amounts = dict.fromkeys(move.books, refund.amount_fen)
    _enter(order, refund.payment, amounts, refund=refund, now=now)


def enter_shares(
    order: Order,
    payment: Payment,
    shares: Mapping[str, int],
    *,
    now: dt.datetime,
    undone_by: Refund | None = None,
) -> None:
    """Enter what others bear of an order's discounts, in fen by payer; or its undoing in part.

    The buyer paid less by it, and the shop is owed it: it was sold for both together.
    """
    ending = "unshare" if undone_by else "share"
    amounts = {f"{payer}_{ending}": fen for payer, fen in shares.items()}
    _enter(order, payment, amounts, refund=undone_by, now=now)


def enter_penalty(
    order: Order, payment: Payment, fen: int, *, now: dt.datetime, is_paid: bool = False
) -> None:
    """Enter what the seller's default costs beside the deposit ``payment``, or that it was paid."""
    _enter(order, payment, {"pay_penalty" if is_paid else "penalty": fen}, now=now)


def enter_commission(
    order: Order,
    payment: Payment,
    amounts: Mapping[int, int],
    *,
    now: dt.datetime,
    undone_by: Refund | None = None,
) -> None:
    """Enter what a line owes to a host or an agency, in fen by the commission; or its undoing."""
    why = "commission" if undone_by is None else "uncommission"
    ending = "" if undone_by is None else f":r{undone_by.pk}"
    for id, fen in amounts.items():
        _enter(order, payment, {why: fen}, refund=undone_by, now=now, about=f"c{id}{ending}")


def _enter(
    order: Order,
    payment: Payment,
    amounts: Mapping[str, int],
    *,
    now: dt.datetime,
    refund: Refund | None = None,
    about: str = "",
) -> None:
    """Each posting once for what it is about, whoever tries again; of nothing there is no entry."""
    about = about or (f"{payment.pk}" if refund is None else f"r{refund.pk}")
    LedgerEntry.objects.bulk_create(
        [
            LedgerEntry(
                organisation_id=order.organisation_id,
                at=now,
                order=order,
                payment=payment,
                refund=refund,
                why=why,
                debit=POSTINGS[why].debit.value,
                credit=POSTINGS[why].credit.value,
                amount_fen=amount_fen,
                key=f"{why}:{about}",
            )
            for why, amount_fen in amounts.items()
            if amount_fen
        ],
        ignore_conflicts=True,
    )


def _save(row: Order | Payment | Refund, state: str, changes: dict[str, object]) -> None:
    row.state = state
    for name, value in changes.items():
        setattr(row, name, value)
    row.save(update_fields=["state", *changes])
