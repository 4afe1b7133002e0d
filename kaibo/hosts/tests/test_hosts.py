"""Hosts written down, verified and masked; over HTTP as well."""

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest
from django.db import connection

from kaibo.base.actor import Actor
from kaibo.catalog.tests.conftest import NOW, manager_of
from kaibo.catalog.tests.desk import Desk
from kaibo.facts.hosts import HostAdded, HostChanged, HostIdentityRefused, HostVerified
from kaibo.hosts import actions, reads
from kaibo.hosts.actions import HostSpec
from kaibo.hosts.errors import (
    GuardianNotNeeded,
    HostTooYoung,
    IdentityMismatch,
    IdNumberMissing,
    NoSuchHost,
    NoSuchPerson,
)
from kaibo.hosts.reads import HostView
from kaibo.hosts.tests.people import consented, id_number
from kaibo.journal.reads import last_position, read

pytestmark = pytest.mark.django_db

NUMBER = id_number(dt.date(1995, 3, 8))
MINOR = id_number(dt.date(2010, 1, 5))
CHILD = id_number(dt.date(2011, 1, 5))


@pytest.fixture
def ana() -> Actor:
    return Desk(manager_of("ana").org_id).by


def host_of(by: Actor, number: str = NUMBER) -> HostView:
    spec = HostSpec(name="林小满", stage_name="小满", id_number=number)
    return actions.add_host(spec=spec, by=by, now=NOW)


def test_the_number_is_encrypted_and_shown_masked(ana: Actor) -> None:
    place = last_position()
    host = host_of(ana)
    assert host.id_number_masked == NUMBER[0] + "*" * 16 + NUMBER[-1]
    assert NUMBER not in repr(reads.host_card(ana.org_id, host.id, now=NOW))
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM hosts_host")
        stored = repr(cursor.fetchall())
        cursor.execute("SELECT body FROM journal_entry")
        told = repr(cursor.fetchall())
    assert NUMBER not in stored
    assert NUMBER not in told
    assert "19950308" not in told
    assert [entry.fact for entry in read(place)] == [
        HostAdded(host_id=host.id, person_id=None, has_id_number=True)
    ]


def test_verification_compares_the_document_with_the_file(ana: Actor) -> None:
    host, place = host_of(ana), last_position()
    other = id_number(dt.date(1995, 3, 8), 2)
    with pytest.raises(IdentityMismatch):
        actions.verify_host(host_id=host.id, id_number=other, method="document", by=ana, now=NOW)
    assert reads.host(ana.org_id, host.id) == replace(host, refused_at=NOW)
    assert reads.standing(ana.org_id, host.id, now=NOW).identity == "refused"
    verified = actions.verify_host(
        host_id=host.id, id_number=NUMBER.lower(), method="in_person", by=ana, now=NOW
    )
    assert (verified.verified_at, verified.verified_by) == (NOW, ana.id)
    assert verified.verified_through == dt.date(2027, 5, 22)
    assert reads.standing(ana.org_id, host.id, now=NOW).identity == "valid"
    assert [entry.fact for entry in read(place)] == [
        HostIdentityRefused(host_id=host.id, method="document", ends=True),
        HostVerified(host_id=host.id, method="in_person"),
    ]


def test_without_a_number_there_is_nothing_to_verify(ana: Actor) -> None:
    host, place = host_of(ana, ""), last_position()
    with pytest.raises(IdNumberMissing):
        actions.verify_host(host_id=host.id, id_number=NUMBER, method="document", by=ana, now=NOW)
    assert read(place) == []
    assert reads.standing(ana.org_id, host.id, now=NOW).age == "unknown"


def test_a_new_name_or_number_ends_the_verification(ana: Actor) -> None:
    host = host_of(ana)
    actions.verify_host(host_id=host.id, id_number=NUMBER, method="document", by=ana, now=NOW)
    place = last_position()
    same = actions.change_host(
        host_id=host.id, changes={"stage_name": "满满", "id_number": NUMBER}, by=ana, now=NOW
    )
    assert same.verified_at == NOW
    renamed = actions.change_host(host_id=host.id, changes={"name": "林大满"}, by=ana, now=NOW)
    assert (renamed.verified_at, renamed.verification_method) == (None, "")
    written: dict[str, Any] = {"person_id": None, "has_id_number": True}
    assert [entry.fact for entry in read(place)] == [
        HostChanged(host_id=host.id, **written, identity_changed=False),
        HostChanged(host_id=host.id, **written, identity_changed=True),
    ]


