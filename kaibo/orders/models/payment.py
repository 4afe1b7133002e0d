"""Money: attempts to pay, and what providers told us."""

from django.db import models
from django.db.models import PROTECT, Q

from kaibo.orders.models.order import Order
from kaibo.orders.rules import PAYMENT


class Payment(models.Model):
    """One attempt to pay. Money that must go back stays ``refund_due`` until it went."""

    order = models.ForeignKey(Order, PROTECT, related_name="payments")
    provider = models.CharField(max_length=20)
    attempt_token = models.CharField(max_length=40, unique=True)
    provider_ref = models.CharField(max_length=80, blank=True)
    state = models.CharField(max_length=10, choices=PAYMENT.choices, default="opened")
    amount_fen = models.BigIntegerField()
    received_fen = models.BigIntegerField(default=0)
    opened_at = models.DateTimeField()
    paid_at = models.DateTimeField(null=True)
    refund_why = models.CharField(max_length=16, blank=True, default="")
    refund_tries = models.PositiveIntegerField(default=0)
    refund_next_at = models.DateTimeField(null=True)
    refunded_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=PAYMENT.names), name="orders_payment_state"
            ),
            models.CheckConstraint(
                condition=Q(amount_fen__gt=0, received_fen__gte=0), name="orders_payment_amounts"
            ),
            # One order is paid once, whatever arrives.
            models.UniqueConstraint(
                fields=["order"], condition=Q(state="paid"), name="orders_paid_once"
            ),
        ]
        indexes = [
            models.Index(
                fields=["refund_next_at"],
                condition=Q(state="refund_due"),
                name="orders_refund_next",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.order_id} {self.state} {self.amount_fen}"


class Callback(models.Model):
    """Something a provider told us, kept once however often it is told."""

    provider = models.CharField(max_length=20)
    event_id = models.CharField(max_length=80)
    received_at = models.DateTimeField()
    body = models.TextField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["provider", "event_id"], name="orders_callback_once"),
        ]

    def __str__(self) -> str:
        return f"{self.provider} {self.event_id}"
