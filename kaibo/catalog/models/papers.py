"""Papers of a product, each judged by a second person."""

from django.db import models
from django.db.models import PROTECT, F, Q

from kaibo.catalog.models.goods import Product
from kaibo.catalog.rules.goods import NAME_CHARS_MAX, TITLE_CHARS_MAX
from kaibo.catalog.rules.papers import VERDICT_ZH


class Paper(models.Model):
    """A licence, filing or certificate; rows are judged, never changed or deleted."""

    organisation = models.ForeignKey("access.Organisation", PROTECT, related_name="+")
    product = models.ForeignKey(Product, PROTECT, related_name="papers")
    kind = models.CharField(max_length=32)
    number = models.CharField(max_length=NAME_CHARS_MAX)
    issuer = models.CharField(max_length=TITLE_CHARS_MAX)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    sha256 = models.CharField(max_length=64, blank=True, default="")
    # Of a document that bears a price: the price of a unit, and of which SKU; 0 is every one.
    price_fen = models.BigIntegerField(null=True, blank=True)
    sku_id = models.BigIntegerField(default=0, db_default=0)
    verdict = models.CharField(
        max_length=8, choices=list(VERDICT_ZH.items()), blank=True, default=""
    )
    reason = models.CharField(max_length=TITLE_CHARS_MAX, blank=True, default="")
    added_at = models.DateTimeField()
    # Tags of actors, as the journal writes them.
    added_by = models.CharField(max_length=32)
    judged_by = models.CharField(max_length=32, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["product", "kind", "number", "sku_id"],
                condition=~Q(verdict="refused"),
                name="catalog_paper_once",
            ),
            models.CheckConstraint(
                condition=Q(verdict__in=list(VERDICT_ZH)), name="catalog_paper_verdict"
            ),
            models.CheckConstraint(
                condition=Q(price_fen__isnull=True) | Q(price_fen__gt=0),
                name="catalog_paper_price",
            ),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="catalog_paper_days",
            ),
            models.CheckConstraint(
                condition=~Q(verdict="accepted") | ~Q(judged_by=F("added_by")),
                name="catalog_paper_second_person",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.product_id} {self.kind} {self.number}"
