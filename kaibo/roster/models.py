"""Who appears in a show beside its host, what was sent of it, and the checks before it."""

from django.db import models
from django.db.models import PROTECT, Q

from kaibo.hosts.reads import PARTS
from kaibo.roster.rules import (
    NOTE_CHARS_MAX,
    RECEIPT_CHARS_MAX,
    RESULTS,
    SENT_TO_CHARS_MAX,
)


class Appearance(models.Model):
    """Somebody who appears in a show; its planned host always does and has no row."""

    organisation = models.ForeignKey("access.Organisation", PROTECT, related_name="+")
    show = models.ForeignKey("planning.Show", PROTECT, related_name="+")
    host = models.ForeignKey("hosts.Host", PROTECT, related_name="+")
    part = models.CharField(max_length=8, choices=[(part, zh) for part, (zh, _) in PARTS.items()])

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["show", "host"], name="roster_person_once"),
        ]

    def __str__(self) -> str:
        return f"{self.show_id} {self.host_id}"


class Submission(models.Model):
    """A roster as it was sent; ``people`` is what was sent, numbers masked."""

    organisation = models.ForeignKey("access.Organisation", PROTECT, related_name="+")
    show = models.ForeignKey("planning.Show", PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    people = models.JSONField()
    sent_to = models.CharField(max_length=SENT_TO_CHARS_MAX)
    receipt = models.CharField(max_length=RECEIPT_CHARS_MAX, blank=True, default="")
    sent_by = models.ForeignKey("access.Person", PROTECT, null=True, related_name="+")
    sent_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["show", "number"], name="roster_sent_once"),
        ]

    def __str__(self) -> str:
        return f"{self.show_id} {self.number}"


class Check(models.Model):
    """Somebody was compared with the photograph on file, for one show.

    ``photo_encrypted`` is emptied after ``PHOTO_KEPT_FOR``; the result stays.
    """

    organisation = models.ForeignKey("access.Organisation", PROTECT, related_name="+")
    show = models.ForeignKey("planning.Show", PROTECT, related_name="+")
    host = models.ForeignKey("hosts.Host", PROTECT, related_name="+")
    portrait = models.ForeignKey("hosts.Paper", PROTECT, related_name="+")
    result = models.CharField(max_length=11, choices=list(RESULTS.items()))
    way = models.CharField(max_length=40)
    note = models.CharField(max_length=NOTE_CHARS_MAX, blank=True, default="")
    photo_encrypted = models.TextField(blank=True, default="")
    checked_by = models.ForeignKey("access.Person", PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(
                fields=["at"], condition=~Q(photo_encrypted=""), name="roster_photos_kept"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.show_id} {self.host_id} {self.result}"
