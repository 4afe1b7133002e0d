"""Planning over HTTP: roles, bad input, neighbours, and the sheet as a file."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from kaibo.catalog.tests.desk import Desk
from kaibo.journal.reads import last_position, read
from kaibo.planning import reads
from kaibo.planning.tests.plan import Plan, make_plan

# On PostgreSQL every route is called by the walk of access/tests/test_matrix.py.
pytestmark = [pytest.mark.django_db, pytest.mark.once]

HUGE = 10**40


def line(plan: Plan, **fields: Any) -> dict[str, Any]:
    """A line as the page sends it."""
    return {
        "link_no": 1,
        "sku_id": plan.cream.id,
        "starts_minute": 0,
        "minutes": 10,
        "price_fen": 9_900,
        **fields,
    }


def upload(desk: Desk, path: str, data: bytes) -> Any:
    file = SimpleUploadedFile("run.xlsx", data)
    return desk.client.post(f"/api/desk{path}", {"file": file})


def test_a_show_is_planned_filled_and_exchanged_as_a_sheet() -> None:
    plan = make_plan()
    desk = Desk(plan.org_id, "operations")
    campaign = desk.post("/campaigns", {"name": "双12", "budget_fen": 100}, 201)
    body = {
        "title": "第二场",
        "host_id": plan.show.host_id,
        "starts_at": "2026-11-23T20:00:30+08:00",
        "planned_minutes": 60,
        "campaign_id": campaign["id"],
    }
    show = desk.post("/shows", body, 201)
    assert (show["starts_at"], show["campaign_name"]) == ("2026-11-23T12:00:00Z", "双12")
    path = f"/shows/{show['id']}"
    assert desk.patch(path, {"theme": "护肤"})["title"] == "第二场"
    sent = [line(plan, selling_points=["保湿"]), line(plan, link_no=2, starts_minute=10)]
    items = desk.put(f"{path}/items", {"items": sent})
    assert [(item["link_no"], item["sku_code"]) for item in items] == [(1, "A1"), (2, "A1")]
    moved = desk.post(f"{path}/items/2/move", {"position": 1})
    assert [item["link_no"] for item in moved] == [2, 1]
    assert desk.get(path)["items"] == moved
    data = desk.download(f"{path}/run.xlsx")
    desk.put(f"{path}/items", {"items": []})
    dry = upload(desk, f"{path}/run.xlsx?dry=1", data).json()
    assert (dry["rows"], dry["errors"], dry["applied"]) == (2, [], False)
    assert desk.get(path)["items"] == []
    assert upload(desk, f"{path}/run.xlsx", data).json()["applied"] is True
    assert desk.get(path)["items"] == moved
    assert upload(desk, f"{path}/run.xlsx", b"no workbook").status_code == 422
    assert [item["id"] for item in desk.get("/shows")] == [show["id"], plan.show.id]


@pytest.mark.parametrize(
    "spoil",
    [
        {"link_no": 0}, {"link_no": HUGE}, {"link_no": "1"}, {"link_no": True}, {"sku_id": HUGE},
        {"sku_id": -1}, {"price_fen": -1}, {"price_fen": 1.5}, {"price_fen": HUGE},
        {"minutes": 121}, {"starts_minute": HUGE}, {"selling_points": ["a"] * 4},
        {"selling_points": "a"}, {"script_text": "a\x00"}, {"extras": {"commission": 1}},
        {"units_planned": HUGE}, {"colour": "red"}, {"price_fen": None},
    ],
)  # fmt: skip
def test_a_bad_line_is_answered_and_nothing_is_written(spoil: dict[str, Any]) -> None:
    plan = make_plan()
    plan.set(plan.item(1))
    desk = Desk(plan.org_id)
    before, place = reads.run_of_show(plan.show.id), last_position()
    body = {"items": [line(plan), line(plan, **{"link_no": 2, **spoil})]}
    assert desk.put(f"/shows/{plan.show.id}/items", body, 422)["message"]
    assert reads.run_of_show(plan.show.id) == before
    assert read(place) == []


@pytest.mark.parametrize(
    "spoil",
    [
        {"title": ""}, {"title": None}, {"host_id": "x"}, {"starts_at": "tomorrow"},
        {"starts_at": "2026-11-23T20:00:00"}, {"starts_at": "9999-12-31T23:59:59Z"},
        {"planned_minutes": 0}, {"planned_minutes": HUGE}, {"cover_url": "javascript:1"},
    ],
)  # fmt: skip
def test_a_bad_show_is_refused(spoil: dict[str, Any]) -> None:
    plan = make_plan()
    desk = Desk(plan.org_id)
    body = {
        "title": "t",
        "host_id": plan.show.host_id,
        "starts_at": "2026-11-23T20:00:00+08:00",
        "planned_minutes": 60,
        **spoil,
    }
    place = last_position()
    assert desk.post("/shows", body, 422)["message"]
    assert read(place) == []


def test_a_neighbour_and_a_reader_change_nothing() -> None:
    plan, other = make_plan(), make_plan("dai")
    plan.set(plan.item(1))
    theirs, reader = Desk(other.org_id), Desk(plan.org_id, "service")
    before, place = reads.run_of_show(plan.show.id), last_position()
    path = f"/shows/{plan.show.id}"
    for desk, status in ((theirs, 404), (reader, 403)):
        desk.patch(path, {"theme": "x"}, status)
        desk.put(f"{path}/items", {"items": []}, status)
        desk.post(f"{path}/items/1/move", {"position": 1}, status)
        assert upload(desk, f"{path}/run.xlsx", b"").status_code == status
    theirs.get(path, 404)
    assert theirs.client.get(f"/api/desk{path}/run.xlsx").status_code == 404
    body = {
        "title": "t",
        "host_id": plan.show.host_id,
        "starts_at": "2026-11-23T20:00:00+08:00",
        "planned_minutes": 60,
    }
    theirs.post("/shows", body, 404)
    theirs.post("/shows", {**body, "host_id": HUGE}, 404)
    theirs.get(f"/shows/{HUGE}", 404)
    assert reads.run_of_show(plan.show.id) == before
    assert read(place) == []
