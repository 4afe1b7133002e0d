"""What the law keeps a shop or a platform from doing to a return, at the door of the API."""

import pytest

from kaibo.orders import actions
from kaibo.orders.actions import ReturnWish
from kaibo.orders.models import Return, ShopTerms
from kaibo.orders.reads.parcels import shop_terms
from kaibo.orders.tests.shipping import bought, buyer, delivered
from kaibo.promotions.tests.http import desk
from kaibo.promotions.tests.shop import NOW, Shop

pytestmark = pytest.mark.django_db


@pytest.mark.row("LM-108")
@pytest.mark.parametrize("verb", ["refuse", "reject"])
def test_an_opened_package_is_no_reason(shop: Shop, verb: str) -> None:
    order = bought(shop)
    delivered(shop, order)
    (line,) = order.lines
    wish = ReturnWish(units={line.id: 1}, reason="no_reason", said="", request_key="r")
    one = actions.ask_return(no=order.no, wish=wish, by=buyer(shop), now=NOW)
    before = Return.objects.values().get(pk=one.id)
    body = {"refusal": "opened_package", "answer": "已拆封", "proofs": ["/p/1.jpg"]}
    may = desk(shop.org_id, "service")
    answer = may.post(f"/desk/returns/{one.id}/{verb}", body, status=422)
    assert answer["code"]
    assert Return.objects.values().get(pk=one.id) == before
    # The control: a reason that the list has is read, and judged by the rules.
    body["refusal"] = "damaged_by_use"
    assert (
        may.client.post(
            f"/api/desk/returns/{one.id}/{verb}", body, content_type="application/json"
        ).status_code
        != 422
    )


@pytest.mark.row("LM-112")
@pytest.mark.parametrize(
    "forced",
    [
        {"may_refund_only": "always"},
        {"may_refund_only": True, "forced_by": "platform"},
        {"refund_only": "platform"},
    ],
)
def test_no_platform_forces_refunds_without_the_goods(
    shop: Shop, forced: dict[str, object]
) -> None:
    """There is no field in which it could, and the shop's own choice is yes or no."""
    may = desk(shop.org_id, "management")
    may.put("/desk/shop-terms", {"ship_within_h": 48, **forced}, status=422)
    assert not ShopTerms.objects.exists()
    assert shop_terms(shop.org_id).may_refund_only is False
    own = may.put("/desk/shop-terms", {"ship_within_h": 48, "may_refund_only": True})
    assert own["may_refund_only"] is True
