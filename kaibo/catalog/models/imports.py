"""Sheets that somebody uploaded, kept until they are written and mended."""

from django.db import models
from django.db.models import PROTECT, Q

from kaibo.catalog.rules import NAME_CHARS_MAX, TITLE_CHARS_MAX

STATES = [("ready", "待导入"), ("applying", "导入中"), ("applied", "已导入")]


class ImportJob(models.Model):
    """One uploaded file with the meaning of its columns and what came of it."""

    organisation = models.ForeignKey("access.Organisation", PROTECT, related_name="+")
    filename = models.CharField(max_length=TITLE_CHARS_MAX)
    data = models.BinaryField()
    sha256 = models.CharField(max_length=64, db_index=True)
    mapping = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=STATES, default="ready")
    rows = models.PositiveIntegerField(default=0)
    rows_done = models.PositiveIntegerField(default=0)
    created = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    # Faults that only writing showed, as the preview's own.
    faults = models.JSONField(default=list)
    created_at = models.DateTimeField()
    applied_at = models.DateTimeField(null=True, blank=True)
    actor = models.CharField(max_length=NAME_CHARS_MAX)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=[state for state, _ in STATES]), name="catalog_import_state"
            ),
        ]

    def __str__(self) -> str:
        return self.filename
