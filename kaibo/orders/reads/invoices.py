"""What others may know of invoices; titles of persons are masked."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Count, QuerySet

from kaibo.base.inputs import check_whole
from kaibo.base.pages import PIECE_ROWS
from kaibo.orders.errors import NothingToInvoice
from kaibo.orders.models import Invoice, Order
from kaibo.orders.reads.orders import PAGE_MAX, PAGE_ROWS, order_row


@dataclass(frozen=True, slots=True)
class InvoiceView:
    """An invoice as its buyer and the desk see it.

    Args:
        amount_fen: what an issued one says; None before.
        due_fen: what of the order is paid and does not go back. An issued invoice of another
            amount has to be reversed.
    """

    id: int
    no: str
    state: str
    kind: str
    title_masked: str
    number: str
    amount_fen: int | None
    due_fen: int
    asked_at: dt.datetime
    issued_at: dt.datetime | None
    ended_at: dt.datetime | None
    red_number: str
    reason: str


@dataclass(frozen=True, slots=True)
class InvoicePage:
    """One page of invoices: what waits first, oldest first; ``states`` counts all."""

    items: list[InvoiceView]
    total: int
    page: int
    pages: int
    states: dict[str, int]


def invoices_of_order(
    no: str, *, viewer_id: int | None = None, org_id: int | None = None
) -> list[InvoiceView]:
    """The invoices of a viewer's or an organisation's order, oldest first.

    Raises:
        NoSuchOrder: none of this number there.
    """
    order = order_row(Order.objects.all(), no, viewer_id=viewer_id, org_id=org_id)
    rows = with_money(Invoice.objects.filter(order=order)).order_by("pk")
    return [invoice_view(row) for row in rows]


def invoices_of_shop(org_id: int, *, state: str = "", page: int = 1) -> InvoicePage:
    """An organisation's invoices; ``state`` "" is all."""
    check_whole("page", page, least=1, most=PAGE_MAX)
    found = Invoice.objects.filter(organisation_id=org_id)
    counts = found.order_by().values_list("state").annotate(Count("pk"))
    states = {str(name): int(count) for name, count in counts}
    total = states.get(state, 0) if state else sum(states.values())
    rows = with_money(found.filter(state=state) if state else found)
    # "asked" is the first of the words, and the oldest wish has waited longest.
    rows = rows.order_by("state", "pk" if state == "asked" else "-pk")
    start = (page - 1) * PAGE_ROWS
    return InvoicePage(
        items=[invoice_view(row) for row in rows[start : start + PAGE_ROWS]],
        total=total,
        page=page,
        pages=-(-total // PAGE_ROWS),
        states=states,
    )


def every_invoice(org_id: int) -> Iterator[InvoiceView]:
    """All of an organisation's invoices by state, the newest wish first."""
    rows = with_money(Invoice.objects.filter(organisation_id=org_id)).order_by("state", "-pk")
    return map(invoice_view, rows.iterator(PIECE_ROWS))


def net_paid(order: Order) -> int:
    """What an invoice of the order would say now, in fen.

    Raises:
        NothingToInvoice: nothing is paid, or all of it goes back.
    """
    amount_fen = left_fen(order)
    if amount_fen == 0:
        raise NothingToInvoice(no=order.no)
    return amount_fen


def left_fen(order: Order) -> int:
    """What was paid of an order and does not go back; 0 before it is paid in full."""
    if order.paid_at is None:
        return 0
    return sum(line.amount_fen - line.refunded_fen + line.kept_fen for line in order.lines.all())


def with_money(rows: "QuerySet[Invoice]") -> "QuerySet[Invoice]":
    """The rows with all that a view of them reads."""
    return rows.select_related("order").prefetch_related("order__lines")


def invoice_view(row: Invoice) -> InvoiceView:
    """A row as a value."""
    return InvoiceView(
        id=row.pk,
        no=row.order.no,
        state=row.state,
        kind=row.kind,
        title_masked=row.title_masked,
        number=row.number,
        amount_fen=row.amount_fen,
        due_fen=left_fen(row.order),
        asked_at=row.asked_at,
        issued_at=row.issued_at,
        ended_at=row.ended_at,
        red_number=row.red_number,
        reason=row.reason,
    )
