"""An order: what was bought, as the page said it, by whom, until when it must be paid."""

from django.db import models
from django.db.models import PROTECT, F, Q

from kaibo.orders.rules import KEY_CHARS_MAX, ORDER

CLOSE_REASONS = [
    ("unpaid", "超时未付"),
    ("cancelled", "买家取消"),
    ("group_expired", "未成团"),
    ("seller_default", "卖家违约"),
]


class Order(models.Model):
    """One purchase of one or more lines.

    ``snapshot`` is what the page said when it was placed, never changed; ``use_ids`` are the
    promotions at work in it (``promotions.PromotionUse``).
    """

    organisation = models.ForeignKey("access.Organisation", PROTECT, related_name="+")
    no = models.CharField(max_length=24, unique=True)
    show_id = models.BigIntegerField(db_index=True)
    viewer_id = models.BigIntegerField()
    state = models.CharField(max_length=10, choices=ORDER.choices, default="created")
    total_fen = models.BigIntegerField()
    address_encrypted = models.TextField()
    receiver_masked = models.CharField(max_length=40)
    # What the buyer wrote to the shop; as personal as the address.
    note_encrypted = models.TextField(blank=True, default="")
    placed_at = models.DateTimeField()
    pay_before = models.DateTimeField()
    paid_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    close_reason = models.CharField(max_length=16, choices=CLOSE_REASONS, blank=True, default="")
    refund_reason = models.CharField(max_length=200, blank=True, default="")
    snapshot = models.JSONField()
    use_ids = models.JSONField(default=list)
    request_key = models.CharField(max_length=KEY_CHARS_MAX)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["viewer_id", "request_key"], name="orders_request_key_once"
            ),
            models.CheckConstraint(condition=Q(total_fen__gt=0), name="orders_total"),
            models.CheckConstraint(condition=Q(state__in=ORDER.names), name="orders_state"),
            models.CheckConstraint(
                condition=Q(state__in=["created", "closed"], paid_at__isnull=True)
                | Q(state__in=["paid", "refunding", "refunded"], paid_at__isnull=False),
                name="orders_paid_has_time",
            ),
        ]
        indexes = [
            models.Index(fields=["pay_before"], condition=Q(state="created"), name="orders_due"),
            models.Index(fields=["show_id", "-id"], name="orders_of_show"),
        ]

    def __str__(self) -> str:
        return self.no


class OrderLine(models.Model):
    """One line, and which held units stand behind it: a taking of a link, a claim, or a gift.

    ``borne``: what of the discount others than the shop bear, in fen by payer. A gift's line costs
    its published value, all of it taken off; it belongs to no link. ``units_kept`` of it were not
    sent back with the goods that earned them: they cost the buyer ``kept_fen`` of a refund.
    ``protected_fen`` of ``refunded_fen`` came back because the price fell.
    """

    order = models.ForeignKey(Order, PROTECT, related_name="lines")
    sku = models.ForeignKey("catalog.Sku", PROTECT, related_name="+")
    offer = models.ForeignKey("promotions.Offer", PROTECT, null=True, related_name="+")
    taking = models.OneToOneField("promotions.Taking", PROTECT, null=True, related_name="+")
    claim = models.OneToOneField("promotions.Claim", PROTECT, null=True, related_name="+")
    gift = models.OneToOneField("promotions.GiftTaking", PROTECT, null=True, related_name="+")
    # 0: a gift.
    link_no = models.PositiveIntegerField()
    title = models.CharField(max_length=200)
    spec = models.CharField(max_length=200, blank=True)
    units = models.PositiveIntegerField()
    unit_price_fen = models.BigIntegerField()
    discount_fen = models.BigIntegerField(default=0)
    borne = models.JSONField(default=dict)
    amount_fen = models.BigIntegerField()
    units_refunded = models.PositiveIntegerField(default=0)
    refunded_fen = models.BigIntegerField(default=0)
    protected_fen = models.BigIntegerField(default=0, db_default=0)
    units_kept = models.PositiveIntegerField(default=0)
    kept_fen = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    units__gte=1,
                    amount_fen=F("units") * F("unit_price_fen") - F("discount_fen"),
                    discount_fen__gte=0,
                    amount_fen__gte=0,
                ),
                name="orders_line_adds_up",
            ),
            models.CheckConstraint(
                condition=Q(
                    units_refunded__lte=F("units") - F("units_kept"),
                    kept_fen__gte=0,
                    protected_fen__gte=0,
                    refunded_fen__gte=F("protected_fen"),
                    refunded_fen__lte=F("amount_fen"),
                ),
                name="orders_line_refunded_once",
            ),
            models.CheckConstraint(
                condition=Q(taking__isnull=True, claim__isnull=False, gift__isnull=True)
                | Q(taking__isnull=False, claim__isnull=True, gift__isnull=True)
                | Q(taking__isnull=True, claim__isnull=True, gift__isnull=False),
                name="orders_line_has_units",
            ),
            models.CheckConstraint(
                condition=Q(offer__isnull=False, gift__isnull=True, units_kept=0, kept_fen=0)
                | Q(offer__isnull=True, gift__isnull=False, link_no=0),
                name="orders_line_gift_of_no_link",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} × {self.units}"

    @property
    def units_done(self) -> int:
        """Units whose money is settled for good: undone, or kept and paid for."""
        return self.units_refunded + self.units_kept
