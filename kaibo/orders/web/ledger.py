"""The ledger at the desk: entries, balances, one order's movements, and their exports."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any, Literal

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import File, Query, Router, Schema, Status
from ninja.files import UploadedFile

from kaibo.access.reads import caller, staff
from kaibo.base.sheets import CSV_TYPE, XLSX_TYPE, Cell, write_csv, write_xlsx
from kaibo.base.tables import check_file_size
from kaibo.orders import actions, reads
from kaibo.orders.reads import EntryPage, OrderLedger, Reconciliation, StatementLook, TrialBalance
from kaibo.orders.reads import accepted, commissions
from kaibo.orders.reads.accepted import StatementView
from kaibo.orders.reads.commissions import CommissionReport, RateView
from kaibo.orders.web.bodies import Body, Whole
from kaibo.orders.web.desk import file_answer

router = Router()

may_read = staff("orders.ledger")
Day = dt.date | None
FileKind = Literal["csv", "xlsx"]
# What a page can show; the files hold every difference.
DIFFERENCES_SHOWN = 1_000


class Statement(Schema):
    """Whose statement, of which days, how its columns read ("列=字段"), and the agreed fee."""

    provider: str
    since: Day = None
    until: Day = None
    map: list[str] = []
    fee_bp: int | None = None


class NewRate(Body):
    """Who gets how much, of what, from when on."""

    show_id: Whole
    rate_bp: Whole
    host_id: Whole | None = None
    agency: str = ""
    link_no: Whole | None = None
    from_at: dt.datetime | None = None


@router.get("/desk/ledger", response=EntryPage, auth=may_read)
def ledger_entries(
    request: HttpRequest, account: str = "", since: Day = None, until: Day = None, page: int = 1
) -> EntryPage:
    org_id = caller(request).org_id
    return reads.entries(org_id, account=account, since=since, until=until, page=page)


@router.get("/desk/ledger/balances", response=TrialBalance, auth=may_read)
def balances(request: HttpRequest, since: Day = None, until: Day = None) -> TrialBalance:
    return reads.trial_balance(caller(request).org_id, since=since, until=until)


@router.post("/desk/ledger/statement/columns", response=StatementLook, auth=may_read)
def statement_columns(request: HttpRequest, file: File[UploadedFile]) -> StatementLook:
    return reads.look_at_statement(caller(request).org_id, _bytes(file))


@router.post("/desk/ledger/statement", response=Reconciliation, auth=may_read)
def reconcile_statement(
    request: HttpRequest, file: File[UploadedFile], asked: Query[Statement]
) -> Reconciliation:
    found = _reconcile(request, file, asked)
    return replace(found, differences=found.differences[:DIFFERENCES_SHOWN])


@router.post("/desk/ledger/statement.csv", auth=may_read)
def reconcile_csv(
    request: HttpRequest, file: File[UploadedFile], asked: Query[Statement]
) -> HttpResponse:
    return _differences("csv", _reconcile(request, file, asked))


@router.post("/desk/ledger/statement.xlsx", auth=may_read)
def reconcile_xlsx(
    request: HttpRequest, file: File[UploadedFile], asked: Query[Statement]
) -> HttpResponse:
    return _differences("xlsx", _reconcile(request, file, asked))


@router.post("/desk/ledger/statement/accept", response=StatementView, auth=may_read)
def accept_statement(
    request: HttpRequest, file: File[UploadedFile], asked: Query[Statement], reason: str = ""
) -> StatementView:
    """Enter its fees and payouts; what differs is not entered, and needs a reason."""
    return actions.accept_statement(
        **_asked(file, asked), reason=reason, by=caller(request), now=timezone.now()
    )


@router.get("/desk/ledger/statements", response=list[StatementView], auth=may_read)
def list_statements(request: HttpRequest) -> list[StatementView]:
    return accepted.statements(caller(request).org_id)


@router.get("/desk/ledger/commissions", response=CommissionReport, auth=may_read)
def list_commissions(
    request: HttpRequest, since: Day = None, until: Day = None
) -> CommissionReport:
    org_id = caller(request).org_id
    return commissions.commission_report(org_id, since=since, until=until)


@router.get("/desk/commission-rates", response=list[RateView], auth=may_read)
def list_commission_rates(request: HttpRequest, show_id: int | None = None) -> list[RateView]:
    return commissions.commission_rates(caller(request).org_id, show_id=show_id)


@router.post("/desk/commission-rates", response={201: RateView}, auth=staff("orders.terms"))
def set_commission_rate(request: HttpRequest, body: NewRate) -> Status[RateView]:
    wish = actions.RateWish(**body.dict())
    if wish.from_at is not None and not wish.from_at.tzinfo:
        wish = replace(wish, from_at=wish.from_at.replace(tzinfo=dt.UTC))
    by = caller(request)
    return Status(201, actions.set_commission_rate(wish=wish, by=by, now=timezone.now()))


@router.get("/desk/orders/{no}/ledger", response=OrderLedger, auth=staff("orders.read"))
def order_ledger(request: HttpRequest, no: str) -> OrderLedger:
    return reads.ledger_of_order(no, org_id=caller(request).org_id)


def _reconcile(request: HttpRequest, file: UploadedFile, asked: Statement) -> Reconciliation:
    return reads.reconcile(caller(request).org_id, **_asked(file, asked))


def _asked(file: UploadedFile, asked: Statement) -> dict[str, Any]:
    pairs = [pair.rpartition("=") for pair in asked.map]
    return {
        "provider": asked.provider,
        "data": _bytes(file),
        "mapping": {column: target or None for column, _, target in pairs},
        "since": asked.since,
        "until": asked.until,
        "fee_bp": asked.fee_bp,
    }


def _bytes(file: UploadedFile) -> bytes:
    check_file_size(file.size or 0)
    data: bytes = file.read()
    return data


def _differences(kind: FileKind, found: Reconciliation) -> HttpResponse:
    rows = reads.difference_rows(found)
    return _table(kind, "statement", "对账差异", reads.DIFFERENCE_COLUMNS, rows)


def _table(
    kind: FileKind, name: str, title: str, header: Sequence[str], rows: Iterable[Sequence[Cell]]
) -> HttpResponse:
    if kind == "csv":
        return file_answer(write_csv(header, rows), CSV_TYPE, f"{name}.csv")
    return file_answer(write_xlsx(title, header, rows), XLSX_TYPE, f"{name}.xlsx")
