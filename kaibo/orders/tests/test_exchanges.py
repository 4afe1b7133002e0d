"""Exchange coupons in orders: what is paid, who bears it, and what comes back."""

from typing import Any

import pytest

from kaibo.orders import actions, reads
from kaibo.orders.actions import OrderWish
from kaibo.orders.errors import NothingToPay, PriceChanged
from kaibo.orders.models import Order, OrderLine, Refund
from kaibo.orders.reads import OrderView
from kaibo.orders.tests.books import audit
from kaibo.orders.tests.buying import pay, spec_of
from kaibo.promotions.models import Coupon, Offer, Promotion
from kaibo.promotions.reads import price_history
from kaibo.promotions.rules import OfSkus, Share, UnitPrice
from kaibo.promotions.tests.gifting import add_gift
from kaibo.promotions.tests.promoting import counters, give, run
from kaibo.promotions.tests.shop import Shop, after, make_shop, open_link

pytestmark = pytest.mark.django_db

CREAM = OrderWish(link_no=1, units=1)
DIPPER = OrderWish(link_no=2, units=1)


@pytest.fixture
def shop() -> Shop:
    """Cream at 99 yuan as link 1; as link 2 a dipper at as much, whose floor is 0."""
    shop = make_shop()
    open_link(shop, 1)
    dipper = Shop(shop.by, add_gift(shop, floor_fen=0))
    open_link(dipper, 2)
    return shop


def a_coupon(shop: Shop, fen: int = 0) -> Promotion:
    """In the viewer's purse: a dipper at this price, half of it borne by the platform."""
    (sku_id,) = Offer.objects.filter(link_no=2).values_list("sku_id", flat=True)
    terms: dict[str, Any] = {
        "stacking": "coupon",
        "scope": OfSkus(frozenset({sku_id})),
        "payers": (Share("platform", 5_000), Share("shop", 5_000)),
    }
    row = run(shop, UnitPrice(fen, max_units=1), of=terms, got="claim", agreed=True)
    give(shop, row)
    return row


def order(shop: Shop, *wishes: OrderWish, total_fen: int, key: str = "order-1") -> OrderView:
    spec = spec_of(shop, wishes=wishes, expected_total_fen=total_fen, request_key=key)
    return actions.place_order(spec=spec, now=after(1))


@pytest.mark.row("R-058", "R-061")
def test_a_free_unit_beside_other_goods(shop: Shop) -> None:
    row = a_coupon(shop)
    view = order(shop, CREAM, DIPPER, total_fen=9_900)
    assert [(x.units, x.discount_fen, x.amount_fen) for x in view.lines] == [
        (1, 0, 9_900),
        (1, 9_900, 0),
    ]
    borne = list(OrderLine.objects.order_by("pk").values_list("borne", flat=True))
    assert borne == [{}, {"platform": 4_950}]
    # The breaker of the dipper's link counts all that was given away of its reference price.
    pace = {row.link_no: row.pace for row in Offer.objects.order_by("link_no")}
    assert [sum(off for _, off in buckets) for buckets in pace[2]] == [19_900] * 2
    pay(view, now=after(2))
    assert (counters(row), Coupon.objects.get().state) == ((0, 1, 1, 9_900), "used")
    audit()


@pytest.mark.row("LM-092")
def test_a_free_unit_is_no_deal_and_a_cheap_one_is(shop: Shop) -> None:
    """What was given for nothing was not sold at a price; what cost one fen was."""
    (sku_id,) = Offer.objects.filter(link_no=2).values_list("sku_id", flat=True)

    def deals_and_base() -> tuple[list[int], int]:
        found = price_history(shop.org_id, sku_id, now=after(60))
        assert found.base is not None
        return sorted(deal.unit_fen for deal in found.deals), found.base.price_fen

    pay(order(shop, DIPPER, total_fen=9_900, key="full"), now=after(2))
    a_coupon(shop)
    pay(order(shop, CREAM, DIPPER, total_fen=9_900, key="free"), now=after(3))
    assert deals_and_base() == ([9_900], 9_900)
    a_coupon(shop, 1)
    pay(order(shop, DIPPER, total_fen=1, key="cheap"), now=after(4))
    assert deals_and_base() == ([1, 9_900], 1)


@pytest.mark.row("R-058")
def test_an_order_that_comes_to_nothing_is_not_placed(shop: Shop) -> None:
    row = a_coupon(shop)
    with pytest.raises(NothingToPay) as refused:
        order(shop, DIPPER, total_fen=0)
    assert "不使用这张券" in refused.value.message("zh")
    # A page that shows another sum hears of the change first.
    with pytest.raises(PriceChanged):
        order(shop, DIPPER, total_fen=9_900)
    assert (Order.objects.count(), counters(row)) == (0, (0, 0, 1, 0))
    assert Coupon.objects.get().state == "open"


@pytest.mark.row("R-061")
def test_the_unit_for_nothing_brings_nothing_back(shop: Shop) -> None:
    row = a_coupon(shop)
    view = order(shop, CREAM, DIPPER, total_fen=9_900)
    pay(view, now=after(2))
    cream, dipper = (line.id for line in view.lines)
    told: dict[str, Any] = {"no": view.no, "reason": "", "by": shop.by}
    one = actions.refund_units(units={dipper: 1}, request_key="a", now=after(9), **told)
    assert (one.state, one.refund_fen) == ("paid", 0)
    # A part of the order: the coupon stays used.
    assert (counters(row), Coupon.objects.get().state) == ((0, 1, 1, 9_900), "used")
    actions.refund_units(units={cream: 1}, request_key="b", now=after(10), **told)
    actions.retry_refunds(now=after(20))
    assert reads.order(view.no, viewer_id=1).state == "refunded"
    assert sorted(Refund.objects.values_list("amount_fen", flat=True)) == [0, 9_900]
    # All of it went back: the coupon is good again while it lasts.
    assert (counters(row), Coupon.objects.get().state) == ((0, 0, 1, 0), "open")
    audit()


@pytest.mark.row("R-061")
def test_units_of_one_line_share_what_the_coupon_took_off(shop: Shop) -> None:
    """Two dippers, one of them at 1 yuan: 100 for both, so 50 for each that goes back."""
    a_coupon(shop, 100)
    view = order(shop, OrderWish(link_no=2, units=2), total_fen=10_000)
    pay(view, now=after(2))
    told: dict[str, Any] = {
        "no": view.no,
        "reason": "",
        "by": shop.by,
        "units": {view.lines[0].id: 1},
    }
    for n, fen in ((1, 5_000), (2, 10_000)):
        back = actions.refund_units(request_key=f"k{n}", now=after(9 + n), **told)
        assert back.refund_fen == fen
    audit()
