"""Somebody on patrol in each shop."""

from __future__ import annotations

import datetime as dt

from kaibo.base.actor import Actor
from kaibo.patrol import actions


def patrolled(by: Actor, mark: str, *, host_id: int, now: dt.datetime) -> dict[str, int]:
    """A signed look whose note bears the mark, a key room and its reason, and an open look."""
    actions.beat(by=by, now=now)
    signed = actions.next_look(by=by, now=now)
    actions.sign_look(look_id=signed.id, result="found", note=mark, by=by, now=now)
    actions.name_key_room(host_id=host_id, reason=mark, by=by, now=now)
    actions.name_patroller(show_id=signed.show_id, person_id=by.id, by=by, now=now)
    actions.grade_room(org_id=by.org_id, host_id=host_id, now=now)
    return {"patrol-look": actions.next_look(by=by, now=now).id}
