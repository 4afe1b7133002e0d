"""The four printed accidents of live commerce, replayed: where each would have stopped here."""

import datetime as dt
from typing import Any

import pytest

from kaibo.orders.errors import PriceChanged
from kaibo.orders.models import Order
from kaibo.orders.tests.buying import place
from kaibo.promotions import actions, rules
from kaibo.promotions.actions import ChangeSpec, GuardTerms, OfferSpec
from kaibo.promotions.errors import BelowFloor, OnHold, SecondPersonNeeded
from kaibo.promotions.models import Offer, Trip
from kaibo.promotions.rules import AmountOff, AtLeastFen
from kaibo.promotions.tests.promoting import quote, run, save, wish
from kaibo.promotions.tests.shop import NOW, SHOW, Shop, after, make_shop, run_sale

pytestmark = pytest.mark.django_db


def shop_of(price_fen: int, *, floor_fen: int, units: int = 100, code: str = "acc") -> Shop:
    """Goods whose day price is what they are opened at."""
    shop = make_shop(code, on_hand=50_000, floor_fen=floor_fen)
    spec = OfferSpec(
        org_id=shop.org_id,
        show_id=SHOW,
        link_no=1,
        sku_id=shop.sku_id,
        price_fen=price_fen,
        day_price_fen=price_fen,
        price_basis="门店价",
        units=units,
    )
    actions.list_offer(spec=spec, by=shop.by, now=NOW)
    actions.open_price(show_id=SHOW, link_no=1, by=shop.by, now=NOW)
    return shop


def order(shop: Shop, viewer_id: int, total_fen: int, *, now: dt.datetime = NOW) -> None:
    key = f"order-{viewer_id}"
    place(shop, viewer_id=viewer_id, request_key=key, expected_total_fen=total_fen, now=now)


def ordered_until_stopped(shop: Shop, total_fen: int, *, most: int) -> int:
    """Orders, each of another buyer within one minute, until the breaker refuses."""
    for number in range(1, most + 1):
        try:
            order(shop, number, total_fen)
        except OnHold:
            return number - 1
    raise AssertionError("the breaker never tripped")


def test_one_wrong_price_of_40_000_orders_is_not_one_persons_to_open() -> None:
    """20 minutes, more than 40 000 orders, 70 M of goods, 30 M lost: 1 750 each, 750 lost each."""
    shop = shop_of(175_000, floor_fen=0, units=40_000)
    opened = {"show_id": SHOW, "link_no": 1, "by": shop.by, "now": NOW}
    with pytest.raises(SecondPersonNeeded) as refused:
        actions.open_price(**opened, price_fen=100_000)  # type: ignore[arg-type]
    assert refused.value.data["off_fen"] == 3_000_000_000
    spec = ChangeSpec(show_id=SHOW, link_no=1, kind="price", price_fen=100_000)
    asked = actions.make_change(spec=spec, request_key="a", by=shop.by, now=NOW)
    assert (asked.state, Offer.objects.get().price_fen) == ("asked", 175_000)


def test_coupons_upon_coupons_on_air_stop_at_order_67_of_40_000() -> None:
    """The same loss of 750 an order, made by a coupon where nobody set a floor.

    50 000 yuan a minute ÷ 750 = 66.7: the 67th order is the last, 2 seconds into the accident.
    """
    shop = shop_of(175_000, floor_fen=0)
    coupon = run(shop, AmountOff(75_000))
    assert ordered_until_stopped(shop, 100_000, most=70) == 67
    # The promotion is stopped on all links, and the link for all that makes it cheap.
    of_promotion, of_link = Trip.objects.order_by("pk")
    assert (of_promotion.promotion, of_promotion.offer) == (coupon, None)
    assert (of_link.promotion, of_link.link_no) == (None, 1)
    for trip in (of_promotion, of_link):
        assert (trip.window_s, trip.off_fen, trip.off_fen_max) == (60, 5_025_000, 5_000_000)
    # Acknowledged orders stay; nothing is cancelled by itself (LM-110).
    assert Order.objects.filter(state="created").count() == 67


