"""Groups of a group buy and their members."""

from django.db import models
from django.db.models import PROTECT, F, Q

from kaibo.orders.models.order import Order
from kaibo.orders.rules import GROUP, MEMBER, Seats

# Who has a seat.
SEATED = ("joined", "paid")


class Group(models.Model):
    """Buyers who pay the group price together, or get their money back.

    Counters and members are written under the row lock, so that no seat is sold twice.
    """

    organisation = models.ForeignKey("access.Organisation", PROTECT, related_name="+")
    group_offer = models.ForeignKey("promotions.GroupOffer", PROTECT, related_name="+")
    show_id = models.BigIntegerField()
    link_no = models.PositiveIntegerField()
    size = models.PositiveIntegerField()
    # Seats of members who have not paid, and of those who have.
    held = models.PositiveIntegerField(default=0)
    paid = models.PositiveIntegerField(default=0)
    state = models.CharField(max_length=10, choices=GROUP.choices, default="open")
    opened_at = models.DateTimeField()
    fills_before = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=GROUP.names), name="orders_group_state"),
            models.CheckConstraint(
                condition=Q(size__gte=F("held") + F("paid")), name="orders_group_not_oversold"
            ),
            models.CheckConstraint(
                condition=~Q(state="full") | Q(size=F("held") + F("paid")),
                name="orders_group_full",
            ),
            models.CheckConstraint(
                condition=~Q(state="succeeded") | Q(held=0), name="orders_group_succeeded"
            ),
        ]
        indexes = [
            models.Index(fields=["show_id", "-id"], name="orders_group_of_show"),
            models.Index(
                fields=["fills_before"],
                condition=Q(state__in=["open", "full", "expired"]),
                name="orders_group_due",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.state} {self.paid}/{self.size}"

    @property
    def seats(self) -> Seats:
        """Its seats as a value."""
        return Seats(self.size, self.held, self.paid)


class Member(models.Model):
    """One buyer's seat in a group, taken by an order."""

    group = models.ForeignKey(Group, PROTECT, related_name="members")
    order = models.OneToOneField(Order, PROTECT, related_name="member")
    viewer_id = models.BigIntegerField()
    is_leader = models.BooleanField(default=False)
    state = models.CharField(max_length=10, choices=MEMBER.choices, default="joined")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=MEMBER.names), name="orders_member_state"),
            models.UniqueConstraint(
                fields=["group", "viewer_id"],
                condition=Q(state__in=SEATED),
                name="orders_member_once",
            ),
            models.UniqueConstraint(
                fields=["group"], condition=Q(is_leader=True), name="orders_one_leader"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.group_id}: {self.viewer_id} {self.state}"
