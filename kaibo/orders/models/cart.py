"""What a buyer put aside to order, on the server; no units are held by it."""

from django.db import models
from django.db.models import CASCADE, PROTECT, Q

from kaibo.orders.rules.cart import CART_UNITS_MAX


class Cart(models.Model):
    """One buyer's cart in one show; its row lock is the queue of all who change or order it."""

    organisation = models.ForeignKey("access.Organisation", PROTECT, related_name="+")
    show_id = models.BigIntegerField()
    viewer_id = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["viewer_id", "show_id"], name="orders_cart_once"),
        ]

    def __str__(self) -> str:
        return f"{self.show_id}/{self.viewer_id}"


class CartLine(models.Model):
    """Units of one link that the buyer put there; ``seen_fen`` is the unit price shown then."""

    cart = models.ForeignKey(Cart, CASCADE, related_name="lines")
    link_no = models.PositiveIntegerField()
    units = models.PositiveIntegerField()
    seen_fen = models.BigIntegerField(null=True)
    put_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["cart", "link_no"], name="orders_cart_line_once"),
            models.CheckConstraint(
                condition=Q(units__gte=1, units__lte=CART_UNITS_MAX), name="orders_cart_units"
            ),
            models.CheckConstraint(
                condition=Q(seen_fen__isnull=True) | Q(seen_fen__gt=0), name="orders_cart_seen"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.link_no} × {self.units}"
