"""The sandbox's counter: what each button does. Notices are rows, so that a restart loses none."""

import datetime as dt
import uuid
from typing import Final, Literal, get_args

import msgspec
from django.db import transaction

from kaibo.base.errors import BadInput
from kaibo.orders.models import SandboxNotice, SandboxPayment
from kaibo.orders.sandbox.provider import Notice

Button = Literal["pay", "fail", "late", "twice"]
# "Late" means well after the order's deadline, when the timer has closed it.
LATE_BY: Final = dt.timedelta(seconds=5)
TWICE_APART: Final = dt.timedelta(seconds=2)


@transaction.atomic
def press(token: str, button: str, *, now: dt.datetime) -> SandboxPayment:
    """Pay, fail, pay late, or pay with two notices. A second press changes nothing.

    Raises:
        SandboxPayment.DoesNotExist: no such visit.
        BadInput: no such button.
    """
    if button not in get_args(Button):
        raise BadInput(field="button", why=" / ".join(get_args(Button)))
    row = SandboxPayment.objects.select_for_update().get(token=token)
    if row.state != "open":
        return row
    row.state = "failed" if button == "fail" else "paid"
    row.pressed = button
    row.save(update_fields=["state", "pressed"])
    due = [now]
    if button == "late":
        due = [max(now, row.pay_before) + LATE_BY]
    elif button == "twice":
        due = [now, now + TWICE_APART]
    notice = Notice(
        type="payment.failed" if button == "fail" else "payment.paid",
        token=row.token,
        amount_fen=row.amount_fen,
    )
    event_id = f"evt_{uuid.uuid4().hex}"
    for due_at in due:
        SandboxNotice.objects.create(
            payment=row,
            event_id=event_id,
            body=msgspec.json.encode(notice).decode(),
            due_at=due_at,
        )
    return row
