"""What buyers want to send back, and what sellers want to cancel."""

from django.db import models
from django.db.models import PROTECT, F, Q

from kaibo.base.carriers import WAYBILL_CHARS_MAX
from kaibo.orders.models.order import Order, OrderLine
from kaibo.orders.models.parcels import Parcel
from kaibo.orders.rules import KEY_CHARS_MAX
from kaibo.orders.rules.returns import REASON_ZH, REFUSAL_ZH, RETURN

SAID_CHARS_MAX = 500


class Return(models.Model):
    """One request; ``refund_due_at`` is when the money goes back by itself (CPL 25)."""

    organisation = models.ForeignKey("access.Organisation", PROTECT, related_name="+")
    order = models.ForeignKey(Order, PROTECT, related_name="returns")
    state = models.CharField(max_length=10, choices=RETURN.choices, default="asked")
    reason = models.CharField(max_length=16, choices=list(REASON_ZH.items()))
    wants_exchange = models.BooleanField(default=False)
    said = models.CharField(max_length=SAID_CHARS_MAX, blank=True, default="")
    photos = models.JSONField(default=list)
    request_key = models.CharField(max_length=KEY_CHARS_MAX)
    asked_at = models.DateTimeField()
    window_ends_at = models.DateTimeField()
    freight_by = models.CharField(max_length=6, choices=[("buyer", "买家"), ("seller", "卖家")])
    decided_at = models.DateTimeField(null=True)
    refusal = models.CharField(max_length=16, choices=list(REFUSAL_ZH.items()), blank=True)
    answer = models.CharField(max_length=SAID_CHARS_MAX, blank=True, default="")
    proofs = models.JSONField(default=list)
    carrier = models.CharField(max_length=12, blank=True, default="")
    waybill = models.CharField(max_length=WAYBILL_CHARS_MAX, blank=True, default="")
    received_at = models.DateTimeField(null=True)
    is_sellable = models.BooleanField(null=True)
    refund_due_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    new_parcel = models.ForeignKey(Parcel, PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=RETURN.names), name="orders_return_state"),
            models.UniqueConstraint(fields=["order", "request_key"], name="orders_return_key_once"),
            models.CheckConstraint(
                condition=Q(state="received", refund_due_at__isnull=False)
                | (~Q(state="received") & Q(refund_due_at__isnull=True)),
                name="orders_return_has_deadline",
            ),
        ]
        indexes = [
            models.Index(
                fields=["refund_due_at"], condition=Q(state="received"), name="orders_return_due"
            ),
            models.Index(fields=["organisation", "-id"], name="orders_returns_new"),
        ]

    def __str__(self) -> str:
        return f"{self.order_id} {self.reason} {self.state}"


class ReturnLine(models.Model):
    """How many units of an order's line are to be sent back.

    ``units_missing``: gifts of these that were not in the parcel.
    """

    back = models.ForeignKey(Return, PROTECT, related_name="lines")
    line = models.ForeignKey(OrderLine, PROTECT, related_name="+")
    units = models.PositiveIntegerField()
    units_missing = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["back", "line"], name="orders_return_line_once"),
            models.CheckConstraint(
                condition=Q(units__gte=1, units_missing__lte=F("units")), name="orders_return_units"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.line_id} × {self.units}"


class ReturnPhoto(models.Model):
    """One photograph; ``name`` is of its file, ``digest`` of the file that was sent."""

    organisation = models.ForeignKey("access.Organisation", PROTECT, related_name="+")
    back = models.ForeignKey(Return, PROTECT, related_name="pictures")
    name = models.CharField(max_length=32, unique=True)
    digest = models.CharField(max_length=64)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    size = models.PositiveIntegerField()
    added_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["back", "digest"], name="orders_photo_once"),
        ]

    def __str__(self) -> str:
        return f"{self.back_id} {self.width}×{self.height}"
