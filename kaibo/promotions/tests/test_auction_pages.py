"""Auctions over HTTP, for the desk and for viewers."""

from typing import Any

import pytest

from kaibo.orders.tests.test_pages import WISH
from kaibo.promotions.tests.http import desk, viewer
from kaibo.promotions.tests.shop import SHOW, Shop, make_shop, open_link

# On PostgreSQL every route is called by the walk of access/tests/test_matrix.py.
pytestmark = [pytest.mark.django_db, pytest.mark.once]

TERMS: dict[str, Any] = {
    "link_no": 1,
    "start_fen": 6_000,
    "step_fen": 100,
    "reserve_fen": 6_200,
    "buy_now_fen": 8_000,
    "opens_in_s": 0,
    "lasts_s": 60,
}


@pytest.fixture
def shop() -> Shop:
    """Link 1 sells 10 at 99 yuan."""
    shop = make_shop()
    open_link(shop, units=10)
    return shop


def test_from_the_desk_to_the_order(shop: Shop) -> None:
    staff, bo, bao = desk(shop.org_id), viewer(shop.org_id, 1), viewer(shop.org_id, 2)
    made = staff.post(f"/desk/shows/{SHOW}/auctions", TERMS, status=201)
    assert (made["reserve_fen"], made["auction"]["state"], made["wins"]) == (6_200, "running", [])
    id = made["auction"]["id"]
    (seen,) = bo.get("/my/auctions")
    assert (seen["has_reserve"], seen["least_fen"], seen["bids"]) == (True, 6_000, 0)
    assert "reserve_fen" not in seen
    assert "6200" not in str(seen).replace("62.00", "6200")
    bids = f"/my/auctions/{id}/bids"
    first = {"price_fen": 6_000, "request_key": "a"}
    mine = bo.post(bids, first, status=201)
    assert (mine["number"], mine["leads"], mine["least_fen"]) == (1, False, 6_100)
    assert bo.post(bids, first, status=201)["number"] == 1
    no = bao.post(bids, {"price_fen": 6_050, "request_key": "b"}, status=409)
    assert (no["code"], no["data"]["reason"]) == ("bid_refused", "too_low")
    assert "最新价格" in no["message"]
    assert bao.post(bids, {"price_fen": 6_300, "request_key": "c"}, status=201)["leads"]
    assert bo.get(f"/my/auctions/{id}")["is_reserve_met"]
    bought = bo.post(bids, {"price_fen": 8_000, "request_key": "d"}, status=201)
    assert bought["state"] == "hammered"
    (win,) = bo.get("/my/wins")
    assert (win["price_fen"], win["state"], bao.get("/my/wins")) == (8_000, "held", [])
    order = WISH | {"auction": {"win_id": win["id"]}, "expected_total_fen": 8_000}
    bao.post("/my/orders", order, status=404)
    placed = bo.post("/my/orders", order, status=201)
    assert (placed["total_fen"], placed["pay_before"]) == (8_000, win["pay_before"])
    (told,) = staff.get(f"/desk/shows/{SHOW}/auctions")
    (seller,) = told["wins"]
    masked = told["auction"]["shown"][0]["name_masked"]
    assert (seller["viewer_id"], seller["name_masked"], seller["state"]) == (1, masked, "ordered")


def test_the_desk_cancels_what_has_not_begun(shop: Shop) -> None:
    staff = desk(shop.org_id)
    made = staff.post(f"/desk/shows/{SHOW}/auctions", TERMS | {"opens_in_s": 60}, status=201)
    path = f"/desk/auctions/{made['auction']['id']}/cancel"
    assert staff.post(path)["auction"]["state"] == "cancelled"
    running = staff.post(f"/desk/shows/{SHOW}/auctions", TERMS, status=201)
    no = staff.post(f"/desk/auctions/{running['auction']['id']}/cancel", status=409)
    assert no["code"] == "auction_state_wrong"


def test_a_misspelt_field_is_no_silence(shop: Shop) -> None:
    staff = desk(shop.org_id)
    staff.post(f"/desk/shows/{SHOW}/auctions", TERMS | {"hidden_bids": 1}, status=422)
    staff.post(f"/desk/shows/{SHOW + 1}/auctions", TERMS, status=404)
