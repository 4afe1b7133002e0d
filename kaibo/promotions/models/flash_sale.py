"""A flash sale and its claims."""

from django.db import models
from django.db.models import PROTECT, F, Q

from kaibo.promotions.models.offer import Offer
from kaibo.promotions.rules import CLAIM, KEY_CHARS_MAX, SaleTerms

SALE_STATES = [("planned", "待开始"), ("running", "进行中"), ("ended", "已结束")]
PLACE_STATES = [
    ("waiting", "候补中"),
    ("served", "已候补到"),
    ("left", "已退出"),
    ("ended", "活动已结束"),
]
# Claims that count towards the limit per buyer.
LIVE_CLAIMS = ("held", "ordered", "paid")


class FlashSale(models.Model):
    """A window in which a link sells few units at a low price.

    ``units_total`` = left + live claims + returned. The row lock is the queue of all claimants.
    """

    organisation = models.ForeignKey("access.Organisation", PROTECT, related_name="+")
    offer = models.ForeignKey(Offer, PROTECT, related_name="sales")
    show_id = models.BigIntegerField(db_index=True)
    link_no = models.PositiveIntegerField()
    sku = models.ForeignKey("catalog.Sku", PROTECT, related_name="+")
    title = models.CharField(max_length=200)
    price_fen = models.BigIntegerField()
    units_total = models.BigIntegerField()
    units_left = models.BigIntegerField()
    units_returned = models.BigIntegerField(default=0)
    units_per_buyer_max = models.PositiveIntegerField()
    opens_at = models.DateTimeField()
    closes_at = models.DateTimeField()
    pay_within_s = models.PositiveIntegerField()
    state = models.CharField(max_length=8, choices=SALE_STATES, default="planned", db_index=True)
    # How many claims were ever won: the place of the next winner in the order of arrival.
    claims_won = models.BigIntegerField(default=0)
    has_waitlist = models.BooleanField(default=False)
    # For so long after its opening only fans of this tier and above may claim; 0 is no tier.
    early_tier = models.PositiveSmallIntegerField(default=0, db_default=0)
    early_s = models.PositiveIntegerField(default=0, db_default=0)
    early_name = models.CharField(max_length=12, default="", db_default="")
    # How many wait now, and how many places were ever given: the number of the next one.
    waiting = models.PositiveIntegerField(default=0)
    places_given = models.BigIntegerField(default=0)
    # What the breaker counts with: what the goods cost, what two people agreed to give away, how
    # much was given away lately, and since when nothing more is sold.
    reference_fen = models.BigIntegerField(null=True)
    agreed_off_fen = models.BigIntegerField(default=0, db_default=0)
    pace = models.JSONField(default=list)
    tripped_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(units_left__gte=0, units_left__lte=F("units_total")),
                name="promotions_sale_not_oversold",
            ),
            models.CheckConstraint(
                condition=Q(
                    units_returned__gte=0,
                    units_total__gte=F("units_left") + F("units_returned"),
                ),
                name="promotions_sale_units_returned",
            ),
            models.CheckConstraint(condition=Q(price_fen__gt=0), name="promotions_sale_price"),
            models.CheckConstraint(
                condition=Q(waiting=0) | Q(has_waitlist=True, state="running"),
                name="promotions_sale_waiting",
            ),
            models.CheckConstraint(
                condition=Q(closes_at__gt=F("opens_at")), name="promotions_sale_window"
            ),
            models.CheckConstraint(
                condition=Q(early_tier=0, early_s=0) | Q(early_tier__gte=1, early_s__gte=1),
                name="promotions_sale_early",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[state for state, _ in SALE_STATES]),
                name="promotions_sale_state",
            ),
            models.UniqueConstraint(
                fields=["offer"],
                condition=~Q(state="ended"),
                name="promotions_one_sale_on_a_link",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.show_id}/{self.link_no} {self.title}"

    @property
    def terms(self) -> SaleTerms:
        """The row as a value that rules can judge."""
        return SaleTerms(
            state=self.state,  # type: ignore[arg-type]  # held to the three words by its CHECK
            opens_at=self.opens_at,
            closes_at=self.closes_at,
            units_per_buyer_max=self.units_per_buyer_max,
            has_waitlist=self.has_waitlist,
            early_tier=self.early_tier,
            early_s=self.early_s,
        )


class Claim(models.Model):
    """Units of a flash sale won by one viewer; ``arrival`` is the place among the winners."""

    # Two unique constraints begin with the sale; a third index would only slow the batch.
    sale = models.ForeignKey(FlashSale, PROTECT, related_name="claims", db_index=False)
    viewer_id = models.BigIntegerField()
    units = models.PositiveIntegerField()
    units_returned = models.PositiveIntegerField(default=0, db_default=0)
    unit_price_fen = models.BigIntegerField()
    # What the order pays for them, net of every discount.
    paid_fen = models.BigIntegerField(null=True)
    request_key = models.CharField(max_length=KEY_CHARS_MAX)
    claimed_at = models.DateTimeField()
    pay_before = models.DateTimeField()
    state = models.CharField(max_length=8, choices=CLAIM.choices, default="held")
    arrival = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["sale", "viewer_id", "request_key"], name="promotions_claim_key_once"
            ),
            models.UniqueConstraint(fields=["sale", "arrival"], name="promotions_claim_arrival"),
            models.CheckConstraint(condition=Q(units__gte=1), name="promotions_claim_units"),
            models.CheckConstraint(
                condition=Q(units_returned__lte=F("units")), name="promotions_claim_returned"
            ),
            models.CheckConstraint(
                condition=Q(state__in=CLAIM.names), name="promotions_claim_state"
            ),
        ]
        indexes = [
            models.Index(
                fields=["pay_before"], condition=Q(state="held"), name="promotions_claim_due"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sale_id} #{self.arrival}"


class Place(models.Model):
    """A buyer's place in the waitlist of a sale; ``number`` is the order of joining."""

    # The unique constraints begin with the sale.
    sale = models.ForeignKey(FlashSale, PROTECT, related_name="places", db_index=False)
    viewer_id = models.BigIntegerField()
    units = models.PositiveIntegerField()
    request_key = models.CharField(max_length=KEY_CHARS_MAX)
    joined_at = models.DateTimeField()
    number = models.BigIntegerField()
    state = models.CharField(max_length=8, choices=PLACE_STATES, default="waiting")
    claim = models.OneToOneField(Claim, PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["sale", "number"], name="promotions_place_number"),
            models.UniqueConstraint(
                fields=["sale", "viewer_id"],
                condition=Q(state="waiting"),
                name="promotions_one_place_per_buyer",
            ),
            models.CheckConstraint(condition=Q(units__gte=1), name="promotions_place_units"),
            models.CheckConstraint(
                condition=Q(state__in=[state for state, _ in PLACE_STATES]),
                name="promotions_place_state",
            ),
            models.CheckConstraint(
                condition=Q(state="served", claim__isnull=False)
                | (~Q(state="served") & Q(claim__isnull=True)),
                name="promotions_place_served_has_claim",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sale_id} #{self.number}"
