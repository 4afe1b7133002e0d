"""Invitations: exact rows and facts, and nothing written on a refusal."""

from typing import Any

import pytest

from kaibo.audience.actions import follow
from kaibo.base.actor import Actor
from kaibo.facts import promotions as told
from kaibo.facts.audience import ViewerFollowed
from kaibo.facts.orders import OrderPaid, OrderRefundStarted
from kaibo.journal.reads import Entry as Read
from kaibo.journal.reads import Position
from kaibo.promotions import actions
from kaibo.promotions import follow as follower
from kaibo.promotions.errors import (
    InviteNotNow,
    NoSuchInvite,
)
from kaibo.promotions.models import (
    Coupon,
    InviteCampaign,
    Invitee,
    Inviter,
    InviteReward,
    Promotion,
)
from kaibo.promotions.reads import coupons_of
from kaibo.promotions.reads import invites as reads
from kaibo.promotions.rules.invites import REFUSED_PER_ADDRESS_MAX
from kaibo.promotions.tests import promoting
from kaibo.promotions.tests.inviting import (
    HOUR,
    card,
    come,
    did,
    inviter_of,
    link,
    open_one,
    refuses,
    viewer_of,
)
from kaibo.promotions.tests.shop import NOW, SHOW, Shop, after, facts, make_shop

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop() -> Shop:
    return make_shop()


def bring(shop: Shop, code: str, *numbers: int, at: float = 2) -> list[int]:
    """Newcomers by a link, each from an address of their own, who do the task."""
    came = []
    for number in numbers:
        viewer = viewer_of(shop, number, at=at)
        assert come(shop, code, viewer, number=number, at=at) == "pending"
        assert did(shop, viewer, at=at + 1) == 1
        came.append(viewer)
    return came


@pytest.mark.row("R-102")
def test_an_invitation_from_the_terms_to_the_rewards(shop: Shop) -> None:
    made = open_one(shop)
    ana = viewer_of(shop, 1)
    code = link(shop, made.id, ana)
    assert link(shop, made.id, ana) == code
    assert len(code) == 16
    friends = [viewer_of(shop, number, at=2) for number in (11, 12, 13)]
    assert [come(shop, code, friend) for friend in friends] == ["pending"] * 3
    seen = card(shop, ana)
    assert (seen.code, seen.counted, seen.pending, seen.rewards, seen.place) == (
        code, 0, 3, 0, None
    )  # fmt: skip
    assert [did(shop, friend) for friend in friends[:2]] == [1, 1]
    assert did(shop, friends[0], at=5) == 0
    (coupon,) = Coupon.objects.all()
    (given,) = facts(told.InviteRewarded)
    assert given == told.InviteRewarded(
        invite_id=made.id,
        inviter_id=inviter_of(ana).pk,
        reward_id=InviteReward.objects.get().pk,
        viewer_id=ana,
        coupon_id=coupon.pk,
    )
    assert (coupon.viewer_id, coupon.state, coupon.claimed_at) == (ana, "open", after(3))
    assert [fact.by for fact in promoting.told(told.CouponClaimed)] == ["invite"]
    assert [one.title_zh for one in coupons_of(ana, org_id=shop.org_id)] == ["立减"]
    seen = card(shop, ana)
    assert (seen.counted, seen.pending, seen.rewards, seen.left, seen.place) == (2, 1, 1, 2, 1)
    assert [card(shop, friend).invited for friend in friends] == ["counted", "counted", "pending"]
    assert promoting.quote(shop, viewer_id=ana).total_fen == 8_900
    (counted, *_) = facts(told.InviteeCounted)
    assert counted == told.InviteeCounted(
        invite_id=made.id,
        inviter_id=inviter_of(ana).pk,
        invitee_id=Invitee.objects.get(viewer_id=friends[0]).pk,
        order_no="",
    )
    assert actions.run_due_invites(now=after(HOUR + 59)) == 0
    assert actions.run_due_invites(now=after(HOUR + 60)) == 1
    assert actions.run_due_invites(now=after(HOUR + 61)) == 0
    (end,) = facts(told.InviteFinished)
    assert end == told.InviteFinished(
        invite_id=made.id, title="邀友有礼", inviters=1, counted=2, refused=0, rewards=1
    )
    assert set(Invitee.objects.values_list("network", "trace")) == {("", "")}
    assert set(Inviter.objects.values_list("network", "trace")) == {("", "")}
    assert did(shop, friends[2], at=HOUR + 61) == 0


