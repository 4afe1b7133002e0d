"""Prices that fell below what buyers were promised to pay at most."""

from django.db import models
from django.db.models import PROTECT, Q

from kaibo.orders.rules.protection import DROP


class PriceDrop(models.Model):
    """A price of goods that protected orders paid more for, and how far it has been honoured.

    ``place``: of the journal's entry that told of it, so that it is noted once. ``after_line``:
    lines up to this one were looked at.
    """

    organisation = models.ForeignKey("access.Organisation", PROTECT, related_name="+")
    sku = models.ForeignKey("catalog.Sku", PROTECT, related_name="+")
    offer_id = models.BigIntegerField()
    sale_id = models.BigIntegerField(null=True)
    price_fen = models.BigIntegerField()
    since = models.DateTimeField()
    due_at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=DROP.choices, default="noted")
    place = models.BigIntegerField(unique=True)
    after_line = models.BigIntegerField(default=0)
    lines = models.PositiveIntegerField(default=0)
    amount_fen = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=DROP.names), name="orders_drop_state"),
            models.CheckConstraint(
                condition=Q(price_fen__gt=0, amount_fen__gte=0), name="orders_drop_amounts"
            ),
        ]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(state="noted"), name="orders_drop_due"),
        ]

    def __str__(self) -> str:
        return f"{self.sku_id} {self.price_fen} {self.state}"
