"""Accounts of viewers, and the devices on which somebody is signed in."""

from django.db import models
from django.db.models import PROTECT

from kaibo.audience.models.viewer import Viewer


class Account(models.Model):
    """A viewer who can be reached from every device, by a login and a password."""

    organisation = models.ForeignKey("access.Organisation", PROTECT, related_name="+")
    viewer = models.OneToOneField(Viewer, PROTECT, related_name="account")
    login_digest = models.CharField(max_length=64)
    login_encrypted = models.TextField()
    login_masked = models.CharField(max_length=220)
    password = models.CharField(max_length=200)
    wrong = models.PositiveIntegerField(default=0)
    wrong_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "login_digest"], name="audience_login_once"
            ),
        ]

    def __str__(self) -> str:
        return self.login_masked


class Device(models.Model):
    """A device that was another viewer's, or nobody's, and on which an account is signed in."""

    organisation = models.ForeignKey("access.Organisation", PROTECT, related_name="+")
    device_hash = models.CharField(max_length=64)
    account = models.ForeignKey(Account, PROTECT, related_name="devices")
    since = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "device_hash"], name="audience_device_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account_id} {self.device_hash[:8]}"
