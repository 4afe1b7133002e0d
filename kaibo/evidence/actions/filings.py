"""What is kept and packed when a violation is to be reported (LM-138)."""

import datetime as dt

from django.db import transaction

from kaibo.base.actor import Actor
from kaibo.evidence.actions.exports import ask_export
from kaibo.evidence.actions.keeping import place_hold
from kaibo.evidence.models import Hold

RECIPIENT = "监管机关"


@transaction.atomic
def keep_for_filing(*, filing_id: int, show_id: int, by: Actor, now: dt.datetime) -> bool:
    """Hold everything of a show, and ask for its pack for the authority. Safe to repeat.

    The hold stands until somebody lifts it, also when the report is dropped.

    Returns:
        Whether anything was done now.

    Raises:
        NoSuchShow: none in the organisation; nothing was written.
    """
    reason = f"监管报告 {filing_id}"
    if Hold.objects.filter(organisation_id=by.org_id, show_id=show_id, reason=reason).exists():
        return False
    place_hold(show_id=show_id, reason=reason, by=by, now=now)
    ask_export(
        subject_kind="show",
        subject_id=str(show_id),
        version="authority",
        reason=reason,
        recipient=RECIPIENT,
        by=by,
        now=now,
    )
    return True