@pytest.mark.row("R-102")
def test_self_invites_and_farms_do_not_count_and_are_on_file(shop: Shop) -> None:
    made = open_one(shop, per_address=2)
    old = viewer_of(shop, 9, at=-5)
    ana, bo = viewer_of(shop, 1), viewer_of(shop, 2)
    code, other = link(shop, made.id, ana, number=100), link(shop, made.id, bo, number=101)
    assert come(shop, code, ana, number=100) == "no"
    assert come(shop, code, old) == "no"
    staff = viewer_of(shop, 3)
    actions.bar_viewer(viewer_id=staff, reason="staff", by=shop.by, now=NOW)
    assert come(shop, code, staff) == "no"
    # One telephone with its storage deleted again and again, and the inviter's own.
    farm = [viewer_of(shop, number) for number in (20, 21, 22)]
    assert [come(shop, code, one, number=50) for one in farm] == ["pending", "no", "no"]
    assert come(shop, code, viewer_of(shop, 23), number=100) == "no"
    # Another telephone at that address is a person more, a third one too many.
    for number, heard in ((24, "pending"), (25, "no")):
        one = viewer_of(shop, number)
        where = actions.Origin(network="203.0.113.50", browser=f"other {number}")
        assert heard == actions.accept_invite(
            code=code, org_id=shop.org_id, show_id=SHOW, viewer_id=one, origin=where, now=after(2)
        )  # fmt: skip
    assert come(shop, other, farm[0], number=51) == "no"
    assert come(shop, code, farm[0], number=50) == "pending"
    # Who invites is no newcomer: two cannot bring each other.
    assert come(shop, other, ana, number=52) == "no"
    assert reads.invite(shop.org_id, made.id).refused == {
        "own": 1, "not_new": 2, "barred": 1, "same_device": 3, "address_full": 1, "already": 1
    }  # fmt: skip
    told_of = [fact.reason for fact in promoting.told(told.InviteeRefused)]
    assert told_of == [
        "own", "not_new", "barred", "same_device", "same_device", "same_device",
        "address_full", "already", "not_new",
    ]  # fmt: skip
    assert [did(shop, one) for one in farm] == [1, 0, 0]
    assert Coupon.objects.count() == 0
    # The page says that somebody does not count, and never why.
    assert card(shop, farm[1]).invited == "no"
    assert card(shop, ana).not_counted == 7
    assert card(shop, ana).invited == "no"


def test_there_is_one_level_only(shop: Shop) -> None:
    """Whom the invited invite counts for them, and for nobody above."""
    made = open_one(shop, invitees_per_reward=1)
    ana = viewer_of(shop, 1)
    (bo,) = bring(shop, link(shop, made.id, ana), 11)
    assert (inviter_of(ana).counted, inviter_of(ana).granted) == (1, 1)
    (cai,) = bring(shop, link(shop, made.id, bo, number=11, at=4), 12, at=5)
    (dan,) = bring(shop, link(shop, made.id, cai, number=12, at=7), 13, at=8)
    assert [inviter_of(one).counted for one in (ana, bo, cai)] == [1, 1, 1]
    assert [inviter_of(one).granted for one in (ana, bo, cai)] == [1, 1, 1]
    assert not Inviter.objects.filter(viewer_id=dan).exists()


