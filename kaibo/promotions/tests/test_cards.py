"""Cards say who sells, who runs the room, the terms and the goods before viewers see them."""

import pytest

from kaibo.access.models import Organisation
from kaibo.catalog import actions as catalog
from kaibo.catalog.actions import SaleTerms
from kaibo.promotions import actions
from kaibo.promotions.errors import CardIncomplete, NoSuchLink
from kaibo.promotions.models import Offer
from kaibo.promotions.reads import Card, link, link_card
from kaibo.promotions.tests.shop import NOW, SHOW, Shop, list_link

pytestmark = pytest.mark.django_db


def shelve(shop: Shop) -> None:
    actions.put_on_shelf(show_id=SHOW, link_no=1, by=shop.by, now=NOW)


@pytest.mark.row("LM-044")
def test_a_card_names_seller_operator_and_terms(shop: Shop) -> None:
    catalog.set_sale_terms(
        sku_id=shop.sku_id, terms=SaleTerms(False, "made_to_order", 72), by=shop.by, now=NOW
    )
    list_link(shop)
    with pytest.raises(NoSuchLink):
        link_card(SHOW, 1)
    shelve(shop)
    assert link_card(SHOW, 1) == Card(
        seller_name="ana商贸",
        seller_licence_no="91310000X",
        seller_address="上海",
        seller_contact="400",
        operator="ana",
        no_reason_return=False,
        exception_type="made_to_order",
        ship_within_h=72,
    )


@pytest.mark.row("LM-044")
@pytest.mark.parametrize(
    ("field", "named"),
    [
        ("seller_name", "实际经营者名称"),
        ("seller_address", "经营地址"),
        ("seller_contact", "联系方式"),
    ],
)
def test_without_who_sells_nothing_is_pushed(shop: Shop, field: str, named: str) -> None:
    list_link(shop)
    Offer.objects.update(**{field: "见详情"})
    with pytest.raises(CardIncomplete) as refused:
        shelve(shop)
    assert refused.value.data["lacks_zh"] == named
    with pytest.raises(CardIncomplete):
        actions.open_price(show_id=SHOW, link_no=1, by=shop.by, now=NOW)
    assert (link(SHOW, 1).state, Offer.objects.get().card) == ("planned", {})


@pytest.mark.row("LM-044")
def test_a_room_without_an_operator_pushes_nothing(shop: Shop) -> None:
    list_link(shop)
    Organisation.objects.update(name="")
    with pytest.raises(CardIncomplete) as refused:
        shelve(shop)
    assert refused.value.data["lacks_en"] == "room operator"


@pytest.mark.row("LM-045")
def test_what_the_category_needs_is_said_and_no_placeholder(shop: Shop) -> None:
    product_id = shop.stock().product_id
    catalog.set_card_facts(
        product_id=product_id, facts={"material": "待补", "maker": "某厂"}, by=shop.by, now=NOW
    )
    catalog.change_product(product_id=product_id, changes={"category": "女装"}, by=shop.by, now=NOW)
    approve(shop)
    list_link(shop)
    with pytest.raises(CardIncomplete) as refused:
        shelve(shop)
    assert refused.value.data == {"link_no": 1, "lacks_zh": "材质", "lacks_en": "Material"}
    catalog.set_card_facts(
        product_id=product_id, facts={"material": "棉 100%"}, by=shop.by, now=NOW
    )
    approve(shop)
    shelve(shop)
    assert link_card(SHOW, 1).facts == {"material": "棉 100%"}
    # What is written later is shown when the link is shown again.
    catalog.set_card_facts(product_id=product_id, facts={"material": "麻"}, by=shop.by, now=NOW)
    assert link_card(SHOW, 1).facts == {"material": "棉 100%"}


def approve(shop: Shop) -> None:
    product_id = shop.stock().product_id
    catalog.submit_product(product_id=product_id, by=shop.by, now=NOW)
    catalog.approve_product(product_id=product_id, by=shop.by, now=NOW)
