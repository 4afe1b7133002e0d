"""The ledger as people read it: by account, by order, and over a period of the shop's days."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from django.db.models import Q, QuerySet, Sum

from kaibo.base.inputs import check_whole
from kaibo.base.pages import Piece, piece_of
from kaibo.base.sheets import Cell, money
from kaibo.orders.models import LedgerEntry, Order
from kaibo.orders.reads.borne import BorneView
from kaibo.orders.reads.orders import PAGE_MAX, PAGE_ROWS, sold
from kaibo.orders.rules.ledger import (
    POSTINGS,
    Account,
    Kind,
    account_named,
    balances,
    check_period,
)

ENTRY_COLUMNS: Final = (
    "时间 At",
    "订单编号 Order no",
    "支付渠道 Provider",
    "渠道单号 Provider no",
    "摘要 Why",
    "借方科目 Debit",
    "贷方科目 Credit",
    "金额(元) Amount",
)
BALANCE_COLUMNS: Final = (
    "科目代码 Account",
    "科目 Name",
    "期初余额(元) Opening",
    "借方发生额(元) Debits",
    "贷方发生额(元) Credits",
    "期末余额(元) Closing",
)


@dataclass(frozen=True, slots=True)
class EntryView:
    """One entry; a payout is of no order.

    ``provider_no`` is the number of the statement's line that the entry is of, else the provider's
    own number of the payment, if it told one.
    """

    at: dt.datetime
    order_no: str
    provider: str
    provider_no: str
    why: str
    debit: str
    credit: str
    amount_fen: int


@dataclass(frozen=True, slots=True)
class EntryPage:
    """One page of entries, newest first."""

    items: list[EntryView]
    total: int
    page: int
    pages: int


@dataclass(frozen=True, slots=True)
class AccountBalance:
    """An account over a period; opening and closing are positive on its own side."""

    account: str
    zh: str
    en: str
    kind: Kind
    opening_fen: int
    debit_fen: int
    credit_fen: int
    closing_fen: int


@dataclass(frozen=True, slots=True)
class TrialBalance:
    """Every account over a period, and the two totals, which are equal or something is broken."""

    since: dt.date | None
    until: dt.date | None
    accounts: list[AccountBalance]
    debit_fen: int
    credit_fen: int


@dataclass(frozen=True, slots=True)
class Movement:
    """An entry of an order, and what then stands on the accounts that are not empty."""

    entry: EntryView
    balances: dict[str, int]


@dataclass(frozen=True, slots=True)
class OrderLedger:
    """Every movement of one order's money, the oldest first, and who bears its discounts."""

    no: str
    total_fen: int
    movements: list[Movement]
    borne: tuple[BorneView, ...] = ()


