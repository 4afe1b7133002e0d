"""Tables of viewers. No telephone number, no address: orders keep those, encrypted."""

from django.db import models


class Viewer(models.Model):
    """One account, else one device: a reload is not a new viewer (metrics rule 4)."""

    organisation = models.ForeignKey("access.Organisation", models.PROTECT, related_name="+")
    device_hash = models.CharField(max_length=64)
    nickname = models.CharField(max_length=40)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "device_hash"], name="one_viewer_per_device"
            ),
        ]

    def __str__(self) -> str:
        return self.nickname


class Follow(models.Model):
    """A viewer follows the organisation from a moment on."""

    viewer = models.OneToOneField(Viewer, models.PROTECT, related_name="+")
    since = models.DateTimeField()
