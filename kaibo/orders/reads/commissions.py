"""Rates of hosts and agencies, and what is due to each."""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db.models import Count, QuerySet, Sum

from kaibo.access.reads import people_names
from kaibo.base.pages import PIECE_ROWS, in_pieces
from kaibo.orders.models import Commission, CommissionRate
from kaibo.orders.rules.ledger import check_period

RATES_MAX = 500


@dataclass(frozen=True, slots=True)
class RateView:
    """A rate as it was set; ``link_no`` None is the whole show."""

    id: int
    show_id: int
    link_no: int | None
    payee: str
    host_id: int | None
    payee_name: str
    rate_bp: int
    from_at: dt.datetime
    set_by_name: str
    set_at: dt.datetime


@dataclass(frozen=True, slots=True)
class PayeeSum:
    """What is due to one payee of the lines that were paid in a period.

    ``accrued_fen`` is before refunds, ``due_fen`` after those until now.
    """

    payee: str
    host_id: int | None
    payee_name: str
    lines: int
    accrued_fen: int
    due_fen: int


@dataclass(frozen=True, slots=True)
class CommissionReport:
    """What is due to whom, the most first, and the totals."""

    since: dt.date | None
    until: dt.date | None
    payees: list[PayeeSum]
    accrued_fen: int
    due_fen: int


def commission_rates(org_id: int, *, show_id: int | None = None) -> list[RateView]:
    """An organisation's rates, the newest 500 first; of one show or of all."""
    return _rate_views(_rates(org_id, show_id)[:RATES_MAX])


def every_commission_rate(org_id: int, *, show_id: int | None = None) -> Iterator[RateView]:
    """All of them, the newest first."""
    for some in in_pieces(_rates(org_id, show_id).iterator(PIECE_ROWS)):
        yield from _rate_views(some)


def _rates(org_id: int, show_id: int | None) -> "QuerySet[CommissionRate]":
    rows = CommissionRate.objects.filter(organisation_id=org_id).order_by("-pk")
    return rows if show_id is None else rows.filter(show_id=show_id)


def _rate_views(rows: Iterable[CommissionRate]) -> list[RateView]:
    found = list(rows)
    names = people_names({row.set_by for row in found})
    return [rate_view(row, names=names) for row in found]


def commission_report(
    org_id: int, *, since: dt.date | None = None, until: dt.date | None = None
) -> CommissionReport:
    """What is due of the lines paid in a period of the shop's days, both included.

    Raises:
        BadInput: days that make no period.
    """
    begins, ends = check_period(since, until)
    rows = Commission.objects.filter(organisation_id=org_id)
    rows = rows.filter(accrued_at__gte=begins) if begins is not None else rows
    rows = rows.filter(accrued_at__lt=ends) if ends is not None else rows
    sums: dict[tuple[str, int | None, str], PayeeSum] = {}
    # A host has one sum under the newest name, an agency one under its own.
    for payee, host_id, name, lines, accrued_fen, due_fen in (
        rows.values("rate__payee", "rate__host_id", "rate__payee_name")
        .annotate(lines=Count("pk"), accrued=Sum("accrued_fen"), due=Sum("due_fen"))
        .order_by("rate__payee_name")
        .values_list("rate__payee", "rate__host_id", "rate__payee_name", "lines", "accrued", "due")
    ):
        key = (payee, host_id, name if payee == "agency" else "")
        was = sums.get(key, PayeeSum(payee, host_id, name, 0, 0, 0))
        sums[key] = PayeeSum(
            payee, host_id, name, was.lines + lines, was.accrued_fen + accrued_fen,
            was.due_fen + due_fen,
        )  # fmt: skip
    payees = sorted(sums.values(), key=lambda one: (-one.due_fen, one.payee_name))
    return CommissionReport(
        since=since,
        until=until,
        payees=payees,
        accrued_fen=sum(one.accrued_fen for one in payees),
        due_fen=sum(one.due_fen for one in payees),
    )


def rate_view(row: CommissionRate, *, names: dict[int, str]) -> RateView:
    """A row as a value."""
    return RateView(
        id=row.pk,
        show_id=row.show_id,
        link_no=row.link_no,
        payee=row.payee,
        host_id=row.host_id,
        payee_name=row.payee_name,
        rate_bp=row.rate_bp,
        from_at=row.from_at,
        set_by_name=names.get(row.set_by, ""),
        set_at=row.set_at,
    )
