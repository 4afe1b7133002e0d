"""Invoices that buyers asked for."""

from django.db import models
from django.db.models import PROTECT, Q

from kaibo.orders.models.order import Order
from kaibo.orders.rules import REASON_CHARS_MAX
from kaibo.orders.rules.invoices import INVOICE, NUMBER_CHARS_MAX, STANDING, TITLE_KINDS


class Invoice(models.Model):
    """One wish for an invoice and what became of it; an order has one standing at a time.

    ``wish_encrypted`` is the title and taxpayer number as JSON.
    """

    organisation = models.ForeignKey("access.Organisation", PROTECT, related_name="+")
    order = models.ForeignKey(Order, PROTECT, related_name="invoices")
    state = models.CharField(max_length=9, choices=INVOICE.choices, default="asked")
    kind = models.CharField(max_length=7, choices=list(TITLE_KINDS.items()))
    wish_encrypted = models.TextField()
    title_masked = models.CharField(max_length=100)
    number = models.CharField(max_length=NUMBER_CHARS_MAX, blank=True, default="")
    amount_fen = models.BigIntegerField(null=True)
    asked_at = models.DateTimeField()
    issued_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    red_number = models.CharField(max_length=NUMBER_CHARS_MAX, blank=True, default="")
    reason = models.CharField(max_length=REASON_CHARS_MAX, blank=True, default="")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=INVOICE.names), name="orders_invoice_state"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=list(TITLE_KINDS)), name="orders_invoice_kind"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["issued", "reversed"], amount_fen__gt=0) & ~Q(number="")
                | Q(state__in=["asked", "withdrawn"], amount_fen__isnull=True, number=""),
                name="orders_invoice_issued_has_amount",
            ),
            models.UniqueConstraint(
                fields=["order"],
                condition=Q(state__in=STANDING),
                name="orders_invoice_one_standing",
            ),
            models.UniqueConstraint(
                fields=["organisation", "number"],
                condition=~Q(number=""),
                name="orders_invoice_number_once",
            ),
        ]
        indexes = [
            models.Index(fields=["organisation", "state", "-id"], name="orders_invoices_of_shop")
        ]

    def __str__(self) -> str:
        return f"{self.order_id} {self.state}"
