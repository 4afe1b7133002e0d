"""Somebody whom an authority cannot reach: reminded, limited, updated (LM-010).

直播电商监督管理办法 art. 22.
"""

import datetime as dt
from dataclasses import dataclass

from django.db import transaction

from kaibo.base.actor import SYSTEM, Actor
from kaibo.base.errors import BadInput
from kaibo.base.inputs import clean_text
from kaibo.base.workdays import due_within
from kaibo.facts.base import Fact
from kaibo.facts.notices import (
    UnreachableLimited,
    UnreachableNoted,
    UnreachableReminded,
    UnreachableUpdated,
)
from kaibo.hosts.reads import host
from kaibo.journal.actions import append
from kaibo.notices.errors import NoSuchUnreachable, UnreachableStateWrong
from kaibo.notices.models import Unreachable
from kaibo.notices.reads.unreachables import UnreachableView, unreachable_view
from kaibo.notices.rules.infringements import NAME_CHARS_MAX, TEXT_CHARS_MAX, WAY_CHARS_MAX
from kaibo.notices.rules.unreachables import (
    REMIND_WITHIN_WORKDAYS,
    UNREACHABLE,
    UPDATE_WITHIN_WORKDAYS,
    WHO,
    check_moment,
)

AT_ONCE_MAX = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class UnreachableSpec:
    """The authority's notice; ``host_id`` is None for the room operator."""

    who: str
    host_id: int | None
    name: str
    authority: str
    order_no: str
    details: str
    received_at: dt.datetime


@transaction.atomic
def note_unreachable(*, spec: UnreachableSpec, by: Actor, now: dt.datetime) -> UnreachableView:
    """Write an authority's notice down; its five working days run from when it came.

    Raises:
        BadInput, TextMissing, TextTooLong: something is missing or has not its shape.
        NoSuchHost: not of this organisation. Nothing was written.
    """
    who = next((known for known in WHO if known == spec.who), None)
    if who is None:
        raise BadInput(field="who", why=", ".join(WHO))
    if (spec.host_id is not None) != (who == "host"):
        raise BadInput(field="host_id", why="主播须选定，运营者须为空 · of a host, and only then")
    check_moment("received_at", spec.received_at, now=now)
    name = spec.name
    if spec.host_id is not None:
        name = host(by.org_id, spec.host_id).name
    row = Unreachable.objects.create(
        organisation_id=by.org_id,
        who=who,
        host_id=spec.host_id,
        name=clean_text("name", name, chars_max=NAME_CHARS_MAX, required=True),
        authority=_needed("authority", spec.authority),
        order_no=_needed("order_no", spec.order_no),
        details=clean_text("details", spec.details, chars_max=TEXT_CHARS_MAX, required=True),
        received_at=spec.received_at,
        noted_by=by.id,
        due_at=due_within(spec.received_at, REMIND_WITHIN_WORKDAYS),
    )
    fact = UnreachableNoted(
        unreachable_id=row.pk,
        who=who,
        host_id=row.host_id,
        received_at=row.received_at,
        due_at=row.due_at,
    )
    return _tell(row, fact, by=by, now=now)


@transaction.atomic
def remind_unreachable(*, id: int, way: str, by: Actor, now: dt.datetime) -> UnreachableView:
    """They were reminded to update their details; from then on five working days are theirs.

    Raises:
        NoSuchUnreachable, UnreachableStateWrong, TextMissing, TextTooLong: nothing was written.
    """
    row = _lock(id, org_id=by.org_id)
    row.reminded_way = clean_text("way", way, chars_max=WAY_CHARS_MAX, required=True)
    _move(row, "remind")
    row.reminded_at, row.due_at = now, due_within(now, UPDATE_WITHIN_WORKDAYS)
    row.save()
    fact = UnreachableReminded(unreachable_id=row.pk, due_at=row.due_at)
    return _tell(row, fact, by=by, now=now)


@transaction.atomic
def update_unreachable(*, id: int, how: str, by: Actor, now: dt.datetime) -> UnreachableView:
    """Their details are right again, and how that was checked; a limit ends at once.

    Raises:
        NoSuchUnreachable, UnreachableStateWrong, TextMissing, TextTooLong: nothing was written.
    """
    row = _lock(id, org_id=by.org_id)
    row.updated_how = clean_text("how", how, chars_max=WAY_CHARS_MAX, required=True)
    _move(row, "update")
    row.updated_at = now
    row.save()
    return _tell(row, UnreachableUpdated(unreachable_id=row.pk), by=by, now=now)


def limit_due_unreachables(*, now: dt.datetime) -> int:
    """Let no show open of whoever was reminded and did not update in time.

    Returns:
        How many; each in a transaction of its own, at most 200.
    """
    due = Unreachable.objects.filter(state="reminded", due_at__lte=now).order_by("due_at")
    return sum(_limit(id, now=now) for id in list(due.values_list("pk", flat=True)[:AT_ONCE_MAX]))


@transaction.atomic
def _limit(id: int, *, now: dt.datetime) -> bool:
    row = Unreachable.objects.select_for_update().get(pk=id)
    # Updated while we came here.
    if row.state != "reminded":
        return False
    _move(row, "limit")
    row.limited_at = now
    row.save()
    by = SYSTEM(row.organisation_id)
    _tell(row, UnreachableLimited(unreachable_id=row.pk), by=by, now=now)
    return True


def _needed(field: str, text: str) -> str:
    return clean_text(field, text, chars_max=NAME_CHARS_MAX, required=True)


def _lock(id: int, *, org_id: int) -> Unreachable:
    row = Unreachable.objects.select_for_update().filter(organisation_id=org_id, pk=id).first()
    if row is None:
        raise NoSuchUnreachable(id=id)
    return row


def _move(row: Unreachable, verb: str) -> None:
    if not UNREACHABLE.may(row.state, verb):
        raise UnreachableStateWrong(state=row.get_state_display())
    row.state = UNREACHABLE.after(row.state, verb)
    row.due_at = None


def _tell(row: Unreachable, fact: Fact, *, by: Actor, now: dt.datetime) -> UnreachableView:
    append(fact, at=now, org_id=row.organisation_id, actor=by)
    return unreachable_view(row)
