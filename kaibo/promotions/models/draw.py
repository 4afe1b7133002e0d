"""Draws with prizes, who entered, who won, and who belongs to the shop."""

import msgspec
from django.db import models
from django.db.models import PROTECT, F, Q

from kaibo.base.carriers import CARRIER_CODES, WAYBILL_CHARS_MAX
from kaibo.promotions.models.promotion import Coupon
from kaibo.promotions.rules import AWARD, DRAW, PRIZE_FEN_MAX, DrawSpec
from kaibo.promotions.rules.selling import KEY_CHARS_MAX

KEPT_OUT = [("staff", "本店人员"), ("affiliate", "关联人员")]


class Draw(models.Model):
    """One draw; its lock is the queue of all who enter, close, draw and claim.

    ``seed`` stays empty, and the seed encrypted, until the draw is revealed. ``versions``: the
    terms before each change.
    """

    organisation = models.ForeignKey("access.Organisation", PROTECT, related_name="+")
    show_id = models.BigIntegerField(db_index=True)
    state = models.CharField(max_length=10, choices=DRAW.choices, default="draft")
    terms = models.JSONField()
    versions = models.JSONField(default=list)
    opens_at = models.DateTimeField(null=True)
    closes_at = models.DateTimeField(null=True)
    commit = models.CharField(max_length=64, blank=True, default="")
    seed_encrypted = models.TextField(blank=True, default="")
    seed = models.CharField(max_length=64, blank=True, default="")
    head = models.CharField(max_length=64, blank=True, default="")
    root = models.CharField(max_length=64, blank=True, default="")
    entries_count = models.PositiveIntegerField(default=0)
    barred = models.JSONField(default=list)
    lapses_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    request_key = models.CharField(max_length=KEY_CHARS_MAX)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=DRAW.names), name="promotions_draw_state"),
            # The promise comes before the first entry, the root before the seed.
            models.CheckConstraint(
                condition=Q(state__in=["draft", "cancelled"]) | ~Q(commit=""),
                name="promotions_draw_promised",
            ),
            models.CheckConstraint(
                condition=Q(seed="") | ~Q(root="") & Q(state__in=["drawn", "settled"]),
                name="promotions_draw_seed_last",
            ),
            models.CheckConstraint(
                condition=Q(opens_at__isnull=True)
                | Q(closes_at__isnull=True)
                | Q(closes_at__gt=F("opens_at")),
                name="promotions_draw_window",
            ),
            # One at a time, so that what somebody wins in a show adds up in order.
            models.UniqueConstraint(
                fields=["organisation", "show_id"],
                condition=Q(state__in=["open", "closed"]),
                name="promotions_one_draw_on",
            ),
            models.UniqueConstraint(
                fields=["organisation", "request_key"], name="promotions_draw_key_once"
            ),
        ]

    def __str__(self) -> str:
        return f"draw {self.pk} {self.state}"

    @property
    def spec(self) -> DrawSpec:
        """The terms as the rules read them."""
        return msgspec.convert(self.terms, DrawSpec)


class DrawEntry(models.Model):
    """One viewer in one draw: at a place of the list, or kept out of it with the reason."""

    organisation = models.ForeignKey("access.Organisation", PROTECT, related_name="+")
    draw = models.ForeignKey(Draw, PROTECT, related_name="entries")
    viewer_id = models.BigIntegerField()
    place = models.PositiveIntegerField(null=True)
    token = models.CharField(max_length=32)
    kept_out = models.CharField(max_length=10, choices=KEPT_OUT, blank=True, default="")
    entered_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["draw", "viewer_id"], name="promotions_one_entry"),
            models.UniqueConstraint(fields=["draw", "place"], name="promotions_one_at_a_place"),
            models.CheckConstraint(
                condition=Q(place__isnull=True) & ~Q(kept_out="")
                | Q(place__isnull=False, kept_out=""),
                name="promotions_entry_place_or_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.draw_id}: {self.viewer_id} at {self.place}"


class Award(models.Model):
    """A prize that an entry won. The receiver is encrypted and never in facts.

    ``coupon``: the prize itself, where it is one; it came with the award.
    """

    organisation = models.ForeignKey("access.Organisation", PROTECT, related_name="+")
    draw = models.ForeignKey(Draw, PROTECT, related_name="awards")
    entry = models.OneToOneField(DrawEntry, PROTECT, related_name="+")
    show_id = models.BigIntegerField()
    viewer_id = models.BigIntegerField(db_index=True)
    place = models.PositiveIntegerField()
    prize_no = models.PositiveIntegerField()
    name = models.CharField(max_length=60)
    value_fen = models.BigIntegerField()
    state = models.CharField(max_length=10, choices=AWARD.choices, default="awarded")
    lapses_at = models.DateTimeField()
    receiver_encrypted = models.TextField(blank=True, default="")
    claimed_at = models.DateTimeField(null=True)
    shipped_at = models.DateTimeField(null=True)
    # Empty for a right to use something, and for what was sent before they were kept.
    carrier = models.CharField(max_length=10, blank=True, default="", db_default="")
    waybill = models.CharField(max_length=WAYBILL_CHARS_MAX, blank=True, default="", db_default="")
    delivered_at = models.DateTimeField(null=True)
    coupon = models.OneToOneField(Coupon, PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=AWARD.names), name="promotions_award_state"
            ),
            models.CheckConstraint(
                condition=Q(carrier__in=["", *CARRIER_CODES])
                & (Q(carrier="", waybill="") | ~Q(carrier="") & ~Q(waybill="")),
                name="promotions_award_waybill",
            ),
            models.CheckConstraint(
                condition=Q(state="delivered", delivered_at__gte=F("shipped_at"))
                | ~Q(state="delivered") & Q(delivered_at__isnull=True),
                name="promotions_award_delivered",
            ),
            models.CheckConstraint(
                condition=Q(coupon__isnull=False, state="given")
                | Q(coupon__isnull=True) & ~Q(state="given"),
                name="promotions_award_given",
            ),
            models.CheckConstraint(
                condition=Q(value_fen__gt=0, value_fen__lte=PRIZE_FEN_MAX),
                name="promotions_award_within_cap",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.draw_id}: {self.name} {self.state}"


class BarredViewer(models.Model):
    """A viewer who is staff or close to the shop, and wins none of its draws (LM-104)."""

    organisation = models.ForeignKey("access.Organisation", PROTECT, related_name="+")
    viewer_id = models.BigIntegerField()
    reason = models.CharField(max_length=10, choices=KEPT_OUT)
    barred_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "viewer_id"], name="promotions_barred_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.viewer_id} {self.reason}"
