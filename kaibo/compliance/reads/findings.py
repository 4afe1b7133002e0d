"""The findings on record."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import QuerySet

from kaibo.base.pages import PIECE_ROWS
from kaibo.compliance.errors import NoSuchFinding
from kaibo.compliance.models import Finding

FINDINGS_MAX = 500


@dataclass(frozen=True, slots=True)
class FindingView:
    """A finding as pages show it."""

    id: int
    show_id: int | None
    surface: str
    subject_kind: str
    subject_id: int
    text: str
    span_start: int
    span_end: int
    family: str
    rule_id: str
    law: str
    article: str
    item: str
    verdict: str
    severity: str
    action: str
    suppressed_reason: str
    state: str
    found_at: dt.datetime
    confirmed_by: int | None
    confirmed_reason: str


def findings(
    org_id: int, show_id: int | None = None, *, state: str = "", limit: int = FINDINGS_MAX
) -> list[FindingView]:
    """Findings of an organisation, newest first; of one show when given.

    Args:
        state: ``open``, ``suppressed`` or ``dismissed``; empty for all.
        limit: at most ``FINDINGS_MAX``.
    """
    found = _newest(org_id, show_id, state)[: min(limit, FINDINGS_MAX)]
    return [_finding_view(row) for row in found]


def newest_findings(org_id: int, show_id: int) -> Iterator[FindingView]:
    """Those of a show as ``findings``, however many there are."""
    return map(_finding_view, _newest(org_id, show_id, "").iterator(PIECE_ROWS))


def _newest(org_id: int, show_id: int | None, state: str) -> "QuerySet[Finding]":
    rows = Finding.objects.filter(organisation_id=org_id)
    if show_id is not None:
        rows = rows.filter(show_id=show_id)
    if state:
        rows = rows.filter(state=state)
    return rows.order_by("-found_at", "-id")


def finding(org_id: int, id: int) -> FindingView:
    """One finding.

    Raises:
        NoSuchFinding: not of this organisation.
    """
    row = Finding.objects.filter(organisation_id=org_id, pk=id).first()
    if row is None:
        raise NoSuchFinding()
    return _finding_view(row)


def every_finding(org_id: int, show_id: int) -> list[FindingView]:
    """All findings of a show in the order they were found, however many: for evidence."""
    rows = Finding.objects.filter(organisation_id=org_id, show_id=show_id)
    return [_finding_view(row) for row in rows.order_by("found_at", "id").iterator()]


def rules_met(org_id: int, show_id: int) -> set[tuple[str, str]]:
    """Texts of a show with the rules that were found in them then, suppressed ones aside."""
    rows = Finding.objects.filter(organisation_id=org_id, show_id=show_id)
    return set(rows.exclude(state="suppressed").values_list("text", "rule_id"))


def _finding_view(row: Finding) -> FindingView:
    return FindingView(
        id=row.pk,
        show_id=row.show_id,
        surface=row.surface,
        subject_kind=row.subject_kind,
        subject_id=row.subject_id,
        text=row.text,
        span_start=row.span_start,
        span_end=row.span_end,
        family=row.family,
        rule_id=row.rule_id,
        law=row.law,
        article=row.article,
        item=row.item,
        verdict=row.verdict,
        severity=row.severity,
        action=row.action,
        suppressed_reason=row.suppressed_reason,
        state=row.state,
        found_at=row.found_at,
        confirmed_by=row.confirmed_by,
        confirmed_reason=row.confirmed_reason,
    )
