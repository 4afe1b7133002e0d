"""A shop, its neighbour, and the people of both."""

import datetime as dt

import pytest

from kaibo.access.actions import SellerCard, create_organisation
from kaibo.base.actor import Actor
from kaibo.catalog import actions
from kaibo.catalog.actions import ProductSpec, SkuSpec
from kaibo.catalog.reads import SkuView

NOW = dt.datetime(2026, 11, 22, 2, 0, tzinfo=dt.UTC)


def manager_of(code: str) -> Actor:
    """Somebody who may do everything in an organisation of their own."""
    seller = SellerCard(name="", licence_no="", address="", contact="")
    org_id = create_organisation(code=code, name=code, seller=seller, now=NOW)
    return Actor("person", 1, org_id, frozenset({"management"}))


def stocked(by: Actor, *, code: str = "A1", on_hand: int = 10, buffer: int = 0) -> SkuView:
    """An approved product with one SKU."""
    product = actions.create_product(
        spec=ProductSpec(code=f"P-{code}", title="保湿面霜"), by=by, now=NOW
    )
    spec = SkuSpec(code=code, spec="50ml", list_price_fen=19900, on_hand=on_hand, buffer=buffer)
    sku = actions.add_sku(product_id=product.id, spec=spec, by=by, now=NOW)
    actions.submit_product(product_id=product.id, by=by, now=NOW)
    actions.approve_product(product_id=product.id, by=by, now=NOW)
    return sku


@pytest.fixture
def ana() -> Actor:
    """Manages a shop."""
    return manager_of("ana")


@pytest.fixture
def dai() -> Actor:
    """A stranger: manages another shop."""
    return manager_of("dai")
