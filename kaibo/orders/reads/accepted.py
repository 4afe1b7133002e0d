"""Statements of providers that were accepted, and what each of them entered."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Sum

from kaibo.orders.models import Statement

STATEMENTS_MAX = 200


@dataclass(frozen=True, slots=True)
class StatementView:
    """An accepted statement; ``entries`` are what it entered, sums in fen.

    Lines that stood in an earlier statement are that one's.
    """

    id: int
    provider: str
    since: dt.date
    until: dt.date
    lines: int
    differences: int
    unread: int
    reason: str
    accepted_at: dt.datetime
    entries: int
    fees_fen: int
    fees_back_fen: int
    payouts_fen: int


def statements(org_id: int) -> list[StatementView]:
    """An organisation's accepted statements, the newest 200 first."""
    rows = Statement.objects.filter(organisation_id=org_id).order_by("-pk")
    return [statement_view(row) for row in rows[:STATEMENTS_MAX]]


def statement_view(row: Statement) -> StatementView:
    """A row as a value."""
    sums = dict(row.entries.values_list("why").annotate(Sum("amount_fen")))
    return StatementView(
        id=row.pk,
        provider=row.provider,
        since=row.since,
        until=row.until,
        lines=row.lines,
        differences=row.differences,
        unread=row.unread,
        reason=row.reason,
        accepted_at=row.accepted_at,
        entries=row.entries.count(),
        fees_fen=sums.get("fee", 0),
        fees_back_fen=sums.get("fee_back", 0),
        payouts_fen=sums.get("payout", 0),
    )
