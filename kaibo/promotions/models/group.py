"""The terms under which a link sells to groups."""

from django.db import models
from django.db.models import PROTECT, F, Q

from kaibo.promotions.models.offer import Offer
from kaibo.promotions.rules import GROUP_OFFER, GROUP_SIZE_MIN


class GroupOffer(models.Model):
    """A group buy of a link: its price for ``size`` members who pay within ``fill_s`` seconds.

    Its groups are rows of orders. Changes are made under the lock of the link.
    """

    organisation = models.ForeignKey("access.Organisation", PROTECT, related_name="+")
    offer = models.ForeignKey(Offer, PROTECT, related_name="group_offers")
    show_id = models.BigIntegerField(db_index=True)
    link_no = models.PositiveIntegerField()
    sku = models.ForeignKey("catalog.Sku", PROTECT, related_name="+")
    size = models.PositiveIntegerField()
    price_fen = models.BigIntegerField()
    leader_price_fen = models.BigIntegerField(null=True)
    fill_s = models.PositiveIntegerField()
    per_buyer_max = models.PositiveIntegerField()
    state = models.CharField(max_length=8, choices=GROUP_OFFER.choices, default="running")
    started_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=GROUP_OFFER.names), name="promotions_group_offer_state"
            ),
            models.CheckConstraint(
                condition=Q(size__gte=GROUP_SIZE_MIN, per_buyer_max__gte=1, price_fen__gt=0),
                name="promotions_group_offer_terms",
            ),
            models.CheckConstraint(
                condition=Q(leader_price_fen__isnull=True)
                | Q(leader_price_fen__gt=0, leader_price_fen__lte=F("price_fen")),
                name="promotions_group_leader_price",
            ),
            models.UniqueConstraint(
                fields=["offer"], condition=Q(state="running"), name="promotions_one_group_offer"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.show_id}/{self.link_no} × {self.size}"
