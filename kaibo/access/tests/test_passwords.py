"""Passwords of the people of the desk: reset by a colleague, changed by oneself."""

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.test import Client

from kaibo.access import actions, reads
from kaibo.access.errors import (
    BackOfficePassword,
    NoSuchColleague,
    OwnPassword,
    ResetTooSoon,
    TokenInvalid,
)
from kaibo.access.models import Person
from kaibo.access.tests.test_sessions import NOW, SELLER, post
from kaibo.base.actor import Actor
from kaibo.journal.models import Entry
from tests.safety.tables import everything

pytestmark = pytest.mark.django_db

OLD, OWN = "correct-horse", "quite-another-horse"


@pytest.fixture
def lin() -> Actor:
    """Who may; beside her chen of operations."""
    org_id = actions.create_organisation(code="shanye", name="山野", seller=SELLER, now=NOW)
    add(org_id, "chen", "operations")
    return add(org_id, "lin", "management")


def add(org_id: int, username: str, role: str, **more: Any) -> Actor:
    person: dict[str, Any] = {"username": username, "name": username, "password": OLD}
    return actions.add_person(org_id=org_id, **person, roles=[role], now=NOW, **more)


def id_of(name: str) -> int:
    return Person.objects.get(username=name).pk


def change(client: Client, old: str, new: str) -> Any:
    body = {"old": old, "new": new}
    return client.post("/api/session/password", body, content_type="application/json")


def test_a_reset_ends_every_session_and_opens_its_own_change_alone(lin: Actor) -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        desk, manager = Client(), Client()
        assert post(desk, "chen", OLD).status_code == 200
        assert post(manager, "lin", OLD).status_code == 200
        chen = reads.actor_of(Person.objects.get(username="chen"))
        assert chen is not None
        ticket = actions.issue_staff_token(chen, 7)
        assert reads.read_staff_token(ticket).actor == chen
        clock.shift(2)
        answer = manager.post(f"/api/desk/persons/{chen.id}/reset-password")
        made = answer.json()
        assert (answer.status_code, made["good_until"]) == (200, "2026-11-12T12:00:02Z")
        assert len(made["password"]) == 16
        assert desk.get("/api/session").status_code == 401
        clock.shift(2)
        with pytest.raises(TokenInvalid):
            reads.read_staff_token(ticket)
        assert post(Client(), "chen", OLD).json()["code"] == "sign_in_refused"

        opened = post(desk, "chen", made["password"])
        assert (opened.status_code, opened.json()["must_change"]) == (200, True)
        shut = desk.get("/api/desk/products")
        assert (shut.status_code, shut.json()["code"]) == (403, "password_must_change")
        given = made["password"]
        weak = [change(desk, given, new) for new in ("short", "password", given)]
        assert [one.json()["code"] for one in weak] == ["new_password_weak"] * 3
        assert change(desk, OLD, OWN).json()["code"] == "old_password_wrong"
        changed = change(desk, made["password"], OWN)
        assert (changed.status_code, changed.json()["must_change"]) == (200, False)
        assert desk.get("/api/desk/products").status_code == 200
        assert post(Client(), "chen", OWN).status_code == 200
    told = Entry.objects.filter(tag__startswith="access.password_").order_by("id")
    assert [(one.tag, one.actor) for one in told] == [
        ("access.password_reset.1", f"person:{lin.id}"),
        ("access.password_changed.1", f"person:{chen.id}"),
    ]
    assert not any(made["password"] in one.body or OWN in one.body for one in told)


def test_a_temporary_password_ends_after_a_day(lin: Actor) -> None:
    made = actions.reset_password(person_id=id_of("chen"), by=lin, now=NOW)
    for late, status in ((-1, 200), (0, 401)):
        with time_machine.travel(made.good_until + dt.timedelta(seconds=late), tick=False):
            assert post(Client(), "chen", made.password).status_code == status


def test_one_s_own_change_ends_the_other_sessions(lin: Actor) -> None:
    here, there = Client(), Client()
    for client in (here, there):
        post(client, "chen", OLD)
    assert change(here, OLD, OWN).status_code == 200
    assert here.get("/api/session").status_code == 200
    assert there.get("/api/session").status_code == 401


def test_guessing_the_old_password_is_locked_out(lin: Actor) -> None:
    desk = Client()
    post(desk, "chen", OLD)
    codes = [change(desk, f"guess-{n}", OWN).json()["code"] for n in range(5)]
    assert (codes[0], codes[4]) == ("old_password_wrong", "locked_out")
    assert change(desk, OLD, OWN).json()["code"] == "locked_out"


def test_whose_password_may_not_be_reset(lin: Actor) -> None:
    away = actions.create_organisation(code="away", name="外", seller=SELLER, now=NOW)
    stranger = add(away, "dai", "host")
    keeper = add(lin.org_id, "keeper", "management", is_superuser=True)
    before = everything()
    for person_id, refusal in (
        (stranger.id, NoSuchColleague),
        (10**6, NoSuchColleague),
        (lin.id, OwnPassword),
        (keeper.id, BackOfficePassword),
    ):
        with pytest.raises(refusal):
            actions.reset_password(person_id=person_id, by=lin, now=NOW)
    assert everything() == before


def test_resets_are_counted(lin: Actor) -> None:
    ids = [add(lin.org_id, f"p{n}", "host").id for n in range(11)]
    for number, person_id in enumerate(ids[:10]):
        at = NOW + dt.timedelta(minutes=number)
        actions.reset_password(person_id=person_id, by=lin, now=at)
    with pytest.raises(ResetTooSoon) as told:
        actions.reset_password(person_id=ids[9], by=lin, now=NOW + dt.timedelta(minutes=10))
    assert told.value.data == {"retry_after_s": 240}
    with pytest.raises(ResetTooSoon) as told:
        actions.reset_password(person_id=ids[10], by=lin, now=NOW + dt.timedelta(minutes=10))
    assert told.value.data == {"retry_after_s": 50 * 60}
    actions.reset_password(person_id=ids[10], by=lin, now=NOW + dt.timedelta(minutes=60))
