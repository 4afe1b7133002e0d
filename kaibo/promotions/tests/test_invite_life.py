"""Invitations: what has to be said and kept before anybody is invited."""

from typing import Any

import pytest

from kaibo.base.errors import Refusal
from kaibo.facts import promotions as told
from kaibo.promotions import actions
from kaibo.promotions.actions import Extension
from kaibo.promotions.errors import (
    CouponRefused,
    InviteAlreadyOn,
    InviteIncomplete,
    InviteKeeps,
    InviteNotNow,
    InviteRewardCannotBe,
    InviteStateWrong,
    InviteWithoutShow,
    NoSuchInvite,
    NotAnInviter,
    PromotionCannotBe,
)
from kaibo.promotions.models import Inviter, Offer, Promotion
from kaibo.promotions.reads import coupons_on_offer
from kaibo.promotions.reads import invites as reads
from kaibo.promotions.tests import promoting
from kaibo.promotions.tests.inviting import (
    HOUR,
    come,
    draft,
    link,
    open_one,
    refuses,
    reward,
    spec_of,
    viewer_of,
)
from kaibo.promotions.tests.shop import NOW, SHOW, Shop, after, facts, make_shop

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop() -> Shop:
    return make_shop()


def publishes(shop: Shop, invite_id: int, kind: type[Refusal]) -> Refusal:
    """The refusal to publish."""
    return refuses(kind, actions.publish_invite, invite_id=invite_id, by=shop.by, now=NOW)


def test_nothing_is_published_unsaid_or_without_a_reward_that_can_be_kept(shop: Shop) -> None:
    bare = draft(shop, task="", organiser="")
    refused = refuses(
        InviteIncomplete, actions.publish_invite, invite_id=bare.id, by=shop.by, now=NOW
    )
    assert refused.data["missing"] == ["task", "organiser"]
    open_to_all = promoting.run(shop, of={"stacking": "coupon"}, got="claim")
    few = reward(shop, uses_total=2)
    short = reward(shop, ends_at=after(HOUR))
    later = reward(shop, starts_at=after(1))
    elsewhere = reward(shop, show_id=SHOW + 1)
    paused = reward(shop)
    actions.pause_promotion(promotion_id=paused.pk, by=shop.by, now=NOW)
    for bad in (open_to_all, few, short, later, elsewhere, paused):
        made = draft(shop, promotion_id=bad.pk)
        refuses(
            InviteRewardCannotBe, actions.publish_invite, invite_id=made.id, by=shop.by, now=NOW
        )
    for wrong in ({"got": "code"}, {"audience": "new"}, {"per_buyer_max": 1}):
        refuses(PromotionCannotBe, reward, shop, **wrong)
    bo = make_shop("bo")
    foreign = actions.save_invite(
        spec=spec_of(few.pk), request_key="k", by=bo.by, now=NOW
    )  # fmt: skip
    publishes(bo, foreign.id, InviteWithoutShow)
    publishes(bo, bare.id, NoSuchInvite)


def test_one_at_a_time_and_its_reward_runs_until_the_end(shop: Shop) -> None:
    made = open_one(shop)
    promotion = Promotion.objects.get()
    step: dict[str, Any] = {"promotion_id": promotion.pk, "by": shop.by, "now": after(5)}
    for act in (actions.pause_promotion, actions.end_promotion, actions.undo_promotion_start):
        refuses(InviteKeeps, act, **step)
    actions.extend_promotion(changes=Extension(uses_total=60), **step)
    # Nobody has its coupons by another way.
    refuses(
        CouponRefused, actions.claim_coupon, promotion_id=promotion.pk, org_id=shop.org_id,
        show_id=SHOW, viewer_id=viewer_of(shop, 1), request_key="k", now=after(5),
    )  # fmt: skip
    assert coupons_on_offer(1, org_id=shop.org_id, show_id=SHOW, now=after(5)) == []
    for second in (draft(shop), draft(shop, promotion_id=promotion.pk, show_id=SHOW + 1)):
        Offer.objects.update(show_id=second.show_id)
        publishes(shop, second.id, InviteAlreadyOn)
    refuses(InviteStateWrong, actions.cancel_invite, invite_id=made.id, by=shop.by, now=after(5))
    actions.run_due_invites(now=after(HOUR + 60))
    actions.end_promotion(**step)


def test_terms_stand_from_the_publishing_on(shop: Shop) -> None:
    made = draft(shop, opens_at=after(60))
    key: dict[str, Any] = {"request_key": "again", "by": shop.by, "now": NOW}
    saved = actions.save_invite(
        spec=spec_of(made.promotion_id, title="改"), invite_id=made.id, **key
    )
    assert saved.terms["title"] == "改"
    published = actions.publish_invite(invite_id=made.id, by=shop.by, now=NOW)
    assert actions.publish_invite(invite_id=made.id, by=shop.by, now=NOW) == published
    refuses(InviteStateWrong, actions.save_invite, spec=spec_of(1), invite_id=made.id, **key)
    other = draft(shop, opens_at=after(60), show_id=SHOW + 1)
    assert actions.cancel_invite(invite_id=other.id, by=shop.by, now=NOW).state == "cancelled"
    assert actions.cancel_invite(invite_id=other.id, by=shop.by, now=NOW).state == "cancelled"
    late = draft(shop)
    refuses(InviteNotNow, actions.publish_invite, invite_id=late.id, by=shop.by, now=after(HOUR))
    made = actions.save_invite(spec=spec_of(), **key)
    assert actions.save_invite(spec=spec_of(title="别的"), **key).terms["title"] == "邀友有礼"


def test_a_link_before_the_opening_counts_nobody_yet(shop: Shop) -> None:
    made = draft(shop, opens_at=after(60))
    actions.publish_invite(invite_id=made.id, by=shop.by, now=NOW)
    code = link(shop, made.id, viewer_of(shop, 1))
    refuses(InviteNotNow, come, shop, code, viewer_of(shop, 11))
    assert actions.run_due_invites(now=after(59)) == 0
    assert actions.run_due_invites(now=after(60)) == 1
    assert [len(facts(kind)) for kind in (told.InvitePublished, told.InviteOpened)] == [1, 1]
    assert come(shop, code, viewer_of(shop, 12, at=61), at=62) == "pending"


def test_staff_have_no_link_and_strangers_no_way_in(shop: Shop) -> None:
    made = open_one(shop)
    staff = viewer_of(shop, 1)
    code = link(shop, made.id, viewer_of(shop, 2))
    actions.bar_viewer(viewer_id=staff, reason="staff", by=shop.by, now=NOW)
    refuses(NotAnInviter, link, shop, made.id, staff)
    refuses(NoSuchInvite, come, shop, "unknown", viewer_of(shop, 3))
    bo = make_shop("bo")
    stranger = viewer_of(bo, 1)
    refuses(NoSuchInvite, link, bo, made.id, stranger)
    refuses(NoSuchInvite, come, bo, code, stranger)
    refuses(NoSuchInvite, reads.invite, bo.org_id, made.id)
    refuses(NoSuchInvite, reads.invitees, bo.org_id, made.id)
    assert reads.invites(bo.org_id, SHOW) == []
    # An inviter who turns out to be staff brings nobody.
    actions.bar_viewer(viewer_id=inviter_of_code(code), reason="affiliate", by=shop.by, now=NOW)
    assert come(shop, code, viewer_of(shop, 4)) == "no"


def inviter_of_code(code: str) -> int:
    return Inviter.objects.get(code=code).viewer_id
