"""Tables of notices from rights holders and authorities, and of reports to the regulator."""

from django.db import models
from django.db.models import PROTECT, F, Q

from kaibo.notices.rules.filings import FILING
from kaibo.notices.rules.infringements import (
    HOLDERS,
    INFRINGEMENT,
    NAME_CHARS_MAX,
    OURS,
    RIGHTS,
    TEXT_CHARS_MAX,
    UNJUST,
    WAY_CHARS_MAX,
)
from kaibo.notices.rules.unreachables import UNREACHABLE, WHO


class Infringement(models.Model):
    """A rights holder's notice about links of one show, and what became of it.

    ``code_sha256``: of the code by which the holder finds it. ``due_at``: until when the desk owes
    the next step; null where it owes none, or while the year is not announced. ``taken_down``:
    links that came off a shelf, as ``[show_id, link_no, units]``.
    """

    organisation = models.ForeignKey("access.Organisation", PROTECT, related_name="+")
    code_sha256 = models.CharField(max_length=64, unique=True)
    show_id = models.BigIntegerField()
    link_nos = models.JSONField()
    sku_ids = models.JSONField()
    goods = models.CharField(max_length=TEXT_CHARS_MAX)
    right = models.CharField(max_length=9, choices=list(RIGHTS.items()))
    right_name = models.CharField(max_length=NAME_CHARS_MAX)
    right_no = models.CharField(max_length=NAME_CHARS_MAX, blank=True, default="")
    holder_kind = models.CharField(max_length=7, choices=list(HOLDERS.items()))
    holder = models.CharField(max_length=NAME_CHARS_MAX)
    contact_encrypted = models.TextField()
    contact_digest = models.CharField(max_length=64, db_index=True)
    proof = models.CharField(max_length=TEXT_CHARS_MAX)
    evidence = models.CharField(max_length=TEXT_CHARS_MAX)
    received_at = models.DateTimeField()
    state = models.CharField(max_length=9, choices=INFRINGEMENT.choices, default="received")
    due_at = models.DateTimeField(null=True)
    late_at = models.DateTimeField(null=True)
    decided_by = models.BigIntegerField(null=True)
    decided_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=TEXT_CHARS_MAX, blank=True, default="")
    taken_down = models.JSONField(default=list)
    forwarded_at = models.DateTimeField(null=True)
    forwarded_way = models.CharField(max_length=WAY_CHARS_MAX, blank=True, default="")
    seller = models.CharField(max_length=NAME_CHARS_MAX, blank=True, default="")
    statement = models.CharField(max_length=TEXT_CHARS_MAX, blank=True, default="")
    answered_at = models.DateTimeField(null=True)
    delivered_way = models.CharField(max_length=WAY_CHARS_MAX, blank=True, default="")
    reached_at = models.DateTimeField(null=True)
    restore_at = models.DateTimeField(null=True)
    suit = models.CharField(max_length=TEXT_CHARS_MAX, blank=True, default="")
    suit_known_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=TEXT_CHARS_MAX, blank=True, default="")
    ended_at = models.DateTimeField(null=True)
    unjust = models.CharField(max_length=9, choices=list(UNJUST.items()), blank=True, default="")
    unjust_reason = models.CharField(max_length=TEXT_CHARS_MAX, blank=True, default="")
    unjust_by = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=INFRINGEMENT.names), name="notices_infringement_state"
            ),
            models.CheckConstraint(
                condition=~Q(holder="")
                & ~Q(contact_encrypted="")
                & ~Q(right_name="")
                & ~Q(proof="")
                & ~Q(evidence=""),
                name="notices_infringement_whole",
            ),
            models.CheckConstraint(
                condition=~Q(state="rejected") | ~Q(reason=""), name="notices_rejected_why"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["answered", "waiting"]) | ~Q(statement=""),
                name="notices_statement_said",
            ),
            models.CheckConstraint(
                condition=~Q(state="waiting")
                | Q(reached_at__isnull=False, restore_at__gt=F("reached_at")),
                name="notices_waits_until",
            ),
            models.CheckConstraint(
                condition=Q(due_at__isnull=True) | Q(state__in=OURS), name="notices_due_is_ours"
            ),
            models.CheckConstraint(
                condition=Q(unjust="") | ~Q(unjust_reason=""), name="notices_unjust_why"
            ),
        ]
        indexes = [
            models.Index(
                fields=["restore_at"], condition=Q(state="waiting"), name="notices_to_restore"
            ),
            models.Index(fields=["organisation", "-id"], name="notices_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.holder} {self.state}"


class Unreachable(models.Model):
    """An authority cannot reach somebody at the details on file.

    ``due_at``: until when the desk reminds, then until when they update; null in other states or
    while the year is not announced.
    """

    organisation = models.ForeignKey("access.Organisation", PROTECT, related_name="+")
    who = models.CharField(max_length=8, choices=list(WHO.items()))
    host_id = models.BigIntegerField(null=True)
    name = models.CharField(max_length=NAME_CHARS_MAX)
    authority = models.CharField(max_length=NAME_CHARS_MAX)
    order_no = models.CharField(max_length=NAME_CHARS_MAX)
    details = models.CharField(max_length=TEXT_CHARS_MAX)
    received_at = models.DateTimeField()
    noted_by = models.BigIntegerField()
    state = models.CharField(max_length=8, choices=UNREACHABLE.choices, default="noticed")
    due_at = models.DateTimeField(null=True)
    late_at = models.DateTimeField(null=True)
    reminded_at = models.DateTimeField(null=True)
    reminded_way = models.CharField(max_length=WAY_CHARS_MAX, blank=True, default="")
    limited_at = models.DateTimeField(null=True)
    updated_at = models.DateTimeField(null=True)
    updated_how = models.CharField(max_length=WAY_CHARS_MAX, blank=True, default="")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=UNREACHABLE.names), name="notices_unreachable_state"
            ),
            models.CheckConstraint(
                condition=Q(who="operator", host_id=None) | Q(who="host", host_id__isnull=False),
                name="notices_unreachable_party",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["reminded", "limited"])
                | Q(reminded_at__isnull=False) & ~Q(reminded_way=""),
                name="notices_limited_after_reminder",
            ),
            models.CheckConstraint(
                condition=Q(due_at__isnull=True) | Q(state__in=["noticed", "reminded"]),
                name="notices_unreachable_due",
            ),
        ]
        indexes = [models.Index(fields=["organisation", "state"], name="notices_unreachable_now")]

    def __str__(self) -> str:
        return f"{self.pk} {self.name} {self.state}"


