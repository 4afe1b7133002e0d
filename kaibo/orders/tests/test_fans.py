"""Orders of fans: one price from the cart to the refund, and a link that is not open to all yet."""

from typing import Any

import pytest

from kaibo.base.actor import Actor
from kaibo.orders import actions
from kaibo.orders.models import Order
from kaibo.orders.reads.cart import cart
from kaibo.orders.reads.quoting import LineAsked, quote_line
from kaibo.orders.tests.books import audit
from kaibo.orders.tests.buying import pay, place
from kaibo.promotions.actions import Early, open_price, put_on_shelf
from kaibo.promotions.errors import EarlyOnly
from kaibo.promotions.rules import UnitPrice
from kaibo.promotions.tests.fanning import fan, publish_tiers, take_tier
from kaibo.promotions.tests.promoting import run
from kaibo.promotions.tests.shop import NOW, SHOW, Shop, after, list_link, make_shop, open_link

pytestmark = [pytest.mark.django_db, pytest.mark.row("R-101")]


@pytest.fixture
def shop() -> Shop:
    shop = make_shop()
    publish_tiers(shop)
    return shop


def test_a_fans_price_is_one_from_cart_to_refund_though_the_tier_is_lost(shop: Shop) -> None:
    """Quote, cart, order, payment and refund say 85 yuan; the order keeps why."""
    open_link(shop)
    bo = fan(shop, 2)
    row = run(shop, UnitPrice(8_500), of={"stacking": "price"}, audience="tier2")
    asked: dict[str, Any] = {"org_id": shop.org_id, "show_id": SHOW, "viewer_id": bo}
    owner = actions.CartOwner(**asked)
    actions.put_in_cart(owner=owner, link_no=1, units=1, now=after(1))
    line = LineAsked(units=1, link_no=1)
    quoted = quote_line(line, **asked, coupon_ids=(), now=after(1))
    shown = cart(**asked, now=after(1))
    order = place(shop, viewer_id=bo, expected_total_fen=8_500, now=after(2))
    assert quoted.total_fen == shown.total_fen == order.total_fen == 8_500
    take_tier(shop, bo)
    kept = Order.objects.get().snapshot["fans"]
    held = {"needs": 2, "place": 2, "name": "挚友", "points": 0, "given": 2, "version": 1}
    assert kept == {str(row.pk): held}
    pay(order, viewer_id=bo, now=after(3))
    by = Actor("viewer", bo, shop.org_id)
    back = actions.refund_order(no=order.no, reason="拍错", by=by, now=after(4))
    assert (back.refund_fen, Order.objects.get().snapshot["fans"]) == (8_500, kept)
    audit()


def test_an_early_link_is_ordered_by_its_tier_first(shop: Shop) -> None:
    """The cart says it, the order refuses it, and a minute later it sells to all."""
    list_link(shop)
    put_on_shelf(show_id=SHOW, link_no=1, by=shop.by, now=NOW)
    open_price(show_id=SHOW, link_no=1, by=shop.by, now=NOW, early=Early(1, 60))
    low, high = fan(shop, 0), fan(shop, 1)
    asked: dict[str, Any] = {"org_id": shop.org_id, "show_id": SHOW, "viewer_id": low}
    actions.put_in_cart(owner=actions.CartOwner(**asked), link_no=1, units=1, now=after(1))
    (line,) = cart(**asked, now=after(1)).lines
    assert line.why == "early_only"
    assert "“铁粉”及以上开放，2026-11-22 20:01:00 起" in line.why_zh
    with pytest.raises(EarlyOnly):
        place(shop, viewer_id=low, now=after(59))
    assert not Order.objects.exists()
    place(shop, viewer_id=high, now=after(1))
    assert cart(**asked, now=after(60)).lines[0].why == ""
    place(shop, viewer_id=low, now=after(60))
    assert Order.objects.count() == 2
