"""Promotions, parcels and returns, as another program reads and decides them."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from kaibo.journal.models import Entry
from kaibo.orders.models import Parcel, Return
from kaibo.promotions.models import Coupon
from tests.outside.conftest import program
from tests.outside.test_lists import pieces, post
from tests.safety.shop import Shop
from tests.safety.tables import everything

pytestmark = pytest.mark.django_db

WAYBILL = {"carrier": "中通", "waybill": "73100000000088"}
NO = {"refusal": "not_proved", "answer": "看不出问题"}


def read(client: Client, path: str) -> Any:
    answer = client.get(f"/api/v1/{path}")
    assert answer.status_code == 200, answer.content
    return answer.json()


def test_every_new_list_is_the_same_in_pieces_of_any_size(ana: Shop) -> None:
    client = program(ana)
    for path in ("promotions", "parcels", "returns", f"skus/{ana.ids['sku']}/stock"):
        whole = pieces(client, path, 200)
        assert whole, path
        assert [one["id"] for one in whole] == sorted((one["id"] for one in whole), reverse=True)
        assert pieces(client, path, 1) == whole, path


def test_a_promotion_and_its_coupons(ana: Shop) -> None:
    client = program(ana, "promotions.read")
    coupon = Coupon.objects.filter(organisation_id=ana.org_id, promotion__got="claim").latest("pk")
    found = read(client, f"promotions/{coupon.promotion_id}")
    assert found["coupons_given"] == len(pieces(client, f"promotions/{found['id']}/coupons", 1)) > 0
    assert read(client, f"promotions/{found['id']}/coupons")["items"][0] == {
        "id": coupon.pk,
        "promotion_id": found["id"],
        "viewer_id": coupon.viewer_id,
        "show_id": coupon.show_id,
        "state": "open",
        "off_fen": None,
        "claimed_at": "2026-11-22T12:00:00Z",
        "good_until": coupon.good_until.isoformat().replace("+00:00", "Z"),
    }
    running = read(client, "promotions?state=running")["items"]
    assert found in running
    assert {one["state"] for one in running} == {"running"}
    assert read(client, "promotions?state=paused")["items"] == []


def test_an_order_ships_once_under_its_waybill(ana: Shop) -> None:
    client = program(ana, "orders.ship", "orders.read")
    path = f"orders/{ana.ids['order']}/parcels"
    made = post(client, path, WAYBILL, "ship-1")
    assert made.status_code == 201, made.content
    row = Parcel.objects.latest("pk")
    line = row.lines.get()
    assert (
        made.json()
        == read(client, f"parcels/{row.pk}")
        == {
            "id": row.pk,
            "no": ana.ids["order"],
            "state": "shipped",
            "carrier": "zto",
            "carrier_zh": "中通快递",
            "carrier_en": "ZTO Express",
            "waybill": "73100000000088",
            "packed_at": "2026-11-22T12:00:00Z",
            "shipped_at": "2026-11-22T12:00:00Z",
            "delivered_at": None,
            "ended_at": None,
            "lines": [
                {
                    "line_id": line.line_id,
                    "title": line.line.title,
                    "spec": line.line.spec,
                    "units": line.units,
                    "is_gift": False,
                    "value_fen": 0,
                    "units_missing": 0,
                }
            ],
        }
    )
    assert [one["id"] for one in read(client, "parcels?state=shipped")["items"]] == [row.pk]
    before = everything()
    assert post(client, path, WAYBILL, "ship-1")["Idempotency-Replayed"] == "true"
    assert post(client, path, WAYBILL, None).json() == made.json()
    over = post(client, path, {**WAYBILL, "waybill": "73100000000089"}, None)
    assert (over.status_code, over.json()["code"]) == (409, "nothing_to_ship")
    assert everything() == before
    told = Entry.objects.filter(tag="orders.parcel_moved.1").latest("pk")
    assert told.actor.startswith("key:")


def test_a_return_is_decided_once_and_tells_nothing_of_its_buyer(ana: Shop) -> None:
    client = program(ana, "orders.read", "orders.refund")
    id = ana.ids["return"]
    row = Return.objects.get(pk=id)
    assert row.said == ana.mark
    assert [one["id"] for one in read(client, "returns?state=asked")["items"]] == [id]
    text = client.get(f"/api/v1/returns/{id}").content.decode()
    assert not {"said", "photos", "pictures", "proofs"} & set(read(client, f"returns/{id}"))
    assert row.said not in text.replace(row.lines.get().line.title, "")
    accepted = post(client, f"returns/{id}/accept", {"freight": "seller"}, "yes-1")
    assert (accepted.status_code, accepted.json()["state"]) == (200, "accepted")
    late = post(client, f"returns/{id}/refuse", NO, None)
    assert (late.status_code, late.json()["code"]) == (409, "return_state_wrong")
    assert read(client, "returns?state=asked")["items"] == []


def test_a_return_is_refused_with_a_word(ana: Shop) -> None:
    client = program(ana, "orders.refund")
    path = f"returns/{ana.ids['return']}/refuse"
    client.get("/api/v1/key")  # the day of its use is noted once
    before = everything()
    for body in (
        {**NO, "answer": ""},
        {**NO, "refusal": "opened"},
        {**NO, "refusal": "parts_missing"},
    ):
        assert post(client, path, body, None).status_code == 422, body
    assert everything() == before
    refused = post(client, path, NO, None).json()
    assert (refused["state"], refused["refusal"], refused["answer"], refused["amount_fen"]) == (
        "refused",
        "not_proved",
        "看不出问题",
        0,
    )
