"""What may not be sold is no gift, and nothing that a coupon is exchanged for."""

import pytest

from kaibo.catalog.actions import ProductChanges, change_product, withhold_goods
from kaibo.promotions import actions, reads
from kaibo.promotions.errors import CouponRefused, GoodsKeptFromSale, PromotionUsedUp
from kaibo.promotions.models import Coupon, Promotion
from kaibo.promotions.rules import AtLeastUnits, OfSkus, UnitPrice
from kaibo.promotions.tests.gifting import add_gift, run_gift, save_gift
from kaibo.promotions.tests.promoting import basket, give, quote, run, use
from kaibo.promotions.tests.shop import NOW, SHOW, Shop, after

pytestmark = [pytest.mark.django_db, pytest.mark.row("LM-035")]


def withhold(shop: Shop, *sku_ids: int) -> None:
    """A rights holder's notice keeps them from sale."""
    withhold_goods(sku_ids=sku_ids, cause="infringement", case_id=7, by=shop.by, now=NOW)


def run_exchange(shop: Shop, *sku_ids: int) -> Promotion:
    of = {"stacking": "coupon", "scope": OfSkus(frozenset(sku_ids))}
    return run(shop, UnitPrice(6_000, max_units=1), of=of, got="claim")


def test_a_gift_that_is_withheld_is_not_given_and_the_buyer_reads_why(shop: Shop) -> None:
    gift = add_gift(shop)
    run_gift(shop, gift, AtLeastUnits(1))
    assert len(quote(shop).gifts) == 1
    before = use(shop, viewer_id=1)
    withhold(shop, gift)
    found, notes = reads.explain_basket(**basket(shop))
    assert (found.total_fen, found.gifts) == (9_900, ())
    assert [(note.why, note.text_zh.partition("：")[2]) for note in notes] == [
        ("gift_kept", "赠品已停售，暂不赠送")
    ]
    assert use(shop, viewer_id=2).gifts == ()
    # Given back unpaid, it is not taken again by late money.
    gift_id = before.gifts[0].gift_id
    actions.give_back_gift(gift_id=gift_id, now=after(1))
    with pytest.raises(PromotionUsedUp):
        actions.retake_gift(gift_id=gift_id, now=after(2))


def test_neither_starts_with_goods_that_may_not_be_sold(shop: Shop) -> None:
    gift = add_gift(shop)
    draft = save_gift(shop, gift)
    withhold(shop, gift)
    with pytest.raises(GoodsKeptFromSale) as refused:
        actions.start_promotion(promotion_id=draft, by=shop.by, now=NOW)
    assert refused.value.data == {"goods": "木质搅蜜棒"}
    with pytest.raises(GoodsKeptFromSale):
        run_exchange(shop, gift)
    assert set(Promotion.objects.values_list("state", flat=True)) == {"draft"}


def test_a_coupon_is_not_issued_while_all_its_goods_are_kept(shop: Shop) -> None:
    gift = add_gift(shop)
    row = run_exchange(shop, shop.sku_id, gift)
    withhold(shop, gift)
    give(shop, row)
    # Not approved any more: the product has to be judged anew.
    change_product(
        product_id=shop.stock().product_id,
        changes=ProductChanges(description="新的配方"),
        by=shop.by,
        now=NOW,
    )
    with pytest.raises(CouponRefused) as refused:
        give(shop, row)
    assert refused.value.data["reason"] == "goods_kept"
    assert Coupon.objects.count() == 1
    (offer,) = reads.coupons_on_offer(1, org_id=shop.org_id, show_id=SHOW, now=NOW)
    assert offer.refused == "goods_kept"
