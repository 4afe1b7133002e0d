"""Reports by viewers: a number, a deadline, one open report a subject."""

import datetime as dt
import secrets
from dataclasses import dataclass
from typing import Literal

from django.db import transaction

from kaibo.audience.reads import viewers
from kaibo.base.actor import Actor
from kaibo.base.inputs import clean_text
from kaibo.facts.room import ReportFiled
from kaibo.promotions.reads import link
from kaibo.room.actions.board import lock_board, tell
from kaibo.room.errors import NoSuchSubject, ReportWaits
from kaibo.room.models import ChatMessage, Report
from kaibo.room.rules import report_due

REASON_CHARS_MAX = 500

Subject = Literal["message", "product", "viewer", "room"]


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a reporter keeps: the number, and when the answer is due at the latest."""

    number: str
    due_at: dt.datetime


@transaction.atomic
def file_report(
    *, show_id: int, by: Actor, subject: Subject, subject_id: int, reason: str, now: dt.datetime
) -> Receipt:
    """Take a viewer's report of a message, product, viewer, or (id 0) the room itself.

    Raises:
        TextMissing, TextTooLong, TextUnreadable, NoSuchSubject: nothing was written.
        ReportWaits: the same report is open already; it carries that report's number.
    """
    why = clean_text("reason", reason, chars_max=REASON_CHARS_MAX, required=True)
    _check_subject(show_id, subject, subject_id, org_id=by.org_id)
    board = lock_board(by.org_id, show_id)
    same = Report.objects.filter(
        show_id=show_id, viewer_id=by.id, subject=subject, subject_id=subject_id, state="open"
    )
    if earlier := same.first():
        raise ReportWaits(number=earlier.number)
    row = Report.objects.create(
        organisation_id=by.org_id,
        number=f"J{secrets.token_hex(5).upper()}",
        show_id=show_id,
        viewer_id=by.id,
        subject=subject,
        subject_id=subject_id,
        reason=why,
        at=now,
        due_at=report_due(now),
    )
    fact = ReportFiled(
        number=row.number,
        viewer_id=by.id,
        subject=subject,
        subject_id=subject_id,
        due_at=row.due_at,
    )
    tell(board, fact, by=by, now=now)
    return Receipt(row.number, row.due_at)


def _check_subject(show_id: int, subject: Subject, subject_id: int, *, org_id: int) -> None:
    match subject:
        case "message":
            there = ChatMessage.objects.filter(pk=subject_id, show_id=show_id).exists()
        case "product":
            link(show_id, subject_id)
            there = True
        case "viewer":
            there = subject_id in viewers({subject_id}, org_id=org_id)
        case "room":
            there = subject_id == 0
    if not there:
        raise NoSuchSubject
