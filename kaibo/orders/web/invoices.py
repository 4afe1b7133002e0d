"""Invoices over HTTP: buyers ask, the desk issues and reverses."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Router, Status

from kaibo.access.reads import caller, staff
from kaibo.audience.reads import asker, viewer_auth
from kaibo.base.sheets import CSV_TYPE, XLSX_TYPE
from kaibo.orders import actions
from kaibo.orders.actions import InvoiceWish
from kaibo.orders.reads import invoices as reads
from kaibo.orders.reads.invoices import InvoicePage, InvoiceView
from kaibo.orders.rules.invoices import TitleKind
from kaibo.orders.web.bodies import Body
from kaibo.orders.web.desk import file_answer

router = Router()


class NewInvoice(Body):
    kind: TitleKind
    title: str
    tax_no: str = ""


class Issued(Body):
    number: str


class Reversed(Body):
    red_number: str
    reason: str


@router.get("/my/orders/{no}/invoices", response=list[InvoiceView], auth=viewer_auth)
def my_invoices(request: HttpRequest, no: str) -> list[InvoiceView]:
    return reads.invoices_of_order(no, viewer_id=asker(request).id)


@router.post("/my/orders/{no}/invoices", response={201: InvoiceView}, auth=viewer_auth)
def ask_invoice(request: HttpRequest, no: str, body: NewInvoice) -> Status[InvoiceView]:
    wish = InvoiceWish(**body.model_dump())
    made = actions.ask_invoice(no=no, wish=wish, by=asker(request), now=timezone.now())
    return Status(201, made)


@router.post("/my/orders/{no}/invoices/withdraw", response=InvoiceView, auth=viewer_auth)
def withdraw_invoice(request: HttpRequest, no: str) -> InvoiceView:
    return actions.withdraw_invoice(no=no, by=asker(request), now=timezone.now())


@router.get("/desk/invoices", response=InvoicePage, auth=staff("orders.read"))
def list_invoices(request: HttpRequest, state: str = "", page: int = 1) -> InvoicePage:
    return reads.invoices_of_shop(caller(request).org_id, state=state, page=page)


@router.post("/desk/invoices/to-issue.csv", auth=staff("orders.addresses"))
def export_to_issue_csv(request: HttpRequest) -> HttpResponse:
    data = actions.export_to_issue(kind="csv", by=caller(request), now=timezone.now())
    return file_answer(data, CSV_TYPE, "to-issue.csv")


@router.post("/desk/invoices/to-issue.xlsx", auth=staff("orders.addresses"))
def export_to_issue_xlsx(request: HttpRequest) -> HttpResponse:
    data = actions.export_to_issue(kind="xlsx", by=caller(request), now=timezone.now())
    return file_answer(data, XLSX_TYPE, "to-issue.xlsx")


@router.post("/desk/invoices/{int:id}/issue", response=InvoiceView, auth=staff("orders.invoice"))
def issue_invoice(request: HttpRequest, id: int, body: Issued) -> InvoiceView:
    return actions.issue_invoice(
        invoice_id=id, number=body.number, by=caller(request), now=timezone.now()
    )


@router.post("/desk/invoices/{int:id}/reverse", response=InvoiceView, auth=staff("orders.invoice"))
def reverse_invoice(request: HttpRequest, id: int, body: Reversed) -> InvoiceView:
    return actions.reverse_invoice(
        invoice_id=id,
        red_number=body.red_number,
        reason=body.reason,
        by=caller(request),
        now=timezone.now(),
    )
