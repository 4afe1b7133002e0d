"""Reports to the regulator: opened when a grave violation is confirmed, then sent (LM-138).

直播电商监督管理办法 arts 12, 21. ``evidence`` follows with a hold and a sealed pack of the show.
"""

import datetime as dt

from django.conf import settings
from django.db import IntegrityError, transaction

from kaibo.base.actor import Actor
from kaibo.base.inputs import clean_text
from kaibo.compliance.reads import finding
from kaibo.facts.base import Fact
from kaibo.facts.notices import FilingDropped, FilingOpened, FilingSent
from kaibo.journal.actions import append
from kaibo.notices.errors import (
    FilingBySamePerson,
    FilingStateWrong,
    NoSuchFiling,
    NothingToReport,
)
from kaibo.notices.models import Filing
from kaibo.notices.reads.filings import FilingView, filing_of_finding, filing_view
from kaibo.notices.rules.filings import FILING, is_reportable
from kaibo.notices.rules.infringements import NAME_CHARS_MAX, TEXT_CHARS_MAX, WAY_CHARS_MAX


@transaction.atomic
def open_filing(*, finding_id: int, note: str, by: Actor, now: dt.datetime) -> FilingView:
    """Confirm that a finding is a grave violation: it is to be reported within the hours set.

    Safe to repeat: a finding has one report that is not dropped.

    Raises:
        NoSuchFinding: not of this organisation.
        NothingToReport: dismissed, exempt, lighter than S1, or of no show.
        TextMissing, TextTooLong: nothing was written.
    """
    said = clean_text("note", note, chars_max=TEXT_CHARS_MAX, required=True)
    found = finding(by.org_id, finding_id)
    show_id = found.show_id
    if show_id is None or not is_reportable(
        state=found.state,
        verdict=found.verdict,
        severity=found.severity,
        show_id=show_id,
    ):
        raise NothingToReport()
    if (before := filing_of_finding(by.org_id, finding_id)) is not None:
        return before
    hours = dt.timedelta(hours=settings.KAIBO_REPORT_WITHIN_H)
    row = Filing(
        organisation_id=by.org_id,
        finding_id=finding_id,
        show_id=show_id,
        note=said,
        opened_by=by.id,
        opened_at=now,
        due_at=now + hours,
    )
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        # Somebody confirmed it in this very moment.
        if (before := filing_of_finding(by.org_id, finding_id)) is None:
            raise
        return before
    fact = FilingOpened(filing_id=row.pk, finding_id=finding_id, due_at=row.due_at)
    return _tell(row, fact, by=by, now=now)


@transaction.atomic
def send_filing(
    *, id: int, authority: str, receipt: str, by: Actor, now: dt.datetime
) -> FilingView:
    """It was reported: to which authority, and what it gave for it.

    Raises:
        NoSuchFiling, FilingStateWrong, TextMissing, TextTooLong: nothing was written.
    """
    row = _lock(id, org_id=by.org_id)
    row.authority = clean_text("authority", authority, chars_max=NAME_CHARS_MAX, required=True)
    row.receipt = clean_text("receipt", receipt, chars_max=WAY_CHARS_MAX, required=True)
    _move(row, "file", by=by, now=now)
    return _tell(row, FilingSent(filing_id=row.pk), by=by, now=now)


@transaction.atomic
def drop_filing(*, id: int, reason: str, by: Actor, now: dt.datetime) -> FilingView:
    """There is nothing to report after all; by another person, with a reason. The hold stays.

    Raises:
        NoSuchFiling, FilingStateWrong, FilingBySamePerson, TextMissing, TextTooLong: nothing was
            written.
    """
    row = _lock(id, org_id=by.org_id)
    row.reason = clean_text("reason", reason, chars_max=TEXT_CHARS_MAX, required=True)
    if by.id == row.opened_by:
        raise FilingBySamePerson()
    _move(row, "drop", by=by, now=now)
    return _tell(row, FilingDropped(filing_id=row.pk), by=by, now=now)


def _lock(id: int, *, org_id: int) -> Filing:
    row = Filing.objects.select_for_update().filter(organisation_id=org_id, pk=id).first()
    if row is None:
        raise NoSuchFiling(id=id)
    return row


def _move(row: Filing, verb: str, *, by: Actor, now: dt.datetime) -> None:
    if not FILING.may(row.state, verb):
        raise FilingStateWrong(state=row.get_state_display())
    row.state = FILING.after(row.state, verb)
    row.closed_by, row.closed_at = by.id, now
    row.save()


def _tell(row: Filing, fact: Fact, *, by: Actor, now: dt.datetime) -> FilingView:
    append(fact, at=now, org_id=row.organisation_id, show_id=row.show_id, actor=by)
    return filing_view(row)