def test_rewards_stop_at_the_most_of_one_and_at_the_budget(shop: Shop) -> None:
    made = open_one(shop, invitees_per_reward=1)
    ana, bo = viewer_of(shop, 1), viewer_of(shop, 2)
    bring(shop, link(shop, made.id, ana), 11, 12, 13)
    assert (inviter_of(ana).counted, inviter_of(ana).granted, inviter_of(ana).owed) == (3, 2, 0)
    bring(shop, link(shop, made.id, bo, number=101), 21, 22, at=9)
    assert (inviter_of(bo).counted, inviter_of(bo).granted, inviter_of(bo).owed) == (2, 1, 1)
    row = InviteCampaign.objects.get()
    assert (row.rewards, row.rewards_total, Coupon.objects.count()) == (3, 3, 3)
    assert Promotion.objects.get().coupons_given == 3
    assert (card(shop, bo).left, card(shop, bo).owed, card(shop, bo).place) == (0, 1, 2)
    shown = [(one.place, one.name, one.counted, one.is_me) for one in card(shop, bo).board]
    assert shown == [(1, "客**", 3, False), (2, "客**", 2, True)]
    board = [(one.name, one.rewards) for one in reads.invite_board(shop.org_id, made.id)]
    assert board == [("客1", 2), ("客2", 1)]
    view = reads.invite(shop.org_id, made.id)
    assert (view.budget_fen, view.owed, view.inviters) == (3_000, 1, 2)


def paid(shop: Shop, viewer_id: int, no: str, *, at: float) -> int:
    return did(shop, viewer_id, task="order", at=at, show_id=SHOW, order_no=no)


def test_a_refund_takes_an_unspent_reward_back_and_the_next_in_line_has_it(shop: Shop) -> None:
    terms = {"task": "order", "invitees_per_reward": 1, "rewards_total": 2}
    made = open_one(shop, **terms)
    ana, bo = viewer_of(shop, 1), viewer_of(shop, 2)
    for who, number in ((ana, 100), (bo, 101)):
        code = link(shop, made.id, who, number=number)
        for friend in (number + 20, number + 40):
            come(shop, code, viewer_of(shop, friend), number=friend)
    a, b, c = (Invitee.objects.order_by("pk")[n].viewer_id for n in (0, 1, 2))
    assert [paid(shop, who, f"N{who}", at=3 + n) for n, who in enumerate((a, b, c))] == [1, 1, 1]
    assert (inviter_of(ana).granted, inviter_of(bo).granted, inviter_of(bo).owed) == (2, 0, 1)
    undo: dict[str, Any] = {"order_no": f"N{a}", "org_id": shop.org_id}
    assert actions.uncount_invitees(**undo, at=after(9)) == 1
    assert actions.uncount_invitees(**undo, at=after(10)) == 0
    assert (inviter_of(ana).counted, inviter_of(ana).granted) == (1, 1)
    assert (inviter_of(bo).granted, inviter_of(bo).owed) == (1, 0)
    # The newest of hers went; his is a third coupon.
    states = list(Coupon.objects.order_by("pk").values_list("viewer_id", "state"))
    assert states == [(ana, "open"), (ana, "undone"), (bo, "open")]
    (back,) = facts(told.InviteRewardUndone)
    assert isinstance(back, told.InviteRewardUndone)
    assert back.coupon_id == Coupon.objects.get(state="undone").pk
    assert [fact.viewer_id for fact in promoting.told(told.CouponTakenBack)] == [ana]
    row, promotion = InviteCampaign.objects.get(), Promotion.objects.get()
    assert (row.rewards, promotion.coupons_given) == (2, 2)
    assert (card(shop, ana).rewards, card(shop, ana).undone) == (1, 1)
    assert card(shop, a).invited == "no"
    # The same person does not count again by another order.
    assert paid(shop, a, "N-other", at=11) == 0


