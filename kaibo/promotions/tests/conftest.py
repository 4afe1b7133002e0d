"""The shop most tests use."""

import pytest

from kaibo.promotions.tests.shop import Shop, make_shop


@pytest.fixture
def shop() -> Shop:
    """One SKU, 100 on hand, floor 50 yuan."""
    return make_shop()
