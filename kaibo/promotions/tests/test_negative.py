"""Links whose goods come onto the negative list while they are on air."""

import pytest

from kaibo.base.actor import Actor
from kaibo.catalog import actions as catalog
from kaibo.catalog.actions import OwnEntry, ProductSpec, SkuSpec
from kaibo.catalog.errors import GoodsBanned
from kaibo.catalog.models import Product
from kaibo.catalog.reads import judgements
from kaibo.compliance.reads import shipped_negative
from kaibo.facts.promotions import OfferClosed
from kaibo.promotions import actions
from kaibo.promotions.actions import OfferSpec
from kaibo.promotions.models import Offer
from kaibo.promotions.reads import link
from kaibo.promotions.tests.shop import NOW, SHOW, Shop, facts, list_link, open_link
from kaibo.site.worker import TIMERS

pytestmark = pytest.mark.django_db

SHIPPED = shipped_negative().version


def forbid(by: Actor, *categories: str, number: int) -> None:
    """A version of the shop's own list with these categories."""
    entry = OwnEntry(kind="live", title_zh="暂停推广", categories=categories, basis="平台通知")
    catalog.save_negative_list(entries=[entry], number=number, by=by, now=NOW)


def give_category(shop: Shop, category: str) -> None:
    product_id = shop.stock().product_id
    catalog.change_product(
        product_id=product_id, changes={"category": category}, by=shop.by, now=NOW
    )
    catalog.submit_product(product_id=product_id, by=shop.by, now=NOW)
    catalog.approve_product(product_id=product_id, by=shop.by, now=NOW)


@pytest.mark.row("LM-025")
def test_a_new_version_takes_cards_off_that_stood_under_the_old_one(shop: Shop) -> None:
    give_category(shop, "家居")
    forbid(shop.by, "手机", number=0)
    open_link(shop)
    assert Offer.objects.get().goods_list == f"{SHIPPED}+1"
    assert actions.close_banned(now=NOW) == 0
    forbid(shop.by, "手机", "电脑", number=1)
    assert actions.close_banned(now=NOW) == 0
    assert (link(SHOW, 1).state, Offer.objects.get().goods_list) == ("open", f"{SHIPPED}+2")
    forbid(shop.by, "家居", number=2)
    assert actions.close_banned(now=NOW) == 1
    assert actions.close_banned(now=NOW) == 0
    assert (link(SHOW, 1).state, shop.levels()) == ("closed", (100, 0, 0))
    offer_id = Offer.objects.get().pk
    assert facts(OfferClosed) == [
        OfferClosed(offer_id=offer_id, link_no=1, units_returned=10, reason="banned")
    ]
    kept = [(one.step, one.list_version, one.entry) for one in judgements(shop.org_id)]
    assert kept == [
        ("on_air", f"{SHIPPED}+3", "own.3.1"),
        ("on_air", f"{SHIPPED}+2", ""),
        ("shelved", f"{SHIPPED}+1", ""),
    ]
    with pytest.raises(GoodsBanned):
        actions.put_on_shelf(show_id=SHOW, link_no=1, by=shop.by, now=NOW)
    assert link(SHOW, 1).state == "closed"


@pytest.mark.row("LM-048")
def test_a_financial_product_is_not_pushed(shop: Shop) -> None:
    """Not even one that came into the catalogue before there was a list, under another name."""
    product = catalog.create_product(
        spec=ProductSpec(code="F", title="稳健一号"), by=shop.by, now=NOW
    )
    sku = catalog.add_sku(
        product_id=product.id, spec=SkuSpec(code="F1", on_hand=9), by=shop.by, now=NOW
    )
    catalog.submit_product(product_id=product.id, by=shop.by, now=NOW)
    catalog.approve_product(product_id=product.id, by=shop.by, now=NOW)
    spec = OfferSpec(
        org_id=shop.org_id, show_id=SHOW, link_no=9, sku_id=sku.id, price_fen=100, units=1,
        title="指数基金 稳健一号",
    )  # fmt: skip
    with pytest.raises(GoodsBanned):
        actions.list_offer(spec=spec, by=shop.by, now=NOW)
    Product.objects.filter(pk=product.id).update(category="金融/基金")
    with pytest.raises(GoodsBanned):
        actions.list_offer(
            spec=OfferSpec(
                org_id=shop.org_id, show_id=SHOW, link_no=9, sku_id=sku.id, price_fen=100, units=0
            ),
            by=shop.by,
            now=NOW,
        )
    assert not Offer.objects.exists()
    # Nobody's number: the next link may get the one that was given back.
    kept = [(one.subject_id, one.entry) for one in judgements(shop.org_id)]
    assert kept == [(0, "finance"), (0, "finance")]


@pytest.mark.row("LM-025")
def test_a_planned_link_is_judged_when_it_is_shelved(shop: Shop) -> None:
    give_category(shop, "家居")
    list_link(shop)
    forbid(shop.by, "家居", number=0)
    with pytest.raises(GoodsBanned):
        actions.put_on_shelf(show_id=SHOW, link_no=1, by=shop.by, now=NOW)
    assert link(SHOW, 1).state == "planned"
    assert actions.close_banned(now=NOW) == 0


def test_the_worker_judges_again_several_times_a_minute() -> None:
    (timer,) = (timer for timer in TIMERS if timer.name == "close_banned")
    assert timer.every_s <= 30
