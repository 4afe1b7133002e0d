"""An auction of a link, its bids, and what was won."""

from django.db import models
from django.db.models import PROTECT, F, Q

from kaibo.promotions.models.offer import Offer, Taking
from kaibo.promotions.rules import AUCTION, KEY_CHARS_MAX, WIN, AuctionTerms

# Wins whose unit is in the winner's hands.
LIVE_WINS = ("held", "ordered", "paid")


class Auction(models.Model):
    """Units of a link sold to the highest bidders. The row lock is the queue of all who bid.

    Only ``state``, ``ends_at`` and what counts the bids ever change.
    """

    organisation = models.ForeignKey("access.Organisation", PROTECT, related_name="+")
    offer = models.ForeignKey(Offer, PROTECT, related_name="auctions")
    show_id = models.BigIntegerField(db_index=True)
    link_no = models.PositiveIntegerField()
    units = models.PositiveIntegerField()
    start_fen = models.BigIntegerField()
    step_fen = models.BigIntegerField()
    reserve_fen = models.BigIntegerField(null=True)
    buy_now_fen = models.BigIntegerField(null=True)
    opens_at = models.DateTimeField()
    closes_at = models.DateTimeField()
    extend_within_s = models.PositiveIntegerField()
    extend_by_s = models.PositiveIntegerField()
    extend_max_s = models.PositiveIntegerField()
    bids_per_buyer_max = models.PositiveIntegerField()
    pay_within_s = models.PositiveIntegerField()
    next_offers_max = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=AUCTION.choices, default="planned")
    # ``closes_at``, and later if bids in the last seconds moved it.
    ends_at = models.DateTimeField()
    bids_count = models.PositiveIntegerField(default=0)
    highest_fen = models.BigIntegerField(null=True)
    last_bid_at = models.DateTimeField(null=True)
    planned_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=AUCTION.names), name="promotions_auction_state"
            ),
            models.CheckConstraint(
                condition=Q(units__gte=1, start_fen__gte=1, step_fen__gte=1)
                & (Q(reserve_fen__isnull=True) | Q(reserve_fen__gte=F("start_fen")))
                & (Q(buy_now_fen__isnull=True) | Q(buy_now_fen__gt=F("start_fen"), units=1)),
                name="promotions_auction_terms",
            ),
            models.CheckConstraint(
                condition=Q(closes_at__gt=F("opens_at"), ends_at__gte=F("closes_at")),
                name="promotions_auction_window",
            ),
            models.CheckConstraint(
                condition=Q(bids_count=0, highest_fen__isnull=True)
                | Q(bids_count__gte=1, highest_fen__gte=F("start_fen")),
                name="promotions_auction_highest",
            ),
            models.UniqueConstraint(
                fields=["offer"],
                condition=Q(state__in=("planned", "running")),
                name="promotions_one_auction_on_a_link",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.show_id}/{self.link_no} #{self.pk}"

    @property
    def terms(self) -> AuctionTerms:
        """The terms as rules read them."""
        return AuctionTerms(
            units=self.units,
            start_fen=self.start_fen,
            step_fen=self.step_fen,
            reserve_fen=self.reserve_fen,
            buy_now_fen=self.buy_now_fen,
            opens_at=self.opens_at,
            closes_at=self.closes_at,
            extend_within_s=self.extend_within_s,
            extend_by_s=self.extend_by_s,
            extend_max_s=self.extend_max_s,
            bids_per_buyer_max=self.bids_per_buyer_max,
            pay_within_s=self.pay_within_s,
            next_offers_max=self.next_offers_max,
        )


class Bid(models.Model):
    """One bid that counted; no two of an auction at one price or one number."""

    # The unique constraints begin with the auction.
    auction = models.ForeignKey(Auction, PROTECT, related_name="bids", db_index=False)
    number = models.PositiveIntegerField()
    viewer_id = models.BigIntegerField()
    price_fen = models.BigIntegerField()
    request_key = models.CharField(max_length=KEY_CHARS_MAX)
    made_at = models.DateTimeField()
    # The end as it was after this bid.
    ends_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["auction", "number"], name="promotions_bid_number"),
            models.UniqueConstraint(fields=["auction", "price_fen"], name="promotions_bid_price"),
            models.UniqueConstraint(
                fields=["auction", "viewer_id", "request_key"], name="promotions_bid_key_once"
            ),
            models.CheckConstraint(
                condition=Q(number__gte=1, price_fen__gte=1), name="promotions_bid_positive"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.auction_id} #{self.number} {self.price_fen}"


class Win(models.Model):
    """One unit of an auction in one winner's hands; ``turn`` 0 won it, later ones were offered it.

    Changes are made under the lock of the auction.
    """

    auction = models.ForeignKey(Auction, PROTECT, related_name="wins")
    bid = models.ForeignKey(Bid, PROTECT, related_name="+")
    taking = models.OneToOneField(Taking, PROTECT, related_name="win")
    viewer_id = models.BigIntegerField(db_index=True)
    price_fen = models.BigIntegerField()
    turn = models.PositiveIntegerField()
    won_at = models.DateTimeField()
    pay_before = models.DateTimeField()
    state = models.CharField(max_length=8, choices=WIN.choices, default="held")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=WIN.names), name="promotions_win_state"),
            models.UniqueConstraint(
                fields=["auction", "viewer_id"], name="promotions_one_win_per_bidder"
            ),
        ]
        indexes = [
            models.Index(
                fields=["pay_before"], condition=Q(state="held"), name="promotions_win_due"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.auction_id}: {self.viewer_id} {self.price_fen} {self.state}"
