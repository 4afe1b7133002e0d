"""What keeps a room on a rung, and what its grade lets it do. In the transaction of its cause."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db import transaction

from kaibo.base.actor import SYSTEM
from kaibo.compliance.actions.ladder import lock_room, move_room, tell
from kaibo.compliance.models import RoomHold, RoomRisk
from kaibo.compliance.reads.ladder import rung_as_stored
from kaibo.compliance.rules.ladder import Function, HoldCause, Rung, height
from kaibo.facts.compliance import FunctionsGranted, RungHeld, RungLetGo


def hold_room(
    *, org_id: int, show_id: int, rung: Rung, cause: HoldCause, reason: str, now: dt.datetime
) -> bool:
    """Take a room up to a rung and keep it from going below while its cause lasts.

    Safe to repeat: the same again changes nothing, another rung or reason of the same cause takes
    its place. No finding is counted. A stopped show is left as it is.

    Args:
        reason: what people read; not empty.

    Returns:
        Whether the room moved.
    """
    assert transaction.get_connection().in_atomic_block
    assert reason
    row = lock_room(org_id, show_id, now=now)
    stands, by = rung_as_stored(row), SYSTEM(org_id)
    if stands == "stop":
        return False
    mine = {"organisation_id": org_id, "show_id": show_id, "cause": cause, "ended_at": None}
    hold = RoomHold.objects.filter(**mine).first()
    if hold is None or (hold.rung, hold.reason) != (rung, reason):
        hold = hold or RoomHold(**mine, since_at=now)
        hold.rung, hold.reason = rung, reason
        hold.save()
        tell(row, RungHeld(rung=rung, reason=reason, cause=cause), by=by, now=now)
    if height(stands) >= height(rung):
        return False
    move_room(row, rung, cause=cause, by=by, reason=reason, now=now)
    return True


def let_room_go(*, org_id: int, show_id: int, cause: HoldCause, now: dt.datetime) -> None:
    """Let a room that this cause held go down again, by time or by hand. Safe to repeat.

    What began to hold it after ``now`` goes on: who looked earlier does not know of it.
    """
    assert transaction.get_connection().in_atomic_block
    _let_go(org_id, show_id, {"cause": cause, "since_at__lte": now}, now=now)


def end_holds(*, org_id: int, show_id: int, now: dt.datetime) -> None:
    """Let a room go whatever holds it: its show is over. Safe to repeat."""
    assert transaction.get_connection().in_atomic_block
    _let_go(org_id, show_id, {}, now=now)


def _let_go(org_id: int, show_id: int, which: dict[str, Any], *, now: dt.datetime) -> None:
    held = RoomHold.objects.filter(
        organisation_id=org_id, show_id=show_id, ended_at=None, **which
    ).order_by("pk")
    # Asked before the lock, because most rooms are held by nothing and are asked every second.
    if not held.exists():
        return
    row = lock_room(org_id, show_id, now=now)
    for hold in list(held):
        hold.ended_at = now
        hold.save(update_fields=["ended_at"])
        tell(row, RungLetGo(rung=hold.rung, cause=hold.cause), by=SYSTEM(org_id), now=now)


def grant_functions(
    *, org_id: int, show_id: int, off: Sequence[Function], now: dt.datetime
) -> None:
    """Say what the grade of a room does not let it do; everything else it may. Safe to repeat.

    What is running goes on; nothing new of it opens (``reads.check_function_on``).
    """
    assert transaction.get_connection().in_atomic_block
    rows = RoomRisk.objects.filter(organisation_id=org_id, show_id=show_id)
    if not off and not rows.exists():
        return
    row = lock_room(org_id, show_id, now=now)
    if row.functions_off != list(off):
        row.functions_off = list(off)
        row.save(update_fields=["functions_off"])
        tell(row, FunctionsGranted(off=list(off)), by=SYSTEM(org_id), now=now)