def test_a_threshold_discount_set_twice_is_refused_at_saving() -> None:
    """4 000 orders, 12 M lost: 3 000 an order, set twice at midnight. Stop: order 0."""
    shop = shop_of(990_000, floor_fen=600_000)
    off: dict[str, Any] = {"benefit": AmountOff(300_000)}
    # 100 pieces would give away 300 000 yuan: nobody starts that alone.
    with pytest.raises(SecondPersonNeeded) as alone:
        run(shop, **off, of={"condition": AtLeastFen(500_000)})
    assert alone.value.data["off_fen"] == 30_000_000
    run(shop, **off, of={"condition": AtLeastFen(500_000)}, agreed=True)
    # Twice in one class: a line has one promotion of a class, so it does not add up.
    run(shop, **off, of={"condition": AtLeastFen(500_000)}, agreed=True)
    assert quote(shop, wish(shop, price_fen=990_000)).total_fen == 690_000
    # In another class it would: refused before it starts.
    draft = save(shop, **off, of={"condition": AtLeastFen(500_000), "stacking": "platform"})
    with pytest.raises(BelowFloor) as refused:
        actions.start_promotion(promotion_id=draft.id, by=shop.by, now=NOW)
    assert refused.value.data["price_fen"] == 390_000
    assert Order.objects.count() == 0


def test_200_off_200_in_place_of_20_is_refused_at_saving() -> None:
    """满200减20 saved as 满200减200. Stop: order 0."""
    shop = shop_of(9_900, floor_fen=5_000)
    draft = save(shop, AmountOff(20_000), of={"condition": AtLeastFen(20_000)})
    with pytest.raises(BelowFloor):
        actions.start_promotion(promotion_id=draft.id, by=shop.by, now=NOW)
    meant = save(shop, AmountOff(2_000), of={"condition": AtLeastFen(20_000)})
    actions.start_promotion(promotion_id=meant.id, by=shop.by, now=NOW)
    order(shop, 1, 9_900)


def test_15_off_without_threshold_is_refused_at_saving_or_stops_overnight() -> None:
    """ "$2 off $15" saved as "$15, no threshold": 3 000 orders overnight, in yuan 107.50 each."""
    shop = shop_of(11_900, floor_fen=6_000)
    draft = save(shop, AmountOff(10_750))
    with pytest.raises(BelowFloor):
        actions.start_promotion(promotion_id=draft.id, by=shop.by, now=NOW)
    # Where no floor is set the slow window counts: 100 000 yuan a day ÷ 107.50 = 930.2.
    limits = GuardTerms().limits()
    pace: rules.Pace = []
    for number in range(1, 3_001):
        now = after(number * 8 * 3_600 / 3_000)
        pace = rules.noted(pace, limits, off_fen=10_750, now=now)
        passed = rules.limit_passed(pace, limits, now=now)
        if passed is not None:
            break
    assert (number, passed) == (931, (limits[1], 10_008_250))


def test_40_percent_typed_as_60_is_refused_at_saving() -> None:
    shop = shop_of(9_900, floor_fen=5_000)
    draft = save(shop, rules.PercentOff(6_000))
    with pytest.raises(BelowFloor):
        actions.start_promotion(promotion_id=draft.id, by=shop.by, now=NOW)


@pytest.mark.row("R-041")
def test_a_timed_price_reverts_at_its_end_for_a_cart_opened_earlier(shop: Shop) -> None:
    """The page was opened at 69 inside the window; the server's clock alone decides."""
    sale = run_sale(shop, lasts_s=60)
    seen_fen = sale.price_fen
    late = actions.claim_flash_sale(
        sale_id=sale.id, viewer_id=1, units=1, request_key="k", now=after(60)
    )
    assert late.code == "window_closed"
    # The order names what the page showed; no moment of the client's is among what it sends.
    with pytest.raises(PriceChanged):
        order(shop, 1, seen_fen, now=after(60))
    assert Order.objects.count() == 0
    order(shop, 1, 9_900, now=after(60))
    assert Order.objects.get().total_fen == 9_900
    claimed = actions.claim_flash_sale(
        sale_id=sale.id, viewer_id=2, units=1, request_key="k", now=after(59.9)
    )
    assert claimed.ok
