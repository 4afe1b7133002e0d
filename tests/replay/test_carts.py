"""Facts of carts replayed equal the tables, after any sequence of actions."""

import dataclasses
from contextlib import suppress
from random import Random
from typing import Any

import pytest

from kaibo.base.errors import Refusal
from kaibo.facts import orders as told
from kaibo.facts.base import Fact
from kaibo.orders import actions
from kaibo.orders.actions import CartOwner, CheckoutSpec
from kaibo.orders.models import CartLine, Order
from kaibo.orders.reads.cart import cart
from kaibo.orders.rules.cart import KEPT_FOR
from kaibo.orders.tests.buying import HOME
from kaibo.promotions.actions import open_price
from kaibo.promotions.tests.shop import SHOW, Shop, after, facts, make_shop, open_link

pytestmark = pytest.mark.django_db

FOLDED: frozenset[type[Fact]] = frozenset(
    {told.CartLinePut, told.CartLineRemoved, told.CartOrdered}
)


class Carts:
    """What the facts alone say of carts."""

    def __init__(self) -> None:
        self.lines: dict[tuple[int, int], tuple[int, int | None]] = {}
        self.ordered: dict[str, list[int]] = {}

    def replay(self, fact: Fact) -> None:
        """Take one fact in."""
        match fact:
            case told.CartLinePut():
                self.lines[fact.viewer_id, fact.link_no] = fact.units, fact.seen_fen
            case told.CartLineRemoved():
                del self.lines[fact.viewer_id, fact.link_no]
            case told.CartOrdered():
                self.ordered[fact.no] = fact.links
                for link_no in fact.links:
                    del self.lines[fact.viewer_id, link_no]


@pytest.mark.parametrize("seed", range(2))
def test_replay_equals_the_carts_after_a_random_day(seed: int) -> None:
    chance, shop = Random(seed), make_shop(on_hand=60)
    for link_no in (1, 2, 3):
        open_link(shop, link_no, units=20, per_buyer_max=9)
    for step in range(90):
        with suppress(Refusal):
            _any_act(shop, chance, step=step)
    assert actions.forget_old_carts(now=after(85) + KEPT_FOR) > 0
    carts = Carts()
    for fact in facts():
        carts.replay(fact)
    rows = CartLine.objects.select_related("cart")
    assert carts.lines == {
        (row.cart.viewer_id, row.link_no): (row.units, row.seen_fen) for row in rows
    }
    assert len(carts.ordered) > 3
    assert carts.ordered == {
        order.no: list(order.lines.order_by("pk").values_list("link_no", flat=True))
        for order in Order.objects.all()
    }


def _any_act(shop: Shop, chance: Random, *, step: int) -> None:
    """One of everything that can be done to a cart, and now and then a price that changes."""
    owner = CartOwner(org_id=shop.org_id, show_id=SHOW, viewer_id=chance.randint(1, 3))
    link_no, now, luck = chance.randint(1, 3), after(step), chance.random()
    line: dict[str, Any] = {"owner": owner, "link_no": link_no, "now": now}
    if luck < 0.5:
        actions.put_in_cart(**line, units=chance.randint(1, 2))
    elif luck < 0.65:
        actions.remove_from_cart(**line)
    elif luck < 0.75:
        price_fen = chance.choice([8_900, 9_900])
        open_price(show_id=SHOW, link_no=link_no, price_fen=price_fen, by=shop.by, now=now)
    else:
        links = frozenset({link_no})
        view = cart(**dataclasses.asdict(owner), links=links, now=now)
        spec = CheckoutSpec(
            owner=owner,
            request_key=f"c{step}",
            links=links,
            address=HOME,
            expected_total_fen=view.total_fen,
        )
        actions.checkout_cart(spec=spec, now=now)
