"""A provider's statement as it was uploaded, beside the ledger. Nothing is written or kept."""

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from kaibo.base.inputs import check_whole
from kaibo.base.pages import in_pieces
from kaibo.base.sheets import cell_text
from kaibo.base.tables import read_lines
from kaibo.orders.errors import NoSuchProvider, StatementWithoutDays
from kaibo.orders.models import LedgerEntry, Payment, Refund
from kaibo.orders.reads.statement_lines import StatementPreview, below_header, read_statement
from kaibo.orders.rules.ledger import check_period
from kaibo.orders.rules.statements import (
    FEE_BP_MAX,
    FIELDS,
    Difference,
    Kind,
    Ours,
    Theirs,
    What,
    agreed,
    compare,
    guess_mapping,
)

SAMPLE_ROWS: Final = 5
SAMPLE_CHARS: Final = 60
# A statement of one day speaks of payments that were told, or settled, this long before or after.
AROUND: Final = dt.timedelta(days=31)
_KIND_OF_POSTING: Final[dict[str, Kind]] = {
    "receive": "paid",
    "pay_back": "refund",
    "pay_twice": "refund",
}


@dataclass(frozen=True, slots=True)
class StatementField:
    """Something a column of a statement may go to."""

    name: str
    label_zh: str
    label_en: str
    required: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementLook:
    """A file before it is compared: what its columns are taken for, and its first lines.

    ``providers`` are those that a statement of the organisation can be of.
    """

    columns: tuple[str, ...]
    mapping: dict[str, str | None]
    fields: tuple[StatementField, ...]
    sample: tuple[tuple[str, ...], ...]
    rows: int
    providers: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SideTotals:
    """One side's money in the period: how many came and went back, and how much."""

    paid: int
    paid_fen: int
    refunds: int
    refunds_fen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconciliation:
    """A statement beside the ledger; it agrees when there are no differences and no errors."""

    provider: str
    since: dt.date
    until: dt.date
    preview: StatementPreview
    ours: SideTotals
    theirs: SideTotals
    fees_fen: int
    agree: bool
    counts: dict[What, int]
    differences: list[Difference]
    payouts: int
    payouts_fen: int


@dataclass(frozen=True, slots=True)
class Compared:
    """A comparison with the lines that agree, each with our movement, and those of payouts.

    ``doubted`` are our refunds that the provider said it would never make, and made by a line.
    """

    result: Reconciliation
    agreed: list[tuple[Theirs, Ours]]
    payouts: list[Theirs]
    doubted: list[int]


def look_at_statement(org_id: int, data: bytes) -> StatementLook:
    """Guess what the columns of a statement mean, so that a person can say it before comparing.

    Raises:
        BadInput: the file cannot be read.
    """
    columns, lines = below_header(read_lines(data))
    payments = Payment.objects.filter(order__organisation_id=org_id).order_by("provider")
    return StatementLook(
        columns=columns,
        mapping=guess_mapping(columns),
        fields=tuple(
            StatementField(field.name, field.label_zh, field.label_en, field.required)
            for field in FIELDS
        ),
        sample=tuple(
            tuple(cell_text(cell)[:SAMPLE_CHARS] for cell in line.cells[: len(columns)])
            for line in lines[:SAMPLE_ROWS]
        ),
        rows=len(lines),
        providers=tuple(payments.values_list("provider", flat=True).distinct()),
    )


def reconcile(
    org_id: int,
    *,
    provider: str,
    data: bytes,
    mapping: Mapping[str, str | None] | None = None,
    since: dt.date | None = None,
    until: dt.date | None = None,
    fee_bp: int | None = None,
) -> Reconciliation:
    """Compare a provider's statement with the organisation's ledger; see ``compared``."""
    return compared(
        org_id,
        provider=provider,
        data=data,
        mapping=mapping,
        since=since,
        until=until,
        fee_bp=fee_bp,
    ).result


