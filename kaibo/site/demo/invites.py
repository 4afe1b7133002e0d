"""The demo shop's invitations: one that ran in the last show, and a draft for the next."""

import datetime as dt
from collections.abc import Sequence
from functools import partial
from itertools import islice

from kaibo.base.actor import Actor
from kaibo.promotions import actions as promotions
from kaibo.promotions.actions import InviteSpec, Origin, PromotionSpec
from kaibo.promotions.reads import read_terms
from kaibo.promotions.rules.invites import SETTLE

COUPON = {
    "title_zh": "邀友券",
    "title_en": "Coupon for bringing a friend",
    "stacking": "coupon",
    "benefit": {"type": "amount_off_each", "fen": 500, "max_units": 1},
}
COUPONS = 500
REWARDS = 100
LASTS = dt.timedelta(days=14)
# Who invites, by their place among the viewers, and how many of the buyers come by their link.
INVITERS = ((100, 8), (108, 5), (117, 3), (131, 2))


def offer_coupon(sku_id: int, *, by: Actor, starts_at: dt.datetime, ends_at: dt.datetime) -> int:
    """Start the coupon that is got by inviting alone; returns the promotion's id.

    It is for one kind of goods, well above their floor, so that it stands in no other's way.
    """
    spec = PromotionSpec(
        terms=read_terms(COUPON | {"scope": {"type": "skus", "ids": [sku_id]}}, id=0),
        starts_at=starts_at,
        ends_at=ends_at,
        got="claim",
        unlock="invite",
        uses_total=COUPONS,
    )
    draft = promotions.save_promotion(spec=spec, request_key="invite", by=by, now=starts_at)
    promotions.start_promotion(promotion_id=draft.id, by=by, now=starts_at)
    return draft.id


def draft_invite(
    *, show_id: int, coupon_id: int, opens_at: dt.datetime, lasts: dt.timedelta, by: Actor
) -> int:
    """Keep the draft: whoever brings two who pay their first order has a coupon; returns its id."""
    spec = InviteSpec(
        show_id=show_id,
        title="带朋友来尝鲜",
        task="order",
        newcomer="buyer",
        invitees_per_reward=2,
        rewards_per_inviter=3,
        rewards_total=REWARDS,
        per_address=3,
        promotion_id=coupon_id,
        opens_at=opens_at,
        closes_at=opens_at + lasts,
        organiser="山野集（演示）",
    )
    key = f"invite-{show_id}"
    return promotions.save_invite(spec=spec, request_key=key, by=by, now=opens_at).id


def bring_friends(
    *, show_id: int, coupon_id: int, viewers: Sequence[int], lasts: dt.timedelta, by: Actor,
    now: dt.datetime,
) -> None:  # fmt: skip
    """Publish and open a campaign, and let some of the buyers to be come by others' links.

    They count as they pay. One inviter tries their own link, and one comes by a second link.
    """
    invite_id = draft_invite(show_id=show_id, coupon_id=coupon_id, opens_at=now, lasts=lasts, by=by)
    promotions.publish_invite(invite_id=invite_id, by=by, now=now)
    promotions.run_due_invites(now=now)
    at = partial(_come, org_id=by.org_id, show_id=show_id, now=now)
    friends = iter(viewers)
    for place, many in INVITERS:
        code = promotions.make_invite_link(
            invite_id=invite_id,
            org_id=by.org_id,
            show_id=show_id,
            viewer_id=viewers[place],
            origin=Origin(),
            now=now,
        )
        for viewer_id in (*islice(friends, many), viewers[place], viewers[0]):
            at(code, viewer_id)


def _come(code: str, viewer_id: int, *, org_id: int, show_id: int, now: dt.datetime) -> None:
    promotions.accept_invite(
        code=code,
        org_id=org_id,
        show_id=show_id,
        viewer_id=viewer_id,
        origin=Origin(),
        now=now,
    )


def end_invites(*, closed_at: dt.datetime) -> None:
    """Finish the campaign, as the clock would have."""
    promotions.run_due_invites(now=closed_at + SETTLE)
