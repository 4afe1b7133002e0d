"""A shop with a show on air, its keys, and the ways to call with them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client

from kaibo.access.actions import make_key
from kaibo.access.rules import SCOPES
from kaibo.catalog.tests.conftest import manager_of, stocked
from kaibo.catalog.tests.desk import Desk
from kaibo.hosts.tests.people import id_number
from kaibo.orders.sandbox import courier
from tests.safety.shop import EVENING, Shop, found_shop


@pytest.fixture(autouse=True)
def at_show_time(monkeypatch: pytest.MonkeyPatch, empty_lake: None) -> Iterator[None]:
    """One moment; the courier stays at home; no key has asked anything yet."""
    monkeypatch.setattr(courier, "kick", lambda: None)
    cache.clear()
    with time_machine.travel(EVENING, tick=False):
        yield


@pytest.fixture
def ana(db: None) -> Shop:
    return found_shop("ana", number=id_number(dt.date(1995, 3, 8), 1))


@pytest.fixture
def dai(db: None) -> Shop:
    return found_shop("dai", number=id_number(dt.date(1995, 3, 8), 2))


@pytest.fixture
def mia(db: None) -> Shop:
    """A shop with one SKU and nothing else, for what asks no more of it."""
    by = Desk(manager_of("mia").org_id).by
    return Shop(by=by, mark="", viewer_id=0, ticket="", ids={"sku": stocked(by).id})


def token_of(shop: Shop, *scopes: str) -> str:
    """A new key's token; every scope unless some are named, none for ``""``."""
    chosen = [scope for scope in scopes or SCOPES if scope]
    return make_key(name="外部系统", scopes=chosen, by=shop.by, now=EVENING).token


def program(shop: Shop, *scopes: str) -> Client:
    """A client that calls with a new key."""
    bearer = f"Bearer {token_of(shop, *scopes)}"
    return Client(headers={"Authorization": bearer, "Accept-Language": "en"})
