"""Invitations under a race: each invitee counts once, each reward is given once."""

from functools import partial
from typing import Any

import pytest

from kaibo.facts.promotions import InviteeCounted, InviteRewarded
from kaibo.promotions import actions
from kaibo.promotions.actions import invitees
from kaibo.promotions.models import Coupon, InviteCampaign, Invitee, InviteReward, Promotion
from kaibo.promotions.tests import promoting
from kaibo.promotions.tests.inviting import come, did, inviter_of, link, open_one, viewer_of
from kaibo.promotions.tests.shop import SHOW, Shop, after, facts, make_shop
from tests.races.at_once import at_once, slowed, without_locks

pytestmark = pytest.mark.django_db(transaction=True)

THREADS = 5


@pytest.fixture
def shop() -> Shop:
    return make_shop()


def invited(shop: Shop, many: int, **terms: Any) -> tuple[int, list[int]]:
    """An inviter, and so many who came by their link and have not done the task."""
    made = open_one(shop, **terms)
    ana = viewer_of(shop, 1)
    code = link(shop, made.id, ana)
    friends = [viewer_of(shop, 10 + number) for number in range(many)]
    for number, friend in enumerate(friends):
        come(shop, code, friend, number=number)
    return ana, friends


@pytest.mark.row("R-102")
def test_many_who_finish_at_once_make_each_reward_once(shop: Shop) -> None:
    ana, friends = invited(shop, 6, rewards_total=2, rewards_per_inviter=5)
    outcomes = at_once([partial(did, shop, friend) for friend in friends])
    assert outcomes == [1] * 6
    me, row = inviter_of(ana), InviteCampaign.objects.get()
    assert (me.counted, me.granted, me.owed, row.rewards) == (6, 2, 1, 2)
    assert (InviteReward.objects.count(), Coupon.objects.count()) == (2, 2)
    assert Promotion.objects.get().coupons_given == 2
    assert [len(facts(kind)) for kind in (InviteeCounted, InviteRewarded)] == [6, 2]


def test_one_task_told_many_times_at_once_counts_once(shop: Shop) -> None:
    ana, (friend,) = invited(shop, 1, invitees_per_reward=1)
    outcomes = at_once([partial(did, shop, friend)] * THREADS)
    assert sorted(outcomes) == [0, 0, 0, 0, 1]
    assert (inviter_of(ana).counted, Coupon.objects.count()) == (1, 1)


@pytest.mark.scale
def test_control_without_the_lock_counts_are_lost(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each adds one to what it read before the others wrote."""
    ana, friends = invited(shop, 4, invitees_per_reward=1)
    without_locks(monkeypatch)
    slowed(monkeypatch, invitees, "_move", seconds=0.3)
    at_once([partial(did, shop, friend) for friend in friends])
    assert inviter_of(ana).counted < 4


def test_a_farm_at_once_is_one_person(shop: Shop) -> None:
    """Many devices from one address arrive together: the address has room for three."""
    made = open_one(shop)
    code = link(shop, made.id, viewer_of(shop, 1))
    farm = [viewer_of(shop, 10 + number) for number in range(THREADS)]
    outcomes = at_once([partial(knock, shop, code, one) for one in farm])
    assert sorted(outcomes) == ["no", "no", "pending", "pending", "pending"]
    reasons = Invitee.objects.filter(state="refused").values_list("reason", flat=True)
    assert list(reasons) == ["address_full"] * 2


@pytest.mark.scale
def test_control_without_the_lock_the_farm_gets_in(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = open_one(shop, per_address=1)
    code = link(shop, made.id, viewer_of(shop, 1))
    farm = [viewer_of(shop, 10 + number) for number in range(THREADS)]
    without_locks(monkeypatch)
    slowed(monkeypatch, invitees, "judge_invitee", seconds=0.3)
    outcomes = at_once([partial(knock, shop, code, one) for one in farm])
    assert outcomes.count("pending") > 1


def knock(shop: Shop, code: str, viewer_id: int) -> str:
    """A device of one address that says that it is another model than its neighbours."""
    where = actions.Origin(network="203.0.113.50", browser=f"model {viewer_id}")
    return actions.accept_invite(
        code=code,
        org_id=shop.org_id,
        show_id=SHOW,
        viewer_id=viewer_id,
        origin=where,
        now=after(2),
    )


def test_a_refund_and_an_order_at_once_never_both_have_the_coupon(shop: Shop) -> None:
    """The order holds the reward and it stays, or it went back and the order goes without."""
    ana, (friend,) = invited(shop, 1, task="order", invitees_per_reward=1)
    did(shop, friend, task="order", show_id=SHOW, order_no="N1")
    undo = partial(actions.uncount_invitees, order_no="N1", org_id=shop.org_id, at=after(5))
    use = partial(promoting.use, shop, viewer_id=ana, at=5)
    gone, used = at_once([undo, use])
    assert gone == 1
    has_coupon = used.quote.total_fen == 8_900
    state = Coupon.objects.get().state
    assert state == ("held" if has_coupon else "undone")
    assert inviter_of(ana).granted == InviteCampaign.objects.get().rewards == int(has_coupon)
