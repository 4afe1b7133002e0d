"""Versions of packs that an organisation added."""

from django.db import models
from django.db.models import Q


class PackVersion(models.Model):
    """One version of one added pack, never changed; the current one counts.

    ``source``: its YAML; empty where the pack was withdrawn.
    """

    organisation = models.ForeignKey("access.Organisation", models.PROTECT, related_name="+")
    family = models.CharField(max_length=10)
    number = models.PositiveIntegerField()
    source = models.TextField(blank=True)
    sha256 = models.CharField(max_length=64)
    is_current = models.BooleanField()
    # The number of the version whose text this is again, if it is an undo.
    again = models.PositiveIntegerField(null=True)
    made_by = models.BigIntegerField()
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "family", "number"], name="pack_version_once"
            ),
            models.UniqueConstraint(
                fields=["organisation", "family"],
                condition=Q(is_current=True),
                name="pack_version_current_once",
            ),
            models.CheckConstraint(condition=Q(number__gte=1), name="pack_version_from_one"),
        ]

    def __str__(self) -> str:
        return f"{self.family} {self.number}"
