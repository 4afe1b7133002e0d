"""Fan tiers: the plan of a shop, what earned points, and who stands where since when."""

from django.db import models
from django.db.models import PROTECT, F, Q

from kaibo.audience.models.viewer import Viewer
from kaibo.audience.rules.fans import TIERS_MAX

SOURCES = [
    ("follow", "关注"),
    ("unfollow", "取消关注"),
    ("watch", "观看"),
    ("order", "付款"),
    ("refund", "退款"),
]
WHYS = [("points", "得分"), ("plan", "规则调整"), ("given", "中控给予"), ("taken_back", "中控收回")]


class FanPlan(models.Model):
    """The published tiers of a shop. The row lock is the queue of all who count or give."""

    organisation = models.OneToOneField("access.Organisation", PROTECT, related_name="+")
    version = models.PositiveIntegerField()
    terms = models.JSONField()
    # Deeds from before it was first set earn nothing.
    begun_at = models.DateTimeField()
    set_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.organisation_id} v{self.version}"


class FanPoints(models.Model):
    """What one deed earned or took back; ``amount`` is fen, seconds, or 1 for a follow.

    ``ref`` makes a deed one: an order's number, a show's id, a journal entry of a refund.
    """

    organisation = models.ForeignKey("access.Organisation", PROTECT, related_name="+")
    # The unique constraint begins with the viewer.
    viewer = models.ForeignKey(Viewer, PROTECT, related_name="+", db_index=False)
    source = models.CharField(max_length=8, choices=SOURCES)
    ref = models.CharField(max_length=40)
    about = models.CharField(max_length=40)
    amount = models.BigIntegerField()
    points = models.BigIntegerField()
    version = models.PositiveIntegerField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["viewer", "source", "ref"], name="audience_fan_points_once"
            ),
            models.CheckConstraint(
                condition=Q(source__in=[name for name, _ in SOURCES]),
                name="audience_fan_points_source",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.viewer_id} {self.source} {self.points}"


class FanStanding(models.Model):
    """Where a viewer stands: ``earned`` by points, ``given`` by the desk; the higher counts."""

    organisation = models.ForeignKey("access.Organisation", PROTECT, related_name="+")
    viewer = models.OneToOneField(Viewer, PROTECT, related_name="+")
    points = models.BigIntegerField(default=0)
    earned = models.PositiveSmallIntegerField(default=0)
    given = models.PositiveSmallIntegerField(default=0)
    place = models.PositiveSmallIntegerField(default=0)
    since = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(points__gte=0), name="audience_fan_points_left"),
            models.CheckConstraint(
                condition=Q(earned__lte=F("place"), given__lte=F("place"), place__lte=TIERS_MAX)
                & (Q(place=F("earned")) | Q(place=F("given"))),
                name="audience_fan_place",
            ),
        ]
        indexes = [models.Index(fields=["organisation", "place"], name="audience_fans_of_tier")]

    def __str__(self) -> str:
        return f"{self.viewer_id}: {self.place}"


class FanStep(models.Model):
    """One change of a standing: from what, to what, why, and who did it."""

    organisation = models.ForeignKey("access.Organisation", PROTECT, related_name="+")
    viewer = models.ForeignKey(Viewer, PROTECT, related_name="+")
    before = models.PositiveSmallIntegerField()
    after = models.PositiveSmallIntegerField()
    why = models.CharField(max_length=10, choices=WHYS)
    reason = models.CharField(max_length=200)
    points = models.BigIntegerField()
    version = models.PositiveIntegerField()
    by = models.CharField(max_length=40)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(why__in=[name for name, _ in WHYS]), name="audience_fan_step_why"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.viewer_id}: {self.before} → {self.after}"
