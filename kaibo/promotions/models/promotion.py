"""A promotion as the shop published it, the coupons viewers hold of it, and its uses in orders."""

import json
from typing import Any

import msgspec
from django.db import models
from django.db.models import PROTECT, F, Q

from kaibo.promotions import rules
from kaibo.promotions.rules import AUDIENCES, COUPON, KEY_CHARS_MAX, PROMOTION, USE
from kaibo.promotions.rules.running import FAN_TIERS

GOT = [
    ("auto", "自动生效"),
    ("claim", "领券"),
    ("code", "兑换码"),
    ("packet", "红包"),
]
UNLOCKS = [
    ("open", "直接领取"),
    ("drop", "主播发券"),
    ("watch", "观看时长"),
    ("keyword", "评论口令"),
    ("invite", "邀请奖励"),
    ("prize", "中奖发放"),
]


class Promotion(models.Model):
    """Terms, window, stock and budget. The row lock is the queue of all who use or claim it.

    ``off_fen`` is what its held and spent uses take off. Coupons have no lock of their own;
    ``coupons_promised`` are kept for who wins them in a draw or has them of a red packet.
    ``gift_units`` is how many gifts were published; ``gifts_given`` are set aside for it in the
    catalogue, of which some are held and some sold.
    """

    organisation = models.ForeignKey("access.Organisation", PROTECT, related_name="+")
    # None: every show of the organisation.
    show_id = models.BigIntegerField(null=True, db_index=True)
    terms = models.JSONField()
    title = models.CharField(max_length=200)
    stacking = models.CharField(max_length=10, choices=[(name, name) for name in rules.STACKING])
    state = models.CharField(
        max_length=8, choices=PROMOTION.choices, default="draft", db_index=True
    )
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    got = models.CharField(max_length=8, choices=GOT, default="auto")
    audience = models.CharField(max_length=20, default="everyone")
    uses_total = models.BigIntegerField(null=True)
    per_buyer_max = models.PositiveIntegerField(null=True)
    budget_fen = models.BigIntegerField(null=True)
    uses_held = models.BigIntegerField(default=0)
    uses_spent = models.BigIntegerField(default=0)
    coupons_given = models.BigIntegerField(default=0)
    coupons_promised = models.PositiveIntegerField(default=0)
    off_fen = models.BigIntegerField(default=0)
    # What the breaker counts with over all links, and when it stopped the promotion.
    agreed_off_fen = models.BigIntegerField(default=0, db_default=0)
    pace = models.JSONField(default=list)
    tripped_at = models.DateTimeField(null=True)
    # How long a coupon lives from its claim on; None: to the promotion's end.
    coupon_lasts_s = models.PositiveIntegerField(null=True)
    unlock = models.CharField(max_length=8, choices=UNLOCKS, default="open")
    watch_minutes = models.PositiveIntegerField(null=True)
    keyword = models.CharField(max_length=40, blank=True, default="")
    # The window in which coupons can be claimed; None: the promotion's own.
    claim_from = models.DateTimeField(null=True)
    claim_until = models.DateTimeField(null=True)
    gift_units = models.PositiveIntegerField(null=True)
    gifts_given = models.PositiveIntegerField(default=0)
    gifts_held = models.PositiveIntegerField(default=0)
    gifts_sold = models.PositiveIntegerField(default=0)
    request_key = models.CharField(max_length=KEY_CHARS_MAX)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(gifts_given__gte=F("gifts_held") + F("gifts_sold")),
                name="promotions_promotion_gifts_left",
            ),
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="promotions_promotion_window"
            ),
            models.CheckConstraint(
                condition=Q(
                    uses_held__gte=0, uses_spent__gte=0, coupons_given__gte=0, off_fen__gte=0
                ),
                name="promotions_promotion_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(uses_total__isnull=True)
                | Q(
                    uses_total__gte=F("uses_held") + F("uses_spent"),
                    coupons_given__lte=F("uses_total") - F("coupons_promised"),
                ),
                name="promotions_promotion_not_overused",
            ),
            models.CheckConstraint(
                condition=Q(budget_fen__isnull=True) | Q(off_fen__lte=F("budget_fen")),
                name="promotions_promotion_in_budget",
            ),
            models.CheckConstraint(
                condition=Q(state__in=PROMOTION.names), name="promotions_promotion_state"
            ),
            models.CheckConstraint(
                condition=Q(audience__in=[*AUDIENCES, *FAN_TIERS]),
                name="promotions_promotion_audience",
            ),
            models.CheckConstraint(
                condition=Q(got__in=[name for name, _ in GOT], unlock__in=[n for n, _ in UNLOCKS]),
                name="promotions_promotion_got",
            ),
            models.UniqueConstraint(
                fields=["organisation", "request_key"], name="promotions_promotion_key_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.title}"

    @property
    def coupons_left(self) -> int | None:
        """How many more can be handed out: by stock, and so that the budget covers them all."""
        gone = self.coupons_given + self.coupons_promised
        left = [] if self.uses_total is None else [self.uses_total - gone]
        most = rules.most_off_fen(self.priced)
        if self.budget_fen is not None and most:
            left.append(self.budget_fen // most - gone)
        return min(left, default=None)

    @property
    def gifts_left(self) -> int | None:
        """Gifts nobody holds or got; None where nothing is given."""
        if self.gift_units is None:
            return None
        return self.gifts_given - self.gifts_held - self.gifts_sold

    @property
    def priced(self) -> rules.Promotion:
        """The terms as the pricing engine reads them."""
        return rules.read_terms(self.terms, id=self.pk)

    def priced_with(self, coupon: "Coupon | None") -> rules.Promotion:
        """The terms as one coupon of it takes off."""
        if coupon is None or coupon.off_fen is None:
            return self.priced
        return msgspec.structs.replace(self.priced, benefit=rules.AmountOff(coupon.off_fen))


class Coupon(models.Model):
    """A promotion in one viewer's purse; good once, before ``good_until``.

    ``off_fen``: what this one takes off, where each of a promotion's coupons has its own amount.
    """

    organisation = models.ForeignKey("access.Organisation", PROTECT, related_name="+")
    promotion = models.ForeignKey(Promotion, PROTECT, related_name="coupons", db_index=False)
    viewer_id = models.BigIntegerField()
    show_id = models.BigIntegerField(null=True)
    state = models.CharField(max_length=8, choices=COUPON.choices, default="open")
    claimed_at = models.DateTimeField()
    good_until = models.DateTimeField()
    off_fen = models.BigIntegerField(null=True)
    request_key = models.CharField(max_length=KEY_CHARS_MAX)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(off_fen__isnull=True) | Q(off_fen__gte=1),
                name="promotions_coupon_takes_off",
            ),
            models.UniqueConstraint(
                fields=["promotion", "viewer_id", "request_key"], name="promotions_coupon_key_once"
            ),
            models.CheckConstraint(
                condition=Q(state__in=COUPON.names), name="promotions_coupon_state"
            ),
        ]
        indexes = [
            models.Index(fields=["viewer_id", "state"], name="promotions_coupon_of_viewer"),
            models.Index(
                fields=["good_until"], condition=Q(state="open"), name="promotions_coupon_due"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.promotion_id}: {self.viewer_id} {self.state}"


class PromotionUse(models.Model):
    """One promotion at work in one order.

    ``shares``: for each line it touches ``{"key", "fen", "payers": {payer: fen}}``. ``fan``: the
    buyer's fan tier and the rule at that moment, where the promotion asks for a tier (``FanHeld``).
    """

    organisation = models.ForeignKey("access.Organisation", PROTECT, related_name="+")
    promotion = models.ForeignKey(Promotion, PROTECT, related_name="uses", db_index=False)
    coupon = models.ForeignKey(Coupon, PROTECT, null=True, related_name="uses")
    show_id = models.BigIntegerField()
    viewer_id = models.BigIntegerField()
    off_fen = models.BigIntegerField()
    units = models.PositiveIntegerField()
    shares = models.JSONField()
    fan = models.JSONField(null=True)
    state = models.CharField(max_length=10, choices=USE.choices, default="held")
    used_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["coupon"],
                condition=Q(state__in=("held", "used")),
                name="promotions_coupon_used_once",
            ),
            models.CheckConstraint(condition=Q(off_fen__gte=0), name="promotions_use_off"),
            models.CheckConstraint(condition=Q(state__in=USE.names), name="promotions_use_state"),
        ]
        indexes = [models.Index(fields=["promotion", "viewer_id"], name="promotions_use_by_viewer")]

    def __str__(self) -> str:
        return f"{self.promotion_id}: {self.off_fen} {self.state}"