class Filing(models.Model):
    """A report to the regulator of one finding that somebody confirmed."""

    organisation = models.ForeignKey("access.Organisation", PROTECT, related_name="+")
    finding = models.ForeignKey("compliance.Finding", PROTECT, related_name="+")
    show_id = models.BigIntegerField()
    note = models.CharField(max_length=TEXT_CHARS_MAX)
    opened_by = models.BigIntegerField()
    opened_at = models.DateTimeField()
    state = models.CharField(max_length=7, choices=FILING.choices, default="due")
    due_at = models.DateTimeField()
    late_at = models.DateTimeField(null=True)
    authority = models.CharField(max_length=NAME_CHARS_MAX, blank=True, default="")
    receipt = models.CharField(max_length=WAY_CHARS_MAX, blank=True, default="")
    reason = models.CharField(max_length=TEXT_CHARS_MAX, blank=True, default="")
    closed_by = models.BigIntegerField(null=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=FILING.names), name="notices_filing_state"
            ),
            models.CheckConstraint(
                condition=~Q(state="filed") | ~Q(authority="") & ~Q(receipt=""),
                name="notices_filed_with_receipt",
            ),
            models.CheckConstraint(
                condition=~Q(state="dropped")
                | ~Q(reason="") & Q(closed_by__isnull=False) & ~Q(closed_by=F("opened_by")),
                name="notices_dropped_by_another",
            ),
            models.UniqueConstraint(
                fields=["finding"],
                condition=~Q(state="dropped"),
                name="notices_one_filing_of_a_finding",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.finding_id} {self.state}"
