"""Signing in, being locked out, and what each role may."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client

from kaibo.access import actions, reads, rules
from kaibo.access.errors import NameTaken, NotAllowed, TokenInvalid
from kaibo.access.models import Membership, Person
from kaibo.base.actor import Actor
from kaibo.journal.models import Entry

NOW = dt.datetime(2026, 11, 11, 12, 0, tzinfo=dt.UTC)
SELLER = actions.SellerCard(
    name="山野食品有限公司",
    licence_no="91330106MA0000000X",
    address="杭州市西湖区",
    contact="0571-00000000",
)


@pytest.fixture
def org_id() -> int:
    return actions.create_organisation(code="shanye", name="山野", seller=SELLER, now=NOW)


@pytest.fixture
def chen(org_id: int) -> Actor:
    return actions.add_person(
        org_id=org_id,
        username="chen",
        name="陈",
        password="correct-horse",
        roles=["operations"],
        now=NOW,
    )


def post(client: Client, username: str, password: str) -> Any:
    body = {"username": username, "password": password}
    return client.post("/api/session", body, content_type="application/json")


@pytest.mark.django_db
def test_a_person_signs_in_and_out(chen: Actor) -> None:
    client = Client()
    assert client.get("/api/session").status_code == 401
    response = post(client, "chen", "correct-horse")
    assert response.status_code == 200
    body = response.json()
    assert body["person"]["name"] == "陈"
    assert body["roles"] == ["operations"]
    assert "room.desk" in body["permissions"]
    assert "people.edit" not in body["permissions"]
    assert client.get("/api/session").json()["org"]["name"] == "山野"
    assert client.delete("/api/session").status_code == 204
    assert client.get("/api/session").status_code == 401
    tags = list(Entry.objects.order_by("id").values_list("tag", flat=True))
    assert tags[-2:] == ["access.person_signed_in.1", "access.person_signed_out.1"]


@pytest.mark.django_db
def test_a_stranger_and_a_wrong_password_get_the_same_answer(chen: Actor) -> None:
    wrong, unknown = post(Client(), "chen", "nope"), post(Client(), "nobody", "nope")
    assert (wrong.status_code, unknown.status_code) == (401, 401)
    assert wrong.json() == unknown.json()
    assert wrong.json()["code"] == "sign_in_refused"


@pytest.mark.django_db
def test_guessing_is_locked_out_even_when_the_guess_is_right(chen: Actor) -> None:
    client = Client()
    codes = [post(client, "chen", f"guess-{i}").json()["code"] for i in range(5)]
    assert codes[:4] == ["sign_in_refused"] * 4
    assert codes[4] == "locked_out"
    answer = post(client, "chen", "correct-horse")
    assert (answer.status_code, answer.json()["code"]) == (429, "locked_out")


@pytest.mark.django_db
def test_a_session_call_without_the_csrf_header_is_refused(chen: Actor) -> None:
    client = Client(enforce_csrf_checks=True)
    response = post(client, "chen", "correct-horse")
    assert response.status_code == 422
    assert client.get("/api/session").status_code == 401


@pytest.mark.django_db
def test_a_taken_name_writes_nothing(org_id: int, chen: Actor) -> None:
    before = (Person.objects.count(), Membership.objects.count(), Entry.objects.count())
    with pytest.raises(NameTaken):
        actions.add_person(
            org_id=org_id, username="chen", name="别人", password="x" * 12, roles=["host"], now=NOW
        )
    assert (Person.objects.count(), Membership.objects.count(), Entry.objects.count()) == before


@pytest.mark.django_db
def test_a_staff_ticket_ends_with_the_account(chen: Actor) -> None:
    token = actions.issue_staff_token(chen, show_id=4)
    assert reads.read_staff_token(token) == reads.StaffToken(actor=chen, show_id=4)
    with pytest.raises(TokenInvalid):
        reads.read_staff_token(token[:-1] + ("a" if token[-1] != "a" else "b"))
    Person.objects.update(is_active=False)
    with pytest.raises(Exception, match="sign_in_needed"):
        reads.read_staff_token(token)


def test_management_may_everything_and_nobody_else_approves() -> None:
    everything = rules.permissions_of(frozenset({"management"}))
    assert everything == frozenset(rules.PERMISSIONS)
    for role in set(rules.ROLES) - {"management"}:
        actor = Actor("person", 1, 1, frozenset({role}))
        with pytest.raises(NotAllowed):
            rules.check_may(actor, "catalog.approve")


def test_an_unknown_permission_is_a_bug() -> None:
    with pytest.raises(KeyError):
        rules.check_may(Actor("person", 1, 1, frozenset({"host"})), "catalog.fly")