def compared(
    org_id: int,
    *,
    provider: str,
    data: bytes,
    mapping: Mapping[str, str | None] | None = None,
    since: dt.date | None = None,
    until: dt.date | None = None,
    fee_bp: int | None = None,
) -> Compared:
    """Compare a provider's statement with the organisation's ledger, line by line.

    Args:
        data: CSV, XLSX or XLS in any encoding seen.
        mapping: fields of some columns by name; the others are guessed.
        since, until: the shop's days the statement is of, both included; the days of its first
            and last line if left out.
        fee_bp: what the provider takes of a payment, in hundredths of a percent; see ``compare``.

    Raises:
        BadInput: the file, the mapping, the period or the fee cannot be used.
        NoSuchProvider: the organisation never had a payment of this provider.
    """
    if fee_bp is not None:
        check_whole("fee_bp", fee_bp, most=FEE_BP_MAX)
    check_period(since, until)
    rows = Payment.objects.filter(order__organisation_id=org_id)
    if not rows.filter(provider=provider).exists():
        raise NoSuchProvider(provider=provider[:40])
    statement = read_statement(data, mapping or {})
    days = [row.day for row in statement.rows if row.day is not None]
    since, until = since or min(days, default=None), until or max(days, default=None)
    begins, ends = check_period(since, until)
    if since is None or until is None or begins is None or ends is None:
        raise StatementWithoutDays(field="since")
    ours = _ours(org_id, provider, begins - AROUND, ends + AROUND)
    found = compare(ours, statement.rows, begins=begins, ends=ends, fee_bp=fee_bp)
    doubted = _doubted(org_id, provider, statement.rows)
    found = [_named(one, doubted) for one in found]
    payouts = [row for row in statement.rows if row.kind == "payout"]
    result = Reconciliation(
        provider=provider,
        since=since,
        until=until,
        preview=statement.preview,
        ours=_totals([(one.kind, one.amount_fen) for one in ours if begins <= one.at < ends]),
        theirs=_totals([(row.kind, row.amount_fen) for row in statement.rows]),
        fees_fen=sum(row.fee_fen or 0 for row in statement.rows if row.kind == "paid"),
        agree=not found and not statement.preview.errors_total,
        counts=dict(Counter(one.what for one in found)),
        differences=found,
        payouts=len(payouts),
        payouts_fen=sum(row.amount_fen for row in payouts),
    )
    return Compared(
        result, agreed(ours, statement.rows, found), payouts, _made(doubted, statement.rows)
    )


def _doubted(org_id: int, provider: str, rows: Sequence[Theirs]) -> dict[str, Refund]:
    """Refunds that go by bank, by our number of them, as far as a statement names them."""
    ours = Refund.objects.filter(
        order__organisation_id=org_id,
        payment__provider=provider,
        state__in=("bank_due", "bank_done"),
    ).select_related("order")
    return {
        refund.token: refund
        for some in in_pieces(row.number for row in rows if row.kind == "refund")
        for refund in ours.filter(token__in=some)
    }


def _named(one: Difference, doubted: Mapping[str, Refund]) -> Difference:
    if one.kind != "refund" or one.what != "theirs_only" or one.number not in doubted:
        return one
    return replace(one, order_no=doubted[one.number].order.no)


def _made(doubted: Mapping[str, Refund], rows: Sequence[Theirs]) -> list[int]:
    """Those of the refunds that the statement tells with their whole amount."""
    told = {(row.number, row.amount_fen) for row in rows if row.kind == "refund"}
    return [one.pk for token, one in doubted.items() if (token, one.amount_fen) in told]


def _ours(org_id: int, provider: str, begins: dt.datetime, ends: dt.datetime) -> list[Ours]:
    rows = LedgerEntry.objects.filter(
        organisation_id=org_id,
        payment__provider=provider,
        why__in=_KIND_OF_POSTING,
        at__gte=begins,
        at__lt=ends,
    )
    wanted = ("payment__attempt_token", "payment__provider_ref", "order__no", "refund__token")
    found = rows.order_by("at", "pk").values_list(
        "why", "amount_fen", "at", "order_id", "payment_id", *wanted
    )
    return [
        Ours(
            (ref, token, no, own or ""),
            no,
            _KIND_OF_POSTING[why],
            fen,
            at,
            order,
            payment,
            own or "",
        )
        for why, fen, at, order, payment, token, ref, no, own in found
    ]


def _totals(moves: list[tuple[Kind, int]]) -> SideTotals:
    paid = [fen for kind, fen in moves if kind == "paid"]
    refunds = [fen for kind, fen in moves if kind == "refund"]
    return SideTotals(
        paid=len(paid), paid_fen=sum(paid), refunds=len(refunds), refunds_fen=sum(refunds)
    )
