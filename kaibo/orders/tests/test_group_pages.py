"""Group buys over HTTP: opened and joined by an order, seen by viewers and by the desk."""

from typing import Any

import pytest

from kaibo.audience.actions import enter
from kaibo.orders.tests.grouping import LEADER_FEN, PRICE_FEN
from kaibo.orders.tests.test_pages import WISH
from kaibo.promotions.tests.http import desk, viewer
from kaibo.promotions.tests.shop import NOW, SHOW, Shop

pytestmark = pytest.mark.django_db

TERMS: dict[str, Any] = {
    "link_no": 1,
    "size": 2,
    "price_fen": PRICE_FEN,
    "leader_price_fen": LEADER_FEN,
    "fill_s": 600,
}


def test_from_offer_to_group(shop: Shop) -> None:
    staff = desk(shop.org_id)
    made = staff.post(f"/desk/shows/{SHOW}/group-offers", TERMS, status=201)
    assert (made["alone_fen"], made["per_buyer_max"], made["state"]) == (9_900, 1, "running")
    names = ["小波", "阿宝"]
    ids = [
        enter(org_id=shop.org_id, device=f"{n}" * 20, nickname=name, now=NOW).id
        for n, name in enumerate(names)
    ]
    bo, bao = (viewer(shop.org_id, viewer_id) for viewer_id in ids)
    assert [one["id"] for one in bo.get("/my/group-offers")] == [made["id"]]
    wish = {"group_offer_id": made["id"]}
    opened = bo.post(
        "/my/orders", WISH | {"group": wish, "expected_total_fen": LEADER_FEN}, status=201
    )
    (group,) = bao.get("/my/groups/open")
    assert (group["id"], group["seats_left"], group["paid"]) == (opened["group_id"], 1, 0)
    assert [one["name_masked"] for one in group["members"]] == ["小**"]
    assert names[0] not in str(group)
    wish |= {"group_id": group["id"]}
    bao.post("/my/orders", WISH | {"group": wish, "expected_total_fen": PRICE_FEN}, status=201)
    seen = bao.get(f"/my/groups/{group['id']}")
    assert (seen["state"], seen["seats_left"]) == ("full", 0)
    assert [(one["is_me"], one["is_leader"]) for one in seen["members"]] == [
        (False, True),
        (True, False),
    ]
    assert [one["id"] for one in bao.get("/my/groups")] == [group["id"]]
    page = staff.get(f"/desk/shows/{SHOW}/groups?state=full")
    assert (page["total"], page["states"]) == (1, {"full": 1})
    assert page["items"][0]["members"][0]["order_no"] == opened["no"]
    bo.post("/my/orders", WISH | {"group": wish, "request_key": "b"}, status=409)
    assert staff.post(f"/desk/group-offers/{made['id']}/end")["state"] == "ended"
    assert bo.get("/my/group-offers") == []
    assert [one["state"] for one in staff.get(f"/desk/shows/{SHOW}/group-offers")] == ["ended"]


def test_a_misspelt_field_is_no_silence(shop: Shop) -> None:
    staff = desk(shop.org_id)
    staff.post(f"/desk/shows/{SHOW}/group-offers", TERMS | {"virtual": 1}, status=422)
    staff.post(f"/desk/shows/{SHOW + 1}/group-offers", TERMS, status=404)
