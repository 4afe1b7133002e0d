"""The shop most tests use."""

import pytest

from kaibo.promotions.tests.shop import Shop, make_shop, open_link


@pytest.fixture
def shop() -> Shop:
    """One SKU, 100 on hand, floor 50 yuan; link 1 sells 10 at 99 yuan."""
    shop = make_shop()
    open_link(shop, units=10)
    return shop
