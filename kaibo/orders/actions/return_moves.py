"""A return under lock, and the one way to move it."""

import datetime as dt

from kaibo.base.actor import Actor
from kaibo.facts.orders import ReturnMoved
from kaibo.journal.actions import append
from kaibo.orders.actions.units import lock_order
from kaibo.orders.errors import NoSuchReturn, ReturnStateWrong
from kaibo.orders.models import Return
from kaibo.orders.rules.returns import RETURN


def lock_return(return_id: int, by: Actor) -> Return:
    """The return under its order's lock: it has none of its own."""
    rows = Return.objects.filter(organisation_id=by.org_id)
    if by.kind == "viewer":
        rows = rows.filter(order__viewer_id=by.id)
    no = rows.filter(pk=return_id).values_list("order__no", flat=True).first()
    if no is None:
        raise NoSuchReturn(id=return_id)
    order = lock_order(no, org_id=by.org_id)
    row = Return.objects.get(pk=return_id)
    row.order = order
    return row


def move_return(row: Return, verb: str, *, by: Actor, now: dt.datetime, **changes: object) -> None:
    """The one way to move a return."""
    if not RETURN.may(row.state, verb):
        raise ReturnStateWrong(state=row.get_state_display())
    row.state = RETURN.after(row.state, verb)
    for name, value in changes.items():
        setattr(row, name, value)
    row.save(update_fields=["state", *changes])
    order = row.order
    fact = ReturnMoved(
        return_id=row.pk,
        order_id=order.pk,
        no=order.no,
        viewer_id=order.viewer_id,
        state=row.state,  # type: ignore[arg-type]  # a target of the machine
        refusal=row.refusal,
        is_sellable=row.is_sellable,
        refund_due_at=row.refund_due_at,
    )
    append(fact, at=now, org_id=order.organisation_id, show_id=order.show_id, actor=by)


def units_in(row: Return) -> dict[int, int]:
    """Units by line id."""
    return {line.line_id: line.units for line in row.lines.order_by("line_id")}


def missing_in(row: Return) -> dict[int, int]:
    """Gifts by line id that were to come back and were not in the parcel."""
    lines = row.lines.order_by("line_id")
    return {line.line_id: line.units_missing for line in lines if line.units_missing}
