"""An order that is paid in two parts."""

from django.db import models
from django.db.models import PROTECT, Q

from kaibo.orders.models.order import Order
from kaibo.orders.rules import PRESALE


class Presale(models.Model):
    """Deposit and balance of one order, and the terms as its buyer was shown them.

    It is written under the order's lock. ``penalty_fen`` is what the seller owes beside the
    deposit (Civil Code art. 587), until ``penalty_paid_at``.
    """

    order = models.OneToOneField(Order, PROTECT, related_name="presale")
    presale_offer = models.ForeignKey("promotions.PresaleOffer", PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=PRESALE.choices, default="placed")
    deposit_fen = models.BigIntegerField()
    balance_fen = models.BigIntegerField()
    kind = models.CharField(max_length=8)
    late_rule = models.CharField(max_length=8)
    balance_opens_at = models.DateTimeField()
    balance_closes_at = models.DateTimeField()
    ship_by = models.DateTimeField()
    refund_deadline_days = models.PositiveIntegerField()
    remind_at = models.DateTimeField()
    reminded_at = models.DateTimeField(null=True)
    penalty_fen = models.BigIntegerField(default=0)
    penalty_paid_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=PRESALE.names), name="orders_presale_state"
            ),
            models.CheckConstraint(
                condition=Q(deposit_fen__gt=0, balance_fen__gt=0, refund_deadline_days__gte=1),
                name="orders_presale_amounts",
            ),
            models.CheckConstraint(
                condition=Q(state="defaulted", penalty_fen__gte=0) | Q(penalty_fen=0),
                name="orders_presale_penalty",
            ),
            models.CheckConstraint(
                condition=Q(late_rule="return") | Q(late_rule="forfeit", kind="earnest"),
                name="orders_presale_late_rule",
            ),
        ]
        indexes = [
            models.Index(
                fields=["remind_at"],
                condition=Q(state="deposited", reminded_at__isnull=True),
                name="orders_presale_remind",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.order_id} {self.state} {self.deposit_fen} + {self.balance_fen}"
