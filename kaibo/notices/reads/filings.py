"""Reports to the regulator."""

import datetime as dt
from dataclasses import dataclass

from kaibo.notices.models import Filing
from kaibo.notices.reads.infringements import kept_until
from kaibo.notices.reads.shown import open_and_newest


@dataclass(frozen=True, slots=True)
class FilingView:
    """A report with the finding it rests on."""

    id: int
    finding_id: int
    show_id: int
    words: str
    law: str
    article: str
    rule_id: str
    note: str
    opened_at: dt.datetime
    opened_by: int
    state: str
    state_zh: str
    due_at: dt.datetime
    late_at: dt.datetime | None
    authority: str
    receipt: str
    reason: str
    closed_at: dt.datetime | None
    kept_until: dt.datetime | None


def filings(org_id: int) -> list[FilingView]:
    """The reports that are due and the newest of the others, newest first."""
    rows = Filing.objects.filter(organisation_id=org_id).select_related("finding")
    return [filing_view(row) for row in open_and_newest(rows, ("due",))]


def filing_of_finding(org_id: int, finding_id: int) -> FilingView | None:
    """The report of a finding that is not dropped; None without one."""
    rows = Filing.objects.filter(organisation_id=org_id, finding_id=finding_id)
    row = rows.exclude(state="dropped").first()
    return filing_view(row) if row else None


def filing_view(row: Filing) -> FilingView:
    """A row as a value."""
    found = row.finding
    return FilingView(
        id=row.pk,
        finding_id=row.finding_id,
        show_id=row.show_id,
        words=found.text[found.span_start : found.span_end],
        law=found.law,
        article=found.article,
        rule_id=found.rule_id,
        note=row.note,
        opened_at=row.opened_at,
        opened_by=row.opened_by,
        state=row.state,
        state_zh=row.get_state_display(),
        due_at=row.due_at,
        late_at=row.late_at,
        authority=row.authority,
        receipt=row.receipt,
        reason=row.reason,
        closed_at=row.closed_at,
        kept_until=kept_until(row.opened_at, row.closed_at),
    )
