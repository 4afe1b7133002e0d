"""The blacklist: entries with what they must say, and hashes of who they are of."""

from django.db import models
from django.db.models import F, Q

from kaibo.compliance.rules.blacklist import KINDS, LISTING, WHO


class Listing(models.Model):
    """Somebody may not come back before the end of the term. Nothing of an entry is optional."""

    organisation = models.ForeignKey("access.Organisation", models.PROTECT, related_name="+")
    who = models.CharField(max_length=8, choices=list(WHO.items()))
    name = models.CharField(max_length=80)
    facts = models.CharField(max_length=1000)
    reason = models.CharField(max_length=500)
    basis = models.CharField(max_length=200)
    appeal_to = models.CharField(max_length=200)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=LISTING.choices, default="listed")
    decided_by = models.BigIntegerField()
    appeal = models.CharField(max_length=1000, blank=True, default="")
    appealed_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=1000, blank=True, default="")
    answered_by = models.BigIntegerField(null=True)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=LISTING.names), name="listing_state"),
            models.CheckConstraint(
                condition=~Q(facts="") & ~Q(reason="") & ~Q(basis="") & ~Q(appeal_to=""),
                name="listing_says_everything",
            ),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="listing_term"),
            models.CheckConstraint(
                condition=Q(answered_by__isnull=True) | ~Q(answered_by=F("decided_by")),
                name="listing_answered_by_another",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["upheld", "removed"])
                | Q(answered_by__isnull=False) & ~Q(answer=""),
                name="listing_answered_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.state}"


class ListedMark(models.Model):
    """One identifier of a listed party: a keyed hash, and what screens may show of it."""

    listing = models.ForeignKey(Listing, models.PROTECT, related_name="marks")
    organisation = models.ForeignKey("access.Organisation", models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12, choices=list(KINDS.items()))
    digest = models.CharField(max_length=64)
    masked = models.CharField(max_length=18)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["listing", "kind", "digest"], name="listed_mark_once"),
        ]
        indexes = [models.Index(fields=["organisation", "kind", "digest"], name="listed_mark")]

    def __str__(self) -> str:
        return f"{self.kind} {self.masked}"
