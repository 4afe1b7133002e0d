"""Tables of packs and the hands they went through, of holds, and of what was deleted."""

from django.db import models
from django.db.models import PROTECT, F, Q

from kaibo.evidence.rules.exports import DELETION, EXPORT, REASON_CHARS_MAX, RECIPIENT_CHARS_MAX

VERSIONS = [("consumer", "消费者版"), ("authority", "监管版")]


class Export(models.Model):
    """One pack: what of, for whom and why; ``salt`` makes its masks and is in no pack."""

    organisation = models.ForeignKey("access.Organisation", PROTECT, related_name="+")
    pack_id = models.CharField(max_length=32, unique=True)
    salt = models.CharField(max_length=32)
    subject_kind = models.CharField(max_length=16)
    subject_id = models.CharField(max_length=40)
    show_id = models.BigIntegerField(db_index=True)
    version = models.CharField(max_length=10, choices=VERSIONS)
    reason = models.CharField(max_length=REASON_CHARS_MAX)
    recipient = models.CharField(max_length=RECIPIENT_CHARS_MAX)
    asked_by = models.BigIntegerField()
    asked_at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=EXPORT.choices, default="waiting")
    # A try that is not noted by then was cut off with its process.
    lease_until = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    items = models.PositiveIntegerField(default=0)
    byte_count = models.BigIntegerField(default=0)
    root = models.CharField(max_length=64, blank=True, default="")
    sha256 = models.CharField(max_length=64, blank=True, default="")
    fault = models.CharField(max_length=60, blank=True, default="")
    built_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=EXPORT.names), name="evidence_export_state"
            ),
            models.CheckConstraint(
                condition=Q(state="ready", built_at__isnull=False)
                | Q(state__in=["waiting", "failed"], built_at__isnull=True),
                name="evidence_ready_has_time",
            ),
            models.CheckConstraint(
                condition=~Q(reason="") & ~Q(recipient=""), name="evidence_export_has_reason"
            ),
        ]
        indexes = [
            models.Index(fields=["id"], condition=Q(state="waiting"), name="evidence_to_build"),
        ]

    def __str__(self) -> str:
        return f"{self.subject_kind}:{self.subject_id} {self.version}"


class Download(models.Model):
    """A pack went through somebody's hands."""

    export = models.ForeignKey(Export, PROTECT, related_name="downloads")
    person_id = models.BigIntegerField()
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.export_id} {self.person_id} {self.at:%Y-%m-%d %H:%M:%S}"


class Hold(models.Model):
    """Nothing of a show may be deleted while it stands."""

    organisation = models.ForeignKey("access.Organisation", PROTECT, related_name="+")
    show_id = models.BigIntegerField(db_index=True)
    reason = models.CharField(max_length=REASON_CHARS_MAX)
    placed_by = models.BigIntegerField()
    placed_at = models.DateTimeField()
    lifted_by = models.BigIntegerField(null=True)
    lifted_at = models.DateTimeField(null=True)
    lifted_reason = models.CharField(max_length=REASON_CHARS_MAX, blank=True, default="")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(lifted_at__isnull=True, lifted_by__isnull=True, lifted_reason="")
                | Q(lifted_at__isnull=False, lifted_by__isnull=False) & ~Q(lifted_reason=""),
                name="evidence_hold_lifted_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.show_id} {self.reason}"


class Deletion(models.Model):
    """The recordings of one show, asked to go by one person and let go by another.

    ``certificate`` is what went: every segment with its digest; ``sha256`` is of its bytes
    (RFC 8785). The row outlives the files for good.
    """

    organisation = models.ForeignKey("access.Organisation", PROTECT, related_name="+")
    show_id = models.BigIntegerField()
    state = models.CharField(max_length=10, choices=DELETION.choices, default="asked")
    reason = models.CharField(max_length=REASON_CHARS_MAX)
    kept_until = models.DateTimeField()
    code = models.CharField(max_length=8)
    asked_by = models.BigIntegerField()
    asked_at = models.DateTimeField()
    decided_by = models.BigIntegerField(null=True)
    decided_at = models.DateTimeField(null=True)
    certificate = models.JSONField(default=dict)
    sha256 = models.CharField(max_length=64, blank=True, default="")
    done_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=DELETION.names), name="evidence_deletion_state"
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("asked_by")),
                name="evidence_deletion_by_two",
            ),
            models.CheckConstraint(
                condition=Q(state="asked", decided_by__isnull=True)
                | Q(state__in=["confirmed", "done", "refused"], decided_by__isnull=False),
                name="evidence_deletion_decided",
            ),
            models.UniqueConstraint(
                fields=["show_id"],
                condition=Q(state__in=["asked", "confirmed"]),
                name="evidence_one_deletion_at_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.show_id} {self.state}"
