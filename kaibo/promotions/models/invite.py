"""Invitation campaigns, their inviters, who came by their links, and the rewards."""

import msgspec
from django.db import models
from django.db.models import PROTECT, F, Q

from kaibo.promotions.models.promotion import Coupon, Promotion
from kaibo.promotions.rules import KEY_CHARS_MAX
from kaibo.promotions.rules.invites import (
    INVITE,
    INVITE_REWARD,
    INVITEE,
    REASONS,
    REWARDS_PER_INVITER_MAX,
    InviteSpec,
)

RUNNING = ("published", "open")


class InviteCampaign(models.Model):
    """One campaign; its lock is the queue of all who join, count and are rewarded in it.

    ``promotion`` is what its rewards are coupons of; ``rewards`` are those that were not undone.
    """

    organisation = models.ForeignKey("access.Organisation", PROTECT, related_name="+")
    show_id = models.BigIntegerField(db_index=True)
    state = models.CharField(max_length=10, choices=INVITE.choices, default="draft")
    terms = models.JSONField()
    opens_at = models.DateTimeField(null=True)
    closes_at = models.DateTimeField(null=True)
    promotion = models.ForeignKey(Promotion, PROTECT, null=True, related_name="+")
    rewards_total = models.PositiveIntegerField(null=True)
    rewards = models.PositiveIntegerField(default=0)
    finished_at = models.DateTimeField(null=True)
    request_key = models.CharField(max_length=KEY_CHARS_MAX)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=INVITE.names), name="promotions_invite_state"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "cancelled"]) | Q(promotion__isnull=False),
                name="promotions_invite_has_reward",
            ),
            models.CheckConstraint(
                condition=Q(rewards=0) | Q(rewards__lte=F("rewards_total")),
                name="promotions_invite_in_budget",
            ),
            models.CheckConstraint(
                condition=Q(opens_at__isnull=True)
                | Q(closes_at__isnull=True)
                | Q(closes_at__gt=F("opens_at")),
                name="promotions_invite_window",
            ),
            models.UniqueConstraint(
                fields=["organisation", "show_id"],
                condition=Q(state__in=RUNNING),
                name="promotions_one_invite_on",
            ),
            # Two campaigns on one stock of coupons could promise the same coupon twice.
            models.UniqueConstraint(
                fields=["promotion"],
                condition=Q(state__in=RUNNING),
                name="promotions_one_invite_a_reward",
            ),
            models.UniqueConstraint(
                fields=["organisation", "request_key"], name="promotions_invite_key_once"
            ),
        ]

    def __str__(self) -> str:
        return f"invite {self.pk} {self.state}"

    @property
    def spec(self) -> InviteSpec:
        """The terms as the rules read them."""
        return msgspec.convert(self.terms, InviteSpec)


class Inviter(models.Model):
    """One viewer's link in a campaign. ``owed``: rewards due that the budget had no room for.

    ``network`` and ``trace``: ``rules.invites.traces`` of where the link was asked for.
    """

    organisation = models.ForeignKey("access.Organisation", PROTECT, related_name="+")
    invite = models.ForeignKey(InviteCampaign, PROTECT, related_name="inviters")
    viewer_id = models.BigIntegerField()
    code = models.CharField(max_length=32, unique=True)
    counted = models.PositiveIntegerField(default=0)
    granted = models.PositiveIntegerField(default=0)
    owed = models.PositiveIntegerField(default=0)
    # When the count last rose: of equals the earlier stands first.
    reached_at = models.DateTimeField(null=True)
    network = models.CharField(max_length=64, blank=True, default="")
    trace = models.CharField(max_length=64, blank=True, default="")
    joined_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["invite", "viewer_id"], name="promotions_one_link"),
            models.CheckConstraint(
                condition=Q(granted__lte=REWARDS_PER_INVITER_MAX),
                name="promotions_inviter_rewards",
            ),
        ]
        indexes = [
            models.Index(
                fields=["invite", "-counted", "reached_at"], name="promotions_invite_board"
            )
        ]

    def __str__(self) -> str:
        return f"{self.invite_id}: {self.viewer_id} {self.counted}"


class Invitee(models.Model):
    """Somebody who came by a link; ``watched_s`` is what they had watched of the show before."""

    organisation = models.ForeignKey("access.Organisation", PROTECT, related_name="+")
    invite = models.ForeignKey(InviteCampaign, PROTECT, related_name="invitees")
    inviter = models.ForeignKey(Inviter, PROTECT, related_name="invitees")
    viewer_id = models.BigIntegerField(db_index=True)
    state = models.CharField(max_length=10, choices=INVITEE.choices, default="pending")
    reason = models.CharField(max_length=12, choices=list(REASONS.items()), blank=True, default="")
    network = models.CharField(max_length=64, blank=True, default="")
    trace = models.CharField(max_length=64, blank=True, default="")
    watched_s = models.PositiveIntegerField(default=0)
    order_no = models.CharField(max_length=24, blank=True, default="")
    joined_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=INVITEE.names), name="promotions_invitee_state"
            ),
            models.CheckConstraint(
                condition=Q(state="refused") & ~Q(reason="") | ~Q(state="refused") & Q(reason=""),
                name="promotions_invitee_reason",
            ),
            models.UniqueConstraint(
                fields=["inviter", "viewer_id"], name="promotions_once_by_a_link"
            ),
            models.UniqueConstraint(
                fields=["invite", "viewer_id"],
                condition=~Q(state="refused"),
                name="promotions_invited_once",
            ),
            # One order brings one invitee.
            models.UniqueConstraint(
                fields=["invite", "order_no"],
                condition=~Q(order_no=""),
                name="promotions_invitee_order_once",
            ),
        ]
        indexes = [
            models.Index(fields=["invite", "network"], name="promotions_invitee_network"),
        ]

    def __str__(self) -> str:
        return f"{self.invite_id}: {self.viewer_id} {self.state}"


class InviteReward(models.Model):
    """One reward; ``no`` is which of the inviter's it is, from 1."""

    organisation = models.ForeignKey("access.Organisation", PROTECT, related_name="+")
    inviter = models.ForeignKey(Inviter, PROTECT, related_name="rewards")
    no = models.PositiveIntegerField()
    coupon = models.OneToOneField(Coupon, PROTECT, related_name="+")
    state = models.CharField(max_length=8, choices=INVITE_REWARD.choices, default="granted")
    granted_at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=INVITE_REWARD.names), name="promotions_invite_reward_state"
            ),
            models.UniqueConstraint(
                fields=["inviter", "no"],
                condition=Q(state="granted"),
                name="promotions_invite_reward_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.inviter_id}: {self.no} {self.state}"
