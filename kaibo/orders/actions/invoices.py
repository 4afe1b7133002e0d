"""Invoices: asked for by buyers, issued and reversed by the desk."""

import datetime as dt
import json
from dataclasses import asdict
from typing import Final, Literal

from django.db import IntegrityError, transaction

from kaibo.access.crypto import decrypt_text, encrypt_text
from kaibo.base.actor import Actor
from kaibo.base.inputs import clean_text
from kaibo.base.sheets import Cell, money, write_csv, write_xlsx
from kaibo.facts.orders import InvoiceAsked, InvoiceMoved, InvoicesExported
from kaibo.journal.actions import append
from kaibo.orders.actions.units import lock_order
from kaibo.orders.errors import InvoiceNumberTaken, InvoiceStateWrong, NoSuchInvoice
from kaibo.orders.models import Invoice, Order
from kaibo.orders.reads import invoices as reads
from kaibo.orders.reads.invoices import InvoiceView, net_paid
from kaibo.orders.rules import REASON_CHARS_MAX
from kaibo.orders.rules.invoices import (
    INVOICE,
    STANDING,
    TITLE_KINDS,
    InvoiceWish,
    clean_number,
    clean_wish,
    mask_title,
)

EXPORT_MAX: Final = 5_000
TO_ISSUE_COLUMNS: Final = (
    "订单编号 Order no", "抬头类型 Title kind", "发票抬头 Title", "税号 Taxpayer no",
    "金额 Amount", "申请时间 Asked at",
)  # fmt: skip


@transaction.atomic
def ask_invoice(*, no: str, wish: InvoiceWish, by: Actor, now: dt.datetime) -> InvoiceView:
    """Ask for an invoice of one's paid order. Safe to repeat: while one stands, it is answered.

    Raises:
        BadInput and its kin: the title or number cannot be used. NoSuchOrder: not theirs.
        NothingToInvoice: nothing is paid, or all goes back. Nothing was written in any case.
    """
    clean = clean_wish(wish)
    order = lock_order(no, viewer_id=by.id, org_id=by.org_id)
    found = Invoice.objects.filter(order=order, state__in=STANDING).first()
    if found is not None:
        return reads.invoice_view(found)
    net_paid(order)
    row = Invoice.objects.create(
        organisation_id=order.organisation_id,
        order=order,
        kind=clean.kind,
        wish_encrypted=encrypt_text(json.dumps(asdict(clean), ensure_ascii=False)),
        title_masked=mask_title(clean),
        asked_at=now,
    )
    fact = InvoiceAsked(
        invoice_id=row.pk,
        order_id=order.pk,
        no=order.no,
        viewer_id=order.viewer_id,
        kind=clean.kind,
    )
    append(fact, at=now, org_id=order.organisation_id, show_id=order.show_id, actor=by)
    return reads.invoice_view(row)


@transaction.atomic
def withdraw_invoice(*, no: str, by: Actor, now: dt.datetime) -> InvoiceView:
    """The buyer takes the wish back before it is issued, to ask anew.

    Raises:
        NoSuchOrder, NoSuchInvoice, InvoiceStateWrong: nothing was written.
    """
    order = lock_order(no, viewer_id=by.id, org_id=by.org_id)
    row = Invoice.objects.filter(order=order).order_by("-pk").first()
    if row is None:
        raise NoSuchInvoice(what="发票申请")
    row.order = order
    row.ended_at = now
    return _move(row, "withdraw", by=by, now=now)


@transaction.atomic
def issue_invoice(*, invoice_id: int, number: str, by: Actor, now: dt.datetime) -> InvoiceView:
    """Enter the number of the invoice that was issued, for what is paid at this moment.

    Raises:
        BadInput: the number has no such shape. NoSuchInvoice, InvoiceStateWrong.
        NothingToInvoice: all was refunded since. InvoiceNumberTaken: another has it.
        Nothing was written in any of these cases.
    """
    clean = clean_number(number)
    row = _lock(invoice_id, by)
    row.amount_fen = net_paid(row.order)
    row.number = clean
    row.issued_at = now
    try:
        with transaction.atomic():
            return _move(row, "issue", by=by, now=now)
    except IntegrityError:
        raise InvoiceNumberTaken(number=clean) from None


@transaction.atomic
def reverse_invoice(
    *, invoice_id: int, red_number: str, reason: str, by: Actor, now: dt.datetime
) -> InvoiceView:
    """Enter the red invoice that takes an issued one back; the buyer may ask anew.

    Raises:
        BadInput and its kin, NoSuchInvoice, InvoiceStateWrong: nothing was written.
    """
    red = clean_number(red_number)
    text = clean_text("reason", reason, chars_max=REASON_CHARS_MAX, required=True)
    row = _lock(invoice_id, by)
    row.red_number = red
    row.reason = text
    row.ended_at = now
    return _move(row, "reverse", by=by, now=now)


@transaction.atomic
def export_to_issue(*, kind: Literal["csv", "xlsx"], by: Actor, now: dt.datetime) -> bytes:
    """What waits to be issued, oldest first, at most 5,000, with titles and taxpayer numbers.

    That somebody took them out of the house is a fact; what they say is not in it.
    """
    found = Invoice.objects.filter(organisation_id=by.org_id, state="asked")
    rows = [_row(row) for row in reads.with_money(found).order_by("pk")[:EXPORT_MAX]]
    append(InvoicesExported(invoices=len(rows), kind=kind), at=now, org_id=by.org_id, actor=by)
    if kind == "csv":
        return write_csv(TO_ISSUE_COLUMNS, rows)
    return write_xlsx("待开票", TO_ISSUE_COLUMNS, rows)


def _row(row: Invoice) -> list[Cell]:
    wish = InvoiceWish(**json.loads(decrypt_text(row.wish_encrypted)))
    amount = money(reads.left_fen(row.order))
    return [row.order.no, TITLE_KINDS[wish.kind], wish.title, wish.tax_no, amount, row.asked_at]


def _lock(id: int, by: Actor) -> Invoice:
    """The invoice of an organisation, its order locked first as everywhere."""
    found = Invoice.objects.filter(pk=id, organisation_id=by.org_id).values_list("order__no")
    no = found.first()
    if no is None:
        raise NoSuchInvoice(what="发票申请")
    order: Order = lock_order(no[0], org_id=by.org_id)
    row = Invoice.objects.get(pk=id)
    row.order = order
    return row


def _move(row: Invoice, verb: str, *, by: Actor, now: dt.datetime) -> InvoiceView:
    if not INVOICE.may(row.state, verb):
        raise InvoiceStateWrong(state=row.get_state_display())
    row.state = INVOICE.after(row.state, verb)
    row.save()
    order = row.order
    fact = InvoiceMoved(
        invoice_id=row.pk,
        order_id=order.pk,
        no=order.no,
        viewer_id=order.viewer_id,
        state=row.state,  # type: ignore[arg-type]  # a target of the machine
        number=row.number,
        amount_fen=row.amount_fen,
    )
    append(fact, at=now, org_id=order.organisation_id, show_id=order.show_id, actor=by)
    return reads.invoice_view(row)
