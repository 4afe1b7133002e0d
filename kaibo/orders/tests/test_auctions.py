"""What was won in an auction becomes an order like every other, or goes to the next bidder."""

import datetime as dt
from typing import Any

import pytest

from kaibo.base.errors import NumberOutOfRange, Refusal
from kaibo.catalog import actions as catalog
from kaibo.facts.promotions import WinOffered
from kaibo.orders import actions
from kaibo.orders.actions import AuctionWish
from kaibo.orders.errors import GroupAlone, PriceChanged
from kaibo.orders.models import Order, OrderLine, Refund
from kaibo.orders.reads import OrderView
from kaibo.orders.sandbox import bank
from kaibo.orders.tests.books import audit
from kaibo.orders.tests.buying import open_payment, pay, place, tell
from kaibo.promotions import actions as promotions
from kaibo.promotions.errors import BelowFloor, NoSuchWin, WinUsed
from kaibo.promotions.models import Auction, Offer, Win
from kaibo.promotions.tests.bidding import ENDS_S, bid, plan
from kaibo.promotions.tests.promoting import run
from kaibo.promotions.tests.shop import Shop, after, facts

pytestmark = pytest.mark.django_db

OVER_S = ENDS_S + 2


def won(shop: Shop, **changes: Any) -> Win:
    """Viewer 1 won at 65 yuan before viewer 2 at 62."""
    id = plan(shop, **changes)
    for viewer_id, price_fen in ((1, 6_000), (2, 6_200), (1, 6_500)):
        bid(shop, id, viewer_id, price_fen)
    promotions.run_due_auctions(now=after(OVER_S))
    return Win.objects.get()


def buy(shop: Shop, win: Win, *, now: dt.datetime | None = None, **changes: Any) -> OrderView:
    """Order what was won, at what the page said."""
    values: dict[str, Any] = {
        "viewer_id": win.viewer_id,
        "request_key": f"win-{win.pk}",
        "auction": AuctionWish(win_id=win.pk),
        "expected_total_fen": win.price_fen,
    }
    return place(shop, now=now or after(OVER_S + 5), **values | changes)


def units() -> tuple[int, int, int]:
    """Of the link: set aside, held, sold."""
    row = Offer.objects.get()
    return row.units_set_aside, row.units_held, row.units_sold


def test_the_winner_orders_and_pays_what_they_bid(shop: Shop) -> None:
    win = won(shop)
    order = buy(shop, win)
    assert (order.total_fen, order.pay_before) == (6_500, win.pay_before)
    line = OrderLine.objects.get()
    assert (line.taking_id, line.claim_id) == (win.taking_id, None)
    assert (line.units, line.unit_price_fen, line.discount_fen) == (1, 6_500, 0)
    kept = Order.objects.get().snapshot["win"]
    assert (kept["price_fen"], kept["bid_number"], kept["turn"]) == (6_500, 3, 0)
    assert buy(shop, win).no == order.no
    pay(order, now=after(OVER_S + 9))
    win.refresh_from_db()
    assert (win.state, Auction.objects.get().state, units()) == ("paid", "settled", (0, 0, 1))
    assert shop.levels() == (99, 9, 1)
    # From here on it is an order like every other.
    actions.refund_order(no=order.no, reason="不合适", by=shop.by, now=after(OVER_S + 20))
    actions.retry_refunds(now=after(OVER_S + 21))
    win.refresh_from_db()
    assert (win.state, win.taking.state, shop.levels()) == ("paid", "returned", (100, 9, 0))
    audit()


def test_promotions_and_other_totals_do_not_touch_the_price(shop: Shop) -> None:
    run(shop)
    win = won(shop)
    with pytest.raises(PriceChanged):
        buy(shop, win, expected_total_fen=6_400)
    win.refresh_from_db()
    assert win.state == "held"
    assert buy(shop, win, coupon_ids=()).total_fen == 6_500


@pytest.mark.parametrize(
    ("refusal", "changes"),
    [
        (NoSuchWin, {"viewer_id": 2}),
        (GroupAlone, {"link_no": 2}),
        (NumberOutOfRange, {"units": 2}),
    ],
)
def test_an_order_of_something_else_is_refused(
    shop: Shop, refusal: type[Refusal], changes: dict[str, Any]
) -> None:
    win = won(shop)
    with pytest.raises(refusal):
        buy(shop, win, **changes)
    win.refresh_from_db()
    assert (win.state, Order.objects.count()) == ("held", 0)


def test_a_win_is_ordered_once(shop: Shop) -> None:
    win = won(shop)
    buy(shop, win)
    with pytest.raises(WinUsed):
        buy(shop, win, request_key="again")


def test_no_win_is_sold_below_a_floor_that_rose(shop: Shop) -> None:
    win = won(shop)
    catalog.change_sku(
        sku_id=shop.sku_id, changes={"floor_price_fen": 6_501}, by=shop.by, now=after(OVER_S + 1)
    )
    with pytest.raises(BelowFloor):
        buy(shop, win)
    win.refresh_from_db()
    assert (win.state, Order.objects.count()) == ("held", 0)


@pytest.mark.parametrize("ends", ["unpaid", "cancelled"])
def test_an_order_that_ends_unpaid_hands_the_unit_on(shop: Shop, ends: str) -> None:
    win = won(shop)
    order = buy(shop, win)
    payment = open_payment(order, now=after(OVER_S + 6))
    if ends == "unpaid":
        assert actions.close_due_orders(now=win.pay_before) == 1
    else:
        actions.cancel_order(no=order.no, viewer_id=1, now=after(OVER_S + 7))
    win.refresh_from_db()
    heir = Win.objects.latest("pk")
    assert (win.state, heir.viewer_id, heir.price_fen, heir.turn) == ("lapsed", 2, 6_200, 1)
    assert (units(), len(facts(WinOffered))) == ((0, 1, 0), 1)
    # Late money goes back: the unit is another's.
    late = win.pay_before
    bank.press(payment.attempt_token, "pay", now=late)
    assert tell(payment, now=late) == "done"
    why = "units_gone" if ends == "unpaid" else "order_closed"
    assert Refund.objects.get().why == why
    order = buy(shop, heir, now=late)
    pay(order, viewer_id=2, now=late)
    assert (order.total_fen, units()) == (6_200, (0, 0, 1))
    assert Auction.objects.get().state == "settled"
    audit()


def test_late_money_takes_no_unit_even_if_one_is_free(shop: Shop) -> None:
    win = won(shop, next_offers_max=0)
    order = buy(shop, win)
    payment = open_payment(order, now=after(OVER_S + 6))
    actions.close_due_orders(now=win.pay_before)
    assert (units(), Auction.objects.get().state) == ((0, 0, 0), "settled")
    bank.press(payment.attempt_token, "pay", now=win.pay_before)
    tell(payment, now=win.pay_before)
    assert (Refund.objects.get().why, units()) == ("units_gone", (0, 0, 0))
    audit()
