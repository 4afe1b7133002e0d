"""One price on every path: cart, order, lines and refund, whatever promotions meet."""

from functools import partial

import hypothesis
import pytest
from django.db import transaction
from hypothesis import strategies as st

from kaibo.orders import actions
from kaibo.orders.errors import NothingToPay
from kaibo.orders.tests.books import audit
from kaibo.orders.tests.buying import pay
from kaibo.orders.tests.test_cart import checkout, look, put, three_links
from kaibo.promotions.actions import set_stacking_rule
from kaibo.promotions.models import Offer
from kaibo.promotions.rules import Choose, Promotion
from kaibo.promotions.tests.baskets import priced_promotions, stored_parts
from kaibo.promotions.tests.promoting import give, run
from kaibo.promotions.tests.shop import after

# The same on every database: what is held against what is computed.
pytestmark = [pytest.mark.django_db, pytest.mark.once]

UNITS = st.dictionaries(st.sampled_from([1, 2, 3]), st.integers(1, 2), min_size=1)


@pytest.mark.row("R-061")
@hypothesis.settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[hypothesis.HealthCheck.function_scoped_fixture],
)
@hypothesis.given(
    promotions=priced_promotions(),
    choose=st.sampled_from(["best", "priority"]),
    units=UNITS,
    chosen=st.sets(st.sampled_from([1, 2, 3])),
)
def test_cart_order_lines_and_refund_are_one_sum(
    promotions: list[Promotion], choose: Choose, units: dict[int, int], chosen: set[int]
) -> None:
    """Whatever promotions and coupons of every kind meet, however the shop chooses among them,
    and whichever lines and coupons are chosen.
    """
    with transaction.atomic():
        shop = three_links(floor_fen=0)
        set_stacking_rule(choose=choose, by=shop.by, now=after(0))
        skus = dict(Offer.objects.values_list("link_no", "sku_id"))
        for one in promotions:
            of = stored_parts(one, skus)
            if one.stacking == "coupon":
                give(shop, run(shop, one.benefit, of=of, got="claim", agreed=True))
            else:
                run(shop, one.benefit, of=of, agreed=True)
        for link_no, count in units.items():
            put(shop, link_no, count)
        picked = sorted(chosen & units.keys() or units.keys())
        coupons = look(shop, links=picked).suggested_coupon_ids
        view = look(shop, links=picked, coupon_ids=coupons)
        assert view.total_fen == view.suggested_total_fen
        amounts = {x.link_no: x.amount_fen for x in view.lines if x.amount_fen is not None}
        buy = partial(checkout, shop, *picked, total_fen=view.total_fen, coupon_ids=tuple(coupons))
        if view.total_fen == 0:
            with pytest.raises(NothingToPay):
                buy()
            transaction.set_rollback(True)
            return
        order = buy()
        assert {line.link_no: line.amount_fen for line in order.lines} == amounts
        assert order.total_fen == view.total_fen == sum(amounts.values())
        off = sum(line.discount_fen for line in order.lines)
        assert off == view.before_fen - view.total_fen == sum(n.off_fen for n in view.notes)
        pay(order, now=after(4))
        back = actions.refund_order(no=order.no, reason="", by=shop.by, now=after(5))
        assert back.refund_fen == view.total_fen
        audit()
        transaction.set_rollback(True)
