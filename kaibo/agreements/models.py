"""Versions of published rules with what became of each, and contracts."""

from django.db import models
from django.db.models import PROTECT, F, Q

from kaibo.agreements.rules import (
    IMPACTS,
    KINDS,
    OPINION_CHARS_MAX,
    PARTY_CHARS_MAX,
    SUMMARY_CHARS_MAX,
    TITLE_CHARS_MAX,
)

NAME_CHARS_MAX = 120


class Version(models.Model):
    """One version of one document; it is never changed and never removed."""

    organisation = models.ForeignKey("access.Organisation", PROTECT, related_name="+")
    kind = models.CharField(max_length=13, choices=[(kind, zh) for kind, (zh, _) in KINDS.items()])
    number = models.PositiveIntegerField()
    title_zh = models.CharField(max_length=TITLE_CHARS_MAX)
    title_en = models.CharField(max_length=TITLE_CHARS_MAX, blank=True, default="")
    text_zh = models.TextField()
    text_en = models.TextField(blank=True, default="")
    summary_zh = models.CharField(max_length=SUMMARY_CHARS_MAX, blank=True, default="")
    summary_en = models.CharField(max_length=SUMMARY_CHARS_MAX, blank=True, default="")
    digest = models.CharField(max_length=64)
    impact = models.CharField(
        max_length=5, choices=[(impact, zh) for impact, (zh, _) in IMPACTS.items()]
    )
    published_by = models.ForeignKey("access.Person", PROTECT, null=True, related_name="+")
    published_at = models.DateTimeField()
    effective_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "kind", "number"], name="agreements_version_once"
            ),
            models.CheckConstraint(
                condition=Q(effective_at__gte=F("published_at")),
                name="agreements_effect_follows_notice",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.number}"


class Acknowledgement(models.Model):
    """A room operator took note of a version; ``operator`` is their name at that time."""

    organisation = models.ForeignKey("access.Organisation", PROTECT, related_name="+")
    version = models.ForeignKey(Version, PROTECT, related_name="acknowledgements")
    operator = models.CharField(max_length=NAME_CHARS_MAX)
    person = models.ForeignKey("access.Person", PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "version"], name="agreements_acknowledged_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.operator} {self.version_id}"


class Opinion(models.Model):
    """What somebody said about an announced version.

    ``network_digest``: a keyed hash of where it came from, for this version alone; empty for this
    machine itself.
    """

    organisation = models.ForeignKey("access.Organisation", PROTECT, related_name="+")
    version = models.ForeignKey(Version, PROTECT, related_name="opinions")
    text = models.CharField(max_length=OPINION_CHARS_MAX)
    network_digest = models.CharField(max_length=64, blank=True, default="")
    at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["version", "network_digest"], name="agreements_opinions_from"),
        ]

    def __str__(self) -> str:
        return f"{self.version_id} {self.at}"


class Contract(models.Model):
    """A written contract with who cooperates; of the row only its end is written later.

    The signed pages are one picture, encrypted.
    """

    organisation = models.ForeignKey("access.Organisation", PROTECT, related_name="+")
    party_name = models.CharField(max_length=PARTY_CHARS_MAX)
    party_code = models.CharField(max_length=18)
    has_security = models.BooleanField()
    has_quality = models.BooleanField()
    has_consumer = models.BooleanField()
    since_on = models.DateField()
    until_on = models.DateField(null=True, blank=True)
    paper_encrypted = models.TextField()
    paper_digest = models.CharField(max_length=64)
    recorded_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(until_on=None) | Q(until_on__gte=F("since_on")),
                name="agreements_contract_term",
            ),
        ]
        indexes = [
            models.Index(fields=["organisation", "party_code"], name="agreements_contract_with"),
        ]

    def __str__(self) -> str:
        return f"{self.party_name} {self.since_on}"
