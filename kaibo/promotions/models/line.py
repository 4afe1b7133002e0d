"""The line for a link that is sold out."""

from django.db import models
from django.db.models import PROTECT, Q

from kaibo.promotions.models.offer import Offer, Taking
from kaibo.promotions.rules.lines import LINK_PLACE, LIVE_PLACES


class LinkPlace(models.Model):
    """A viewer who waits for one unit of a link; ``number`` is the order of joining.

    ``taking`` is the unit that was kept for them, until ``pay_before``.
    """

    # The unique constraints begin with the offer.
    offer = models.ForeignKey(Offer, PROTECT, related_name="line", db_index=False)
    viewer_id = models.BigIntegerField()
    number = models.BigIntegerField()
    state = models.CharField(max_length=8, choices=LINK_PLACE.choices, default="waiting")
    joined_at = models.DateTimeField()
    taking = models.OneToOneField(Taking, PROTECT, null=True, related_name="+")
    pay_before = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["offer", "number"], name="promotions_link_place_number"
            ),
            models.UniqueConstraint(
                fields=["offer", "viewer_id"],
                condition=Q(state__in=LIVE_PLACES),
                name="promotions_one_link_place",
            ),
            models.CheckConstraint(
                condition=Q(state__in=LINK_PLACE.names), name="promotions_link_place_state"
            ),
            models.CheckConstraint(
                condition=Q(state="waiting", taking__isnull=True)
                | Q(state__in=["kept", "ordered", "lapsed"], taking__isnull=False)
                | Q(state__in=["left", "ended"]),
                name="promotions_link_place_has_unit",
            ),
            models.CheckConstraint(
                condition=Q(taking__isnull=True, pay_before__isnull=True)
                | Q(taking__isnull=False, pay_before__isnull=False),
                name="promotions_link_place_has_end",
            ),
        ]
        indexes = [
            models.Index(
                fields=["pay_before"], condition=Q(state="kept"), name="promotions_link_place_due"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.offer_id} #{self.number} {self.state}"
