"""Lines of one order that were promised at different hours go in shipments of their own."""

import csv
import io
from dataclasses import replace
from typing import Any

import pytest

from kaibo.catalog import actions as catalog
from kaibo.catalog.actions import ProductSpec, SaleTerms, SkuSpec
from kaibo.facts.orders import ShippingPromised
from kaibo.orders import actions
from kaibo.orders.actions import CartOwner, CheckoutSpec, OrderWish
from kaibo.orders.models import Order, ShipmentPromise
from kaibo.orders.reads import OrderView
from kaibo.orders.reads import order as read_order
from kaibo.orders.reads import parcels as reads
from kaibo.orders.reads.cart import cart
from kaibo.orders.tests.buying import HOME, pay, place
from kaibo.orders.tests.shipping import DAY, buyer
from kaibo.promotions.tests.shop import NOW, SHOW, Shop, after, facts, make_shop, open_link

pytestmark = pytest.mark.django_db


def add_sku(shop: Shop, code: str) -> Shop:
    """Another approved SKU of the shop."""
    by = shop.by
    spec = ProductSpec(code=f"P-{code}", title=f"商品{code}")
    product = catalog.create_product(spec=spec, by=by, now=NOW)
    sku = catalog.add_sku(
        product_id=product.id, spec=SkuSpec(code=code, spec="1 件", on_hand=50), by=by, now=NOW
    )
    catalog.submit_product(product_id=product.id, by=by, now=NOW)
    catalog.approve_product(product_id=product.id, by=by, now=NOW)
    return replace(shop, sku_id=sku.id)


@pytest.fixture
def shop() -> Shop:
    """Link 1 by the shop's 48 hours, link 2 within 24 hours, link 3 by the shop's too."""
    shop = make_shop()
    open_link(shop, 1, units=10)
    quick = add_sku(shop, "Q1")
    catalog.set_sale_terms(sku_id=quick.sku_id, terms=SaleTerms(True, "", 24), by=shop.by, now=NOW)
    open_link(quick, 2, units=10)
    open_link(add_sku(shop, "S1"), 3, units=10)
    return shop


def three(shop: Shop) -> OrderView:
    wishes = tuple(OrderWish(link_no=no, units=1) for no in (1, 2, 3))
    order = place(shop, wishes=wishes, expected_total_fen=29_700)
    pay(order, now=NOW)
    return read_order(order.no, viewer_id=1)


def test_each_promise_is_a_shipment_of_its_own(shop: Shop) -> None:
    order = three(shop)
    one, two, three_ = (line.id for line in order.lines)
    assert [(part.ship_within_h, part.line_ids) for part in order.shipments] == [
        (24, [two]), (48, [one, three_]),
    ]  # fmt: skip
    assert [part.ship_by_at for part in order.shipments] == [NOW + DAY, NOW + 2 * DAY]
    (fact,) = facts(ShippingPromised)
    assert fact.ship_within_h == 24  # type: ignore[attr-defined]
    page = reads.to_ship(shop.org_id, now=NOW)
    assert [(row.no, row.number, row.ship_by_at) for row in page.items] == [
        (order.no, 1, NOW + DAY), (order.no, 2, NOW + 2 * DAY),
    ]  # fmt: skip
    late = reads.to_ship(shop.org_id, now=NOW + DAY)
    assert late.counts == {"late": 1, "today": 0, "later": 1}
    data = actions.export_to_ship(kind="csv", by=shop.by, now=NOW).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(data)))
    assert [row["SKU编码 SKU code"] for row in rows] == ["Q1", "A1", "S1"]


def test_what_went_waits_no_longer_and_the_rest_keeps_its_hour(shop: Shop) -> None:
    order = three(shop)
    one, two, third = (line.id for line in order.lines)
    actions.ship_order(
        no=order.no, carrier="中通", waybill="73100000000001", units={two: 1}, by=shop.by, now=NOW
    )
    seen = read_order(order.no, viewer_id=1)
    assert [part.waits for part in seen.shipments] == [False, True]
    (row,) = reads.to_ship(shop.org_id, now=NOW + DAY).items
    assert ([line.line_id for line in row.lines], row.lateness) == ([one, third], "later")
    promise = Order.objects.get(no=order.no).promise
    assert promise.ship_by_at == NOW + 2 * DAY
    actions.refund_units(
        no=order.no, units={one: 1, third: 1}, request_key="r", reason="", by=buyer(shop),
        now=after(9),
    )  # fmt: skip
    assert reads.to_ship(shop.org_id, now=NOW).items == []
    assert not ShipmentPromise.objects.filter(ship_by_at__isnull=False).exists()


def test_the_cart_says_which_goods_go_when_and_has_one_seller(shop: Shop) -> None:
    """A show is one organisation's: links of another show cannot be put in its cart."""
    owner = CartOwner(org_id=shop.org_id, show_id=SHOW, viewer_id=1)
    for link_no in (1, 2, 3):
        actions.put_in_cart(owner=owner, link_no=link_no, units=1, now=NOW)
    ours: dict[str, Any] = {"org_id": shop.org_id, "show_id": SHOW, "viewer_id": 1, "now": NOW}
    found = cart(**ours)
    assert [(part.ship_within_h, part.links) for part in found.shipments] == [
        (24, [2]), (48, [1, 3]),
    ]  # fmt: skip
    some = cart(**ours, links=[1])
    assert [(part.ship_within_h, part.links) for part in some.shipments] == [(48, [1])]
    spec = CheckoutSpec(
        owner=owner, request_key="c", links=frozenset({1, 2, 3}), address=HOME,
        expected_total_fen=29_700,
    )  # fmt: skip
    order = actions.checkout_cart(spec=spec, now=NOW)
    sellers = {
        line["seller"]["licence_no"] + line["seller"]["name"]
        for line in Order.objects.get(no=order.no).snapshot["lines"]
    }
    assert len(sellers) == 1
    assert [len(part.line_ids) for part in order.shipments] == [1, 2]
