"""What can happen to invitations and their rewards."""

import datetime as dt
from typing import Any

from kaibo.facts.base import Fact


class InviteSaved(Fact, frozen=True, kw_only=True, tag="promotions.invite_saved.1"):
    """A draft of an invitation campaign has these terms now."""

    invite_id: int
    terms: dict[str, Any]


class InvitePublished(Fact, frozen=True, kw_only=True, tag="promotions.invite_published.1"):
    """The terms are public and stand; the promotion's coupons are kept for its rewards."""

    invite_id: int
    title: str
    promotion_id: int
    opens_at: dt.datetime
    closes_at: dt.datetime


class InviteCancelled(Fact, frozen=True, kw_only=True, tag="promotions.invite_cancelled.1"):
    """It will not take place; nobody was invited."""

    invite_id: int


class InviteOpened(Fact, frozen=True, kw_only=True, tag="promotions.invite_opened.1"):
    """Invitees count from now on, until ``closes_at``."""

    invite_id: int
    title: str
    closes_at: dt.datetime


class InviterJoined(Fact, frozen=True, kw_only=True, tag="promotions.inviter_joined.1"):
    """A viewer has a link of their own to send on."""

    invite_id: int
    inviter_id: int
    viewer_id: int


class InviteeJoined(Fact, frozen=True, kw_only=True, tag="promotions.invitee_joined.1"):
    """A newcomer came by a link, and has the task before them."""

    invite_id: int
    inviter_id: int
    invitee_id: int
    viewer_id: int


class InviteeRefused(Fact, frozen=True, kw_only=True, tag="promotions.invitee_refused.1"):
    """A viewer came by a link and does not count, for this reason."""

    invite_id: int
    inviter_id: int
    invitee_id: int
    viewer_id: int
    reason: str


class InviteeCounted(Fact, frozen=True, kw_only=True, tag="promotions.invitee_counted.1"):
    """An invitee did the task; ``order_no`` where the task was an order."""

    invite_id: int
    inviter_id: int
    invitee_id: int
    order_no: str


class InviteeUncounted(Fact, frozen=True, kw_only=True, tag="promotions.invitee_uncounted.1"):
    """The order by which an invitee counted was refunded as a whole."""

    invite_id: int
    inviter_id: int
    invitee_id: int
    order_no: str


class InviteRewarded(Fact, frozen=True, kw_only=True, tag="promotions.invite_rewarded.1"):
    """An inviter has a reward, as a coupon."""

    invite_id: int
    inviter_id: int
    reward_id: int
    viewer_id: int
    coupon_id: int


class InviteRewardUndone(Fact, frozen=True, kw_only=True, tag="promotions.invite_reward_undone.1"):
    """An unspent reward went back, because fewer invitees count than it was for."""

    invite_id: int
    inviter_id: int
    reward_id: int
    coupon_id: int


class InviteFinished(Fact, frozen=True, kw_only=True, tag="promotions.invite_finished.1"):
    """Nobody counts any more; how it went. What told devices and addresses apart is deleted."""

    invite_id: int
    title: str
    inviters: int
    counted: int
    refused: int
    rewards: int
