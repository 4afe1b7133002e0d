"""Links, sales and claims over HTTP, with good input and bad."""

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone

from kaibo.compliance.reads import findings
from kaibo.promotions import actions
from kaibo.promotions.models import FlashSale, Offer
from kaibo.promotions.tests.http import desk, viewer
from kaibo.promotions.tests.promoting import save
from kaibo.promotions.tests.shop import SHOW, Shop, list_link, make_shop, open_link

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
    chen = desk(shop.org_id)
    for path in (f"/desk/shows/{SHOW}/links/{number}/shelf", f"/desk/flash-sales/{number}/stop"):
        assert chen.send("POST", path).status_code == 404
    assert chen.send("POST", f"/desk/shows/{number}/links/1/close").status_code == 404


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


def tomorrow() -> dict[str, Any]:
    """An end that routes, which read the clock, have not passed."""
    return {"ends_at": timezone.now() + dt.timedelta(days=1)}


def test_an_act_sent_twice_is_done_once_and_gets_the_first_answer(shop: Shop) -> None:
    chen, links = desk(shop.org_id), f"/desk/shows/{SHOW}/links/1"
    open_link(shop, units=10)
    first = chen.post(f"{links}/stock", {"units": 5}, key="k-1")
    again = chen.send("POST", f"/desk/shows/{SHOW}/links/1/stock", '{"units": 5}', "k-1")
    assert (again.json(), again["Idempotency-Replayed"]) == (first, "true")
    assert shop.levels() == (100, 15, 0)
    other = chen.post(f"{links}/stock", {"units": 6}, key="k-1", status=422)
    assert other["code"] == "asked_otherwise"
    bare = chen.client.post(f"/api{links}/stock", {"units": 5}, "application/json")
    assert (bare.status_code, bare.json()["code"]) == (400, "key_missing")
    assert shop.levels() == (100, 15, 0)


def test_starts_and_stops_of_other_offers_answer_a_repetition(shop: Shop) -> None:
    chen, at = desk(shop.org_id), f"/desk/shows/{SHOW}"
    open_link(shop, units=10)
    group = {"link_no": 1, "size": 3, "price_fen": 7_900, "fill_s": 600}
    made = chen.post(f"{at}/group-offers", group, key="g", status=201)
    assert chen.post(f"{at}/group-offers", group, key="g", status=201) == made
    assert chen.post(f"{at}/group-offers", group, status=409)["code"] == "group_offer_on"
    end = f"/desk/group-offers/{made['id']}/end"
    assert chen.post(end, key="e") == chen.post(end, key="e")
    sale = chen.post(f"{at}/flash-sales", SALE, key="f", status=201)
    assert chen.post(f"{at}/flash-sales", SALE, key="f", status=201) == sale
    draft = save(
        shop, got="claim", unlock="drop", of={"stacking": "coupon"}, show_id=SHOW, **tomorrow()
    )
    for step in ("start", "undo", "start"):
        assert chen.post(f"/desk/promotions/{draft.id}/steps/{step}")
    drop = f"/desk/promotions/{draft.id}/drop"
    assert chen.post(drop, {"lasts_s": 60}, key="d") == chen.post(drop, {"lasts_s": 60}, key="d")


def test_words_that_are_refused_stay_on_record_through_a_key(shop: Shop) -> None:
    """The finding is written though the answer is not kept and all else is undone."""
    chen = desk(shop.org_id)
    draft = save(shop, of={"title_zh": "国家级福利"}, **tomorrow())
    path = f"/desk/promotions/{draft.id}/steps/start"
    assert chen.post(path, key="w", status=422)["code"] == "words_blocked"
    assert [(one.subject_kind, one.subject_id) for one in findings(shop.org_id)] == [
        ("promotion", draft.id)
    ]
