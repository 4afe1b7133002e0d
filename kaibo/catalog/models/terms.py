"""On what terms a SKU is sold, where they are not the usual ones."""

from django.db import models
from django.db.models import CASCADE, Q

from kaibo.catalog.models.goods import Sku
from kaibo.catalog.rules.terms import EXCEPTION_ZH, SHIP_WITHIN_H_MAX


class SkuTerms(models.Model):
    """A SKU without a row may be returned, and is shipped as the shop ships."""

    sku = models.OneToOneField(Sku, CASCADE, related_name="terms")
    no_reason_return = models.BooleanField(default=True)
    exception_type = models.CharField(
        max_length=24, choices=list(EXCEPTION_ZH.items()), blank=True, default=""
    )
    ship_within_h = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(no_reason_return=True, exception_type="")
                | Q(no_reason_return=False, exception_type__in=list(EXCEPTION_ZH)),
                name="catalog_terms_lawful",
            ),
            models.CheckConstraint(
                condition=Q(ship_within_h__lte=SHIP_WITHIN_H_MAX), name="catalog_terms_ship"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sku_id} {self.exception_type} {self.ship_within_h}h"
