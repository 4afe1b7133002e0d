"""What was won in an auction: paid, let go, offered to the next, back with the link."""

from typing import Any

import pytest

from kaibo.facts import promotions as told
from kaibo.promotions import actions
from kaibo.promotions.errors import (
    BidRefused,
    NoSuchWin,
    NotOnSale,
    WinLapsed,
    WinUsed,
)
from kaibo.promotions.models import Auction, Taking, Win
from kaibo.promotions.tests.bidding import (
    OVER_S,
    PAY_S,
    bid,
    counts,
    end,
    plan,
    refused,
)
from kaibo.promotions.tests.shop import (
    SHOW,
    Shop,
    after,
    facts,
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


def test_an_unpaid_unit_is_offered_to_the_next(shop: Shop) -> None:
    id = plan(shop)
    for viewer_id, price_fen in ((1, 6_000), (2, 6_100), (3, 6_200)):
        bid(shop, id, viewer_id, price_fen)
    end()
    lapse_s = OVER_S + PAY_S
    assert actions.release_due_wins(now=after(lapse_s - 1)) == 0
    assert [actions.release_due_wins(now=after(lapse_s)) for _ in range(2)] == [1, 0]
    first, second = Win.objects.order_by("pk")
    assert (first.viewer_id, first.state) == (3, "lapsed")
    assert (second.viewer_id, second.price_fen, second.turn) == (2, 6_100, 1)
    assert second.pay_before == after(lapse_s + PAY_S)
    assert (counts(), Auction.objects.get().state) == ((10, 0, 1, 0), "hammered")
    # The terms say one: after them the unit is the link's again.
    assert actions.release_due_wins(now=after(lapse_s + PAY_S)) == 1
    assert (counts(), Auction.objects.get().state) == ((10, 0, 0, 0), "settled")
    assert [type(fact).__name__ for fact in facts()][-3:] == [
        "WinMoved",
        "AuctionSettled",
        "UnitsGivenBack",
    ]
    # Who won and did not pay bids no more in this show; who was only offered it may.
    other = plan(shop, now=after(600), opens_at=after(600), closes_at=after(660))
    no = refused(BidRefused, bid, shop, other, 3, 6_000, at=601)
    assert no.data["reason"] == "unpaid_before"
    assert bid(shop, other, 2, 6_000, at=601).leads


def test_an_unpaid_unit_goes_back_where_the_terms_say_so(shop: Shop) -> None:
    id = plan(shop, next_offers_max=0)
    bid(shop, id, 1, 6_000)
    bid(shop, id, 2, 6_100)
    end()
    assert actions.release_due_wins(now=after(OVER_S + PAY_S)) == 1
    assert (Win.objects.count(), Auction.objects.get().state) == (1, "settled")
    assert (counts(), facts(told.WinOffered)) == ((10, 0, 0, 0), [])


def test_a_unit_won_on_a_closed_link_is_still_handed_on(shop: Shop) -> None:
    id = plan(shop)
    bid(shop, id, 1, 6_000)
    bid(shop, id, 2, 6_100)
    end()
    actions.close_offers(show_id=SHOW, by=shop.by, now=after(70))
    assert counts() == (1, 0, 1, 0)
    actions.release_due_wins(now=after(OVER_S + PAY_S))
    assert (counts(), shop.levels()[1]) == ((1, 0, 1, 0), 1)
    actions.release_due_wins(now=after(OVER_S + 2 * PAY_S))
    assert (counts(), shop.levels()[1]) == ((0, 0, 0, 0), 0)


def test_a_win_becomes_one_order_in_time(shop: Shop) -> None:
    id = plan(shop)
    bid(shop, id, 1, 6_000)
    end()
    win = Win.objects.get()
    take: dict[str, Any] = {"win_id": win.pk, "viewer_id": 1, "show_id": SHOW, "now": after(70)}
    refused(NoSuchWin, actions.take_win, **take | {"viewer_id": 2})
    refused(NoSuchWin, actions.take_win, **take | {"show_id": SHOW + 1})
    refused(WinLapsed, actions.take_win, **take | {"now": win.pay_before})
    actions.take_win(**take)
    refused(WinUsed, actions.take_win, **take)
    assert actions.release_due_wins(now=after(9_999)) == 0
    actions.give_back_units(taking_id=win.taking_id, now=after(9_999))
    refused(WinLapsed, actions.take_win, **take)
    # Late money has nothing to take.
    refused(NotOnSale, actions.retake_units, taking_id=win.taking_id, now=after(9_999))
    assert Taking.objects.get().state == "given_back"
