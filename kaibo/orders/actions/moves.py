"""The one way to move an order or a payment: by its table, saved with what goes with it."""

from kaibo.orders.errors import OrderStateWrong
from kaibo.orders.models import Order, Payment
from kaibo.orders.rules import ORDER, PAYMENT


def move_order(order: Order, verb: str, **changes: object) -> None:
    """Move an order and save it with these other columns; the caller holds its lock.

    Raises:
        OrderStateWrong: the verb does not follow from its state; nothing was written.
    """
    if not ORDER.may(order.state, verb):
        raise OrderStateWrong(no=order.no, state=order.get_state_display())
    _save(order, ORDER.after(order.state, verb), changes)


def move_payment(payment: Payment, verb: str, **changes: object) -> None:
    """Move a payment and save it with these other columns; the caller holds its order's lock.

    A verb that does not follow from its state is a bug.
    """
    _save(payment, PAYMENT.after(payment.state, verb), changes)


def _save(row: Order | Payment, state: str, changes: dict[str, object]) -> None:
    row.state = state
    for name, value in changes.items():
        setattr(row, name, value)
    row.save(update_fields=["state", *changes])
