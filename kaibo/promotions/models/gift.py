"""Gifts in buyers' hands."""

from django.db import models
from django.db.models import PROTECT, F, Q

from kaibo.promotions.models.promotion import Promotion, PromotionUse
from kaibo.promotions.rules import TAKING


class GiftTaking(models.Model):
    """Units of a gift in one buyer's hands, as a ``Taking`` is of a link.

    Its promotion's row lock is the queue of all who earn one; it has none of its own.
    """

    promotion = models.ForeignKey(Promotion, PROTECT, related_name="gifts")
    use = models.OneToOneField(PromotionUse, PROTECT, related_name="gift")
    sku = models.ForeignKey("catalog.Sku", PROTECT, related_name="+")
    viewer_id = models.BigIntegerField()
    units = models.PositiveIntegerField()
    units_returned = models.PositiveIntegerField(default=0)
    state = models.CharField(max_length=10, choices=TAKING.choices, default="held")
    taken_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(units__gte=1, units_returned__lte=F("units")),
                name="promotions_gift_units",
            ),
            models.CheckConstraint(
                condition=Q(state__in=TAKING.names), name="promotions_gift_state"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.promotion_id}: {self.units} {self.state}"
