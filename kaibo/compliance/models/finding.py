"""Findings: what rules met in which text."""

from django.db import models
from django.db.models import Q

from kaibo.compliance.rules.hits import ACTIONS, FOUND_ON, SEVERITIES, VERDICTS

STATES = {"open": "待处理", "suppressed": "已豁免", "dismissed": "不采纳"}


class Finding(models.Model):
    """One hit of one rule in one text, kept with the text as it was."""

    organisation = models.ForeignKey("access.Organisation", models.PROTECT, related_name="+")
    show_id = models.BigIntegerField(null=True)
    surface = models.CharField(max_length=10, choices=[(s, s) for s in FOUND_ON])
    subject_kind = models.CharField(max_length=30)
    subject_id = models.BigIntegerField()
    text = models.TextField()
    text_sha256 = models.CharField(max_length=64)
    span_start = models.PositiveIntegerField()
    span_end = models.PositiveIntegerField()
    family = models.CharField(max_length=10)
    rule_id = models.CharField(max_length=60)
    pack_version = models.CharField(max_length=20)
    law = models.CharField(max_length=60)
    article = models.CharField(max_length=20)
    item = models.CharField(max_length=20, blank=True)
    verdict = models.CharField(max_length=20, choices=[(v, v) for v in VERDICTS])
    severity = models.CharField(max_length=2, choices=[(s, s) for s in SEVERITIES])
    action = models.CharField(max_length=10, choices=[(a, a) for a in ACTIONS])
    view = models.CharField(max_length=2)
    suppressed_reason = models.CharField(max_length=40, blank=True)
    state = models.CharField(max_length=12, choices=list(STATES.items()))
    dismissed_reason = models.CharField(max_length=200, blank=True)
    # Who put the words out in spite of the finding, and why; the finding stays open.
    confirmed_by = models.BigIntegerField(null=True)
    confirmed_reason = models.CharField(max_length=200, blank=True, default="")
    found_at = models.DateTimeField()

    class Meta:
        constraints = [
            # A text that is scanned again is the same finding, not a second one.
            models.UniqueConstraint(
                fields=[
                    "organisation",
                    "subject_kind",
                    "subject_id",
                    "text_sha256",
                    "rule_id",
                    "span_start",
                    "span_end",
                ],
                name="finding_once_per_text_and_rule",
            ),
            models.CheckConstraint(
                condition=Q(span_start__lt=models.F("span_end")), name="finding_span_not_empty"
            ),
            models.CheckConstraint(condition=Q(state__in=list(STATES)), name="finding_state_known"),
            models.CheckConstraint(
                condition=(Q(state="suppressed") & ~Q(suppressed_reason=""))
                | (~Q(state="suppressed") & Q(suppressed_reason="")),
                name="finding_suppressed_with_reason",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by=None, confirmed_reason="")
                | (Q(confirmed_by__isnull=False) & ~Q(confirmed_reason="")),
                name="finding_confirmed_with_reason",
            ),
        ]
        indexes = [
            models.Index(fields=["organisation", "show_id", "-found_at"], name="finding_show")
        ]

    def __str__(self) -> str:
        return f"{self.rule_id} {self.subject_kind}:{self.subject_id}"
