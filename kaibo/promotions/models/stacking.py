"""How a shop's promotions are chosen for a basket."""

from django.db import models
from django.db.models import PROTECT, Q

CHOOSE = [("best", "为买家选最省的组合"), ("priority", "按固定顺序")]


class StackingRule(models.Model):
    """The shop's word; without a row the buyer gets the lowest price."""

    organisation = models.OneToOneField("access.Organisation", PROTECT, related_name="+")
    choose = models.CharField(max_length=8, choices=CHOOSE)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(choose__in=[name for name, _ in CHOOSE]),
                name="promotions_stacking_choose",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id} {self.choose}"
