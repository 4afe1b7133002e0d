"""The clocks of what the desk owes: who is late is told once, and unknown years are filled in."""

import datetime as dt
from typing import Literal

from django.db import transaction
from django.db.models import F, Q

from kaibo.base.actor import SYSTEM
from kaibo.base.workdays import due_within
from kaibo.facts.notices import DeadlineMissed, DeadlineSet
from kaibo.journal.actions import append
from kaibo.notices.models import Filing, Infringement, Unreachable
from kaibo.notices.rules.infringements import ACT_WITHIN_WORKDAYS, OURS
from kaibo.notices.rules.unreachables import REMIND_WITHIN_WORKDAYS, UPDATE_WITHIN_WORKDAYS

AT_ONCE_MAX = 200
# Whose deadline is the desk's own.
_Kind = type[Infringement] | type[Unreachable] | type[Filing]
_What = Literal["infringement", "unreachable", "filing"]
# ``late_at`` is the last miss of any step; one before the deadline is that of an earlier step.
_UNTOLD = Q(late_at__isnull=True) | Q(late_at__lt=F("due_at"))
_OURS: dict[_Kind, tuple[_What, tuple[str, ...]]] = {
    Infringement: ("infringement", OURS),
    Unreachable: ("unreachable", ("noticed",)),
    Filing: ("filing", ("due",)),
}


def miss_due_notices(*, now: dt.datetime) -> int:
    """Tell once of each deadline that the desk let pass; nothing moves by it.

    Returns:
        How many were missed; each in a transaction of its own.
    """
    _set_unknown(now=now)
    missed = 0
    for kind, (what, states) in _OURS.items():
        due = kind.objects.filter(_UNTOLD, state__in=states, due_at__lte=now)
        for id in list(due.order_by("due_at").values_list("pk", flat=True)[:AT_ONCE_MAX]):
            missed += _miss(kind, what, states, id, now=now)
    return missed


@transaction.atomic
def _miss(
    kind: _Kind,
    what: _What,
    states: tuple[str, ...],
    id: int,
    *,
    now: dt.datetime,
) -> bool:
    row = kind.objects.select_for_update().get(pk=id)
    # Done while we came here.
    if row.state not in states or row.due_at is None or row.due_at > now:
        return False
    if row.late_at is not None and row.late_at >= row.due_at:
        return False
    row.late_at = now
    row.save(update_fields=["late_at"])
    fact = DeadlineMissed(what=what, id=row.pk, state=row.state, due_at=row.due_at)
    org_id = row.organisation_id
    show_id = None if isinstance(row, Unreachable) else row.show_id
    append(fact, at=now, org_id=org_id, show_id=show_id, actor=SYSTEM(org_id))
    return True


def _set_unknown(*, now: dt.datetime) -> None:
    """Give deadlines to rows whose year was not announced when their term began."""
    for row in Infringement.objects.filter(state__in=OURS, due_at__isnull=True)[:AT_ONCE_MAX]:
        since = {
            "received": row.received_at,
            "paused": row.decided_at,
            "answered": row.answered_at,
        }[row.state]
        _set(row, since, ACT_WITHIN_WORKDAYS, now=now)
    open_ones = Unreachable.objects.filter(state__in=("noticed", "reminded"), due_at__isnull=True)
    for one in open_ones[:AT_ONCE_MAX]:
        if one.state == "noticed":
            _set(one, one.received_at, REMIND_WITHIN_WORKDAYS, now=now)
        else:
            _set(one, one.reminded_at, UPDATE_WITHIN_WORKDAYS, now=now)


@transaction.atomic
def _set(
    row: Infringement | Unreachable, since: dt.datetime | None, count: int, *, now: dt.datetime
) -> None:
    assert since is not None
    due_at = due_within(since, count)
    if due_at is None:
        return
    same = type(row).objects.filter(pk=row.pk, state=row.state, due_at__isnull=True)
    if not same.update(due_at=due_at):
        return
    what: Literal["infringement", "unreachable"] = (
        "unreachable" if isinstance(row, Unreachable) else "infringement"
    )
    org_id = row.organisation_id
    fact = DeadlineSet(what=what, id=row.pk, due_at=due_at)
    append(fact, at=now, org_id=org_id, actor=SYSTEM(org_id))
