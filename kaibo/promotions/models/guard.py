"""The guards of a show: trips of the breaker, changes with two people, thresholds, prices shown."""

from django.db import connection, models
from django.db.models import PROTECT, F, Q

from kaibo.promotions.models.flash_sale import FlashSale
from kaibo.promotions.models.offer import Offer
from kaibo.promotions.models.promotion import Promotion
from kaibo.promotions.rules import CHANGE, CHANGE_KINDS, KEY_CHARS_MAX, TRIP, GuardTerms

STOP_CAUSES = [("pace", "让利过快"), ("correction", "逾期未更正")]
OVER = ["reset", "lifted"]
ONE_SUBJECT = Q(offer__isnull=False, link_no__isnull=False, promotion__isnull=True) | Q(
    offer__isnull=True, link_no__isnull=True, promotion__isnull=False
)
PRICE_KINDS = [("tag", "划线价"), ("open", "开价"), ("flash", "秒杀价")]


class GuardSettings(models.Model):
    """A shop's thresholds; without a row the defaults of the rules stand."""

    organisation = models.OneToOneField("access.Organisation", PROTECT, related_name="+")
    short_s = models.PositiveIntegerField()
    short_off_fen_max = models.BigIntegerField()
    long_s = models.PositiveIntegerField()
    long_off_fen_max = models.BigIntegerField()
    price_share_bp_min = models.PositiveIntegerField()
    undo_s = models.PositiveIntegerField()
    ask_lasts_s = models.PositiveIntegerField()
    tag_days = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(short_off_fen_max__gt=0, long_off_fen_max__gt=0),
                name="promotions_guard_limits",
            ),
        ]

    def __str__(self) -> str:
        return f"guards of {self.organisation_id}"

    @property
    def terms(self) -> GuardTerms:
        """The row as a value that rules can judge."""
        return GuardTerms(**{name: getattr(self, name) for name in GuardTerms.__slots__})


def stored_limits(org_id: int) -> tuple[int, int, int, int] | None:
    """Both windows and sums of a shop, for the hot path: the ORM would cost twenty times as much.

    Returns:
        ``short_s, short_off_fen_max, long_s, long_off_fen_max``; None where it set none.
    """
    with connection.cursor() as cursor:
        cursor.execute(_LIMITS, [org_id])
        row: tuple[int, int, int, int] | None = cursor.fetchone()
    return row


_LIMITS = (
    "SELECT short_s, short_off_fen_max, long_s, long_off_fen_max"
    f" FROM {GuardSettings._meta.db_table} WHERE organisation_id = %s"
)


class Trip(models.Model):
    """One time a link, its flash sale or a promotion was stopped; its lock is theirs.

    ``pace``: the breaker, too much was given away. ``correction``: what was said of it on air is
    not corrected in time; it is lifted when that is done.
    """

    organisation = models.ForeignKey("access.Organisation", PROTECT, related_name="+")
    offer = models.ForeignKey(Offer, PROTECT, null=True, related_name="trips")
    sale = models.ForeignKey(FlashSale, PROTECT, null=True, related_name="trips")
    promotion = models.ForeignKey(Promotion, PROTECT, null=True, related_name="trips")
    # Of a promotion: where the order was placed that was one too many.
    show_id = models.BigIntegerField(db_index=True)
    link_no = models.PositiveIntegerField(null=True)
    cause = models.CharField(max_length=10, choices=STOP_CAUSES, default="pace", db_default="pace")
    window_s = models.PositiveIntegerField()
    off_fen = models.BigIntegerField()
    off_fen_max = models.BigIntegerField()
    tripped_at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=TRIP.choices, default="tripped")
    reason = models.CharField(max_length=200, blank=True, default="")
    asked_by = models.BigIntegerField(null=True)
    reset_by = models.BigIntegerField(null=True)
    reset_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=TRIP.names), name="promotions_trip_state"),
            models.CheckConstraint(condition=ONE_SUBJECT, name="promotions_trip_of_one"),
            models.CheckConstraint(
                condition=Q(cause="correction", off_fen=0, off_fen_max=0)
                | Q(cause="pace", off_fen__gt=F("off_fen_max")),
                name="promotions_trip_is_over",
            ),
            models.CheckConstraint(
                condition=~Q(state="lifted") | Q(cause="correction"),
                name="promotions_trip_lifted",
            ),
            models.CheckConstraint(
                condition=~Q(state="reset")
                | Q(asked_by__isnull=False, reset_by__isnull=False) & ~Q(asked_by=F("reset_by")),
                name="promotions_trip_two_people",
            ),
            models.UniqueConstraint(
                fields=["offer"],
                condition=Q(offer__isnull=False, sale__isnull=True) & ~Q(state__in=OVER),
                name="promotions_one_trip_of_a_link",
            ),
            models.UniqueConstraint(
                fields=["sale"],
                condition=Q(sale__isnull=False) & ~Q(state__in=OVER),
                name="promotions_one_trip_of_a_sale",
            ),
            models.UniqueConstraint(
                fields=["promotion"],
                condition=Q(promotion__isnull=False) & ~Q(state__in=OVER),
                name="promotions_one_trip_of_a_promotion",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.show_id}/{self.link_no} {self.state}"


