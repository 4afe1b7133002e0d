"""Rewards of invitations: given once, within the budget, and taken back unspent."""

import datetime as dt

from kaibo.base.actor import SYSTEM
from kaibo.facts.promotions import InviteRewarded, InviteRewardUndone
from kaibo.journal.actions import append
from kaibo.promotions.actions.coupons import give_coupon, take_coupon_back
from kaibo.promotions.actions.promotions import lock_promotion
from kaibo.promotions.models import InviteCampaign, Inviter, InviteReward, Promotion
from kaibo.promotions.rules.invites import INVITE_REWARD, reward_step, rewards_due


def settle_rewards(row: InviteCampaign, changed: Inviter, *, now: dt.datetime) -> None:
    """Bring an inviter's rewards to what their count makes; the caller holds the campaign's lock.

    What went back is given to those whom the budget had no room for, the earliest first.
    """
    given_back = _step(row, changed, now=now) < 0
    if not given_back:
        return
    waiting = row.inviters.filter(owed__gt=0).exclude(pk=changed.pk)
    for inviter in waiting.order_by("reached_at", "pk"):
        if row.rewards == row.rewards_total:
            return
        _step(row, inviter, now=now)


def _step(row: InviteCampaign, inviter: Inviter, *, now: dt.datetime) -> int:
    """Give or take back what is due to one inviter; returns the rewards, below zero taken back."""
    assert row.rewards_total is not None
    due = rewards_due(row.spec, inviter.counted)
    if due == inviter.granted == due + inviter.owed:
        return 0
    # Before the coupons are looked at: an order may be about to use one.
    assert row.promotion_id is not None
    promotion = lock_promotion(row.promotion_id, org_id=row.organisation_id)
    mine = inviter.rewards.filter(state="granted")
    unspent = list(mine.filter(coupon__state="open").select_related("coupon").order_by("-no"))
    step = reward_step(
        row.spec,
        counted=inviter.counted,
        granted=inviter.granted,
        unspent=len(unspent),
        left=row.rewards_total - row.rewards,
    )
    for _ in range(step):
        _grant(row, inviter, promotion, now=now)
    for reward in unspent[: max(0, -step)]:
        _undo(row, inviter, promotion, reward, now=now)
    inviter.granted += step
    inviter.owed = max(0, due - inviter.granted)
    inviter.save(update_fields=["granted", "owed"])
    row.rewards += step
    row.save(update_fields=["rewards"])
    return step


def _grant(
    row: InviteCampaign, inviter: Inviter, promotion: Promotion, *, now: dt.datetime
) -> None:
    org_id, has = row.organisation_id, inviter.rewards.filter(state="granted")
    taken = set(has.values_list("no", flat=True))
    ever = inviter.rewards.count()
    coupon = give_coupon(
        promotion,
        viewer_id=inviter.viewer_id,
        show_id=row.show_id,
        request_key=f"invite-{inviter.pk}-{ever + 1}",
        now=now,
        by="invite",
    )
    reward = InviteReward.objects.create(
        organisation_id=org_id,
        inviter=inviter,
        no=next(no for no in range(1, len(taken) + 2) if no not in taken),
        coupon_id=coupon.id,
        granted_at=now,
    )
    fact = InviteRewarded(
        invite_id=row.pk,
        inviter_id=inviter.pk,
        reward_id=reward.pk,
        viewer_id=inviter.viewer_id,
        coupon_id=coupon.id,
    )
    append(fact, at=now, org_id=org_id, show_id=row.show_id, actor=SYSTEM(org_id))


def _undo(
    row: InviteCampaign,
    inviter: Inviter,
    promotion: Promotion,
    reward: InviteReward,
    *,
    now: dt.datetime,
) -> None:
    org_id = row.organisation_id
    take_coupon_back(promotion, coupon_id=reward.coupon_id, now=now)
    reward.state = INVITE_REWARD.after(reward.state, "undo")
    reward.undone_at = now
    reward.save(update_fields=["state", "undone_at"])
    fact = InviteRewardUndone(
        invite_id=row.pk,
        inviter_id=inviter.pk,
        reward_id=reward.pk,
        coupon_id=reward.coupon_id,
    )
    append(fact, at=now, org_id=org_id, show_id=row.show_id, actor=SYSTEM(org_id))
