"""What an organisation answered about itself."""

from django.db import models


class Profile(models.Model):
    """Answers from which duties follow; see ``rules.profile``."""

    organisation = models.OneToOneField("access.Organisation", models.PROTECT, related_name="+")
    answers = models.JSONField()
    answered_by = models.BigIntegerField()
    answered_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"profile of {self.organisation_id}"
