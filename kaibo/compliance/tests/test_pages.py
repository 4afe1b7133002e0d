"""The rulebook over HTTP."""

import datetime as dt
import json
from typing import Any

import pytest
from django.test import Client

from kaibo.access import actions as access
from kaibo.base.actor import Actor
from kaibo.compliance import actions, reads
from kaibo.compliance.models import Finding
from kaibo.compliance.tests.conftest import NOW
from tests.paths import shared_data

# On PostgreSQL every route is called by the walk of access/tests/test_matrix.py.
pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.fixture
def desk(ana: Actor) -> Client:
    """A browser in which somebody of operations is signed in."""
    access.add_person(
        org_id=ana.org_id,
        username="chen",
        name="陈",
        password="correct-horse",
        roles=["operations"],
        now=NOW,
    )
    client = Client()
    post(client, "/api/session", {"username": "chen", "password": "correct-horse"})
    return client


def post(client: Client, path: str, body: Any) -> Any:
    return client.post(path, json.dumps(body), content_type="application/json")


def test_an_article_is_open_to_everyone() -> None:
    response = Client().get("/api/law/广告法/第九条")
    assert response.status_code == 200
    body = response.json()
    assert (body["law"], body["article"], body["verified"]) == ("广告法", "第九条", True)
    assert Client().get("/api/law/广告法/9").json() == body
    missing = Client().get("/api/law/广告法/第一千条")
    assert (missing.status_code, missing.json()["code"]) == (404, "no_such_article")


def test_a_text_is_checked_without_being_kept(desk: Client) -> None:
    response = post(desk, "/api/desk/lint", {"text": "全国最好的面膜", "surface": "script"})
    assert response.status_code == 200
    body = response.json()
    assert body["verdict"] == "violation"
    assert {(hit["law"], hit["article"], hit["action"]) for hit in body["hits"]} == {
        ("广告法", "第九条", "block")
    }
    assert not Finding.objects.exists()


def test_a_clean_text_has_no_hits(desk: Client) -> None:
    body = post(desk, "/api/desk/lint", {"text": "面膜敷十五分钟后洗净"}).json()
    assert body == {"verdict": "clear", "hits": []}


def test_own_contacts_and_trade_can_be_stated(desk: Client) -> None:
    asked = {"text": "打 13800001111", "surface": "chat", "allow": ["13800001111"]}
    assert post(desk, "/api/desk/lint", asked).json()["verdict"] == "clear"
    asked = {"text": "最好的产品", "category": "tutoring"}
    assert {hit["severity"] for hit in post(desk, "/api/desk/lint", asked).json()["hits"]} == {"S1"}


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"text": "好", "surface": "poster"}, 422, "no_such_surface"),
        ({"text": "好" * 20_001}, 413, "text_too_long_to_scan"),
        ({"surface": "script"}, 422, "bad_input"),
        ({"text": "好", "surfase": "script"}, 422, "bad_input"),
        ({"text": 5}, 422, "bad_input"),
        ([], 422, "bad_input"),
    ],
)
def test_bad_input_is_named(desk: Client, body: Any, status: int, code: str) -> None:
    response = post(desk, "/api/desk/lint", body)
    assert (response.status_code, response.json()["code"]) == (status, code)


def test_naughty_strings_are_checked(desk: Client) -> None:
    for text in json.loads(shared_data("blns", "blns.json").read_text("utf-8")):
        assert post(desk, "/api/desk/lint", {"text": text, "surface": "chat"}).status_code == 200


def test_a_rule_opens_with_its_law(desk: Client) -> None:
    body = desk.get("/api/desk/rules/C7.add-contact").json()
    assert body["articles"][0]["law"] == "直播电商监督管理办法"
    assert body["in_force_from"] == "2026-02-01"
    assert body["actions"]["chat"] == "hide"
    assert desk.get("/api/desk/rules/C99").status_code == 404


def test_findings_are_listed_and_dismissed(desk: Client, ana: Actor, dai: Actor) -> None:
    for by in (ana, dai):
        actions.record_findings(
            org_id=by.org_id,
            show_id=7,
            surface="chat",
            subject="chat_message:1",
            text="想要的加我微信",
            hits=reads.scan("想要的加我微信", surface="chat"),
            actor=by,
            now=NOW,
        )
    [finding] = desk.get("/api/desk/shows/7/findings").json()
    assert finding["rule_id"] == "C7.add-contact"
    assert dt.datetime.fromisoformat(finding["found_at"]) == NOW
    path = f"/api/desk/findings/{finding['id']}/dismiss"
    assert post(desk, path, {"reason": "已登记的客服"}).status_code == 204
    assert desk.get("/api/desk/shows/7/findings?state=open").json() == []
    theirs = Finding.objects.get(organisation_id=dai.org_id)
    assert post(desk, f"/api/desk/findings/{theirs.pk}/dismiss", {"reason": "x"}).status_code == 404


@pytest.mark.parametrize("path", ["/api/desk/rules/C7.add-contact", "/api/desk/shows/7/findings"])
def test_the_desk_needs_a_session(path: str) -> None:
    assert Client().get(path).status_code == 401
    assert post(Client(), "/api/desk/lint", {"text": "好"}).status_code == 401
