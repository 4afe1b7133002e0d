"""Bids by many at once, the end against the last bid, and the deadline against the order.

The controls need PostgreSQL: on SQLite writers queue at BEGIN, lock or no lock.
"""

import itertools
from functools import partial
from typing import Any

import pytest
from django.db import IntegrityError

from kaibo.base.errors import Refusal
from kaibo.facts.promotions import AuctionHammered, BidPlaced
from kaibo.orders.actions import AuctionWish
from kaibo.orders.tests.buying import place
from kaibo.promotions import actions
from kaibo.promotions.actions import bids
from kaibo.promotions.errors import BidRefused, WinLapsed
from kaibo.promotions.models import Auction, Bid, Offer, Taking, Win
from kaibo.promotions.reads import BidView
from kaibo.promotions.tests.bidding import ENDS_S, PAY_S, START_FEN, STEP_FEN, bid, plan
from kaibo.promotions.tests.shop import Shop, after, facts, make_shop, open_link
from tests.races.at_once import at_once, slowed, without_locks

pytestmark = pytest.mark.django_db(transaction=True)

BIDDERS = 50


@pytest.fixture
def shop() -> Shop:
    """Link 1 sells 10 at 99 yuan."""
    shop = make_shop()
    open_link(shop, units=10)
    return shop


def reasons(outcomes: list[Any]) -> set[str]:
    """Why bids were refused; anything but a bid and such a refusal fails."""
    lost = [one for one in outcomes if not isinstance(one, BidView)]
    assert [one for one in lost if not isinstance(one, BidRefused)] == []
    return {one.data["reason"] for one in lost}


def test_fifty_bid_at_once_and_one_is_the_highest(shop: Shop) -> None:
    id = plan(shop)
    calls = [partial(bid, shop, id, n, START_FEN + n * STEP_FEN) for n in range(1, BIDDERS + 1)]
    outcomes = at_once(calls)
    assert reasons(outcomes) <= {"too_low"}
    rows = list(Bid.objects.order_by("number"))
    assert len(rows) == sum(isinstance(one, BidView) for one in outcomes) >= 1
    assert [row.number for row in rows] == list(range(1, len(rows) + 1))
    steps = itertools.pairwise(row.price_fen for row in rows)
    assert all(low + STEP_FEN <= high for low, high in steps)
    # Whoever wanted to pay most was in time, so theirs is the highest, whatever came before.
    highest = START_FEN + BIDDERS * STEP_FEN
    assert (rows[-1].price_fen, rows[-1].viewer_id) == (highest, BIDDERS)
    row = Auction.objects.get()
    assert (row.highest_fen, row.bids_count) == (highest, len(rows))
    # Facts of one moment may be read in either order (ADR 3); their numbers say which came first.
    told = [fact for fact in facts(BidPlaced) if isinstance(fact, BidPlaced)]
    assert sorted((one.number, one.price_fen) for one in told) == [
        (one.number, one.price_fen) for one in rows
    ]


def test_fifty_bid_the_same_and_one_has_it(shop: Shop) -> None:
    id = plan(shop)
    outcomes = at_once([partial(bid, shop, id, n, START_FEN) for n in range(1, BIDDERS + 1)])
    assert reasons(outcomes) == {"too_low"}
    assert sum(isinstance(one, BidView) for one in outcomes) == 1
    assert Bid.objects.get().price_fen == START_FEN


@pytest.mark.scale
def test_control_without_the_lock_bids_meet(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    id = plan(shop)
    without_locks(monkeypatch)
    slowed(monkeypatch, bids, "judge_bid", seconds=0.4)
    outcomes = at_once([partial(bid, shop, id, n, START_FEN + n * STEP_FEN) for n in range(1, 9)])
    # Each took itself for the first; only the table kept a second number 1 out.
    assert sum(isinstance(one, IntegrityError) for one in outcomes) >= 1
    assert Auction.objects.get().bids_count < len(outcomes)


def test_the_same_bid_many_times_at_once_is_one(shop: Shop) -> None:
    id = plan(shop)
    outcomes = at_once([partial(bid, shop, id, 1, START_FEN, key="a") for _ in range(8)])
    assert {one.number for one in outcomes} == {1}
    assert (Bid.objects.count(), len(facts(BidPlaced))) == (1, 1)


def test_many_buy_now_at_once_and_one_has_it(shop: Shop) -> None:
    id = plan(shop, buy_now_fen=8_000)
    calls: list[Any] = [
        partial(bid, shop, id, n, 8_000 if n % 2 else 6_000 + n) for n in range(1, 13)
    ]
    calls += [partial(actions.run_due_auctions, now=after(1))]
    outcomes = at_once(calls)[:-1]
    assert reasons(outcomes) <= {"over", "too_low"}
    win = Win.objects.get()
    assert (win.price_fen, Auction.objects.get().state) == (8_000, "hammered")
    assert (Offer.objects.get().units_held, Offer.objects.get().units_set_aside) == (1, 0)
    assert len(facts(AuctionHammered)) == 1


def test_the_end_and_a_last_bid_at_once_agree_who_won(shop: Shop) -> None:
    id = plan(shop)
    bid(shop, id, 1, START_FEN)
    # Received in the last second, judged when the clock ends it.
    calls: list[Any] = [partial(bid, shop, id, 2, START_FEN + STEP_FEN, at=ENDS_S - 0.5)]
    calls += [partial(actions.run_due_auctions, now=after(ENDS_S + 2)) for _ in range(3)]
    outcomes = at_once(calls)
    row = Auction.objects.get()
    if isinstance(outcomes[0], BidView):
        # It moved the end, so nothing ended.
        assert (row.state, row.ends_at, Win.objects.count()) == ("running", after(70), 0)
    else:
        assert reasons(outcomes[:1]) == {"over"}
        assert (row.state, Win.objects.get().viewer_id) == ("hammered", 1)
        assert len(facts(AuctionHammered)) == 1


def test_the_deadline_and_the_order_at_once_leave_one_unit_in_one_hand(shop: Shop) -> None:
    id = plan(shop)
    bid(shop, id, 2, START_FEN)
    bid(shop, id, 1, START_FEN + STEP_FEN)
    actions.run_due_auctions(now=after(ENDS_S + 2))
    win = Win.objects.get()
    order = partial(
        place,
        shop,
        viewer_id=1,
        auction=AuctionWish(win_id=win.pk),
        expected_total_fen=win.price_fen,
        now=after(ENDS_S + PAY_S + 1),
    )
    calls: list[Any] = [
        order,
        *[partial(actions.release_due_wins, now=win.pay_before) for _ in range(3)],
    ]
    outcomes = at_once(calls)
    win.refresh_from_db()
    assert [one for one in outcomes[1:] if isinstance(one, Exception)] == []
    if isinstance(outcomes[0], Refusal):
        assert isinstance(outcomes[0], WinLapsed)
        assert (win.state, Win.objects.latest("pk").viewer_id) == ("lapsed", 2)
    else:
        assert (win.state, Win.objects.count()) == ("ordered", 1)
    assert Taking.objects.filter(state="held").count() == 1
    assert Offer.objects.get().units_held == 1
