"""Where a live room stands on the ladder, and how it came there."""

from django.db import models
from django.db.models import F, Q

from kaibo.compliance.models.finding import Finding
from kaibo.compliance.rules.ladder import HOLD_CAUSES, HOLDS, RUNGS

CAUSES = {
    "findings": "违规命中",
    "time": "到时降级",
    "dismissal": "命中不采纳",
    "override": "人工调整",
    "lift": "双人解除",
    "decision": "处置决定",
    "hold": "无人巡查",
    "system": "系统暂停",
}
RUNG_CHOICES = {
    "clear": "正常",
    "record": "记录",
    "popup": "弹窗提示",
    "warning": "违规警示",
    "limit": "限制",
    "pause": "暂停",
    "stop": "停播",
}
assert tuple(RUNG_CHOICES) == RUNGS


class RoomRisk(models.Model):
    """The rung of one show's room; its lock is the queue of everything that moves it.

    ``settled_at``: findings up to then were answered for by a person. ``asked_…``: somebody
    asks to leave a pause, and another has to confirm. ``functions_off``: what its grade does not
    let it do, whatever its rung. What keeps it up stands in ``RoomHold``.
    """

    organisation = models.ForeignKey("access.Organisation", models.PROTECT, related_name="+")
    show_id = models.BigIntegerField()
    rung = models.CharField(max_length=8, choices=list(RUNG_CHOICES.items()), default="clear")
    score = models.PositiveIntegerField(default=0)
    since_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    asked_rung = models.CharField(max_length=8, blank=True, default="")
    asked_by = models.BigIntegerField(null=True)
    asked_reason = models.CharField(max_length=200, blank=True, default="")
    asked_at = models.DateTimeField(null=True)
    functions_off = models.JSONField(default=list, db_default=[])

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "show_id"], name="risk_of_show_once"),
            models.CheckConstraint(condition=Q(rung__in=RUNGS), name="risk_rung_known"),
            models.CheckConstraint(
                condition=Q(asked_by=None, asked_rung="", asked_reason="", asked_at=None)
                | Q(asked_by__isnull=False, asked_at__isnull=False)
                & ~Q(asked_rung="")
                & ~Q(asked_reason=""),
                name="risk_asked_whole",
            ),
        ]
        indexes = [
            # Those that time may take down; rooms of years stand on the ground.
            models.Index(
                fields=["since_at"], condition=Q(rung__in=list(HOLDS)), name="risk_steps_down"
            )
        ]

    def __str__(self) -> str:
        return f"{self.show_id} {self.rung} {self.score}"


class RoomHold(models.Model):
    """Why a room does not go below a rung; it stands while ``ended_at`` is empty.

    One of each cause at a time; changed under the lock of the room's ``RoomRisk``.
    """

    organisation = models.ForeignKey("access.Organisation", models.PROTECT, related_name="+")
    show_id = models.BigIntegerField()
    cause = models.CharField(max_length=10, choices=[(one, CAUSES[one]) for one in HOLD_CAUSES])
    rung = models.CharField(max_length=8, choices=list(RUNG_CHOICES.items()))
    reason = models.CharField(max_length=200)
    since_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "show_id", "cause"],
                condition=Q(ended_at=None),
                name="hold_of_cause_once",
            ),
            models.CheckConstraint(condition=Q(cause__in=HOLD_CAUSES), name="hold_cause_known"),
            models.CheckConstraint(
                condition=Q(rung__in=[one for one in RUNGS if one != "clear"]) & ~Q(reason=""),
                name="hold_has_rung_and_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.show_id} {self.cause} {self.rung}"


class RiskFinding(models.Model):
    """A finding that counts on the ladder: the shop's own words, on air."""

    finding = models.OneToOneField(Finding, models.PROTECT, related_name="risk")
    organisation = models.ForeignKey("access.Organisation", models.PROTECT, related_name="+")
    show_id = models.BigIntegerField()
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["show_id", "at"], name="risk_finding_show")]

    def __str__(self) -> str:
        return f"{self.show_id} {self.finding_id}"


class RungChange(models.Model):
    """One move of a room on the ladder, with what it was judged by; never changed."""

    organisation = models.ForeignKey("access.Organisation", models.PROTECT, related_name="+")
    show_id = models.BigIntegerField()
    before = models.CharField(max_length=8, choices=list(RUNG_CHOICES.items()))
    rung = models.CharField(max_length=8, choices=list(RUNG_CHOICES.items()))
    score = models.PositiveIntegerField()
    reasons = models.JSONField(default=list)
    cause = models.CharField(max_length=10, choices=list(CAUSES.items()))
    reason = models.CharField(max_length=200, blank=True, default="")
    by_person = models.BigIntegerField(null=True)
    asked_by = models.BigIntegerField(null=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(cause__in=["override", "lift"])
                | Q(by_person__isnull=False) & ~Q(reason=""),
                name="rung_moved_with_reason",
            ),
            models.CheckConstraint(
                condition=~Q(cause="system") | ~Q(reason=""), name="rung_paused_with_reason"
            ),
            models.CheckConstraint(
                condition=~Q(cause="lift")
                | Q(asked_by__isnull=False) & ~Q(asked_by=F("by_person")),
                name="rung_lifted_by_two",
            ),
        ]
        indexes = [models.Index(fields=["show_id", "id"], name="rung_change_show")]

    def __str__(self) -> str:
        return f"{self.show_id} {self.before} → {self.rung}"
