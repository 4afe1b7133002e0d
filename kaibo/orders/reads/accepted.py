"""Statements of providers that were accepted, and what each of them entered."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Count, Q, QuerySet, Sum

from kaibo.base.pages import PIECE_ROWS
from kaibo.orders.models import Statement

STATEMENTS_MAX = 200
_TOLD: Final = ("fee", "fee_back", "payout")


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
    return [*map(_view, _rows(org_id)[:STATEMENTS_MAX])]


def every_statement(org_id: int) -> Iterator[StatementView]:
    """All of them, the newest first."""
    return map(_view, _rows(org_id).iterator(PIECE_ROWS))


def statement_view(row: Statement) -> StatementView:
    """A row as a value, with what it entered until now."""
    return _view(_rows(row.organisation_id).get(pk=row.pk))


def _rows(org_id: int) -> "QuerySet[Statement]":
    rows = Statement.objects.filter(organisation_id=org_id).order_by("-pk")
    sums = {why: Sum("entries__amount_fen", filter=Q(entries__why=why)) for why in _TOLD}
    return rows.annotate(entries_made=Count("entries"), **sums)


def _view(row: Any) -> StatementView:
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
        entries=row.entries_made,
        fees_fen=row.fee or 0,
        fees_back_fen=row.fee_back or 0,
        payouts_fen=row.payout or 0,
    )
