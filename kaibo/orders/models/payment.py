"""Money: attempts to pay, refunds, and what providers told us."""

from django.db import models
from django.db.models import PROTECT, F, Q

from kaibo.orders.models.order import Order
from kaibo.orders.rules import KEY_CHARS_MAX, PAYMENT, REASON_CHARS_MAX, REFUND, SETTLEMENT
from kaibo.orders.rules.settling import BANK_REF_CHARS_MAX

WAYS = [("page", "页面"), ("qr", "二维码")]
PARTS = [("whole", "全款"), ("deposit", "定金"), ("balance", "尾款")]


class Payment(models.Model):
    """One attempt to pay. One whose whole money must go back is ``refund_due`` until it went."""

    order = models.ForeignKey(Order, PROTECT, related_name="payments")
    provider = models.CharField(max_length=20)
    attempt_token = models.CharField(max_length=40, unique=True)
    provider_ref = models.CharField(max_length=80, blank=True)
    # The deposit or the balance of a presale, else the whole.
    part = models.CharField(max_length=8, choices=PARTS, default="whole", db_default="whole")
    # A provider knows a number as one or the other, so each has an attempt of its own.
    by = models.CharField(max_length=4, choices=WAYS, default="page", db_default="page")
    state = models.CharField(max_length=10, choices=PAYMENT.choices, default="opened")
    amount_fen = models.BigIntegerField()
    received_fen = models.BigIntegerField(default=0)
    opened_at = models.DateTimeField()
    paid_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=PAYMENT.names), name="orders_payment_state"
            ),
            models.CheckConstraint(
                condition=Q(amount_fen__gt=0, received_fen__gte=0), name="orders_payment_amounts"
            ),
            # One order is paid once, whatever arrives, and each part of a presale.
            models.UniqueConstraint(
                fields=["order", "part"],
                condition=Q(state__in=["paid", "kept", "forfeited"]),
                name="orders_part_paid_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.order_id} {self.state} {self.amount_fen}"


class Refund(models.Model):
    """Money of one payment that must go back, for a reason; it stays ``due`` until it went.

    ``token`` is our number of it at the provider, who pays a number back once. ``lines`` are the
    units undone with it, ``[line id, units, fen]``; none where the money never was an order's.
    """

    order = models.ForeignKey(Order, PROTECT, related_name="refunds")
    payment = models.ForeignKey(Payment, PROTECT, related_name="refunds")
    token = models.CharField(max_length=40, unique=True)
    state = models.CharField(max_length=10, choices=REFUND.choices, default="asked")
    amount_fen = models.BigIntegerField()
    why = models.CharField(max_length=16)
    reason = models.CharField(max_length=REASON_CHARS_MAX, blank=True, default="")
    # The caller's; None where the state alone makes it once.
    request_key = models.CharField(max_length=KEY_CHARS_MAX, null=True)
    lines = models.JSONField(default=list)
    tries = models.PositiveIntegerField(default=0)
    # The provider's own code of its last no.
    answer = models.CharField(max_length=40, blank=True, default="", db_default="")
    next_at = models.DateTimeField(null=True)
    owed_at = models.DateTimeField()
    refunded_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=REFUND.names), name="orders_refund_state"),
            # What came by two payments goes back by both, under one key.
            models.UniqueConstraint(
                fields=["order", "request_key", "payment"], name="orders_refund_key_once"
            ),
            # Money of nothing was told, and is owed as it came.
            models.CheckConstraint(condition=Q(amount_fen__gte=0), name="orders_refund_amount"),
        ]
        indexes = [
            models.Index(fields=["next_at"], condition=Q(state="due"), name="orders_refund_next"),
        ]

    def __str__(self) -> str:
        return f"{self.order_id} {self.state} {self.amount_fen}"


class Settlement(models.Model):
    """A bank transfer that gave a refund back, as somebody says; ``bank_ref`` is the bank's number.

    Above the shop's limit it stands only when another person agreed.
    """

    organisation = models.ForeignKey("access.Organisation", PROTECT, related_name="+")
    refund = models.ForeignKey(Refund, PROTECT, related_name="settlements")
    state = models.CharField(max_length=8, choices=SETTLEMENT.choices, default="asked")
    bank_ref = models.CharField(max_length=BANK_REF_CHARS_MAX)
    reason = models.CharField(max_length=REASON_CHARS_MAX)
    needs_second = models.BooleanField()
    asked_by = models.BigIntegerField()
    asked_at = models.DateTimeField()
    decided_by = models.BigIntegerField(null=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state="asked", decided_at__isnull=True, decided_by__isnull=True)
                | Q(state__in=["done", "refused"], decided_at__isnull=False),
                name="orders_settlement_decided",
            ),
            models.CheckConstraint(
                condition=~Q(state="done", needs_second=True, decided_by=F("asked_by")),
                name="orders_settlement_by_two",
            ),
            # A refund is sent by bank once, whoever says so again.
            models.UniqueConstraint(
                fields=["refund"],
                condition=Q(state__in=["asked", "done"]),
                name="orders_settled_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.refund_id} {self.state} {self.bank_ref}"


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
