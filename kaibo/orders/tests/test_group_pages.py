"""Group buys and presales over HTTP, for viewers and for the desk."""

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone

from kaibo.audience.actions import enter
from kaibo.orders.tests.grouping import LEADER_FEN, PRICE_FEN
from kaibo.orders.tests.test_pages import WISH
from kaibo.promotions.tests.http import desk, viewer
from kaibo.promotions.tests.shop import NOW, SHOW, Shop

# On PostgreSQL every route is called by the walk of access/tests/test_matrix.py.
pytestmark = [pytest.mark.django_db, pytest.mark.once]

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


def test_a_presale_tells_its_terms_before_anything_is_paid(shop: Shop) -> None:
    staff, bo = desk(shop.org_id), viewer(shop.org_id)
    now = timezone.now()
    moments = {
        name: (now + dt.timedelta(days=days)).isoformat()
        for name, days in (("balance_opens_at", 1), ("balance_closes_at", 2), ("ship_by", 3))
    }
    terms = {
        "link_no": 1,
        "price_fen": 9_900,
        "deposit_fen": 1_500,
        "worth_fen": 3_000,
        "kind": "earnest",
        "late_rule": "forfeit",
    }
    path = f"/desk/shows/{SHOW}/presales"
    refused = staff.post(path, terms | moments, status=422)
    assert refused["code"] == "refund_deadline_missing"
    made = staff.post(path, terms | moments | {"refund_deadline_days": 3}, status=201)
    (seen,) = bo.get("/my/presales")
    assert (seen["deposit_fen"], seen["balance_fen"], seen["late_rule"]) == (
        1_500,
        6_900,
        "forfeit",
    )
    assert "定金不退" in seen["words_zh"]
    assert "双倍返还" in seen["words_zh"]
    shown = {"presale_offer_id": seen["id"], "deposit_fen": 1_500, "late_rule": "forfeit"}
    wish = WISH | {"presale": shown, "expected_total_fen": 8_400}
    assert bo.post("/my/orders", wish, status=422)["code"] == "refund_deadline_missing"
    wish["presale"] = shown | {"refund_deadline_days": 3}
    order = bo.post("/my/orders", wish, status=201)
    assert (order["presale"]["state"], order["presale"]["words_zh"]) == ("placed", seen["words_zh"])
    assert bo.post(f"/my/orders/{order['no']}/pay")["pay_url"]
    service = desk(shop.org_id, "service")
    assert service.post(f"/desk/orders/{order['no']}/default", {"reason": "x"}, status=409)
    assert service.post(f"/desk/orders/{order['no']}/penalty", status=409)
    assert staff.post(f"/desk/presales/{made['id']}/end")["state"] == "ended"
    assert [one["state"] for one in staff.get(path)] == ["ended"]
