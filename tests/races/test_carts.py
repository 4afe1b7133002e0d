"""One cart ordered twice at once: a phone and a tablet, each with a key of its own.

The control needs PostgreSQL: on SQLite writers queue at BEGIN, lock or no lock.
"""

from functools import partial
from typing import Any

import pytest

from kaibo.orders.actions import CartOwner, CheckoutSpec, checkout_cart, put_in_cart
from kaibo.orders.actions import cart as cart_actions
from kaibo.orders.errors import NotInCart
from kaibo.orders.models import CartLine, Order
from kaibo.orders.tests.buying import HOME
from kaibo.promotions.tests.shop import NOW, SHOW, Shop, after, make_shop, open_link
from tests.races.at_once import at_once, slowed, without_locks

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def owner() -> CartOwner:
    """Two units of link 1 in the cart of viewer 1."""
    shop: Shop = make_shop()
    open_link(shop, units=10)
    owner = CartOwner(org_id=shop.org_id, show_id=SHOW, viewer_id=1)
    put_in_cart(owner=owner, link_no=1, units=2, now=NOW)
    return owner


def checkouts(owner: CartOwner, *keys: str) -> list[Any]:
    def spec(key: str) -> CheckoutSpec:
        return CheckoutSpec(
            owner=owner,
            request_key=key,
            links=frozenset({1}),
            address=HOME,
            expected_total_fen=19_800,
        )

    return at_once([partial(checkout_cart, spec=spec(key), now=after(1)) for key in keys])


def test_two_checkouts_at_once_order_once(owner: CartOwner) -> None:
    outcomes = checkouts(owner, "phone", "tablet", "phone", "tablet")
    refused = [one for one in outcomes if isinstance(one, Exception)]
    assert [type(one) for one in refused] == [NotInCart, NotInCart]
    assert len({one.no for one in outcomes if one not in refused}) == 1
    assert (Order.objects.count(), CartLine.objects.count()) == (1, 0)


def test_two_put_at_once_and_both_stand(owner: CartOwner) -> None:
    puts = [
        partial(put_in_cart, owner=owner, link_no=1, units=units, now=after(1))
        for units in (1, 3, 1, 3)
    ]
    assert at_once(puts) == [None] * 4
    assert CartLine.objects.get().units in (1, 3)


@pytest.mark.scale
def test_control_without_the_lock_one_cart_is_ordered_twice(
    owner: CartOwner, monkeypatch: pytest.MonkeyPatch
) -> None:
    without_locks(monkeypatch)
    slowed(monkeypatch, cart_actions, "check_chosen", seconds=0.3)
    checkouts(owner, "phone", "tablet")
    assert Order.objects.count() == 2
