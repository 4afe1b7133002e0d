"""Fan tiers over HTTP: the desk publishes, gives and looks; every viewer sees the same prices."""

import datetime as dt

import pytest
from django.utils import timezone

from kaibo.audience.actions import enter
from kaibo.promotions.rules import OfSkus, UnitPrice
from kaibo.promotions.tests import promoting
from kaibo.promotions.tests.http import desk, viewer
from kaibo.promotions.tests.shop import SHOW, Shop, list_link, make_shop, open_link

# On PostgreSQL every route is called by the walk of access/tests/test_matrix.py.
pytestmark = [pytest.mark.django_db, pytest.mark.once, pytest.mark.row("R-101")]

PLAN = {
    "tiers": [{"name": "铁粉", "points": 100}, {"name": "挚友", "points": 300}],
    "follow_points": 10,
    "yuan_points": 1,
}


@pytest.fixture
def shop() -> Shop:
    return make_shop()


def test_a_tier_from_the_plan_to_the_phone(shop: Shop) -> None:
    chen = desk(shop.org_id)
    fan = enter(org_id=shop.org_id, device="d" * 20, nickname="小波", now=timezone.now()).id
    phone, stranger = viewer(shop.org_id, fan), viewer(shop.org_id, fan + 1)
    assert chen.get("/desk/fans") == {"plan": None}
    nothing = phone.get("/my/fan")
    assert (nothing["plan"], nothing["rights"], nothing["prices"]) == (None, [], [])
    assert chen.put("/desk/fans", PLAN)["version"] == 1
    open_link(shop)
    now = timezone.now()
    promoting.run(
        shop,
        UnitPrice(9_000),
        of={"stacking": "price", "scope": OfSkus(frozenset({shop.sku_id}))},
        audience="tier2",
        starts_at=now,
        ends_at=now + dt.timedelta(days=1),
    )
    place = f"/desk/fans/members/{fan}"
    given = chen.post(f"{place}/give", {"place": 2, "reason": "老客人"})
    assert (given["place"], given["name"], given["earned"], given["given"]) == (2, "挚友", 0, 2)
    card, other = phone.get("/my/fan"), stranger.get("/my/fan")
    assert (card["me"]["place"], other["me"]["place"]) == (2, 0)
    assert (
        card["prices"]
        == other["prices"]
        == [
            {
                "link_no": 1,
                "place": 2,
                "name": "挚友",
                "of_fen": 9_900,
                "everyone_fen": 9_900,
                "price_fen": 9_000,
            }
        ]
    )
    assert chen.get(f"/desk/shows/{SHOW}/fan-prices") == card["prices"]
    assert [(one["place"], one["kind"]) for one in chen.get("/desk/fans/rights")] == [(2, "price")]
    members = chen.get("/desk/fans/members?place=2")
    assert [(one["viewer_id"], one["name"]) for one in members["rows"]] == [(fan, "小**")]
    assert chen.get("/desk/fans/members?place=1")["total"] == 0
    for quoting, total in ((phone, 9_000), (stranger, 9_900)):
        assert quoting.post("/my/quote", {"units": 1, "link_no": 1})["total_fen"] == total
    chen.post(f"{place}/take-back", {"reason": "到期"})
    assert [move["why"] for move in chen.get(place)["moves"]] == ["taken_back", "given"]
    assert chen.get(f"{place}/uses") == []
    assert phone.post("/my/quote", {"units": 1, "link_no": 1})["total_fen"] == 9_900


def test_what_the_desk_is_told_when_it_cannot_be(shop: Shop) -> None:
    chen = desk(shop.org_id)
    fan = enter(org_id=shop.org_id, device="d" * 20, nickname="小波", now=timezone.now()).id
    place = f"/desk/fans/members/{fan}"
    refused = chen.post(f"{place}/give", {"place": 1, "reason": "x"}, 404)
    assert refused["code"] == "no_fan_plan"
    chen.put("/desk/fans", PLAN)
    tiers = [{"name": "甲", "points": 9}, {"name": "乙", "points": 9}]
    assert chen.put("/desk/fans", {**PLAN, "tiers": tiers}, 422)["code"] == "fan_tiers_cannot_be"
    assert chen.post(f"{place}/take-back", {"reason": "x"}, 409)["code"] == "fan_tier_not_given"
    chen.post(f"{place}/give", {"place": 1, "reason": "老客人"})
    dearer = {**PLAN, "tiers": [{"name": "铁粉", "points": 200}, {"name": "挚友", "points": 300}]}
    refused = chen.put("/desk/fans", dearer, 409)
    assert refused["code"] == "fan_terms_stand"
    assert "“铁粉” cannot need more" in refused["message"]
    assert chen.get("/desk/fans")["plan"]["version"] == 1


def test_a_link_is_opened_to_a_tier_first(shop: Shop) -> None:
    chen = desk(shop.org_id)
    chen.put("/desk/fans", PLAN)
    list_link(shop)
    at = f"/desk/shows/{SHOW}/links/1/open"
    assert chen.post(at, {"early_tier": 3, "early_s": 60}, 422)["code"] == "no_such_fan_tier"
    assert chen.post(at, {"early_tier": 1, "early_s": 0}, 422)["code"] == "number_out_of_range"
    opened = chen.post(at, {"early_tier": 1, "early_s": 60})
    assert (opened["state"], opened["early_name"]) == ("open", "铁粉")
