"""Group buys of the tests, made of the product's own actions."""

import datetime as dt
from typing import Any

from kaibo.orders.actions import GroupWish
from kaibo.orders.reads import GroupView, OrderView
from kaibo.orders.reads import group as read_group
from kaibo.orders.tests.buying import pay, place
from kaibo.promotions import actions as promotions
from kaibo.promotions.actions import GroupOfferSpec
from kaibo.promotions.reads import GroupOfferView
from kaibo.promotions.tests.shop import NOW, SHOW, Shop

PRICE_FEN, LEADER_FEN, FILL_S = 7_900, 6_900, 3_600


def start(shop: Shop, **changes: Any) -> GroupOfferView:
    """Three pay 79 yuan each within an hour, who opens it 69; one unit a buyer."""
    terms: dict[str, Any] = {
        "show_id": SHOW,
        "link_no": 1,
        "size": 3,
        "price_fen": PRICE_FEN,
        "leader_price_fen": LEADER_FEN,
        "fill_s": FILL_S,
        "per_buyer_max": 1,
    }
    spec = GroupOfferSpec(**terms | changes)
    return promotions.start_group_offer(spec=spec, by=shop.by, now=NOW)


def buy(
    shop: Shop,
    offer: GroupOfferView,
    viewer_id: int,
    *,
    group_id: int | None = None,
    now: dt.datetime = NOW,
    **changes: Any,
) -> OrderView:
    """Open a group, or join one; one unit at what the page said."""
    wish = GroupWish(group_offer_id=offer.id, group_id=group_id)
    values: dict[str, Any] = {
        "request_key": f"g{viewer_id}-{group_id}",
        "expected_total_fen": LEADER_FEN if group_id is None else PRICE_FEN,
    }
    return place(shop, viewer_id=viewer_id, group=wish, now=now, **values | changes)


def fill(shop: Shop, offer: GroupOfferView, *, paid: int, size: int = 3) -> list[OrderView]:
    """A group with all its seats taken by viewers 1, 2, …, the first ``paid`` of them paid."""
    orders = [buy(shop, offer, 1)]
    orders += [buy(shop, offer, n, group_id=orders[0].group_id) for n in range(2, size + 1)]
    for viewer_id, order in enumerate(orders[:paid], start=1):
        pay(order, viewer_id=viewer_id)
    return orders


def look(order: OrderView, *, viewer_id: int = 1) -> GroupView:
    """The order's group as a viewer sees it."""
    assert order.group_id is not None
    return read_group(order.group_id, show_id=SHOW, viewer_id=viewer_id)
