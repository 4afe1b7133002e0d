"""Group buys: complete at the last pay, all back in time, and never one seat too many."""

import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaibo.base.actor import Actor
from kaibo.base.errors import BadInput, Refusal
from kaibo.facts.orders import GroupExpired, GroupSettled, GroupSucceeded, PaymentRefundDue
from kaibo.orders import actions
from kaibo.orders.actions.seats import check_may_ship
from kaibo.orders.errors import (
    GroupAlone,
    GroupFull,
    GroupNotComplete,
    GroupOver,
    InGroupAlready,
    NoSuchGroup,
)
from kaibo.orders.models import Group, Member, Order, Refund
from kaibo.orders.reads import groups_of_show, groups_of_viewer, groups_to_join
from kaibo.orders.reads.quoting import LineAsked, quote_line
from kaibo.orders.rules import Seats, check_seat
from kaibo.orders.sandbox import bank
from kaibo.orders.tests.buying import open_payment, pay, place, tell
from kaibo.orders.tests.grouping import (
    FILL_S,
    LEADER_FEN,
    PRICE_FEN,
    buy,
    fill,
    look,
    start,
)
from kaibo.promotions import actions as promotions
from kaibo.promotions.errors import (
    BelowFloor,
    BuyerLimit,
    GroupOfferOn,
    GroupOfferOver,
    GroupPriceCannotBe,
    NoSuchGroupOffer,
    SecondPersonNeeded,
    SoldOut,
)
from kaibo.promotions.models import GroupOffer, Offer, Taking
from kaibo.promotions.reads import group_offers, link
from kaibo.promotions.rules import AmountOff
from kaibo.promotions.tests.promoting import run
from kaibo.promotions.tests.shop import NOW, SHOW, Shop, after, facts, open_link

pytestmark = pytest.mark.django_db


def states(order_group: int | None) -> tuple[str, list[str]]:
    assert order_group is not None
    group = Group.objects.get(pk=order_group)
    return group.state, [one.state for one in group.members.order_by("pk")]


@pytest.mark.row("R-060")
def test_a_group_of_three_completes_at_the_third_pay(shop: Shop) -> None:
    offer = start(shop)
    first, second, third = fill(shop, offer, paid=0)
    assert states(first.group_id) == ("full", ["joined"] * 3)
    pay(second, viewer_id=2)
    pay(first)
    assert look(first).state == "full"
    assert facts(GroupSucceeded) == []
    pay(third, viewer_id=3)
    ids = [Order.objects.get(no=one.no).pk for one in (first, second, third)]
    told = GroupSucceeded(
        group_id=first.group_id or 0, group_offer_id=offer.id, link_no=1, size=3, order_ids=ids
    )
    assert facts(GroupSucceeded) == [told]
    seen = look(first)
    assert (seen.state, seen.paid, seen.seats_left) == ("succeeded", 3, 0)
    assert [one.total_fen for one in (first, second, third)] == [LEADER_FEN, PRICE_FEN, PRICE_FEN]
    assert Offer.objects.get().units_sold == 3
    # Nothing happens to it when its time is over.
    assert actions.end_due_groups(now=after(FILL_S)) == 0
    assert look(first).state == "succeeded"


@pytest.mark.row("R-060")
def test_a_group_that_is_not_complete_in_time_pays_everybody_back(shop: Shop) -> None:
    offer = start(shop)
    first, second, third = fill(shop, offer, paid=2)
    late = open_payment(third, viewer_id=3)
    assert actions.end_due_groups(now=after(FILL_S - 1)) == 0
    assert actions.end_due_groups(now=after(FILL_S)) == 1
    assert states(first.group_id) == ("expired", ["refunded", "refunded", "left"])
    assert actions.end_due_groups(now=after(FILL_S + 1)) == 0
    assert [refund.amount_fen for refund in Refund.objects.order_by("pk")] == [6_900, 7_900]
    assert shop.levels() == (100, 8, 0)
    assert actions.retry_refunds(now=after(FILL_S + 2)) == 2
    actions.end_due_groups(now=after(FILL_S + 3))
    assert look(first).state == "refunded"
    assert {Order.objects.get(no=one.no).state for one in (first, second)} == {"refunded"}
    # Money of the third comes hours late: back it goes, and nobody is woken.
    bank.press(late.attempt_token, "pay", now=after(9_000))
    assert tell(late, now=after(9_000)) == "done"
    late.refresh_from_db()
    assert late.state == "refund_due"
    actions.end_due_groups(now=after(9_001))
    assert [len(facts(kind)) for kind in (GroupExpired, GroupSettled)] == [1, 1]


