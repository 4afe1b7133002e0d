"""Goods that are kept from sale for a cause outside of the catalogue."""

from django.db import models
from django.db.models import PROTECT, F, Q

from kaibo.catalog.models.goods import Sku

CAUSES = [("infringement", "知识产权通知")]


class Withheld(models.Model):
    """A SKU that nobody sells from ``since`` on, until it is released.

    ``case_id``: the number in the books of the cause.
    """

    organisation = models.ForeignKey("access.Organisation", PROTECT, related_name="+")
    sku = models.ForeignKey(Sku, PROTECT, related_name="withheld")
    cause = models.CharField(max_length=12, choices=CAUSES)
    case_id = models.BigIntegerField()
    since = models.DateTimeField()
    released_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(cause__in=[cause for cause, _ in CAUSES]),
                name="catalog_withheld_cause",
            ),
            models.CheckConstraint(
                condition=Q(released_at__isnull=True) | Q(released_at__gte=F("since")),
                name="catalog_withheld_forwards",
            ),
            models.UniqueConstraint(
                fields=["sku", "cause", "case_id"],
                condition=Q(released_at__isnull=True),
                name="catalog_withheld_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sku_id} {self.cause} {self.case_id}"
