"""The one way to move an order or a payment: by its table, with what goes with it.

A payment's move also writes the ledger entries that the table names, in the same transaction: no
money can move beside the ledger.
"""

import datetime as dt
from collections.abc import Iterable

from kaibo.orders.errors import OrderStateWrong
from kaibo.orders.models import LedgerEntry, Order, Payment
from kaibo.orders.rules import ORDER, PAYMENT
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
    _enter(order, payment, move.books, now=now)


def _enter(order: Order, payment: Payment, books: Iterable[str], *, now: dt.datetime) -> None:
    """Each posting once for a payment, whoever tries again; an amount of nothing is no entry."""
    if not payment.received_fen:
        return
    LedgerEntry.objects.bulk_create(
        [
            LedgerEntry(
                organisation_id=order.organisation_id,
                at=now,
                order=order,
                payment=payment,
                why=why,
                debit=POSTINGS[why].debit.value,
                credit=POSTINGS[why].credit.value,
                amount_fen=payment.received_fen,
                key=f"{why}:{payment.pk}",
            )
            for why in books
        ],
        ignore_conflicts=True,
    )


def _save(row: Order | Payment, state: str, changes: dict[str, object]) -> None:
    row.state = state
    for name, value in changes.items():
        setattr(row, name, value)
    row.save(update_fields=["state", *changes])
