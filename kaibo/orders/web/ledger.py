"""The ledger at the desk: entries, balances, one order's movements, and their exports."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Literal

from django.http import HttpRequest, HttpResponse
from ninja import Router

from kaibo.access.reads import staff
from kaibo.base.sheets import CSV_TYPE, XLSX_TYPE, Cell, write_csv, write_xlsx
from kaibo.orders import reads
from kaibo.orders.reads import EntryPage, OrderLedger, TrialBalance
from kaibo.orders.web.desk import caller, file_answer

router = Router()

may_read = staff("orders.ledger")
Day = dt.date | None
FileKind = Literal["csv", "xlsx"]


@router.get("/desk/ledger", response=EntryPage, auth=may_read)
def ledger_entries(
    request: HttpRequest, account: str = "", since: Day = None, until: Day = None, page: int = 1
) -> EntryPage:
    org_id = caller(request).org_id
    return reads.entries(org_id, account=account, since=since, until=until, page=page)


@router.get("/desk/ledger.csv", auth=may_read)
def entries_csv(request: HttpRequest, since: Day = None, until: Day = None) -> HttpResponse:
    return _entries(request, "csv", since, until)


@router.get("/desk/ledger.xlsx", auth=may_read)
def entries_xlsx(request: HttpRequest, since: Day = None, until: Day = None) -> HttpResponse:
    return _entries(request, "xlsx", since, until)


@router.get("/desk/ledger/balances", response=TrialBalance, auth=may_read)
def balances(request: HttpRequest, since: Day = None, until: Day = None) -> TrialBalance:
    return reads.trial_balance(caller(request).org_id, since=since, until=until)


@router.get("/desk/ledger/balances.csv", auth=may_read)
def balances_csv(request: HttpRequest, since: Day = None, until: Day = None) -> HttpResponse:
    return _balances(request, "csv", since, until)


@router.get("/desk/ledger/balances.xlsx", auth=may_read)
def balances_xlsx(request: HttpRequest, since: Day = None, until: Day = None) -> HttpResponse:
    return _balances(request, "xlsx", since, until)


@router.get("/desk/orders/{no}/ledger", response=OrderLedger, auth=staff("orders.read"))
def order_ledger(request: HttpRequest, no: str) -> OrderLedger:
    return reads.ledger_of_order(no, org_id=caller(request).org_id)


def _entries(request: HttpRequest, kind: FileKind, since: Day, until: Day) -> HttpResponse:
    rows = reads.entry_rows(caller(request).org_id, since=since, until=until)
    return table_answer(kind, "ledger", "总账分录", reads.ENTRY_COLUMNS, rows)


def _balances(request: HttpRequest, kind: FileKind, since: Day, until: Day) -> HttpResponse:
    found = reads.trial_balance(caller(request).org_id, since=since, until=until)
    rows = reads.balance_rows(found)
    return table_answer(kind, "balances", "试算平衡表", reads.BALANCE_COLUMNS, rows)


def table_answer(
    kind: FileKind, name: str, title: str, header: Sequence[str], rows: Iterable[Sequence[Cell]]
) -> HttpResponse:
    """A table as a file to keep."""
    if kind == "csv":
        return file_answer(write_csv(header, rows), CSV_TYPE, f"{name}.csv")
    return file_answer(write_xlsx(title, header, rows), XLSX_TYPE, f"{name}.xlsx")