class Change(models.Model):
    """A change on air: asked, made, rejected or undone. Its lock is that of link or promotion.

    ``before``: how it stood when the change was made, to bring it back. ``began_id``: the group
    buy, presale or auction that it began; a flash sale is ``sale``.
    """

    organisation = models.ForeignKey("access.Organisation", PROTECT, related_name="+")
    offer = models.ForeignKey(Offer, PROTECT, null=True, related_name="changes")
    promotion = models.ForeignKey(Promotion, PROTECT, null=True, related_name="changes")
    # None: a promotion of every show.
    show_id = models.BigIntegerField(null=True, db_index=True)
    link_no = models.PositiveIntegerField(null=True)
    kind = models.CharField(max_length=10, choices=[(kind, kind) for kind in CHANGE_KINDS])
    terms = models.JSONField()
    before = models.JSONField(default=dict)
    dangers = models.JSONField(default=list)
    is_dangerous = models.BooleanField(default=False)
    off_fen = models.BigIntegerField(default=0)
    sale = models.ForeignKey(FlashSale, PROTECT, null=True, related_name="+")
    began_id = models.BigIntegerField(null=True)
    state = models.CharField(max_length=8, choices=CHANGE.choices, default="asked")
    request_key = models.CharField(max_length=KEY_CHARS_MAX)
    asked_by = models.BigIntegerField()
    asked_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    decided_by = models.BigIntegerField(null=True)
    made_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=CHANGE.names), name="promotions_change_state"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=list(CHANGE_KINDS)), name="promotions_change_kind"
            ),
            models.CheckConstraint(condition=ONE_SUBJECT, name="promotions_change_of_one"),
            # What is dangerous is only ever made by two people.
            models.CheckConstraint(
                condition=~Q(state__in=["made", "undone"])
                | Q(is_dangerous=False)
                | Q(decided_by__isnull=False) & ~Q(decided_by=F("asked_by")),
                name="promotions_change_two_people",
            ),
            models.UniqueConstraint(
                fields=["organisation", "request_key"], name="promotions_change_key_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.show_id}/{self.link_no} {self.kind} {self.state}"


class PriceSet(models.Model):
    """A price the shop showed for a SKU from a moment on; flash prices end with their window."""

    organisation = models.ForeignKey("access.Organisation", PROTECT, related_name="+")
    sku = models.ForeignKey("catalog.Sku", PROTECT, related_name="+")
    show_id = models.BigIntegerField()
    link_no = models.PositiveIntegerField()
    kind = models.CharField(max_length=5, choices=PRICE_KINDS)
    price_fen = models.BigIntegerField()
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(price_fen__gt=0), name="promotions_price_set_price"),
            models.CheckConstraint(
                condition=Q(kind__in=[kind for kind, _ in PRICE_KINDS]),
                name="promotions_price_set_kind",
            ),
        ]
        indexes = [
            models.Index(fields=["organisation", "sku", "since"], name="promotions_price_history"),
        ]

    def __str__(self) -> str:
        return f"{self.sku_id} {self.kind} {self.price_fen}"