class CouponCode(models.Model):
    """A word that gives coupons of a promotion; only its digest is kept.

    ``uses_max``: 1 for a one-time code, None for one shared by many.
    """

    organisation = models.ForeignKey("access.Organisation", PROTECT, related_name="+")
    promotion = models.ForeignKey(Promotion, PROTECT, related_name="codes")
    digest = models.CharField(max_length=64)
    uses_max = models.PositiveIntegerField(null=True)
    uses = models.PositiveIntegerField(default=0)
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "digest"], name="promotions_code_once"),
            models.CheckConstraint(
                condition=Q(uses_max__isnull=True) | Q(uses__lte=F("uses_max")),
                name="promotions_code_not_overused",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.promotion_id}: {self.uses}"


class CodeTry(models.Model):
    """A wrong code that a viewer typed; too many in a while, and no more are looked at."""

    organisation = models.ForeignKey("access.Organisation", PROTECT, related_name="+")
    viewer_id = models.BigIntegerField()
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["viewer_id", "at"], name="promotions_code_try")]

    def __str__(self) -> str:
        return f"{self.viewer_id} {self.at}"


def stored_terms(terms: rules.Promotion) -> dict[str, Any]:
    """The terms as JSON; the id is the row's own and is not stored."""
    built: dict[str, Any] = json.loads(msgspec.json.encode(terms, order="deterministic"))
    del built["id"]
    return built
