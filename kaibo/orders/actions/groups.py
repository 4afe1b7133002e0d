"""Groups whose time is over: everything their members paid goes back, once."""

import datetime as dt

from django.db import transaction

from kaibo.base.actor import SYSTEM
from kaibo.facts.orders import GroupExpired, GroupSettled
from kaibo.orders.actions.closing import close
from kaibo.orders.actions.refunds import undo_rest
from kaibo.orders.actions.seats import lock_group, move_group, tell_group
from kaibo.orders.actions.units import lock_order
from kaibo.orders.models import Group, Order, Refund
from kaibo.orders.rules import GROUP, ORDER, OWED

GROUPS_AT_ONCE_MAX = 200
_REASON = "拼团未成团，自动退款"


def end_due_groups(*, now: dt.datetime) -> int:
    """Expire the groups that are not complete in time, and undo their orders.

    First the group alone, so that nobody joins or pays into it any more; then each order in a
    transaction of its own: unpaid ones close, paid ones are refunded. A crash in between leaves
    the rest to the next sweep; doing it again changes nothing. When all the money went back the
    group is settled.

    Returns:
        How many groups expired, at most 200.
    """
    due = Group.objects.filter(state__in=("open", "full"), fills_before__lte=now)
    ids = list(due.order_by("fills_before").values_list("pk", flat=True)[:GROUPS_AT_ONCE_MAX])
    expired = sum(_expire(id, now=now) for id in ids)
    over = Group.objects.filter(state="expired").order_by("fills_before")
    for id in list(over.values_list("pk", flat=True)[:GROUPS_AT_ONCE_MAX]):
        orders = Order.objects.filter(member__group_id=id).order_by("pk")
        for no in orders.filter(state__in=("created", "paid")).values_list("no", flat=True):
            _undo(no, now=now)
        owed = Refund.objects.filter(order__member__group_id=id, state__in=OWED)
        if not (orders.exclude(state__in=("closed", "refunded")).exists() or owed.exists()):
            _settle(id, now=now)
    return expired


@transaction.atomic
def _expire(id: int, *, now: dt.datetime) -> bool:
    group = lock_group(id)
    # Complete while we came here.
    if not GROUP.may(group.state, "expire"):
        return False
    move_group(group, "expire", ended_at=now)
    fact = GroupExpired(
        group_id=group.pk,
        group_offer_id=group.group_offer_id,
        link_no=group.link_no,
        paid=group.paid,
    )
    tell_group(group, fact, by=SYSTEM(group.organisation_id), now=now)
    return True


@transaction.atomic
def _undo(no: str, *, now: dt.datetime) -> None:
    order = lock_order(no)
    by = SYSTEM(order.organisation_id)
    if ORDER.may(order.state, "close"):
        close(order, "close", reason="group_expired", by=by, now=now)
    elif ORDER.may(order.state, "refund"):
        undo_rest(order, reason=_REASON, by=by, now=now)


@transaction.atomic
def _settle(id: int, *, now: dt.datetime) -> None:
    group = lock_group(id)
    if GROUP.may(group.state, "settle"):
        move_group(group, "settle")
        fact = GroupSettled(group_id=group.pk, link_no=group.link_no)
        tell_group(group, fact, by=SYSTEM(group.organisation_id), now=now)
