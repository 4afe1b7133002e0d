"""Who looked at which room, and when: drawn by risk and chance, signed by a person."""

from typing import Any

import pytest

from kaibo.base.actor import Actor
from kaibo.catalog.tests.desk import Desk
from kaibo.compliance.tests.words import say
from kaibo.facts.patrol import LookBegan, LookEnded
from kaibo.journal.reads import facts_of_show, last_position, read
from kaibo.patrol import actions, reads
from kaibo.patrol.errors import FindingNoteMissing, NoSuchLook, NothingOnAir, NotOnDuty
from kaibo.patrol.models import Look
from kaibo.patrol.rules.sampling import Chance, draw
from kaibo.patrol.tests.scene import NOW, Scene, after, make_scene
from kaibo.patrol.tests.test_staffing import on_air

pytestmark = pytest.mark.django_db


def present(scene: Scene, name: str = "patrol", *, seconds: float = 0) -> Actor:
    who = scene.patroller(name)
    actions.beat(by=who, now=after(seconds))
    return who


def sign(look_id: int, by: Actor, seconds: float, **fields: Any) -> None:
    fields = {"result": "nothing", "note": "", **fields}
    actions.sign_look(look_id=look_id, by=by, now=after(seconds), **fields)


@pytest.mark.row("R-125")
def test_the_log_says_who_watched_what_when_and_the_draw_can_be_drawn_again() -> None:
    scene = make_scene()
    on_air(scene, 3)
    who = present(scene)
    look = actions.next_look(by=who, now=after(30), seed="abc")
    assert actions.next_look(by=who, now=after(31), seed="other") == look
    assert look.show_id == draw([Chance(*pair) for pair in look.chances], seed=look.seed)
    assert [pair[1] for pair in look.chances] == [1, 1, 1]
    sign(look.id, who, 90, result="found", note="主播未佩戴口罩")
    (row,) = reads.looks(scene.org_id)
    assert (row.person_name, row.show_id, row.began_at, row.signed_at, row.result, row.note) == (
        "patrol", look.show_id, after(30), after(90), "found", "主播未佩戴口罩",
    )  # fmt: skip
    began, ended = (one.fact for one in facts_of_show(look.show_id, [LookBegan, LookEnded]))
    pairs = tuple(tuple(pair) for pair in look.chances)
    assert began == LookBegan(look_id=look.id, person_id=who.id, seed="abc", chances=pairs)  # type: ignore[arg-type]
    assert ended == LookEnded(look_id=look.id, result="found")
    # What was just seen weighs least: it is drawn again only by its one place among many.
    rooms = {
        one.show_id: one for one in reads.wall(scene.org_id, person_id=0, now=after(600)).rooms
    }
    assert rooms[look.show_id].weight == 9
    assert {one.weight for id, one in rooms.items() if id != look.show_id} == {11}
    assert rooms[look.show_id].last == row


def test_overdue_rooms_come_first_and_nobody_is_sent_where_a_colleague_is() -> None:
    scene = make_scene()
    on_air(scene, 1)
    scene.key()
    scene2 = make_scene("dai")
    on_air(scene2, 1)
    who, other = present(scene, seconds=590), present(scene, "other", seconds=590)
    first = actions.next_look(by=who, now=after(600))
    (room,) = reads.wall(scene.org_id, person_id=who.id, now=after(600)).rooms
    assert (room.is_overdue, room.due_at, room.watched_by) == (True, after(600), ["patrol"])
    on_air(scene, 1)
    second = actions.next_look(by=other, now=after(601))
    assert second.show_id != first.show_id
    sign(first.id, who, 610)
    sign(second.id, other, 610)
    assert {one.show_id for one in reads.looks(scene2.org_id)} == set()


def test_the_wall_is_sorted_by_risk() -> None:
    scene = make_scene()
    on_air(scene, 2)
    calm, risky = sorted(
        one.show_id for one in reads.wall(scene.org_id, person_id=0, now=NOW).rooms
    )
    say(scene.by, "S2", show_id=risky, now=NOW)
    wall = reads.wall(scene.org_id, person_id=0, now=after(60))
    found = [(one.show_id, one.rung, one.score, one.risk, one.weight) for one in wall.rooms]
    assert found == [(risky, "warning", 40, 9, 18), (calm, "clear", 0, 1, 2)]
    assert (wall.moderators, wall.needed, wall.is_on_duty) == (0, 0, False)


def test_what_is_refused_writes_nothing() -> None:
    scene = make_scene()
    who, other = present(scene), present(scene, "other")
    start = last_position()
    with pytest.raises(NothingOnAir):
        actions.next_look(by=who, now=after(1))
    on_air(scene, 1)
    start = last_position()
    with pytest.raises(NotOnDuty):
        actions.next_look(by=who, now=after(60))
    assert read(start, limit=10) == []
    look = actions.next_look(by=who, now=after(59))
    start = last_position()
    with pytest.raises(FindingNoteMissing):
        sign(look.id, who, 61, result="found", note=" ")
    with pytest.raises(NoSuchLook):
        sign(look.id, other, 61)
    with pytest.raises(NoSuchLook):
        sign(look.id, who, 59 + 900)
    assert read(start, limit=10) == []
    assert Look.objects.get().result == ""
    # A look that nobody signed in time says so, and the next one is another.
    actions.beat(by=who, now=after(960))
    again = actions.next_look(by=who, now=after(960))
    assert again.id != look.id
    assert [one.result for one in reads.looks(scene.org_id)] == ["", "lapsed"]
    assert actions.lapse_looks(now=after(970)) == 0


def test_the_wall_over_http() -> None:
    scene = make_scene()
    scene.open()
    desk = Desk(scene.org_id, "service")
    assert desk.get("/patrol")["rooms"][0]["show_id"] == scene.show_id
    assert desk.post("/patrol/looks", None, 409)["code"] == "not_on_duty"
    assert desk.client.post("/api/desk/patrol/beat").status_code == 204
    look = desk.post("/patrol/looks", None, 201)
    assert desk.get("/patrol")["mine"]["id"] == look["id"]
    signed = desk.post(f"/patrol-looks/{look['id']}/sign", {"result": "nothing"})
    assert (signed["result"], signed["person_id"]) == ("nothing", desk.by.id)
    assert desk.get("/patrol/looks") == [signed]
    people = desk.get("/patrollers")
    assert {one["id"] for one in people} == {desk.by.id, scene.by.id}
    gate = desk.post(f"/shows/{scene.show_id}/patroller", {"person_id": desk.by.id})
    assert gate == desk.get(f"/shows/{scene.show_id}/patrol")
    assert gate["patroller_id"] == desk.by.id
    assert desk.post(f"/hosts/{scene.host_id}/key", {"reason": "x"}, 403)["code"] == "not_allowed"
    chief = scene.desk
    assert chief.post(f"/hosts/{scene.host_id}/key", {"reason": "x"})["key_whys"] == ["named"]
    assert chief.get("/grades")[0]["key_whys"] == ["named"]
    assert chief.post(f"/hosts/{scene.host_id}/unkey", {"reason": "x"})["key_whys"] == []
    terms = {"staffing": "off", "rooms_per_moderator": 5}
    assert chief.put("/patrol-terms", terms) == {**terms, "applies": False}
    assert chief.get(f"/hosts/{scene.host_id}/grades") == []
    assert desk.client.post("/api/desk/patrol/leave").status_code == 204
    assert desk.get("/patrol")["duty"] == []
