"""The address book of a buyer."""

from django.db import models
from django.db.models import PROTECT, Q


class SavedAddress(models.Model):
    """One address a buyer keeps, encrypted; one of them is the first choice."""

    organisation = models.ForeignKey("access.Organisation", PROTECT, related_name="+")
    viewer_id = models.BigIntegerField()
    address_encrypted = models.TextField()
    receiver_masked = models.CharField(max_length=40)
    is_default = models.BooleanField(default=False)
    saved_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["viewer_id"],
                condition=Q(is_default=True),
                name="orders_one_default_address",
            )
        ]
        indexes = [models.Index(fields=["viewer_id", "-id"], name="orders_addresses_of_viewer")]

    def __str__(self) -> str:
        return self.receiver_masked
