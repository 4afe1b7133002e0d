"""Rights holders at the door of a room: no login, few at a time, hostile input, own notice only."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from kaibo.notices.models import Infringement
from kaibo.preflight.actions import open_show
from kaibo.preflight.tests.ready import make_ready
from kaibo.promotions.actions import open_price, put_on_shelf
from kaibo.promotions.reads import desk_shelf
from kaibo.room import rights
from kaibo.room.addresses import Buckets
from tests.safety.noticing import NOTICE

pytestmark = pytest.mark.django_db
AT = dt.datetime(2026, 11, 22, 12, 0, tzinfo=dt.UTC)


@pytest.fixture
def room(time_machine: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A live show with two links; addresses are counted anew."""
    monkeypatch.setattr(rights, "_filers", Buckets(rate=1 / 60, burst=5))
    time_machine.move_to(AT, tick=False)
    plan, desk = make_ready(now=AT)
    open_show(org_id=plan.org_id, show_id=plan.show.id, by=plan.by, now=AT)
    put_on_shelf(show_id=plan.show.id, link_no=1, by=plan.by, now=AT)
    open_price(show_id=plan.show.id, link_no=1, by=plan.by, now=AT)
    return plan, desk


def test_a_notice_from_the_page_to_the_shelf_and_back(room: Any) -> None:
    """Filed by nobody, taken up at the desk, withdrawn by its code: the link is back."""
    plan, desk = room
    nobody, path = Client(), f"/api/rooms/{plan.show.code}/infringements"
    answer = nobody.post(path, NOTICE, "application/json")
    assert answer.status_code == 201, answer.content
    id, code = answer.json()["id"], answer.json()["code"]
    shelf = {one.link_no: one for one in desk_shelf(plan.show.id, org_id=plan.org_id)}
    assert (shelf[1].state, shelf[1].units_left) == ("open", 2)
    assert nobody.get(path).json() == []
    (seen,) = desk.get("/notices")["infringements"]
    assert (seen["holder"], seen["contact"], seen["steps"]) == (
        "小满商标有限公司",
        "ip@example.com",
        ["accept", "reject", "withdraw"],
    )
    taken = desk.post(f"/infringements/{id}/accept", {})
    assert (taken["state"], taken["taken_down"]) == ("paused", 1)
    shelf = {one.link_no: one for one in desk_shelf(plan.show.id, org_id=plan.org_id)}
    assert shelf[1].state == "closed"
    checks = {
        one["code"]: one["state"] for one in desk.get(f"/shows/{plan.show.id}/preflight")["checks"]
    }
    assert (checks["withheld"], checks["contact"]) == ("red", "green")
    (published,) = nobody.get(path).json()
    assert published["state"] == "paused"
    assert "contact" not in published
    own = f"/api/infringements/{code}"
    assert nobody.get(own).json()["state"] == "paused"
    gone = nobody.post(f"{own}/withdraw", {"why": "已达成许可"}, "application/json")
    assert gone.json()["state"] == "withdrawn"
    shelf = {one.link_no: one for one in desk_shelf(plan.show.id, org_id=plan.org_id)}
    assert (shelf[1].state, shelf[1].units_left) == ("listed", 2)


def test_strangers_do_not_get_far(room: Any, settings: Settings) -> None:
    """Few an address, nothing of a wrong code, a proof of work where it is asked for."""
    plan, _ = room
    path = f"/api/rooms/{plan.show.code}/infringements"
    far = Client(REMOTE_ADDR="203.0.113.7")
    codes = [
        far.post(path, {**NOTICE, "evidence": ""}, "application/json").status_code for _ in range(7)
    ]
    assert codes == [422] * 5 + [429] * 2
    other = Client(REMOTE_ADDR="203.0.114.7")
    for body in ({**NOTICE, "links": [99]}, {**NOTICE, "links": ["1"]}, {**NOTICE, "x": 1}):
        assert other.post(path, body, "application/json").status_code in (404, 422)
    assert Client().get("/api/infringements/" + "a" * 24).status_code == 404
    assert (
        Client().post("/api/rooms/NOWHERE/infringements", NOTICE, "application/json").status_code
        == 404
    )
    settings.KAIBO_PROOF_OF_WORK = 10
    answer = Client().post(path, NOTICE, "application/json")
    assert (answer.status_code, answer.json()["code"]) == (428, "proof_needed")
    assert not Infringement.objects.exists()