def test_a_spent_reward_stays_and_the_next_invitee_makes_up_for_it(shop: Shop) -> None:
    made = open_one(shop, task="order", invitees_per_reward=1)
    ana = viewer_of(shop, 1)
    code = link(shop, made.id, ana)
    friends = [viewer_of(shop, number) for number in (11, 12, 13)]
    for friend in friends:
        come(shop, code, friend)
    paid(shop, friends[0], "N1", at=3)
    used = promoting.use(shop, viewer_id=ana, at=4)
    assert actions.uncount_invitees(order_no="N1", org_id=shop.org_id, at=after(5)) == 1
    assert (inviter_of(ana).counted, inviter_of(ana).granted) == (0, 1)
    assert Coupon.objects.get().state == "held"
    actions.mark_uses_sold(use_ids=used.use_ids, now=after(6))
    paid(shop, friends[1], "N2", at=7)
    assert (inviter_of(ana).counted, inviter_of(ana).granted) == (1, 1)
    paid(shop, friends[2], "N3", at=8)
    assert (inviter_of(ana).granted, Coupon.objects.count()) == (2, 2)


def test_nothing_changes_after_the_end(shop: Shop) -> None:
    made = open_one(shop, task="order", invitees_per_reward=1)
    ana = viewer_of(shop, 1)
    code = link(shop, made.id, ana)
    first, late = viewer_of(shop, 11), viewer_of(shop, 12)
    come(shop, code, first)
    come(shop, code, late)
    assert paid(shop, first, "N1", at=HOUR - 1) == 1
    assert paid(shop, late, "N2", at=HOUR) == 0
    assert actions.uncount_invitees(order_no="N1", org_id=shop.org_id, at=after(HOUR)) == 0
    new = viewer_of(shop, 13)
    refuses(InviteNotNow, come, shop, code, new, at=HOUR)
    actions.run_due_invites(now=after(HOUR + 60))
    refuses(InviteNotNow, come, shop, code, new, at=HOUR + 61)
    refuses(NoSuchInvite, link, shop, made.id, new, at=HOUR + 61)
    assert (card(shop, ana).state, card(shop, ana).rewards) == ("finished", 1)


def test_only_the_task_that_was_asked_counts_and_only_after_coming(shop: Shop) -> None:
    made = open_one(shop, task="order")
    code = link(shop, made.id, viewer_of(shop, 1))
    friend = viewer_of(shop, 11)
    come(shop, code, friend, at=5)
    assert did(shop, friend, task="follow", at=6) == 0
    assert paid(shop, friend, "N1", at=4) == 0
    assert did(shop, friend, task="order", at=6, show_id=SHOW + 1, order_no="N1") == 0
    assert paid(shop, friend, "N1", at=6) == 1


