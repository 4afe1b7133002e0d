"""What an organisation adds to the negative list, and what was held against it."""

from django.db import models
from django.db.models import PROTECT, Q

from kaibo.catalog.rules.goods import TITLE_CHARS_MAX
from kaibo.catalog.rules.negative import STEP_ZH, SUBJECT_ZH


class ListVersion(models.Model):
    """One version of an organisation's own entries, never changed; the highest number counts."""

    organisation = models.ForeignKey("access.Organisation", PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    entries = models.JSONField(default=list)
    sha256 = models.CharField(max_length=64)
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=32)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "number"], name="catalog_list_version_once"
            ),
            models.CheckConstraint(condition=Q(number__gte=1), name="catalog_list_from_one"),
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id} {self.number}"


class GoodsJudgement(models.Model):
    """Goods held against one version of the list; ``entry`` is "" where none was met.

    ``subject_id`` is 0 for goods that were refused before they had an id.
    """

    organisation = models.ForeignKey("access.Organisation", PROTECT, related_name="+")
    subject_kind = models.CharField(max_length=8, choices=list(SUBJECT_ZH.items()))
    subject_id = models.BigIntegerField()
    title = models.CharField(max_length=TITLE_CHARS_MAX)
    step = models.CharField(max_length=8, choices=list(STEP_ZH.items()))
    list_version = models.CharField(max_length=40)
    entry = models.CharField(max_length=40, blank=True, default="")
    matched = models.CharField(max_length=40, blank=True, default="")
    at = models.DateTimeField()
    actor = models.CharField(max_length=32)

    class Meta:
        indexes = [
            models.Index(fields=["organisation", "-id"], name="catalog_judgement_newest"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(step__in=list(STEP_ZH)), name="catalog_judgement_step"
            ),
            models.CheckConstraint(
                condition=Q(entry="", matched="") | ~Q(entry="") & ~Q(matched=""),
                name="catalog_judgement_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject_kind}:{self.subject_id} {self.entry or 'ok'} {self.list_version}"
