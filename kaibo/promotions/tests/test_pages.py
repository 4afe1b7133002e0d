"""Links, sales and claims over HTTP, with good input and bad."""

from typing import Any

import pytest
from django.utils import timezone

from kaibo.promotions import actions
from kaibo.promotions.models import FlashSale, Offer
from kaibo.promotions.tests.http import desk, viewer
from kaibo.promotions.tests.shop import SHOW, Shop, list_link, make_shop

# On PostgreSQL every route is called by the walk of access/tests/test_matrix.py.
pytestmark = [pytest.mark.django_db, pytest.mark.once]

SALE = {
    "link_no": 1,
    "price_fen": 6_900,
    "units": 2,
    "per_buyer_max": 1,
    "opens_in_s": 0,
    "lasts_s": 60,
    "pay_within_s": 120,
}


def test_a_link_from_shelf_to_close(shop: Shop) -> None:
    list_link(shop)
    chen = desk(shop.org_id)
    at = f"/desk/shows/{SHOW}/links/1"
    assert chen.post(f"{at}/shelf")["price_fen"] is None
    assert chen.post(f"{at}/open", {"price_fen": 8_800})["price_fen"] == 8_800
    assert chen.post(f"{at}/open")["price_fen"] == 8_800
    assert chen.post(f"{at}/stock", {"units": 5})["units_left"] == 15
    (row,) = chen.get(f"/desk/shows/{SHOW}/links")
    assert [row[name] for name in ("link_no", "units_given", "units_held")] == [1, 15, 0]
    refused = chen.post(f"{at}/open", {"price_fen": 1}, status=409)
    assert refused["code"] == "below_floor"
    assert refused["data"] == {"sku": "A1", "price_fen": 1, "floor_fen": 5_000}
    assert "¥50.00" in refused["message"]
    assert chen.post(f"{at}/close")["state"] == "closed"


def test_a_sale_from_schedule_to_stop(shop: Shop) -> None:
    list_link(shop)
    chen, bo = desk(shop.org_id), viewer(shop.org_id)
    sale = chen.post(f"/desk/shows/{SHOW}/flash-sales", SALE, status=201)
    assert chen.post(f"/desk/flash-sales/{sale['id']}/start")["state"] == "running"
    first = actions.claim_flash_sale(
        sale_id=sale["id"], viewer_id=1, units=1, request_key="7c0e-1", now=timezone.now()
    )
    assert [claim["id"] for claim in bo.get("/my/claims")] == [first.claim_id]
    assert viewer(shop.org_id, 2).get("/my/claims") == []
    assert [s["state"] for s in chen.get(f"/desk/shows/{SHOW}/flash-sales")] == ["running"]
    assert chen.post(f"/desk/flash-sales/{sale['id']}/stop")["units_left"] == 0
    chen.post(f"/desk/flash-sales/{sale['id']}/explode", status=422)


@pytest.mark.parametrize(
    "body",
    [
        "",
        "[]",
        "null",
        {},
        {**SALE, "units": 0},
        {**SALE, "units": -1},
        {**SALE, "units": "2"},
        {**SALE, "units": 2.5},
        {**SALE, "units": 10**40},
        {**SALE, "price_fen": None},
        {**SALE, "price_fen": 0},
        {**SALE, "lasts_s": 0},
        {**SALE, "lasts_s": 10**12},
        {**SALE, "opens_in_s": -5},
        {**SALE, "per_buyer_max": 0},
        {**SALE, "pay_within_s": 1},
        {**SALE, "lnik_no": 1},
    ],
)
def test_a_sale_that_cannot_be_is_refused_in_words(shop: Shop, body: Any) -> None:
    list_link(shop)
    answer = desk(shop.org_id).post(f"/desk/shows/{SHOW}/flash-sales", body, status=422)
    assert answer["message"]
    assert FlashSale.objects.count() == 0


def test_a_body_that_is_no_json(shop: Shop) -> None:
    answer = desk(shop.org_id).post(f"/desk/shows/{SHOW}/flash-sales", "{", status=400)
    assert answer["code"] == "bad_input"


@pytest.mark.parametrize("number", ["0", "9" * 30, "-1", "x"])
def test_addresses_that_lead_nowhere(shop: Shop, number: str) -> None:
    chen = desk(shop.org_id).client
    for path in (f"/desk/shows/{SHOW}/links/{number}/shelf", f"/desk/flash-sales/{number}/stop"):
        assert chen.post(f"/api{path}").status_code == 404
    assert chen.post(f"/api/desk/shows/{number}/links/1/close").status_code == 404


def test_who_may_not(shop: Shop) -> None:
    list_link(shop)
    dai = desk(make_shop("dai").org_id)
    at = f"/desk/shows/{SHOW}"
    assert dai.post(f"{at}/links/1/close", status=404)["code"] == "no_such_link"
    assert dai.post(f"{at}/flash-sales", SALE, status=404)["code"] == "no_such_link"
    assert dai.get(f"{at}/links") == []
    assert desk(shop.org_id, "service").post(f"{at}/links/1/close", status=403)
    assert viewer(shop.org_id).post(f"{at}/links/1/close", status=401)
    assert Offer.objects.get().state == "planned"
