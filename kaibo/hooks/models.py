"""Tables of webhooks."""

from django.db import models
from django.db.models import PROTECT, Q

from kaibo.hooks.rules import DELIVERY, ENDPOINT


class Endpoint(models.Model):
    """Where an organisation wants its facts; no ``kinds`` means all. The secret is encrypted."""

    organisation = models.ForeignKey("access.Organisation", PROTECT, related_name="+")
    url = models.CharField(max_length=500)
    kinds = models.JSONField(default=list)
    secret_encrypted = models.TextField()
    state = models.CharField(max_length=8, choices=ENDPOINT.choices, default="on")
    deaths = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=ENDPOINT.names), name="hooks_endpoint_state"
            ),
            models.CheckConstraint(condition=~Q(url=""), name="hooks_endpoint_url"),
        ]

    def __str__(self) -> str:
        return self.url


class Delivery(models.Model):
    """One fact on its way to one endpoint."""

    endpoint = models.ForeignKey(Endpoint, PROTECT, related_name="deliveries")
    entry_id = models.BigIntegerField()
    tag = models.CharField(max_length=80)
    body = models.TextField()
    state = models.CharField(max_length=8, choices=DELIVERY.choices, default="waiting")
    tries = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField(null=True)
    last_status = models.PositiveSmallIntegerField(null=True)
    last_error = models.CharField(max_length=120, blank=True, default="")
    created_at = models.DateTimeField()
    arrived_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["endpoint", "entry_id"], name="hooks_fact_once"),
            models.CheckConstraint(
                condition=Q(state="waiting", next_at__isnull=False)
                | Q(state__in=["arrived", "dead"], next_at__isnull=True),
                name="hooks_delivery_state",
            ),
        ]
        indexes = [
            models.Index(fields=["next_at"], condition=Q(state="waiting"), name="hooks_due"),
            models.Index(fields=["created_at"], name="hooks_old"),
        ]

    def __str__(self) -> str:
        return f"{self.entry_id} → {self.endpoint_id}"
