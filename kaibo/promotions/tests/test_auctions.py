"""Auctions: exact rows and facts, and nothing written on a refusal."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction

from kaibo.audience.actions import enter
from kaibo.base.errors import BadInput
from kaibo.facts import promotions as told
from kaibo.journal.models import Entry
from kaibo.promotions import actions, reads
from kaibo.promotions.errors import (
    AuctionCannotBe,
    AuctionOn,
    AuctionStateWrong,
    BelowFloor,
    BidRefused,
    NoSuchAuction,
    NoSuchLink,
    OfferStateWrong,
    OnHold,
    SecondPersonNeeded,
    SoldOut,
)
from kaibo.promotions.models import Auction, Bid, Offer, Win
from kaibo.promotions.tests.bidding import (
    ENDS_S,
    OVER_S,
    PAY_S,
    START_FEN,
    STEP_FEN,
    bid,
    counts,
    end,
    plan,
    refused,
    terms,
    viewer_of,
)
from kaibo.promotions.tests.shop import (
    NOW,
    SHOW,
    Shop,
    after,
    facts,
    list_link,
    make_shop,
    open_link,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop() -> Shop:
    """Link 1 sells 10 at 99 yuan; the floor is 50."""
    shop = make_shop()
    open_link(shop, units=10)
    return shop


def test_from_the_first_bid_to_the_sale(shop: Shop) -> None:
    id = plan(shop)
    assert counts() == (10, 1, 0, 0)
    assert [bid(shop, id, 1, 6_000).number, bid(shop, id, 2, 6_100).number] == [1, 2]
    mine = bid(shop, id, 1, 6_500, at=2)
    assert (mine.number, mine.price_fen, mine.leads, mine.least_fen) == (3, 6_500, True, 6_600)
    assert actions.run_due_auctions(now=after(OVER_S - 0.001)) == 0
    row = end()
    assert (row.state, row.bids_count, row.highest_fen) == ("hammered", 3, 6_500)
    assert counts() == (10, 0, 1, 0)
    (win,) = reads.wins_of(1, org_id=shop.org_id, show_id=SHOW)
    assert (win.price_fen, win.bid_number, win.turn, win.state) == (6_500, 3, 0, "held")
    assert win.pay_before == after(OVER_S + PAY_S)
    taken, used, _ = actions.take_win(win_id=win.id, viewer_id=1, show_id=SHOW, now=after(70))
    assert (taken.units, taken.unit_price_fen, taken.pay_before) == (1, 6_500, win.pay_before)
    assert (used.quote.total_fen, used.quote.line_fen, used.use_ids) == (6_500, (6_500,), ())
    assert taken.taking_id is not None
    actions.mark_units_sold(taking_id=taken.taking_id, now=after(80))
    assert (Win.objects.get().state, Auction.objects.get().state) == ("paid", "settled")
    assert counts() == (10, 0, 0, 1)
    kinds = [type(fact).__name__ for fact in facts()][4:]
    assert kinds == [
        *("AuctionPlanned", "AuctionStarted", "BidPlaced", "BidPlaced", "BidPlaced"),
        *("UnitsTaken", "AuctionHammered", "WinMoved", "WinMoved", "AuctionSettled", "UnitsSold"),
    ]
    (hammered,) = facts(told.AuctionHammered)
    assert isinstance(hammered, told.AuctionHammered)
    assert hammered.wins == [told.WinTold(win.id, taken.taking_id, 1, 3, 6_500, win.pay_before)]
    assert (hammered.units_back, hammered.void, hammered.is_buy_now) == (0, [], False)


def test_the_price_is_judged_before_anything_is_set_aside(shop: Shop) -> None:
    refused(BelowFloor, plan, shop, start_fen=4_999)
    # A low first bid is good if the reserve is not below the floor.
    refused(BelowFloor, plan, shop, start_fen=100, reserve_fen=4_999)
    refused(AuctionCannotBe, plan, shop, opens_at=after(-1))
    refused(SoldOut, plan, shop, units=11)
    refused(NoSuchLink, plan, shop, link_no=9)
    list_link(shop, 2, units=1)
    refused(OfferStateWrong, plan, shop, link_no=2)
    Offer.objects.filter(link_no=1).update(tripped_at=NOW)
    refused(OnHold, plan, shop)
    Offer.objects.filter(link_no=1).update(tripped_at=None)
    id = plan(shop, start_fen=100, reserve_fen=6_000)
    refused(AuctionOn, plan, shop)
    assert Auction.objects.get(pk=id).terms == terms(start_fen=100, reserve_fen=6_000)


def test_what_two_people_did_not_agree_to_is_not_auctioned() -> None:
    shop = make_shop(floor_fen=0)
    open_link(shop, units=10)
    refused(SecondPersonNeeded, plan, shop, start_fen=100)


def test_units_set_aside_are_nobody_elses(shop: Shop) -> None:
    plan(shop, units=9)
    take: dict[str, Any] = {"offer_id": Offer.objects.get().pk, "viewer_id": 5, "now": NOW}
    refused(SoldOut, actions.take_units, units=2, **take)
    actions.take_units(units=1, **take)
    assert counts() == (10, 9, 1, 0)
    with pytest.raises(IntegrityError), transaction.atomic():
        Offer.objects.update(units_set_aside=10)


@pytest.mark.parametrize(
    ("reason", "viewer_id", "price_fen", "at"),
    [
        ("over", 2, 6_200, ENDS_S),
        ("leading", 1, 6_200, 1),
        ("too_low", 2, 6_099, 1),
        ("too_high", 2, 6_000 + 101 * STEP_FEN, 1),
    ],
)
def test_a_bid_that_does_not_count(
    shop: Shop, reason: str, viewer_id: int, price_fen: int, at: float
) -> None:
    id = plan(shop)
    bid(shop, id, 1, START_FEN)
    no = refused(BidRefused, bid, shop, id, viewer_id, price_fen, at=at)
    assert (no.data["reason"], no.data["least_fen"]) == (reason, START_FEN + STEP_FEN)
    assert no.message("zh").startswith("出价未成功：")


def test_an_auction_begins_by_its_published_time(shop: Shop) -> None:
    id = plan(shop, opens_at=after(30))
    assert refused(BidRefused, bid, shop, id, 1, 6_000, at=29).data["reason"] == "not_begun"
    assert actions.run_due_auctions(now=after(29)) == 0
    # A bid in time does not wait for the timer.
    assert bid(shop, id, 1, 6_000, at=30).number == 1
    assert actions.run_due_auctions(now=after(31)) == 0
    assert len(facts(told.AuctionStarted)) == 1


def test_the_same_key_gets_the_first_bid_again(shop: Shop) -> None:
    id = plan(shop)
    first = bid(shop, id, 1, 6_000, key="a")
    bid(shop, id, 2, 6_100)
    entries = Entry.objects.count()
    again = bid(shop, id, 1, 9_000, key="a", at=ENDS_S + 1)
    assert (again.number, again.price_fen, again.made_at) == (1, 6_000, first.made_at)
    assert not again.leads
    assert Entry.objects.count() == entries
    refused(BadInput, bid, shop, id, 1, 9_000, key="?")


def test_so_many_bids_a_buyer(shop: Shop) -> None:
    id = plan(shop, bids_per_buyer_max=2)
    for n in range(4):
        bid(shop, id, 1 + n % 2, 6_000 + 100 * n)
    assert refused(BidRefused, bid, shop, id, 1, 6_400).data["reason"] == "too_many"
    assert bid(shop, id, 3, 6_400).leads


def test_late_bids_move_the_end_up_to_the_cap(shop: Shop) -> None:
    id = plan(shop)
    assert bid(shop, id, 1, 6_000, at=49).ends_at == after(60)
    ends = [bid(shop, id, 2 + n % 2, 6_100 + 100 * n, at=51 + 10 * n).ends_at for n in range(4)]
    assert ends == [after(70), after(80), after(90), after(90)]
    row = Auction.objects.get()
    assert (row.closes_at, row.ends_at) == (after(60), after(90))
    moved = [fact.is_extended for fact in facts(told.BidPlaced) if isinstance(fact, told.BidPlaced)]
    assert moved == [False, True, True, True, False]
    assert actions.run_due_auctions(now=after(91.9)) == 0
    assert actions.run_due_auctions(now=after(92)) == 1
    assert actions.run_due_auctions(now=after(93)) == 0


def test_a_bid_that_waited_counts_by_its_arrival_and_is_told_in_order(shop: Shop) -> None:
    id = plan(shop)
    bid(shop, id, 1, 6_000, at=59)
    # Received before the bid that was judged first.
    second = bid(shop, id, 2, 6_100, at=58.5)
    assert second.made_at == after(59)
    assert [row.number for row in Bid.objects.order_by("made_at", "pk")] == [1, 2]


def test_below_the_reserve_nothing_is_sold(shop: Shop) -> None:
    id = plan(shop, reserve_fen=6_200)
    # Nobody leads below it: the only bidder may go on.
    assert not bid(shop, id, 1, 6_000).leads
    bid(shop, id, 1, 6_100)
    (seen,) = reads.auctions(SHOW, org_id=shop.org_id, viewer_id=1)
    assert (seen.has_reserve, seen.is_reserve_met) == (True, False)
    assert "62" not in str(seen.words_zh)
    assert not hasattr(seen, "reserve_fen")
    assert reads.desk_auctions(SHOW, org_id=shop.org_id)[0].reserve_fen == 6_200
    row = end()
    assert (row.state, Win.objects.count(), counts()) == ("unsold", 0, (10, 0, 0, 0))
    (fact,) = facts(told.AuctionPassedIn)
    assert fact == told.AuctionPassedIn(
        auction_id=id, link_no=1, bids=2, highest_fen=6_100, units_back=1
    )


def test_without_a_bid_nothing_is_sold(shop: Shop) -> None:
    plan(shop, units=3)
    assert (end().state, counts()) == ("unsold", (10, 0, 0, 0))


def test_buying_now_ends_it_at_once(shop: Shop) -> None:
    id = plan(shop, buy_now_fen=8_000)
    bid(shop, id, 1, 6_000)
    bought = bid(shop, id, 1, 8_000, at=3)
    assert (bought.state, bought.leads, bought.ends_at) == ("hammered", True, after(60))
    assert refused(BidRefused, bid, shop, id, 2, 6_100, at=4).data["reason"] == "over"
    win = Win.objects.get()
    assert (win.viewer_id, win.price_fen, win.pay_before) == (1, 8_000, after(3 + PAY_S))
    assert actions.run_due_auctions(now=after(OVER_S)) == 0
    (fact,) = facts(told.AuctionHammered)
    assert isinstance(fact, told.AuctionHammered)
    assert fact.is_buy_now


def test_several_units_go_to_the_highest_bidders(shop: Shop) -> None:
    id = plan(shop, units=3)
    for viewer_id, price_fen in ((1, 6_000), (2, 6_100), (3, 6_200), (4, 6_300), (1, 6_400)):
        bid(shop, id, viewer_id, price_fen)
    end()
    won = list(Win.objects.order_by("pk").values_list("viewer_id", "price_fen"))
    assert won == [(1, 6_400), (4, 6_300), (3, 6_200)]
    assert counts() == (10, 0, 3, 0)


def test_units_without_a_bidder_go_back_to_the_link(shop: Shop) -> None:
    id = plan(shop, units=3)
    bid(shop, id, 1, 6_000)
    assert bid(shop, id, 2, 6_100).leads
    end()
    assert (Win.objects.count(), counts()) == (2, (10, 0, 2, 0))


@pytest.mark.parametrize("reason", ["staff", "affiliate"])
def test_the_shops_own_people_do_not_bid(shop: Shop, reason: Any) -> None:
    id, host = plan(shop), viewer_of(shop, 1)
    actions.bar_viewer(viewer_id=host, reason=reason, by=shop.by, now=NOW)
    assert refused(BidRefused, bid, shop, id, host, 6_000).data["reason"] == "barred"


def test_who_is_found_out_before_the_end_has_driven_nobody_up(shop: Shop) -> None:
    id, shill = plan(shop), viewer_of(shop, 1)
    for viewer_id, price_fen in ((shill, 6_000), (101, 6_100), (shill, 7_000), (101, 7_100)):
        bid(shop, id, viewer_id, price_fen)
    bid(shop, id, shill, 8_000)
    actions.bar_viewer(viewer_id=shill, reason="staff", by=shop.by, now=after(5))
    end()
    win = Win.objects.get()
    assert (win.viewer_id, win.price_fen, win.bid.number) == (101, 6_100, 2)
    (fact,) = facts(told.AuctionHammered)
    assert isinstance(fact, told.AuctionHammered)
    assert fact.void == [shill]


def test_only_the_shops_bids_sell_nothing(shop: Shop) -> None:
    id, shill = plan(shop), viewer_of(shop, 1)
    bid(shop, id, shill, 6_000)
    actions.bar_viewer(viewer_id=shill, reason="staff", by=shop.by, now=after(5))
    assert end().state == "unsold"
    (fact,) = facts(told.AuctionPassedIn)
    assert isinstance(fact, told.AuctionPassedIn)
    assert fact.void == [shill]


def test_before_it_begins_the_desk_may_cancel_and_then_no_more(shop: Shop) -> None:
    id = plan(shop, opens_at=after(30))
    cancel: dict[str, Any] = {"auction_id": id, "by": shop.by}
    refused(AuctionStateWrong, actions.cancel_auction, now=after(30), **cancel)
    for _ in range(2):
        assert actions.cancel_auction(now=after(29), **cancel).auction.state == "cancelled"
    assert (counts(), len(facts(told.AuctionCancelled))) == ((10, 0, 0, 0), 1)
    running = plan(shop)
    refused(AuctionStateWrong, actions.cancel_auction, auction_id=running, by=shop.by, now=NOW)
    other = make_shop("dai")
    refused(NoSuchAuction, actions.cancel_auction, auction_id=running, by=other.by, now=NOW)


def test_closing_the_link_ends_it_without_a_winner(shop: Shop) -> None:
    id = plan(shop, units=2)
    bid(shop, id, 1, 6_000)
    actions.close_link(show_id=SHOW, link_no=1, by=shop.by, now=after(5))
    assert (Auction.objects.get().state, Win.objects.count()) == ("cancelled", 0)
    assert (counts(), shop.levels()[1]) == ((0, 0, 0, 0), 0)
    (fact,) = facts(told.AuctionCancelled)
    assert fact == told.AuctionCancelled(
        auction_id=id, link_no=1, reason="link_closed", units_back=2, bids=1
    )
    assert refused(BidRefused, bid, shop, id, 2, 6_100, at=6).data["reason"] == "over"


def test_bids_of_another_show_or_shop_find_nothing(shop: Shop) -> None:
    id = plan(shop)
    values: dict[str, Any] = {
        "auction_id": id,
        "org_id": shop.org_id,
        "show_id": SHOW,
        "viewer_id": 1,
        "price_fen": 6_000,
        "request_key": "x",
        "now": NOW,
    }
    for wrong in ({"show_id": SHOW + 1}, {"org_id": shop.org_id + 1}, {"auction_id": id + 1}):
        refused(NoSuchAuction, actions.place_bid, **values | wrong)


def test_others_see_masked_names_and_every_term(shop: Shop) -> None:
    id = plan(shop, reserve_fen=7_000)
    bo = enter(org_id=shop.org_id, device="d" * 20, nickname="小波", now=NOW).id
    bid(shop, id, bo, 6_000)
    bid(shop, id, 99, 6_100)
    seen = reads.auction(id, org_id=shop.org_id, show_id=SHOW, viewer_id=bo)
    assert [(one.number, one.name_masked, one.is_me) for one in seen.shown] == [
        (2, "**", False),
        (1, "小**", True),
    ]
    assert (seen.bids, seen.my_bids, seen.least_fen, seen.leads) == (2, 1, 6_200, False)
    assert (seen.opens_at, seen.closes_at, seen.last_end) == (NOW, after(60), after(90))
    with pytest.raises(NoSuchAuction):
        reads.auction(id, org_id=shop.org_id, show_id=SHOW + 1, viewer_id=bo)


@pytest.mark.parametrize(
    "changes",
    [
        {"state": "sold"},
        {"step_fen": 0},
        {"reserve_fen": START_FEN - 1},
        {"buy_now_fen": 9_000, "units": 2},
        {"ends_at": after(59)},
        {"highest_fen": START_FEN},
    ],
)
def test_the_table_refuses_what_the_rules_refuse(shop: Shop, changes: dict[str, Any]) -> None:
    plan(shop)
    with pytest.raises(IntegrityError), transaction.atomic():
        Auction.objects.update(**changes)


def test_the_table_holds_one_bid_at_a_price_and_a_number(shop: Shop) -> None:
    id = plan(shop)
    bid(shop, id, 1, 6_000)
    row = Bid.objects.get()
    for change in ({"price_fen": 6_100}, {"number": 2}):
        twin = Bid.objects.get()
        twin.pk, twin.request_key = None, "other"
        for name, value in change.items():
            setattr(twin, name, value)
        with pytest.raises(IntegrityError), transaction.atomic():
            twin.save(force_insert=True)
    assert list(Bid.objects.all()) == [row]
