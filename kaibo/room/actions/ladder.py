"""The desk's hand on the ladder: the same verbs as of compliance, for a show that there is."""

import datetime as dt

from kaibo.base.actor import Actor
from kaibo.compliance import actions as compliance
from kaibo.compliance.reads import RoomRiskView
from kaibo.planning.reads import show


def override_rung(
    *, org_id: int, show_id: int, rung: str, reason: str, by: Actor, now: dt.datetime
) -> RoomRiskView:
    """Move the room of a show up or down; see ``compliance.actions.override_rung``.

    Raises:
        NoSuchShow: not in this organisation; nothing was written.
    """
    show(org_id, show_id)
    return compliance.override_rung(
        org_id=org_id, show_id=show_id, rung=rung, reason=reason, by=by, now=now
    )


def confirm_lift(*, org_id: int, show_id: int, by: Actor, now: dt.datetime) -> RoomRiskView:
    """Let a paused room go on; see ``compliance.actions.confirm_lift``.

    Raises:
        NoSuchShow: not in this organisation; nothing was written.
    """
    show(org_id, show_id)
    return compliance.confirm_lift(org_id=org_id, show_id=show_id, by=by, now=now)


def refuse_lift(*, org_id: int, show_id: int, by: Actor, now: dt.datetime) -> RoomRiskView:
    """Keep a paused room paused; see ``compliance.actions.refuse_lift``.

    Raises:
        NoSuchShow: not in this organisation; nothing was written.
    """
    show(org_id, show_id)
    return compliance.refuse_lift(org_id=org_id, show_id=show_id, by=by, now=now)
