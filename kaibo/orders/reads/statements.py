"""A provider's statement as it was uploaded, beside the ledger. Nothing is written or kept."""

import datetime as dt
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from kaibo.base.cells import read_code, read_date, read_fen
from kaibo.base.columns import unique_names
from kaibo.base.errors import (
    CellsBeyondHeader,
    FieldMissing,
    FieldTwice,
    NoSuchColumn,
    NotAnAmount,
    Refusal,
)
from kaibo.base.inputs import check_whole
from kaibo.base.problems import RowError, line_error
from kaibo.base.sheets import cell_text
from kaibo.base.tables import HEADER_LINES, Line, read_lines
from kaibo.orders.errors import KindUnclear, NoSuchProvider, NumberNeeded, StatementWithoutDays
from kaibo.orders.models import LedgerEntry, Payment
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
    is_note,
    kind_of,
)

ERRORS_SHOWN: Final = 200
SAMPLE_ROWS: Final = 5
SAMPLE_CHARS: Final = 60
# A statement of one day speaks of payments that were told, or settled, this long before or after.
AROUND: Final = dt.timedelta(days=31)
_KIND_OF_POSTING: Final[dict[str, Kind]] = {"receive": "paid", "pay_back": "refund"}


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
class StatementPreview:
    """What a file holds and how it was read; ``errors`` are the first of ``errors_total``.

    Lines with an error were not compared; ``notes`` are lines under the header that explain it.
    """

    columns: tuple[str, ...]
    mapping: dict[str, str | None]
    rows: int
    rows_ok: int
    notes: int
    errors: list[RowError]
    errors_total: int


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
    """A comparison with the lines that agree, each with our movement, and those of payouts."""

    result: Reconciliation
    agreed: list[tuple[Theirs, Ours]]
    payouts: list[Theirs]


@dataclass(frozen=True, slots=True)
class _Statement:
    preview: StatementPreview
    rows: list[Theirs]


def look_at_statement(org_id: int, data: bytes) -> StatementLook:
    """Guess what the columns of a statement mean, so that a person can say it before comparing.

    Raises:
        BadInput: the file cannot be read.
    """
    columns, lines = _below_header(read_lines(data))
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
    statement = _read(data, mapping or {})
    days = [row.day for row in statement.rows if row.day is not None]
    since, until = since or min(days, default=None), until or max(days, default=None)
    begins, ends = check_period(since, until)
    if since is None or until is None or begins is None or ends is None:
        raise StatementWithoutDays(field="since")
    ours = _ours(org_id, provider, begins - AROUND, ends + AROUND)
    found = compare(ours, statement.rows, begins=begins, ends=ends, fee_bp=fee_bp)
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
    return Compared(result, agreed(ours, statement.rows, found), payouts)


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
        Ours((ref, token, no, own or ""), no, _KIND_OF_POSTING[why], fen, at, order, payment)
        for why, fen, at, order, payment, token, ref, no, own in found
    ]


def _totals(moves: list[tuple[Kind, int]]) -> SideTotals:
    paid = [fen for kind, fen in moves if kind == "paid"]
    refunds = [fen for kind, fen in moves if kind == "refund"]
    return SideTotals(
        paid=len(paid), paid_fen=sum(paid), refunds=len(refunds), refunds_fen=sum(refunds)
    )


def _read(data: bytes, told: Mapping[str, str | None]) -> _Statement:
    columns, lines = _below_header(read_lines(data))
    mapping = _mapping(columns, told)
    places = {field: n for n, name in enumerate(columns) if (field := mapping[name])}
    notes = 0
    while notes < len(lines) and is_note([cell_text(c) for c in lines[notes].cells], places):
        notes += 1
    rows: list[Theirs] = []
    errors: list[RowError] = []
    for line in lines[notes:]:
        row = _row(line, columns, places)
        if isinstance(row, Theirs):
            rows.append(row)
        else:
            errors.append(row)
    preview = StatementPreview(
        columns=columns,
        mapping=mapping,
        rows=len(lines) - notes,
        rows_ok=len(rows),
        notes=notes,
        errors=errors[:ERRORS_SHOWN],
        errors_total=len(errors),
    )
    return _Statement(preview, rows)


def _below_header(lines: list[Line]) -> tuple[tuple[str, ...], list[Line]]:
    """The line that names the most fields is the header, among the first three."""
    names = [unique_names([cell_text(cell) for cell in line.cells]) for line in lines]
    known = [len({*guess_mapping(row).values()} - {None}) for row in names[:HEADER_LINES]]
    at = known.index(max(known))
    return names[at], lines[at + 1 :]


def _mapping(columns: tuple[str, ...], told: Mapping[str, str | None]) -> dict[str, str | None]:
    """What was told goes before what is guessed; each field once, and none missing."""
    fields = {field.name: field for field in FIELDS}
    for column, target in told.items():
        if column not in columns or (target is not None and target not in fields):
            raise NoSuchColumn(column=column[:80], target=str(target)[:40])
    chosen = {target for target in told.values() if target}
    guessed = guess_mapping(columns)
    mapping = {
        column: told.get(column, None if target in chosen else target)
        for column, target in guessed.items()
    }
    for field in FIELDS:
        times = [*mapping.values()].count(field.name)
        labels = {"label_zh": field.label_zh, "label_en": field.label_en}
        if times > 1:
            raise FieldTwice(**labels)
        if field.required and not times:
            raise FieldMissing(**labels)
    return mapping


def _row(line: Line, columns: tuple[str, ...], places: Mapping[str, int]) -> Theirs | RowError:
    """One line, or the first thing that is wrong with it."""
    if beyond := line.cells[len(columns) :]:
        refusal: Refusal = CellsBeyondHeader(extra=len(beyond))
        return line_error(refusal, line=line.number, column=columns[-1], value=beyond[0])
    read: dict[str, Any] = {}
    for field, place in places.items():
        value = line.cells[place] if place < len(line.cells) else None
        try:
            read[field] = _READERS[field](value)
        except Refusal as refusal:
            return line_error(refusal, line=line.number, column=columns[place], value=value)
    amount_fen, is_negative = read["amount"]
    return Theirs(
        line=line.number,
        number=read["number"],
        kind=read.get("kind") or ("refund" if is_negative else "paid"),
        amount_fen=amount_fen,
        fee_fen=read.get("fee"),
        day=read.get("day"),
    )


def _number(value: Any) -> str:
    number = read_code(value)
    if number is None:
        raise NumberNeeded(field="number")
    return number


def _amount(value: Any) -> tuple[int, bool]:
    """An amount without its sign, and whether it was negative."""
    text = cell_text(value).strip().lstrip("'")
    fen = read_fen(text.lstrip(_SIGNS).strip())
    if fen is None:
        raise NotAnAmount
    return fen, text[0] in _MINUS


def _fee(value: Any) -> int | None:
    return read_fen(cell_text(value).strip().lstrip("'").lstrip(_SIGNS).strip())


def _kind(value: Any) -> Kind | None:
    """None where the cell says nothing: then the sign of the amount decides."""
    word = cell_text(value).strip()
    kind = kind_of(word)
    if kind is None and word not in ("", "-"):
        raise KindUnclear(field="kind")
    return kind


_MINUS = "-−－"
_SIGNS = _MINUS + "+＋"
_READERS: Final[dict[str, Callable[[Any], Any]]] = {
    "number": _number,
    "amount": _amount,
    "fee": _fee,
    "day": read_date,
    "kind": _kind,
}
