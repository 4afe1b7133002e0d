"""Orders of other platforms as their files tell them, and the files themselves.

No name, telephone number or address of a buyer has a column here, and none is in ``kept``.
"""

from django.db import models
from django.db.models import CASCADE, PROTECT, Q

from kaibo.orders.rules.platforms import CURRENCIES, PLATFORMS, SHOP_CHARS_MAX

FILE_STATES = [
    ("ready", "待导入"),
    ("applying", "导入中"),
    ("applied", "已导入"),
    ("repeat", "重复文件"),
]
PLATFORM_CHOICES = [(platform.name, platform.label_zh) for platform in PLATFORMS.values()]
CURRENCY_CHOICES = [(code, code) for code in CURRENCIES]
FILE_ORDER_STATES = [
    ("created", "待付款"),
    ("paid", "已付款"),
    ("closed", "已关闭"),
    ("refunded", "已退款"),
]


class OrderFile(models.Model):
    """One uploaded file, how it is read, and what came of it.

    ``kept`` holds its lines without the columns that say who a buyer is; once written, only the
    columns that were read. ``fingerprint`` is the file's content with the way it is read.
    """

    organisation = models.ForeignKey("access.Organisation", PROTECT, related_name="+")
    filename = models.CharField(max_length=200)
    kept = models.BinaryField()
    left_out = models.JSONField(default=list)
    sha256 = models.CharField(max_length=64)
    fingerprint = models.CharField(max_length=64)
    platform = models.CharField(max_length=10, choices=PLATFORM_CHOICES)
    shop = models.CharField(max_length=SHOP_CHARS_MAX, blank=True)
    zone = models.CharField(max_length=60, blank=True)
    # When the file says it was exported, by the shop's clock, and where it says so.
    exported = models.CharField(max_length=32, blank=True, default="", db_default="")
    exported_from = models.CharField(max_length=4, blank=True, default="", db_default="")
    currency = models.CharField(max_length=3, blank=True, choices=CURRENCY_CHOICES)
    mapping = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=FILE_STATES, default="ready")
    rows = models.PositiveIntegerField(default=0)
    orders_done = models.PositiveIntegerField(default=0)
    created = models.PositiveIntegerField(default=0)
    replaced = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    # Left as they were, because what is stored is newer.
    older = models.PositiveIntegerField(default=0, db_default=0)
    refused = models.PositiveIntegerField(default=0)
    repeats = models.PositiveIntegerField(default=0)
    # What the file says of each day: day → the six numbers of ``DayFigures``.
    days = models.JSONField(default=dict)
    created_at = models.DateTimeField()
    applied_at = models.DateTimeField(null=True, blank=True)
    actor = models.CharField(max_length=100)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=[state for state, _ in FILE_STATES]),
                name="orders_file_state",
            ),
            # The same file read in the same way is written once, and not by two at a time.
            models.UniqueConstraint(
                fields=["organisation", "fingerprint"],
                condition=Q(state__in=["applying", "applied"]),
                name="orders_file_once",
            ),
        ]

    def __str__(self) -> str:
        return self.filename


class PlatformOrder(models.Model):
    """One order of another platform, as the last file that has it tells it.

    Amounts are hundredths of ``currency``, all of 0 or more; ``digest`` tells two tellings
    apart.
    """

    organisation = models.ForeignKey("access.Organisation", PROTECT, related_name="+")
    file = models.ForeignKey(OrderFile, PROTECT, related_name="orders")
    platform = models.CharField(max_length=10, choices=PLATFORM_CHOICES)
    shop = models.CharField(max_length=SHOP_CHARS_MAX, blank=True)
    no = models.CharField(max_length=64)
    state = models.CharField(max_length=10, choices=FILE_ORDER_STATES)
    state_text = models.CharField(max_length=40, blank=True)
    currency = models.CharField(max_length=3, choices=CURRENCY_CHOICES)
    total_minor = models.BigIntegerField()
    paid_minor = models.BigIntegerField()
    refund_minor = models.BigIntegerField()
    is_return = models.BooleanField(default=False)
    ordered_at = models.DateTimeField()
    paid_at = models.DateTimeField(null=True)
    customer_no = models.CharField(max_length=40, blank=True)
    region = models.CharField(max_length=40, blank=True)
    province = models.CharField(max_length=40, blank=True)
    city = models.CharField(max_length=40, blank=True)
    source = models.CharField(max_length=40, blank=True)
    digest = models.CharField(max_length=32)
    # When the platform last changed it, and when it was told so; NULL told_at: with its upload.
    changed_at = models.DateTimeField(null=True)
    told_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "platform", "shop", "no"], name="orders_platform_order_once"
            ),
            models.CheckConstraint(
                condition=Q(state__in=[state for state, _ in FILE_ORDER_STATES]),
                name="orders_platform_order_state",
            ),
            models.CheckConstraint(
                condition=Q(total_minor__gte=0, paid_minor__gte=0, refund_minor__gte=0),
                name="orders_platform_order_amounts",
            ),
        ]
        indexes = [
            models.Index(
                fields=["organisation", "platform", "shop", "ordered_at"],
                name="orders_platform_days",
            ),
        ]

    def __str__(self) -> str:
        return self.no


class PlatformOrderLine(models.Model):
    """One line; units below 0 came back, NULL is what the file does not say.

    ``is_unsplit`` marks several items that stood in one cell with their units summed.
    """

    order = models.ForeignKey(PlatformOrder, CASCADE, related_name="lines")
    number = models.PositiveIntegerField()
    line_no = models.CharField(max_length=64, blank=True)
    product_code = models.CharField(max_length=64, blank=True)
    sku_code = models.CharField(max_length=64, blank=True)
    title = models.CharField(max_length=200, blank=True)
    spec = models.CharField(max_length=200, blank=True)
    units = models.BigIntegerField(null=True)
    unit_price_minor = models.BigIntegerField(null=True)
    amount_minor = models.BigIntegerField(null=True)
    is_unsplit = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["order", "number"], name="orders_platform_line_place"),
            models.CheckConstraint(
                condition=Q(units__isnull=True) | ~Q(units=0), name="orders_platform_line_units"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} × {self.units}"
