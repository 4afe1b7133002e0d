"""Two shops of the same shape, at eight in the evening."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
import time_machine

from kaibo.hosts.tests.people import id_number
from kaibo.orders.sandbox import courier
from tests.safety.shop import EVENING, Shop, found_shop

ANA_NUMBER = id_number(dt.date(1995, 3, 8), 1)
DAI_NUMBER = id_number(dt.date(1995, 3, 8), 2)


@pytest.fixture(autouse=True)
def at_show_time(monkeypatch: pytest.MonkeyPatch, empty_lake: None) -> Iterator[None]:
    """One moment, so that answers can be compared, and a lake of one's own.

    The courier's thread stays at home: it would look for rows that no test has committed.
    """
    monkeypatch.setattr(courier, "kick", lambda: None)
    with time_machine.travel(EVENING, tick=False):
        yield


@pytest.fixture
def ana(db: None) -> Shop:
    """A shop in the middle of a show."""
    return found_shop("ana", number=ANA_NUMBER)


@pytest.fixture
def dai(db: None) -> Shop:
    """Its neighbour."""
    return found_shop("dai", number=DAI_NUMBER)
