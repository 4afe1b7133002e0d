"""Red packets and the portions viewers have of them."""

import msgspec
from django.db import models
from django.db.models import PROTECT, F, Q

from kaibo.promotions.models.promotion import Coupon, Promotion
from kaibo.promotions.rules import KEY_CHARS_MAX, PACKET, PRIZE_FEN_MAX, PacketSpec


class RedPacket(models.Model):
    """One red packet; its lock is the queue of all who want a portion, open and finish it.

    ``seed`` stays empty, and the seed encrypted, until it is finished. ``promotion`` is what its
    portions are coupons of: one of its own, which carries the budget, or one that the terms name,
    which keeps so many coupons for it.
    """

    organisation = models.ForeignKey("access.Organisation", PROTECT, related_name="+")
    show_id = models.BigIntegerField(db_index=True)
    state = models.CharField(max_length=10, choices=PACKET.choices, default="draft")
    terms = models.JSONField()
    opens_at = models.DateTimeField(null=True)
    closes_at = models.DateTimeField(null=True)
    total_fen = models.BigIntegerField(null=True)
    number = models.PositiveIntegerField(null=True)
    commit = models.CharField(max_length=64, blank=True, default="")
    seed_encrypted = models.TextField(blank=True, default="")
    seed = models.CharField(max_length=64, blank=True, default="")
    promotion = models.ForeignKey(Promotion, PROTECT, null=True, related_name="+", db_index=False)
    claims_count = models.PositiveIntegerField(default=0)
    claimed_fen = models.BigIntegerField(default=0)
    finished_at = models.DateTimeField(null=True)
    request_key = models.CharField(max_length=KEY_CHARS_MAX)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=PACKET.names), name="promotions_packet_state"
            ),
            # The promise and the money come before the first portion, the seed after the last.
            models.CheckConstraint(
                condition=Q(state__in=["draft", "cancelled"])
                | ~Q(commit="") & Q(promotion__isnull=False),
                name="promotions_packet_promised",
            ),
            models.CheckConstraint(
                condition=Q(seed="") | Q(state="finished"), name="promotions_packet_seed_last"
            ),
            models.CheckConstraint(
                condition=Q(claims_count=0, claimed_fen=0)
                | Q(claims_count__lte=F("number"), claimed_fen__lte=F("total_fen")),
                name="promotions_packet_not_overdrawn",
            ),
            models.CheckConstraint(
                condition=Q(opens_at__isnull=True)
                | Q(closes_at__isnull=True)
                | Q(closes_at__gt=F("opens_at")),
                name="promotions_packet_window",
            ),
            # One at a time, so that what somebody wins in a show adds up in order.
            models.UniqueConstraint(
                fields=["organisation", "show_id"],
                condition=Q(state="open"),
                name="promotions_one_packet_on",
            ),
            models.UniqueConstraint(
                fields=["organisation", "request_key"], name="promotions_packet_key_once"
            ),
        ]

    def __str__(self) -> str:
        return f"packet {self.pk} {self.state}"

    @property
    def spec(self) -> PacketSpec:
        """The terms as the rules read them."""
        return msgspec.convert(self.terms, PacketSpec)


class PacketClaim(models.Model):
    """One viewer's portion of a red packet, and the coupon that it is."""

    organisation = models.ForeignKey("access.Organisation", PROTECT, related_name="+")
    packet = models.ForeignKey(RedPacket, PROTECT, related_name="claims")
    show_id = models.BigIntegerField()
    viewer_id = models.BigIntegerField(db_index=True)
    place = models.PositiveIntegerField()
    token = models.CharField(max_length=32)
    fen = models.BigIntegerField()
    coupon = models.OneToOneField(Coupon, PROTECT, related_name="+")
    claimed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["packet", "viewer_id"], name="promotions_one_portion"),
            models.UniqueConstraint(
                fields=["packet", "place"], name="promotions_one_portion_at_a_place"
            ),
            models.CheckConstraint(
                condition=Q(fen__gte=1, fen__lte=PRIZE_FEN_MAX),
                name="promotions_portion_within_cap",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.packet_id}: {self.viewer_id} at {self.place}"
