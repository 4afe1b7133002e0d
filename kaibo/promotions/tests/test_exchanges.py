"""Exchange coupons: one unit of chosen goods at a price, or free where their floor allows it."""

import pytest

from kaibo.base.errors import NumberOutOfRange
from kaibo.promotions import reads
from kaibo.promotions.errors import BelowFloor
from kaibo.promotions.models import Coupon, Promotion
from kaibo.promotions.reads import explain_basket
from kaibo.promotions.reads.exchanges import ExchangeView
from kaibo.promotions.rules import OfSkus, UnitPrice
from kaibo.promotions.tests.gifting import add_gift
from kaibo.promotions.tests.promoting import basket, counters, give, quote, run, save, use, wish
from kaibo.promotions.tests.shop import NOW, SHOW, Shop, open_link

pytestmark = pytest.mark.django_db


def run_exchange(shop: Shop, fen: int, *sku_ids: int) -> Promotion:
    """One that runs: a unit of these goods, of the shop's one SKU unless told otherwise."""
    scope = OfSkus(frozenset(sku_ids or (shop.sku_id,)))
    terms = {"title_zh": "兑换券", "title_en": "Exchange", "stacking": "coupon", "scope": scope}
    return run(shop, UnitPrice(fen, max_units=1), of=terms, got="claim", uses_total=2)


@pytest.mark.row("R-058")
def test_one_coupon_is_good_for_one_unit(shop: Shop) -> None:
    row = run_exchange(shop, 6_000)
    asked = basket(shop, wish(shop, 3))
    assert quote(shop, wish(shop, 3)).total_fen == 29_700
    give(shop, row)
    found, notes = explain_basket(**asked)
    assert found.total_fen == 6_000 + 2 * 9_900
    assert [(note.why, note.text_zh) for note in notes] == [("used", "兑换券：已优惠 ¥39.00")]
    held = use(shop, wish(shop, 3))
    assert (counters(row), Coupon.objects.get().state) == ((1, 0, 1, 3_900), "held")
    assert held.quote.applied[0].units == 1
    # The coupon is held, so the next basket costs what it costs.
    assert quote(shop, wish(shop, 3)).total_fen == 29_700


@pytest.mark.row("R-058")
def test_a_second_coupon_exchanges_nothing_more_in_the_same_order(shop: Shop) -> None:
    """Of a class a line has one promotion: the other coupon stays in the purse."""
    row = run_exchange(shop, 6_000)
    first, second = give(shop, row), give(shop, row)
    found = use(shop, wish(shop, 2), coupon_ids=None)
    assert found.quote.total_fen == 6_000 + 9_900
    states = dict(Coupon.objects.values_list("pk", "state"))
    assert sorted([states[first.id], states[second.id]]) == ["held", "open"]


@pytest.mark.row("R-058")
def test_below_the_floor_it_cannot_start(shop: Shop) -> None:
    """The floor is 50 yuan; the link at 99 is what the coupon meets."""
    open_link(shop)
    run_exchange(shop, 5_000)
    with pytest.raises(BelowFloor) as refused:
        run_exchange(shop, 4_999)
    assert refused.value.data["price_fen"] == 4_999
    states = Promotion.objects.order_by("pk").values_list("state", flat=True)
    assert list(states) == ["running", "draft"]


def test_it_is_told_with_price_and_goods_before_it_is_claimed(shop: Shop) -> None:
    free = add_gift(shop, floor_fen=0)
    row = run_exchange(shop, 0, free)
    (offer,) = reads.coupons_on_offer(1, org_id=shop.org_id, show_id=SHOW, now=NOW)
    told = ExchangeView(fen=0, goods=["木质搅蜜棒 一支"], more=0)
    assert offer.exchange == told
    assert give(shop, row).exchange == told
    # Goods that cannot be named are counted.
    many = run_exchange(shop, 6_000, shop.sku_id, 900_001, 900_002, 900_003)
    assert give(shop, many).exchange == ExchangeView(6_000, ["保湿面霜 50ml"], 3)
    plain = run(shop, got="claim")
    assert give(shop, plain).exchange is None


@pytest.mark.parametrize("units", [0, -1, 10_001])
def test_a_number_of_units_without_meaning_is_refused(shop: Shop, units: int) -> None:
    with pytest.raises(NumberOutOfRange):
        save(shop, UnitPrice(100, max_units=units))
    assert not Promotion.objects.exists()
