"""When a control that refuses was last met."""

from django.db import models


class Firing(models.Model):
    """One signal of one organisation: a refusal's code, or a check of the gate (``check:…``)."""

    organisation = models.ForeignKey("access.Organisation", models.PROTECT, related_name="+")
    signal = models.CharField(max_length=60)
    last_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "signal"], name="firing_once"),
        ]

    def __str__(self) -> str:
        return self.signal