def entries(
    org_id: int,
    *,
    account: str = "",
    since: dt.date | None = None,
    until: dt.date | None = None,
    page: int = 1,
) -> EntryPage:
    """Entries of an organisation.

    Args:
        account: only those that touch it; "" for all.
        since, until: the shop's days, both included; None leaves that side open.
        page: from 1; a page beyond the last is empty.

    Raises:
        BadInput: no such account, or days that make no period.
    """
    check_whole("page", page, least=1, most=PAGE_MAX)
    found = _within(org_id, since, until)
    if account:
        code = account_named(account).value
        found = found.filter(Q(debit=code) | Q(credit=code))
    total = found.count()
    start = (page - 1) * PAGE_ROWS
    rows = _with_names(found).order_by("-at", "-pk")[start : start + PAGE_ROWS]
    return EntryPage([_view(row) for row in rows], total, page, pages=-(-total // PAGE_ROWS))


def entries_after(
    org_id: int,
    *,
    after: int | None,
    limit: int,
    since: dt.date | None = None,
    until: dt.date | None = None,
) -> Piece[EntryView]:
    """Entries in the order they were written, newest first, those below ``after``.

    Raises:
        BadInput: days that make no period.
    """
    rows = _with_names(_within(org_id, since, until)).order_by("-pk")
    if after is not None:
        rows = rows.filter(pk__lt=after)
    cut = piece_of(list(rows[: limit + 1]), limit=limit, place=lambda row: row.pk)
    return Piece([_view(row) for row in cut.items], cut.next)


def trial_balance(
    org_id: int, *, since: dt.date | None = None, until: dt.date | None = None
) -> TrialBalance:
    """Every account of an organisation over a period of the shop's days, both included.

    Raises:
        BadInput: days that make no period.
    """
    begins, _ = check_period(since, until)
    before = Q(at__lt=begins) if begins else Q(pk__in=[])
    sums: dict[tuple[str, str], tuple[int, int]] = {}
    # One query for both sides: an entry written between two would stand on one side only.
    for debit, credit, old, new in (
        _within(org_id, None, until)
        .order_by()
        .values("debit", "credit")
        .annotate(old=Sum("amount_fen", filter=before), new=Sum("amount_fen", filter=~before))
        .values_list("debit", "credit", "old", "new")
    ):
        for side in (("debit", debit), ("credit", credit)):
            was_old, was_new = sums.get(side, (0, 0))
            sums[side] = was_old + (old or 0), was_new + (new or 0)
    accounts = [
        _account_balance(
            account,
            debit=sums.get(("debit", account.value), (0, 0)),
            credit=sums.get(("credit", account.value), (0, 0)),
        )
        for account in Account
    ]
    return TrialBalance(
        since=since,
        until=until,
        accounts=accounts,
        debit_fen=sum(account.debit_fen for account in accounts),
        credit_fen=sum(account.credit_fen for account in accounts),
    )


def ledger_of_order(no: str, *, org_id: int) -> OrderLedger:
    """Every movement of one order's money, with what stood on the accounts after each.

    Raises:
        NoSuchOrder: none of this number in the organisation.
    """
    seen = sold(no, org_id=org_id)
    rows = LedgerEntry.objects.filter(order__in=Order.objects.filter(no=no))
    movements: list[Movement] = []
    so_far: list[tuple[Account, Account, int]] = []
    for row in _with_names(rows).order_by("at", "pk"):
        so_far.append((Account(row.debit), Account(row.credit), row.amount_fen))
        left = {account.value: fen for account, fen in balances(so_far).items()}
        movements.append(Movement(_view(row), left))
    return OrderLedger(seen.no, seen.total_fen, movements, seen.borne)


def entry_rows(
    org_id: int, *, since: dt.date | None = None, until: dt.date | None = None
) -> Iterator[list[Cell]]:
    """Every entry of a period under ``ENTRY_COLUMNS``, the oldest first, for exports.

    Raises:
        BadInput: as ``entries``; before the first row.
    """
    rows = _with_names(_within(org_id, since, until)).order_by("at", "pk")
    return (_entry_row(_view(row)) for row in rows.iterator(chunk_size=500))


def balance_rows(found: TrialBalance) -> Iterator[list[Cell]]:
    """A trial balance under ``BALANCE_COLUMNS`` with its totals last, for exports."""
    for row in found.accounts:
        yield [
            row.account,
            f"{row.zh} {row.en}",
            money(row.opening_fen),
            money(row.debit_fen),
            money(row.credit_fen),
            money(row.closing_fen),
        ]
    yield ["", "合计 Total", None, money(found.debit_fen), money(found.credit_fen), None]


def _account_balance(
    account: Account, *, debit: tuple[int, int], credit: tuple[int, int]
) -> AccountBalance:
    (old_debit, new_debit), (old_credit, new_credit) = debit, credit
    opening = account.balance(debit_fen=old_debit, credit_fen=old_credit)
    return AccountBalance(
        account=account.value,
        zh=account.zh,
        en=account.en,
        kind=account.kind,
        opening_fen=opening,
        debit_fen=new_debit,
        credit_fen=new_credit,
        closing_fen=opening + account.balance(debit_fen=new_debit, credit_fen=new_credit),
    )


def _within(org_id: int, since: dt.date | None, until: dt.date | None) -> "QuerySet[LedgerEntry]":
    begins, ends = check_period(since, until)
    rows = LedgerEntry.objects.filter(organisation_id=org_id)
    if begins is not None:
        rows = rows.filter(at__gte=begins)
    return rows.filter(at__lt=ends) if ends is not None else rows


def _with_names(rows: "QuerySet[LedgerEntry]") -> "QuerySet[LedgerEntry]":
    wanted = ("order__no", "payment__provider", "payment__provider_ref", "statement__provider")
    return rows.select_related("order", "payment", "statement").only(
        "at", "why", "debit", "credit", "amount_fen", "number", *wanted
    )


def _view(row: LedgerEntry) -> EntryView:
    teller = row.payment or row.statement
    provider = teller.provider if teller else ""
    return EntryView(
        at=row.at,
        order_no=row.order.no if row.order else "",
        provider=provider,
        provider_no=row.number or (row.payment.provider_ref if row.payment else ""),
        why=row.why,
        debit=row.debit,
        credit=row.credit,
        amount_fen=row.amount_fen,
    )


def _entry_row(view: EntryView) -> list[Cell]:
    return [
        view.at,
        view.order_no,
        view.provider,
        view.provider_no,
        POSTINGS[view.why].zh,
        Account(view.debit).zh,
        Account(view.credit).zh,
        money(view.amount_fen),
    ]
