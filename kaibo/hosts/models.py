"""Who stands before the camera, and when their identity was last checked."""

from django.db import models
from django.db.models import PROTECT

from kaibo.base.inputs import URL_CHARS_MAX
from kaibo.hosts.rules import METHODS, NAME_CHARS_MAX


class Host(models.Model):
    """A host. The identity number is encrypted; pages see it masked."""

    organisation = models.ForeignKey("access.Organisation", PROTECT, related_name="+")
    person = models.ForeignKey("access.Person", PROTECT, null=True, blank=True, related_name="+")
    name = models.CharField(max_length=NAME_CHARS_MAX)
    stage_name = models.CharField(max_length=NAME_CHARS_MAX)
    avatar_url = models.CharField(max_length=URL_CHARS_MAX, blank=True, default="")
    id_number_encrypted = models.TextField(blank=True, default="")
    id_number_masked = models.CharField(max_length=18, blank=True, default="")
    born_on = models.DateField(null=True, blank=True)
    verified_at = models.DateTimeField(null=True, blank=True)
    verified_by = models.ForeignKey(
        "access.Person", PROTECT, null=True, blank=True, related_name="+"
    )
    verification_method = models.CharField(
        max_length=20, blank=True, default="", choices=[(method, method) for method in METHODS]
    )
    guardian_consent_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.stage_name