def test_those_who_stayed_count_by_their_minutes(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Minutes before they came by the link do not."""
    made = open_one(shop, task="watch", watch_minutes=2, newcomer="buyer")
    code = link(shop, made.id, viewer_of(shop, 1))
    friends = [viewer_of(shop, number) for number in (11, 12)]
    seconds = {friends[0]: 600, friends[1]: 0}
    watched = "kaibo.promotions.actions.invitees.watched_s"
    monkeypatch.setattr(watched, lambda show_id, viewer_id, org_id: seconds[viewer_id])
    # Whoever left stands in nobody's way.
    monkeypatch.setattr("kaibo.promotions.actions.invitees.WATCHED_AT_ONCE", 1)
    for friend in friends:
        come(shop, code, friend)
    seconds[friends[0]] += 110
    seconds[friends[1]] += 120
    assert actions.run_due_invites(now=after(200)) == 1
    states = dict(Invitee.objects.values_list("viewer_id", "state"))
    assert states == {friends[0]: "pending", friends[1]: "counted"}
    seconds[friends[0]] += 10
    assert actions.run_due_invites(now=after(210)) == 1
    assert Coupon.objects.count() == 1


def test_the_journal_tells_of_follows_orders_and_refunds(shop: Shop) -> None:
    made = open_one(shop, task="order", invitees_per_reward=1)
    ana = viewer_of(shop, 1)
    friend = viewer_of(shop, 11)
    come(shop, link(shop, made.id, ana), friend)

    def hear(fact: Any, at: float) -> None:
        entry = Read(
            id=1, position=Position(), tag="", fact=fact, org_id=shop.org_id, show_id=SHOW,
            actor=Actor("viewer", friend, shop.org_id).tag, at=after(at),
        )  # fmt: skip
        follower.on_entry(entry)

    hear(ViewerFollowed(viewer_id=friend), 3)
    assert inviter_of(ana).counted == 0
    order: dict[str, Any] = {"order_id": 7, "no": "N7", "viewer_id": friend}
    pay = OrderPaid(**order, payment_id=1, total_fen=100, lines=[], revived=False)
    hear(pay, 4)
    hear(pay, 4)
    assert (inviter_of(ana).counted, Invitee.objects.get().order_no) == (1, "N7")
    hear(OrderRefundStarted(**order, amount_fen=50, lines=[], is_all=False), 5)
    assert inviter_of(ana).counted == 1
    hear(OrderRefundStarted(**order, amount_fen=50, lines=[], is_all=True), 6)
    assert (inviter_of(ana).counted, inviter_of(ana).granted) == (0, 0)


def test_an_address_fills_no_table(shop: Shop) -> None:
    made = open_one(shop, per_address=1)
    code = link(shop, made.id, viewer_of(shop, 1))
    came = [viewer_of(shop, 100 + n) for n in range(REFUSED_PER_ADDRESS_MAX + 3)]
    heard = [come(shop, code, one, number=50) for one in came]
    assert heard == ["pending"] + ["no"] * (REFUSED_PER_ADDRESS_MAX + 2)
    assert Invitee.objects.count() == len(facts(told.InviteeRefused)) + 1 == 51


def test_an_address_that_is_not_known_is_not_one_person(shop: Shop) -> None:
    made = open_one(shop, per_address=1)
    code = link(shop, made.id, viewer_of(shop, 1))
    for number in (11, 12, 13):
        heard = actions.accept_invite(
            code=code, org_id=shop.org_id, show_id=SHOW, viewer_id=viewer_of(shop, number),
            origin=actions.Origin(browser="phone"), now=after(2),
        )  # fmt: skip
        assert heard == "pending"


def test_the_list_filters_and_goes_on_paper(shop: Shop) -> None:
    made = open_one(shop)
    ana = viewer_of(shop, 1)
    code = link(shop, made.id, ana)
    bring(shop, code, 11)
    come(shop, code, ana)
    come(shop, code, viewer_of(shop, 12))
    page = reads.invitees(shop.org_id, made.id)
    assert (page.total, page.pages) == (3, 1)
    assert page.states == {"counted": 1, "refused": 1, "pending": 1}
    assert page.refused == {"own": 1}
    assert [(one.inviter, one.invitee, one.state) for one in page.items] == [
        ("客1", "客12", "pending"),
        ("客1", "客1", "refused"),
        ("客1", "客11", "counted"),
    ]
    only = reads.invitees(shop.org_id, made.id, state="refused", reason="own")
    assert [one.reason for one in only.items] == ["own"]
    assert reads.invitees(shop.org_id, made.id, reason="barred").items == []
    rows = list(reads.invitee_rows(shop.org_id, made.id, state="refused"))
    assert [len(row) for row in rows] == [len(reads.INVITEE_COLUMNS)]
    assert rows[0][:7] == [after(2), "客1", ana, "客1", ana, "未计入", "自己邀请自己"]


def test_followers_of_old_bring_nothing(shop: Shop) -> None:
    made = open_one(shop, newcomer="buyer")
    code = link(shop, made.id, viewer_of(shop, 1))
    friend = viewer_of(shop, 11)
    follow(viewer_id=friend, org_id=shop.org_id, now=after(1))
    assert come(shop, code, friend) == "no"
    assert reads.invite(shop.org_id, made.id).refused == {"not_new": 1}
