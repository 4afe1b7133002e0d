"""One question sent several times at once is done once."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from kaibo.access.actions import SellerCard, add_person, create_organisation, make_key
from kaibo.catalog import actions as catalog
from kaibo.catalog.reads import sku
from tests.races.at_once import at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

NOW = dt.datetime(2026, 11, 22, 12, 0, tzinfo=dt.UTC)
AT_ONCE = 6


def _arrivals(names: list[str | None]) -> tuple[list[Any], int]:
    """Ten units arrive, told under each name at once: the answers, and what is on hand."""
    cache.clear()
    seller = SellerCard(name="", licence_no="", address="", contact="")
    org_id = create_organisation(code="ana", name="安", seller=seller, now=NOW)
    by = add_person(
        org_id=org_id, username="lin", name="林", password="x", roles=["management"], now=NOW
    )
    product = catalog.create_product(spec=catalog.ProductSpec(code="A", title="茶"), by=by, now=NOW)
    spec = catalog.SkuSpec(code="A-1", spec="50g", list_price_fen=9_900, on_hand=0)
    one = catalog.add_sku(product_id=product.id, spec=spec, by=by, now=NOW)
    token = make_key(name="仓库", scopes=["catalog.edit"], by=by, now=NOW).token

    def tell(name: str | None) -> Any:
        headers = {"Authorization": f"Bearer {token}"}
        headers |= {} if name is None else {"Idempotency-Key": name}
        body = {"delta": 10, "reason": "到货"}
        return Client().post(
            f"/api/v1/skus/{one.id}/stock", body, "application/json", headers=headers
        )

    answers = at_once([lambda name=name: tell(name) for name in names])  # type: ignore[misc]
    return answers, sku(org_id, one.id).on_hand


def test_of_many_at_once_one_is_done() -> None:
    """The others get the same answer, or on PostgreSQL that it is being answered."""
    answers, on_hand = _arrivals(["arrival-1"] * AT_ONCE)
    assert on_hand == 10
    statuses = Counter(answer.status_code for answer in answers)
    assert statuses[200] >= 1
    assert statuses[200] + statuses[409] == AT_ONCE
    assert {a.json()["code"] for a in answers if a.status_code == 409} <= {"asked_at_once"}
    assert len({a.content for a in answers if a.status_code == 200}) == 1


@pytest.mark.parametrize("names", [[None] * AT_ONCE, [str(n) for n in range(AT_ONCE)]])
def test_without_one_name_all_are_done(names: list[str | None]) -> None:
    """The control: the same calls with no name, or each with its own."""
    answers, on_hand = _arrivals(names)
    assert {answer.status_code for answer in answers} == {200}
    assert on_hand == 10 * AT_ONCE
