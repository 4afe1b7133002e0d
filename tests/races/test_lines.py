"""The line for a sold-out link while units come free: each with a control that needs its lock.

The control needs PostgreSQL: on SQLite writers queue at BEGIN, lock or no lock.
"""

from functools import partial
from typing import Any

import pytest
from django.db import IntegrityError

from kaibo.orders.actions import cancel_order
from kaibo.orders.models import Order
from kaibo.orders.tests.buying import place
from kaibo.promotions import actions
from kaibo.promotions.actions import kept
from kaibo.promotions.errors import SoldOut
from kaibo.promotions.models import LinkPlace, Offer, Taking
from kaibo.promotions.tests.shop import SHOW, Shop, after, make_shop, open_link
from tests.races.at_once import at_once, slowed, without_locks

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def shop() -> Shop:
    """The only unit of link 1 is in viewer 1's hands."""
    shop = make_shop(on_hand=20)
    open_link(shop, units=1)
    place(shop)
    return shop


def join(shop: Shop, viewer_id: int) -> Any:
    return actions.join_line(
        show_id=SHOW, link_no=1, viewer_id=viewer_id, org_id=shop.org_id, now=after(1)
    )


def rush(shop: Shop) -> list[Any]:
    """Viewer 1 gives the unit back while some join and some try to buy."""
    no = Order.objects.get().no
    calls: list[Any] = [partial(cancel_order, no=no, viewer_id=1, now=after(9))] * 2
    calls += [partial(join, shop, 10 + n % 4) for n in range(8)]
    calls += [
        partial(place, shop, viewer_id=n, request_key=f"new{n}", now=after(9))
        for n in range(20, 26)
    ]
    return at_once(calls)


def test_a_unit_that_comes_free_goes_to_who_waits_first(shop: Shop) -> None:
    assert join(shop, 2).place == 1
    outcomes = rush(shop)
    assert all(isinstance(outcome, SoldOut) for outcome in outcomes[10:])
    rows = list(LinkPlace.objects.order_by("number"))
    assert [row.number for row in rows] == [0, 1, 2, 3, 4]
    assert [(row.viewer_id, row.state) for row in rows[:1]] == [(2, "kept")]
    assert {row.state for row in rows[1:]} == {"waiting"}
    offer = Offer.objects.get()
    assert (offer.units_held, offer.units_left, offer.waiting) == (1, 0, 4)
    assert Taking.objects.get(state="held").viewer_id == 2
    assert shop.levels() == (20, 1, 0)


@pytest.mark.scale
def test_control_without_the_lock_the_line_breaks(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    join(shop, 2)
    without_locks(monkeypatch)
    slowed(monkeypatch, kept, "is_selling_paused", seconds=0.2)
    outcomes = rush(shop)
    broken = [outcome for outcome in outcomes if isinstance(outcome, IntegrityError)]
    miscounted = Offer.objects.get().waiting != LinkPlace.objects.filter(state="waiting").count()
    assert broken or miscounted