@pytest.mark.row("R-060")
def test_a_refund_after_success_leaves_the_others_and_is_shown(shop: Shop) -> None:
    offer = start(shop)
    first, second, third = fill(shop, offer, paid=3)
    buyer = Actor("viewer", 2, shop.org_id)
    actions.refund_order(no=second.no, reason="", by=buyer, now=after(5))
    for _ in range(2):
        seen = look(third, viewer_id=3)
        assert (seen.state, seen.paid, seen.refunded, seen.seats_left) == ("succeeded", 2, 1, 0)
        assert [one.state for one in seen.members] == ["paid", "refunded", "paid"]
        actions.retry_refunds(now=after(6))
    states_now = [Order.objects.get(no=one.no).state for one in (first, second, third)]
    assert states_now == ["paid", "refunded", "paid"]
    # They got back what they paid; the others paid and keep the group's price.
    assert [one.amount_fen for one in Refund.objects.all()] == [PRICE_FEN]
    for order in Order.objects.exclude(no=second.no):
        check_may_ship(order)
    with pytest.raises(GroupOver):
        buy(shop, offer, 4, group_id=first.group_id, now=after(7))


def test_a_refund_before_success_frees_the_seat(shop: Shop) -> None:
    offer = start(shop)
    first, second, _third = fill(shop, offer, paid=2)
    actions.refund_order(no=second.no, reason="", by=shop.by, now=after(5))
    assert states(first.group_id) == ("open", ["paid", "refunded", "joined"])
    again = buy(shop, offer, 2, group_id=first.group_id, now=after(6), request_key="again")
    assert again.total_fen == PRICE_FEN
    assert states(first.group_id)[0] == "full"


def test_an_unpaid_seat_is_free_again_and_late_money_finds_it_or_goes_back(shop: Shop) -> None:
    offer = start(shop)
    first, second, third = fill(shop, offer, paid=1)
    payments = [open_payment(second, viewer_id=2), open_payment(third, viewer_id=3)]
    assert actions.close_due_orders(now=after(900)) == 2
    assert states(first.group_id) == ("open", ["paid", "left", "left"])
    fourth = buy(shop, offer, 4, group_id=first.group_id, now=after(901))
    # One seat is left: the second's money takes it, the third's finds none.
    for payment in payments:
        bank.press(payment.attempt_token, "pay", now=after(902))
        assert tell(payment, now=after(902)) == "done"
    assert states(first.group_id) == ("full", ["paid", "paid", "left", "joined"])
    why = [(fact.no, fact.why) for fact in facts(PaymentRefundDue)]  # type: ignore[attr-defined]
    assert why == [(third.no, "group_gone")]
    pay(fourth, viewer_id=4, now=after(903))
    assert look(first).state == "succeeded"


