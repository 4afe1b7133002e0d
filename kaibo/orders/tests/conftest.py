"""The shop most tests use, and the auditor who reads the ledger after each of their actions."""

from collections.abc import Iterator

import pytest

from kaibo.orders.tests.books import audited
from kaibo.promotions.tests.shop import Shop, make_shop, open_link


@pytest.fixture
def shop() -> Shop:
    """One SKU, 100 on hand, floor 50 yuan; link 1 sells 10 at 99 yuan."""
    shop = make_shop()
    open_link(shop, units=10)
    return shop


@pytest.fixture(autouse=True)
def books_hold(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """After every action of every test here the whole ledger balances and means it."""
    database = request.node.get_closest_marker("django_db")
    if database is None:
        yield
        return
    request.getfixturevalue("transactional_db" if database.kwargs.get("transaction") else "db")
    with audited(monkeypatch):
        yield
