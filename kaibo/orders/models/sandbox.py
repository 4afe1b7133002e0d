"""The sandbox provider's own books: as apart from orders as a real provider's would be."""

from django.db import models
from django.db.models import PROTECT

SANDBOX_STATES = [
    ("open", "待支付"),
    ("paid", "已支付"),
    ("failed", "已失败"),
    ("refunded", "已退款"),
]


class SandboxPayment(models.Model):
    """One visit to the sandbox's page."""

    token = models.CharField(max_length=40, unique=True)
    order_no = models.CharField(max_length=24)
    title = models.CharField(max_length=200)
    amount_fen = models.BigIntegerField()
    pay_before = models.DateTimeField()
    state = models.CharField(max_length=10, choices=SANDBOX_STATES, default="open")
    pressed = models.CharField(max_length=10, blank=True, default="")

    def __str__(self) -> str:
        return f"{self.order_no} {self.state}"


class SandboxRefund(models.Model):
    """Money the sandbox gave back, once for each number it was asked under."""

    token = models.CharField(max_length=40, unique=True)
    payment = models.ForeignKey(SandboxPayment, PROTECT, related_name="refunds")
    amount_fen = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{self.token} {self.amount_fen}"


class SandboxNotice(models.Model):
    """A callback to deliver: due at a time, tried until it is taken or given up."""

    payment = models.ForeignKey(SandboxPayment, PROTECT, related_name="notices")
    event_id = models.CharField(max_length=80)
    body = models.TextField()
    due_at = models.DateTimeField()
    tries = models.PositiveIntegerField(default=0)
    delivered_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.event_id} ×{self.tries}"
