"""What cards say of a product."""

from django.db import models
from django.db.models import PROTECT

from kaibo.catalog.models.goods import Product
from kaibo.catalog.rules.cards import FACT_CHARS_MAX


class CardFact(models.Model):
    """One thing that a card says of its goods, such as the shelf life."""

    organisation = models.ForeignKey("access.Organisation", PROTECT, related_name="+")
    product = models.ForeignKey(Product, PROTECT, related_name="card_facts")
    field = models.CharField(max_length=32)
    text = models.CharField(max_length=FACT_CHARS_MAX)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["product", "field"], name="catalog_card_fact_once"),
        ]

    def __str__(self) -> str:
        return f"{self.product_id} {self.field}"
