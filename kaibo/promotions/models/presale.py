"""The terms under which a link sells for a deposit and a balance."""

from django.db import models
from django.db.models import PROTECT, F, Q

from kaibo.promotions.models.offer import Offer
from kaibo.promotions.rules import DEPOSIT_PARTS, PRESALE_OFFER, PresaleTerms

DEPOSIT_KINDS = [("earnest", "定金"), ("advance", "订金")]
LATE_RULES = [("forfeit", "不退"), ("return", "退回")]


class PresaleOffer(models.Model):
    """A presale of a link. Changes are made under the lock of the link."""

    organisation = models.ForeignKey("access.Organisation", PROTECT, related_name="+")
    offer = models.ForeignKey(Offer, PROTECT, related_name="presales")
    show_id = models.BigIntegerField(db_index=True)
    link_no = models.PositiveIntegerField()
    price_fen = models.BigIntegerField()
    deposit_fen = models.BigIntegerField()
    worth_fen = models.BigIntegerField()
    kind = models.CharField(max_length=8, choices=DEPOSIT_KINDS)
    late_rule = models.CharField(max_length=8, choices=LATE_RULES)
    balance_opens_at = models.DateTimeField()
    balance_closes_at = models.DateTimeField()
    ship_by = models.DateTimeField()
    refund_deadline_days = models.PositiveIntegerField()
    remind_s = models.PositiveIntegerField()
    per_buyer_max = models.PositiveIntegerField()
    state = models.CharField(max_length=8, choices=PRESALE_OFFER.choices, default="running")
    started_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=PRESALE_OFFER.names), name="promotions_presale_state"
            ),
            models.CheckConstraint(
                condition=Q(
                    deposit_fen__gt=0,
                    worth_fen__gte=F("deposit_fen"),
                    # Civil Code art. 586.
                    price_fen__gte=F("deposit_fen") * (DEPOSIT_PARTS - 1) + F("worth_fen"),
                ),
                name="promotions_presale_deposit",
            ),
            models.CheckConstraint(
                condition=Q(late_rule="return") | Q(late_rule="forfeit", kind="earnest"),
                name="promotions_presale_late_rule",
            ),
            models.CheckConstraint(
                condition=Q(refund_deadline_days__gte=1), name="promotions_presale_deadline"
            ),
            models.UniqueConstraint(
                fields=["offer"], condition=Q(state="running"), name="promotions_one_presale"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.show_id}/{self.link_no} {self.deposit_fen}"

    @property
    def terms(self) -> PresaleTerms:
        """The terms as rules read them."""
        return PresaleTerms(
            price_fen=self.price_fen,
            deposit_fen=self.deposit_fen,
            worth_fen=self.worth_fen,
            kind=self.kind,  # type: ignore[arg-type]  # one of its choices
            late_rule=self.late_rule,  # type: ignore[arg-type]  # held to its words by a CHECK
            balance_opens_at=self.balance_opens_at,
            balance_closes_at=self.balance_closes_at,
            ship_by=self.ship_by,
            refund_deadline_days=self.refund_deadline_days,
            remind_s=self.remind_s,
            per_buyer_max=self.per_buyer_max,
        )