def test_a_child_is_refused_and_a_minor_needs_consent(ana: Actor) -> None:
    place = last_position()
    with pytest.raises(HostTooYoung):
        host_of(ana, CHILD)
    assert reads.hosts(ana.org_id) == []
    assert read(place) == []
    minor = host_of(ana, MINOR)
    assert reads.standing(ana.org_id, minor.id, now=NOW).age == "needs_guardian"
    consented(minor.id, by=ana, now=NOW)
    assert reads.standing(ana.org_id, minor.id, now=NOW).age == "with_guardian"
    grown = NOW.replace(year=2028)
    assert reads.standing(ana.org_id, minor.id, now=grown).age == "adult"
    adult = host_of(ana)
    with pytest.raises(GuardianNotNeeded):
        consented(adult.id, by=ana, now=NOW)


def test_only_colleagues_can_be_tied_to_a_host(ana: Actor) -> None:
    stranger = Desk(manager_of("dai").org_id).by
    for person_id in (stranger.id, 10**30):
        spec = HostSpec(name="a", stage_name="a", person_id=person_id)
        with pytest.raises(NoSuchPerson):
            actions.add_host(spec=spec, by=ana, now=NOW)
    assert reads.hosts(ana.org_id) == []
    spec = HostSpec(name="a", stage_name="a", person_id=ana.id)
    assert actions.add_host(spec=spec, by=ana, now=NOW).person_id == ana.id


def test_another_shops_host_is_not_there(ana: Actor) -> None:
    host, dai = host_of(ana), manager_of("dai")
    for attempt in (
        lambda: reads.host(dai.org_id, host.id),
        lambda: reads.standing(dai.org_id, host.id, now=NOW),
        lambda: actions.change_host(host_id=host.id, changes={}, by=dai, now=NOW),
        lambda: consented(host.id, by=dai, now=NOW),
        lambda: actions.verify_host(
            host_id=host.id, id_number=NUMBER, method="document", by=dai, now=NOW
        ),
    ):
        with pytest.raises(NoSuchHost):
            attempt()


def test_hosts_over_http() -> None:
    desk = Desk(manager_of("ana").org_id)
    body = {"name": "林小满", "stage_name": "小满", "id_number": NUMBER}
    host = desk.post("/hosts", body, 201)
    assert (host["identity"], host["age"]) == ("missing", "adult")
    assert "born_on" not in host
    path = f"/hosts/{host['id']}"
    wrong = {"id_number": id_number(dt.date(1990, 1, 1)), "method": "document"}
    assert desk.post(f"{path}/verify", wrong, 409)["code"] == "identity_mismatch"
    good = {"id_number": NUMBER, "method": "document"}
    assert desk.post(f"{path}/verify", good)["identity"] == "valid"
    assert desk.patch(path, {"avatar_url": "/a.png"})["identity"] == "valid"
    assert [item["id"] for item in desk.get("/hosts")] == [host["id"]]
    assert desk.get(path)["verified_by"] == desk.by.id


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"name": "a"},
        {"name": "", "stage_name": "b"},
        {"name": "a", "stage_name": "b", "id_number": "123"},
        {"name": "a", "stage_name": "b", "id_number": CHILD[:-1] + "?"},
        {"name": "a", "stage_name": "b", "person_id": "1"},
        {"name": "a" * 61, "stage_name": "b"},
        {"name": "a", "stage_name": "b", "avatar_url": "data:text/html,x"},
        {"name": "a", "stage_name": "b", "born_on": "1990-01-01"},
    ],
)
def test_a_bad_host_is_refused(body: dict[str, object]) -> None:
    desk = Desk(manager_of("ana").org_id)
    place = last_position()
    assert desk.post("/hosts", body, 422)["message"]
    assert desk.get("/hosts") == []
    assert read(place) == []


def test_only_verifiers_verify() -> None:
    org_id = manager_of("ana").org_id
    manager, operations = Desk(org_id), Desk(org_id, "operations")
    host = host_of(manager.by)
    body = {"id_number": NUMBER, "method": "document"}
    assert operations.post(f"/hosts/{host.id}/verify", body, 403)["code"] == "not_allowed"
    Desk(org_id, "service").get("/hosts", 403)
    neighbour = Desk(manager_of("dai").org_id)
    neighbour.get(f"/hosts/{host.id}", 404)
    neighbour.post(f"/hosts/{host.id}/verify", body, 404)
    consent = {
        "name": "林大满",
        "id_number": NUMBER,
        "relation": "parent",
        "signed_on": "2026-11-22",
        "paper_id": 1,
    }
    neighbour.post(f"/hosts/{10**40}/guardian", consent, 404)
    assert reads.host(org_id, host.id).verified_at is None


@pytest.mark.parametrize("method", ["", "telepathy", None])
def test_the_method_is_one_of_three(method: object) -> None:
    desk = Desk(manager_of("ana").org_id)
    host = host_of(desk.by)
    desk.post(f"/hosts/{host.id}/verify", {"id_number": NUMBER, "method": method}, 422)
    assert desk.get(f"/hosts/{host.id}")["identity"] == "missing"
