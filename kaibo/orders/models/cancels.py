"""What sellers ask buyers to let them cancel."""

from django.db import models
from django.db.models import PROTECT, Q

from kaibo.orders.models.order import Order
from kaibo.orders.models.returns import SAID_CHARS_MAX
from kaibo.orders.rules.cancels import CANCEL, OPEN, SELLERS_WHY_ZH


class CancelAsk(models.Model):
    """One question to the buyer of a paid order; an order has one open at a time."""

    organisation = models.ForeignKey("access.Organisation", PROTECT, related_name="+")
    order = models.ForeignKey(Order, PROTECT, related_name="cancel_asks")
    state = models.CharField(max_length=8, choices=CANCEL.choices, default="asked")
    why = models.CharField(max_length=16, choices=list(SELLERS_WHY_ZH.items()))
    said = models.CharField(max_length=SAID_CHARS_MAX)
    asked_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=CANCEL.names), name="orders_cancel_state"),
            models.UniqueConstraint(
                fields=["order"], condition=Q(state__in=OPEN), name="orders_cancel_one_open"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.order_id} {self.why} {self.state}"
