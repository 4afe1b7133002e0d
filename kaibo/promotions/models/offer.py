"""What a link of a show sells, and who holds units of it."""

from django.db import models
from django.db.models import PROTECT, F, Q

from kaibo.promotions.rules import TAKING

OFFER_STATES = [
    ("planned", "待上架"),
    ("listed", "已上架"),
    ("open", "已开价"),
    ("closed", "已下架"),
]


class Offer(models.Model):
    """One numbered link: goods, price, and the units the catalogue holds for it.

    ``units_given`` = free + set aside for an auction + held + sold. The row lock is the queue of
    everyone who wants units.
    """

    organisation = models.ForeignKey("access.Organisation", PROTECT, related_name="+")
    show_id = models.BigIntegerField(db_index=True)
    link_no = models.PositiveIntegerField()
    sku = models.ForeignKey("catalog.Sku", PROTECT, related_name="+")
    title = models.CharField(max_length=200)
    spec = models.CharField(max_length=200, blank=True)
    image_url = models.CharField(max_length=500, blank=True)
    price_fen = models.BigIntegerField()
    day_price_fen = models.BigIntegerField(null=True)
    price_basis = models.CharField(max_length=200, blank=True)
    seller_name = models.CharField(max_length=120, blank=True)
    seller_licence_no = models.CharField(max_length=40, blank=True)
    seller_address = models.CharField(max_length=200, blank=True, default="", db_default="")
    seller_contact = models.CharField(max_length=60, blank=True, default="", db_default="")
    units_given = models.BigIntegerField(default=0)
    units_held = models.BigIntegerField(default=0)
    units_sold = models.BigIntegerField(default=0)
    units_set_aside = models.BigIntegerField(default=0, db_default=0)
    per_buyer_max = models.PositiveIntegerField(default=0)
    state = models.CharField(max_length=8, choices=OFFER_STATES, default="planned")
    # How many wait for a unit, and how many places were ever given: the number of the next one.
    waiting = models.PositiveIntegerField(default=0, db_default=0)
    places_given = models.BigIntegerField(default=0, db_default=0)
    # Until this moment an open link sells to fans of this tier and above only; 0 is no tier.
    early_tier = models.PositiveSmallIntegerField(default=0, db_default=0)
    early_name = models.CharField(max_length=12, default="", db_default="")
    opens_to_all_at = models.DateTimeField(null=True)
    # What the breaker counts with: what the goods cost, what two people agreed to give away, how
    # much was given away lately, and since when nothing more is sold.
    reference_fen = models.BigIntegerField(null=True)
    agreed_off_fen = models.BigIntegerField(default=0, db_default=0)
    pace = models.JSONField(default=list)
    tripped_at = models.DateTimeField(null=True)
    # What its card said when it was last shown; {} for one that never was.
    card = models.JSONField(default=dict)
    # The version of the negative list that let it stand; "" for one of before there was a list.
    goods_list = models.CharField(max_length=40, blank=True, default="", db_default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["show_id", "link_no"], name="promotions_link_once"),
            models.CheckConstraint(
                condition=Q(
                    units_given__gte=0,
                    units_held__gte=0,
                    units_sold__gte=0,
                    units_set_aside__gte=0,
                ),
                name="promotions_offer_units_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(
                    units_given__gte=F("units_held") + F("units_sold") + F("units_set_aside")
                ),
                name="promotions_offer_not_oversold",
            ),
            models.CheckConstraint(condition=Q(price_fen__gt=0), name="promotions_offer_price"),
            models.CheckConstraint(
                condition=Q(early_tier=0, opens_to_all_at=None)
                | Q(early_tier__gte=1, opens_to_all_at__isnull=False),
                name="promotions_offer_early",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[state for state, _ in OFFER_STATES]),
                name="promotions_offer_state",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.show_id}/{self.link_no} {self.title}"

    @property
    def units_left(self) -> int:
        """Units nobody holds or bought."""
        return self.units_given - self.units_held - self.units_sold - self.units_set_aside


class Taking(models.Model):
    """Units of a link in one buyer's hands: held, then sold or given back.

    Sold units may come back a few at a time; the state says so when none is left.
    """

    offer = models.ForeignKey(Offer, PROTECT, related_name="takings")
    viewer_id = models.BigIntegerField()
    units = models.PositiveIntegerField()
    units_returned = models.PositiveIntegerField(default=0, db_default=0)
    unit_price_fen = models.BigIntegerField()
    # Taken at the price of a group buy.
    group_offer = models.ForeignKey(
        "promotions.GroupOffer", PROTECT, null=True, related_name="takings"
    )
    # Taken for a deposit.
    presale = models.ForeignKey(
        "promotions.PresaleOffer", PROTECT, null=True, related_name="takings"
    )
    # Won in an auction.
    auction = models.ForeignKey("promotions.Auction", PROTECT, null=True, related_name="takings")
    # What the order pays for them, net of every discount.
    paid_fen = models.BigIntegerField(null=True)
    state = models.CharField(max_length=10, choices=TAKING.choices, default="held")
    taken_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["offer", "viewer_id"], name="promotions_taking_by_viewer")]
        constraints = [
            models.CheckConstraint(condition=Q(units__gte=1), name="promotions_taking_units"),
            models.CheckConstraint(
                condition=Q(units_returned__lte=F("units")), name="promotions_taking_returned"
            ),
            models.CheckConstraint(
                condition=Q(state__in=TAKING.names), name="promotions_taking_state"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.offer_id}: {self.units} {self.state}"