def test_money_for_an_order_of_an_expired_group_goes_back_before_the_sweep_comes_by(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The sweep was cut off between expiring the group and its orders."""
    offer = start(shop, fill_s=60)
    first = buy(shop, offer, 1)
    payment = open_payment(first)
    with monkeypatch.context() as cut:
        cut.setattr("kaibo.orders.actions.groups._undo", lambda no, now: None)
        assert actions.end_due_groups(now=after(60)) == 1
    assert states(first.group_id) == ("expired", ["joined"])
    bank.press(payment.attempt_token, "pay", now=after(61))
    assert tell(payment, now=after(61)) == "done"
    assert [refund.why for refund in Refund.objects.all()] == ["group_gone"]
    actions.end_due_groups(now=after(62))
    order = Order.objects.get()
    assert (order.state, order.close_reason) == ("closed", "group_expired")
    assert states(first.group_id) == ("expired", ["left"])
    actions.retry_refunds(now=after(63))
    actions.end_due_groups(now=after(64))
    assert look(first).state == "refunded"


def test_an_order_of_an_open_group_may_not_be_shipped(shop: Shop) -> None:
    first, _second, third = fill(shop, start(shop), paid=2)
    order = Order.objects.get(no=first.no)
    with pytest.raises(GroupNotComplete):
        check_may_ship(order)
    pay(third, viewer_id=3)
    check_may_ship(order)
    check_may_ship(Order.objects.get(no=place(shop, viewer_id=9).no))


def test_who_may_not_have_a_seat(shop: Shop) -> None:
    offer = start(shop)
    first, *_ = fill(shop, offer, paid=1, size=2)
    group_id = first.group_id
    open_link(shop, 2)
    before = Order.objects.count(), Member.objects.count(), Group.objects.count()
    tries: list[tuple[type[Refusal], int, dict[str, object]]] = [
        (InGroupAlready, 1, {"group_id": group_id, "request_key": "x"}),
        (NoSuchGroup, 4, {"group_id": 10**9}),
        (GroupAlone, 4, {"group_id": group_id, "link_no": 2}),
        (BuyerLimit, 4, {"group_id": group_id, "units": 2, "expected_total_fen": 15_800}),
        # One unit a buyer over all groups of the offer.
        (BuyerLimit, 1, {"request_key": "y"}),
        (GroupOver, 4, {"group_id": group_id, "now": after(FILL_S)}),
    ]
    for kind, viewer_id, changes in tries:
        with pytest.raises(kind):
            buy(shop, offer, viewer_id, **changes)  # type: ignore[arg-type]
        assert (Order.objects.count(), Member.objects.count(), Group.objects.count()) == before
    buy(shop, offer, 3, group_id=group_id)
    with pytest.raises(GroupFull):
        buy(shop, offer, 4, group_id=group_id)


def test_units_are_held_for_a_seat_and_never_oversold(shop: Shop) -> None:
    open_link(shop, 2, units=2)
    offer = start(shop, link_no=2)
    first = buy(shop, offer, 1, link_no=2)
    buy(shop, offer, 2, group_id=first.group_id, link_no=2)
    with pytest.raises(SoldOut):
        buy(shop, offer, 3, group_id=first.group_id, link_no=2)
    actions.close_due_orders(now=after(900))
    assert Offer.objects.get(link_no=2).units_held == 0
    assert states(first.group_id) == ("open", ["left", "left"])


def test_the_same_request_gives_the_same_seat(shop: Shop) -> None:
    offer = start(shop)
    one, other = buy(shop, offer, 1), buy(shop, offer, 1)
    assert one == other
    assert (Group.objects.count(), Member.objects.count(), Taking.objects.count()) == (1, 1, 1)


def test_terms_that_cannot_stand(shop: Shop) -> None:
    tries: list[tuple[type[Refusal], dict[str, object]]] = [
        (BelowFloor, {"price_fen": 4_999, "leader_price_fen": None}),
        (BelowFloor, {"leader_price_fen": 4_999}),
        (GroupPriceCannotBe, {"price_fen": 9_900}),
        (GroupPriceCannotBe, {"leader_price_fen": 7_901}),
        (BadInput, {"size": 1}),
        (BadInput, {"size": 101}),
        (BadInput, {"fill_s": 59}),
        (BadInput, {"per_buyer_max": 0}),
    ]
    for kind, changes in tries:
        with pytest.raises(kind):
            start(shop, **changes)
        assert not GroupOffer.objects.exists()
    offer = start(shop)
    with pytest.raises(GroupOfferOn):
        start(shop)
    for _ in range(2):
        ended = promotions.end_group_offer(group_offer_id=offer.id, by=shop.by, now=NOW)
        assert ended.state == "ended"
    with pytest.raises(GroupOfferOver):
        buy(shop, offer, 1)
    with pytest.raises(NoSuchGroupOffer):
        promotions.end_group_offer(group_offer_id=10**9, by=shop.by, now=NOW)
    assert start(shop, leader_price_fen=None).state == "running"


def test_a_group_price_meets_promotions_at_the_floor(shop: Shop) -> None:
    """The same solver as for a link: 69 less 20 is below 50."""
    run(shop, AmountOff(2_000))
    with pytest.raises(BelowFloor):
        start(shop)
    assert start(shop, leader_price_fen=None).price_fen == PRICE_FEN


def test_a_price_that_needs_a_second_person_is_refused(shop: Shop) -> None:
    promotions.set_guards(
        terms=promotions.GuardTerms(long_off_fen_max=1, short_off_fen_max=1), by=shop.by, now=NOW
    )
    with pytest.raises(SecondPersonNeeded):
        start(shop)


def test_what_pages_see(shop: Shop) -> None:
    offer = start(shop)
    first, second, _ = fill(shop, offer, paid=1, size=3)
    assert [one.id for one in group_offers(SHOW, org_id=shop.org_id, running=True)] == [offer.id]
    assert groups_to_join(SHOW, viewer_id=4, now=NOW) == []
    actions.cancel_order(no=second.no, viewer_id=2, now=after(1))
    (found,) = groups_to_join(SHOW, viewer_id=4, now=after(2))
    assert (found.seats_left, found.price_fen) == (1, PRICE_FEN)
    assert [one.order_no for one in found.members] == [None, None]
    (mine,) = groups_of_viewer(1, org_id=shop.org_id)
    assert [(one.is_me, one.order_no) for one in mine.members] == [(True, first.no), (False, None)]
    page = groups_of_show(shop.org_id, SHOW)
    assert (page.total, page.states) == (1, {"open": 1})
    assert groups_of_show(shop.org_id + 1, SHOW).items == []
    assert first.group_id == mine.id
    snapshot = Order.objects.get(no=first.no).snapshot["group"]
    assert (snapshot["size"], snapshot["price_fen"], snapshot["fill_s"]) == (3, PRICE_FEN, FILL_S)


def test_a_price_in_a_group_is_quoted_as_it_is_ordered(shop: Shop) -> None:
    offer = start(shop)
    assert (of := link(SHOW, 1).group) is not None
    assert (of.id, of.price_of(leads=True), of.price_of(leads=False)) == (
        offer.id,
        LEADER_FEN,
        PRICE_FEN,
    )
    asked: dict[str, Any] = {
        "org_id": shop.org_id,
        "show_id": SHOW,
        "viewer_id": 9,
        "coupon_ids": None,
        "now": NOW,
    }
    opened = LineAsked(units=1, group_offer_id=offer.id)
    assert quote_line(opened, **asked).total_fen == LEADER_FEN
    first, *_ = fill(shop, offer, paid=1, size=2)
    joined = LineAsked(units=1, group_offer_id=offer.id, group_id=first.group_id)
    assert quote_line(joined, **asked).total_fen == PRICE_FEN
    promotions.end_group_offer(group_offer_id=offer.id, by=shop.by, now=after(1))
    assert link(SHOW, 1).group is None
    with pytest.raises(NoSuchGroupOffer):
        quote_line(LineAsked(units=1, group_offer_id=10**9), **asked)


@given(
    state=st.sampled_from(["open", "full", "succeeded", "expired", "refunded"]),
    size=st.integers(2, 5),
    held=st.integers(0, 5),
    paid=st.integers(0, 5),
    is_member=st.booleans(),
    left_s=st.integers(-2, 2),
)
def test_a_seat_is_given_only_where_one_is_free(
    state: str, size: int, held: int, paid: int, is_member: bool, left_s: int
) -> None:
    """Whoever gets one is new, in time, in a group that goes on, and there is room."""
    seats = Seats(size, held, paid)
    ends = NOW + dt.timedelta(seconds=left_s)
    try:
        check_seat(
            1,
            state=state,  # type: ignore[arg-type]  # drawn from its words
            seats=seats,
            is_member=is_member,
            fills_before=ends,
            now=NOW,
        )
    except (GroupOver, GroupFull, InGroupAlready):
        is_open = state in ("open", "full") and left_s > 0
        assert not is_open or is_member or seats.free < 1
    else:
        assert state in ("open", "full")
        assert left_s > 0
        assert not is_member
        assert seats.free > 0
