"""What keeps a room on a rung, and what its grade lets it do. In the transaction of its cause."""

import datetime as dt
from collections.abc import Sequence

from django.db import transaction

from kaibo.base.actor import SYSTEM
from kaibo.compliance.actions.ladder import lock_room, move_room, tell
from kaibo.compliance.models import RoomRisk
from kaibo.compliance.reads.ladder import held_as_stored, rung_as_stored
from kaibo.compliance.rules.ladder import Function, Rung, height
from kaibo.facts.compliance import FunctionsGranted, RungHeld, RungLetGo


def hold_room(*, org_id: int, show_id: int, rung: Rung, reason: str, now: dt.datetime) -> None:
    """Take a room up to a rung and keep it from going below. Safe to repeat.

    A stopped show is left as it is.
    """
    assert transaction.get_connection().in_atomic_block
    row = lock_room(org_id, show_id, now=now)
    stands, by = rung_as_stored(row), SYSTEM(org_id)
    if stands == "stop" or held_as_stored(row) == rung:
        return
    row.held_rung = rung
    row.save(update_fields=["held_rung"])
    tell(row, RungHeld(rung=rung, reason=reason), by=by, now=now)
    if height(stands) < height(rung):
        move_room(row, rung, cause="hold", by=by, reason=reason, now=now)


def let_room_go(*, org_id: int, show_id: int, now: dt.datetime) -> None:
    """Let a held room go down again, by time or by hand. Safe to repeat."""
    assert transaction.get_connection().in_atomic_block
    row = lock_room(org_id, show_id, now=now)
    held = held_as_stored(row)
    if held != "clear":
        row.held_rung = "clear"
        row.save(update_fields=["held_rung"])
        tell(row, RungLetGo(rung=held), by=SYSTEM(org_id), now=now)


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
