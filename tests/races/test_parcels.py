"""The same units packed by two at once.

The control needs PostgreSQL: on SQLite writers queue at BEGIN, lock or no lock.
"""

from functools import partial

import pytest

from kaibo.orders import actions
from kaibo.orders.actions import parcels
from kaibo.orders.errors import NothingToShip
from kaibo.orders.models import Parcel
from kaibo.orders.tests.shipping import bought
from kaibo.promotions.tests.shop import NOW, Shop, make_shop, open_link
from tests.races.at_once import at_once, slowed, without_locks

pytestmark = pytest.mark.django_db(transaction=True)


def pack_twice() -> list[object]:
    """A paid order of two units, packed whole by two at once."""
    shop: Shop = make_shop()
    open_link(shop, units=10)
    no = bought(shop).no
    return list(at_once([partial(actions.pack_parcel, no=no, by=shop.by, now=NOW)] * 2))


def test_two_pack_the_same_units_and_one_is_refused() -> None:
    outcomes = pack_twice()
    assert sum(isinstance(one, NothingToShip) for one in outcomes) == 1
    assert Parcel.objects.count() == 1


@pytest.mark.scale
def test_control_without_the_lock_the_units_are_packed_twice(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    without_locks(monkeypatch)
    slowed(monkeypatch, parcels, "pick_units", seconds=0.4)
    pack_twice()
    assert Parcel.objects.count() == 2
