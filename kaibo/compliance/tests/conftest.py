"""A shop, its neighbour, and who works there."""

import datetime as dt

import pytest

from kaibo.access.actions import SellerCard, create_organisation
from kaibo.base.actor import Actor

NOW = dt.datetime(2026, 11, 22, 2, 0, tzinfo=dt.UTC)


def manager_of(code: str) -> Actor:
    """Somebody who may do everything in an organisation of their own."""
    seller = SellerCard(name="", licence_no="", address="", contact="")
    org_id = create_organisation(code=code, name=code, seller=seller, now=NOW)
    return Actor("person", 1, org_id, frozenset({"management"}))


@pytest.fixture
def ana() -> Actor:
    """Manages a shop."""
    return manager_of("ana")


@pytest.fixture
def dai() -> Actor:
    """A stranger: manages another shop."""
    return manager_of("dai")
