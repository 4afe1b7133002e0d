"""Who supplies, what is sold, and in which specifications."""

from typing import cast

from django.db import models
from django.db.models import PROTECT, Q

from kaibo.base.inputs import URL_CHARS_MAX
from kaibo.catalog.rules import (
    CODE_CHARS_MAX,
    NAME_CHARS_MAX,
    STATE_ZH,
    TEXT_CHARS_MAX,
    TITLE_CHARS_MAX,
    State,
)

STATES = list(STATE_ZH.items())


class Supplier(models.Model):
    """A brand or maker that goods come from."""

    organisation = models.ForeignKey("access.Organisation", PROTECT, related_name="+")
    name = models.CharField(max_length=NAME_CHARS_MAX)
    contact = models.CharField(max_length=TITLE_CHARS_MAX, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "name"], name="catalog_supplier_name_once"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Product(models.Model):
    """What a reviewer approves; it is sold as one or more SKUs."""

    organisation = models.ForeignKey("access.Organisation", PROTECT, related_name="+")
    supplier = models.ForeignKey(Supplier, PROTECT, null=True, blank=True, related_name="products")
    code = models.CharField(max_length=CODE_CHARS_MAX)
    title = models.CharField(max_length=TITLE_CHARS_MAX)
    category = models.CharField(max_length=NAME_CHARS_MAX, blank=True, default="")
    brand = models.CharField(max_length=NAME_CHARS_MAX, blank=True, default="")
    image_url = models.CharField(max_length=URL_CHARS_MAX, blank=True, default="")
    description = models.TextField(max_length=TEXT_CHARS_MAX, blank=True, default="")
    state = models.CharField(max_length=10, choices=STATES, default="draft", db_index=True)
    refused_reason = models.CharField(max_length=TITLE_CHARS_MAX, blank=True, default="")
    qualification_expires_on = models.DateField(null=True, blank=True)
    created_at = models.DateTimeField()
    # The day this state is of: an older snapshot that arrives later changes nothing.
    as_of = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "code"], name="catalog_product_code_once"
            ),
            models.CheckConstraint(
                condition=Q(state__in=[state for state, _ in STATES]), name="catalog_product_state"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"

    @property
    def review_state(self) -> State:
        """The state as rules know it; the table's own constraint holds the four words."""
        return cast(State, self.state)


class Sku(models.Model):
    """One specification with its prices, in fen; 0 means none is set."""

    # Repeated from the product so that the database itself keeps codes unique within it.
    organisation = models.ForeignKey("access.Organisation", PROTECT, related_name="+")
    product = models.ForeignKey(Product, PROTECT, related_name="skus")
    code = models.CharField(max_length=CODE_CHARS_MAX)
    spec = models.CharField(max_length=TITLE_CHARS_MAX, blank=True, default="")
    list_price_fen = models.BigIntegerField(default=0)
    cost_fen = models.BigIntegerField(default=0)
    floor_price_fen = models.BigIntegerField(default=0)
    as_of = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "code"], name="catalog_sku_code_once"),
            models.CheckConstraint(
                condition=Q(list_price_fen__gte=0, cost_fen__gte=0, floor_price_fen__gte=0),
                name="catalog_sku_prices",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.spec}"


class ListPrice(models.Model):
    """A list price seen on a day; it holds until the next day that has one."""

    sku = models.ForeignKey(Sku, PROTECT, related_name="list_prices")
    price_fen = models.BigIntegerField()
    on_date = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["sku", "on_date", "price_fen"], name="catalog_list_price_once"
            ),
            models.CheckConstraint(
                condition=Q(price_fen__gt=0), name="catalog_list_price_positive"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sku_id} {self.on_date} {self.price_fen}"
