"""The stock ledger: a level per SKU that the database itself keeps from going below zero."""

from django.db import models
from django.db.models import CASCADE, PROTECT, F, Q

from kaibo.catalog.models.goods import Sku
from kaibo.catalog.rules import TITLE_CHARS_MAX, StockLevel

KINDS = [
    ("move", "入库/出库"),
    ("hold", "占用"),
    ("release", "释放"),
    ("sell", "售出"),
    ("return", "退回"),
    ("buffer", "安全库存"),
]


class Stock(models.Model):
    """The level of one SKU; its row lock is the queue of everyone who wants units."""

    sku = models.OneToOneField(Sku, CASCADE, related_name="stock")
    on_hand = models.BigIntegerField(default=0)
    held = models.BigIntegerField(default=0)
    sold = models.BigIntegerField(default=0)
    buffer = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(on_hand__gte=0, held__gte=0, sold__gte=0, buffer__gte=0),
                name="catalog_stock_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(held__lte=F("on_hand")), name="catalog_stock_held_on_hand"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sku_id}: {self.on_hand}"

    @property
    def level(self) -> StockLevel:
        """The row as a value that rules can judge."""
        return StockLevel(
            sku_id=self.sku_id,
            on_hand=self.on_hand,
            held=self.held,
            sold=self.sold,
            buffer=self.buffer,
        )


class StockMove(models.Model):
    """One line of the ledger: what changed, why, and the level afterwards."""

    sku = models.ForeignKey(Sku, PROTECT, related_name="moves")
    kind = models.CharField(max_length=8, choices=KINDS)
    units = models.BigIntegerField()
    reason = models.CharField(max_length=TITLE_CHARS_MAX, blank=True, default="")
    on_hand_after = models.BigIntegerField()
    held_after = models.BigIntegerField()
    at = models.DateTimeField()
    actor = models.CharField(max_length=40)

    class Meta:
        indexes = [models.Index(fields=["sku", "-id"], name="catalog_move_by_sku")]

    def __str__(self) -> str:
        return f"{self.sku_id} {self.kind} {self.units}"
