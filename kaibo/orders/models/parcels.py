"""What left the shop for the buyer, and on what promise."""

from django.db import models
from django.db.models import PROTECT, F, Q

from kaibo.base.carriers import CARRIER_CODES, WAYBILL_CHARS_MAX
from kaibo.orders.models.order import Order, OrderLine
from kaibo.orders.rules.parcels import PARCEL, SHIP_WITHIN_H
from kaibo.orders.rules.protection import PROTECTS_DAYS_MAX
from kaibo.orders.rules.settling import SETTLE_ALONE_FEN


class ShopTerms(models.Model):
    """How an organisation ships and takes back; one without a row has the defaults."""

    organisation = models.OneToOneField("access.Organisation", PROTECT, related_name="+")
    ship_within_h = models.PositiveIntegerField(default=SHIP_WITHIN_H)
    may_refund_only = models.BooleanField(default=False)
    # So many days after the purchase a lower price is paid back; 0 is not promised.
    protects_days = models.PositiveSmallIntegerField(default=0, db_default=0)
    # What one person may say alone to have been sent by bank.
    settle_alone_fen_max = models.BigIntegerField(
        default=SETTLE_ALONE_FEN, db_default=SETTLE_ALONE_FEN
    )

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(ship_within_h__gte=1), name="orders_shop_ships"),
            models.CheckConstraint(
                condition=Q(protects_days__lte=PROTECTS_DAYS_MAX), name="orders_shop_protects"
            ),
            models.CheckConstraint(
                condition=Q(settle_alone_fen_max__gte=0), name="orders_shop_settles"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id} {self.ship_within_h}h"


class OrderPromise(models.Model):
    """What was agreed with an order about shipping, returning and its price; written with it, once.

    ``lines`` by line id: ``{"exception_type", "is_excluded"}``. ``ship_by_at`` is set by the
    payment, and empty again when nothing is left to ship.
    """

    order = models.OneToOneField(Order, PROTECT, related_name="promise")
    organisation = models.ForeignKey("access.Organisation", PROTECT, related_name="+")
    ship_within_h = models.PositiveIntegerField()
    promised_at = models.DateTimeField(null=True)
    ship_by_at = models.DateTimeField(null=True)
    protected_until = models.DateTimeField(null=True)
    lines = models.JSONField(default=dict)

    class Meta:
        indexes = [
            models.Index(
                fields=["organisation", "ship_by_at"],
                condition=Q(ship_by_at__isnull=False),
                name="orders_to_ship",
            ),
            models.Index(
                fields=["organisation", "protected_until"],
                condition=Q(protected_until__isnull=False),
                name="orders_protected",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.order_id} {self.ship_within_h}h"


class ShipmentPromise(models.Model):
    """The lines of an order that were promised by the same hour, so go together; written once.

    ``ship_by_at`` as in ``OrderPromise``, of these lines alone.
    """

    promise = models.ForeignKey(OrderPromise, PROTECT, related_name="shipments")
    organisation = models.ForeignKey("access.Organisation", PROTECT, related_name="+")
    number = models.PositiveSmallIntegerField()
    ship_within_h = models.PositiveIntegerField()
    line_ids = models.JSONField()
    promised_at = models.DateTimeField(null=True)
    ship_by_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["promise", "number"], name="orders_shipment_once"),
        ]
        indexes = [
            models.Index(
                fields=["organisation", "ship_by_at"],
                condition=Q(ship_by_at__isnull=False),
                name="orders_shipments_wait",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.promise_id} #{self.number} {self.ship_within_h}h"


class Parcel(models.Model):
    """Units of one order on their way; ``waybill`` is empty while it is only packed."""

    organisation = models.ForeignKey("access.Organisation", PROTECT, related_name="+")
    order = models.ForeignKey(Order, PROTECT, related_name="parcels")
    carrier = models.CharField(max_length=12, blank=True, default="")
    waybill = models.CharField(max_length=WAYBILL_CHARS_MAX, blank=True, default="")
    state = models.CharField(max_length=10, choices=PARCEL.choices, default="packed")
    packed_at = models.DateTimeField()
    shipped_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=PARCEL.names), name="orders_parcel_state"),
            models.UniqueConstraint(
                fields=["organisation", "carrier", "waybill"],
                condition=~Q(waybill=""),
                name="orders_waybill_once",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["packed", "void"], shipped_at__isnull=True, waybill="")
                | (
                    Q(state__in=["shipped", "delivered", "lost", "returned"])
                    & Q(shipped_at__isnull=False, carrier__in=CARRIER_CODES)
                    & ~Q(waybill="")
                ),
                name="orders_parcel_has_waybill",
            ),
            models.CheckConstraint(
                condition=Q(state="delivered", delivered_at__gte=F("shipped_at"))
                | (~Q(state="delivered") & Q(delivered_at__isnull=True)),
                name="orders_parcel_delivered",
            ),
        ]
        indexes = [models.Index(fields=["organisation", "-id"], name="orders_parcels_new")]

    def __str__(self) -> str:
        return f"{self.order_id} {self.carrier} {self.waybill}"


class ParcelLine(models.Model):
    """How many units of an order's line are in a parcel."""

    parcel = models.ForeignKey(Parcel, PROTECT, related_name="lines")
    line = models.ForeignKey(OrderLine, PROTECT, related_name="+")
    units = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["parcel", "line"], name="orders_parcel_line_once"),
            models.CheckConstraint(condition=Q(units__gte=1), name="orders_parcel_units"),
        ]

    def __str__(self) -> str:
        return f"{self.line_id} × {self.units}"
