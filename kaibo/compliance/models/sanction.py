"""Decisions against hosts and the room operator, what they rest on, and who was let on air."""

from django.db import models
from django.db.models import F, Q

from kaibo.compliance.models.blacklist import Listing
from kaibo.compliance.models.finding import Finding
from kaibo.compliance.rules.sanctions import BY_TWO, MEASURES, PARTIES, SANCTION

_STANDS = ["decided", "appealed", "upheld", "lifted", "ended"]


class Sanction(models.Model):
    """One decision. ``host_id``: null if it is against the operator, and so all its rooms.

    ``severity``: of the gravest finding it rests on, empty if an authority ordered it.
    """

    organisation = models.ForeignKey("access.Organisation", models.PROTECT, related_name="+")
    who = models.CharField(max_length=8, choices=list(PARTIES.items()))
    host_id = models.BigIntegerField(null=True)
    name = models.CharField(max_length=80)
    measure = models.CharField(max_length=20, choices=list(MEASURES.items()))
    severity = models.CharField(max_length=2, blank=True, default="")
    facts = models.CharField(max_length=1000)
    reason = models.CharField(max_length=500)
    law = models.CharField(max_length=60)
    article = models.CharField(max_length=20)
    appeal_to = models.CharField(max_length=200)
    authority = models.CharField(max_length=80, blank=True, default="")
    order_no = models.CharField(max_length=80, blank=True, default="")
    listing = models.ForeignKey(Listing, models.PROTECT, null=True, related_name="+")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=SANCTION.choices, default="decided")
    decided_by = models.BigIntegerField()
    decided_at = models.DateTimeField()
    confirmed_by = models.BigIntegerField(null=True)
    appeal = models.CharField(max_length=1000, blank=True, default="")
    appealed_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=1000, blank=True, default="")
    answered_by = models.BigIntegerField(null=True)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=SANCTION.names), name="sanction_state"),
            models.CheckConstraint(
                condition=Q(who="operator", host_id=None) | Q(who="host", host_id__isnull=False),
                name="sanction_party",
            ),
            models.CheckConstraint(
                condition=~Q(facts="")
                & ~Q(reason="")
                & ~Q(law="")
                & ~Q(article="")
                & ~Q(appeal_to=""),
                name="sanction_says_everything",
            ),
            models.CheckConstraint(
                condition=~Q(severity="") | ~Q(authority="") & ~Q(order_no=""),
                name="sanction_found_or_ordered",
            ),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="sanction_term"),
            models.CheckConstraint(
                condition=~Q(measure__in=BY_TWO, state__in=_STANDS)
                | Q(confirmed_by__isnull=False) & ~Q(confirmed_by=F("decided_by")),
                name="sanction_closed_by_two",
            ),
            models.CheckConstraint(
                condition=Q(answered_by__isnull=True)
                | ~Q(answered_by=F("decided_by"))
                & (Q(confirmed_by__isnull=True) | ~Q(answered_by=F("confirmed_by"))),
                name="sanction_answered_by_another",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["upheld", "lifted"])
                | Q(answered_by__isnull=False) & ~Q(answer=""),
                name="sanction_answered_whole",
            ),
        ]
        indexes = [
            models.Index(fields=["organisation", "state", "ends_at"], name="sanction_holding")
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.measure} {self.state}"


class SanctionFinding(models.Model):
    """A finding that a decision rests on."""

    sanction = models.ForeignKey(Sanction, models.PROTECT, related_name="evidence")
    organisation = models.ForeignKey("access.Organisation", models.PROTECT, related_name="+")
    finding = models.ForeignKey(Finding, models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["sanction", "finding"], name="sanction_finding_once"),
        ]

    def __str__(self) -> str:
        return f"{self.sanction_id} {self.finding_id}"


class ShowHost(models.Model):
    """Somebody who was let on air in a show, so that what is ordered against them holds there."""

    organisation = models.ForeignKey("access.Organisation", models.PROTECT, related_name="+")
    show_id = models.BigIntegerField()
    host_id = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "show_id", "host_id"], name="show_host_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.show_id} {self.host_id}"
