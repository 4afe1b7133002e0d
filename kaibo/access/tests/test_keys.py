"""Keys of other programs: made, shown once, used, limited, ended."""

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client

from kaibo.access import actions, reads, rules
from kaibo.access.errors import (
    KeyExpiresTooSoon,
    NoSuchKey,
    NotAllowed,
    ScopeUnknown,
    TooManyKeys,
)
from kaibo.access.models import ApiKey
from kaibo.access.tests.test_sessions import NOW, SELLER
from kaibo.base.actor import Actor
from kaibo.base.errors import TextMissing
from kaibo.journal.models import Entry
from tests.safety.tables import everything

pytestmark = pytest.mark.django_db


@pytest.fixture
def lin() -> Actor:
    cache.clear()
    org_id = actions.create_organisation(code="shanye", name="山野", seller=SELLER, now=NOW)
    return actions.add_person(
        org_id=org_id, username="lin", name="林", password="x", roles=["management"], now=NOW
    )


def ask(token: str, *, at: dt.datetime = NOW) -> Any:
    with time_machine.travel(at, tick=False):
        return Client().get("/api/v1/key", headers={"Authorization": f"Bearer {token}"})


def test_a_key_is_shown_once_and_kept_as_a_hash(lin: Actor) -> None:
    made = actions.make_key(name=" 仓库 ", scopes=["orders.read"], by=lin, now=NOW)
    assert made.token.startswith("kb_")
    assert len(made.token) == 60
    row = ApiKey.objects.get()
    assert made.token not in repr(vars(row))
    assert made.token.partition("_")[2][9:] not in repr(vars(row))
    assert made.key.prefix == made.token[:11]
    assert (made.key.name, made.key.scopes, made.key.used_on) == ("仓库", ["orders.read"], None)
    answer = ask(made.token)
    assert answer.status_code == 200
    assert answer.json() == {
        "name": "仓库",
        "organisation": "山野",
        "scopes": ["orders.read"],
        "expires_at": None,
    }
    entry = Entry.objects.latest("id")
    assert (entry.tag, entry.actor) == ("access.api_key_made.1", f"person:{lin.id}")
    assert made.token not in entry.body


def test_the_day_of_its_use_is_written_once(lin: Actor, django_assert_num_queries: Any) -> None:
    made = actions.make_key(name="k", scopes=[], by=lin, now=NOW)
    ask(made.token)
    assert reads.api_keys(lin.org_id)[0].used_on == dt.date(2026, 11, 11)
    with django_assert_num_queries(2) as seen:
        ask(made.token)
    assert all(query["sql"].startswith("SELECT") for query in seen.captured_queries)
    ask(made.token, at=NOW + dt.timedelta(hours=5))
    assert reads.api_keys(lin.org_id)[0].used_on == dt.date(2026, 11, 12)


def test_a_key_opens_nothing_once_it_ended(lin: Actor) -> None:
    ends = NOW + dt.timedelta(days=1)
    made = actions.make_key(name="k", scopes=[], by=lin, now=NOW, expires_at=ends)
    assert ask(made.token, at=ends - dt.timedelta(seconds=1)).status_code == 200
    assert ask(made.token, at=ends).json()["code"] == "key_invalid"
    actions.revoke_key(key_id=made.key.id, by=lin, now=NOW)
    refused = ask(made.token)
    assert (refused.status_code, refused.json()["code"]) == (401, "key_invalid")


def test_what_is_nearly_a_key_opens_nothing(lin: Actor) -> None:
    token = actions.make_key(name="k", scopes=[], by=lin, now=NOW).token
    other = actions.make_key(name="k", scopes=[], by=lin, now=NOW).token
    near = [token[:-1], token + "0", token.upper(), token[:12] + other[12:], "kb_", "", "é" * 60]
    for text in near:
        assert ask(text).status_code == 401, text


def test_a_key_opens_the_outside_api_alone(lin: Actor) -> None:
    """Not the desk, not the session, and no key makes a key."""
    token = actions.make_key(name="k", scopes=rules.SCOPES, by=lin, now=NOW).token
    bearer = {"Authorization": f"Bearer {token}"}
    for path in ("/api/desk/keys", "/api/desk/orders/1/ledger", "/api/session", "/api/my/orders"):
        assert Client().get(path, headers=bearer).status_code == 401, path
    body = {"name": "k", "scopes": []}
    answer = Client().post("/api/desk/keys", body, "application/json", headers=bearer)
    assert answer.status_code == 401


@pytest.mark.parametrize(
    ("wish", "refusal"),
    [
        ({"scopes": ["keys.edit"]}, ScopeUnknown),
        ({"scopes": ["people.edit"]}, ScopeUnknown),
        ({"scopes": ["everything"]}, ScopeUnknown),
        ({"name": "  "}, TextMissing),
        ({"expires_at": NOW}, KeyExpiresTooSoon),
    ],
)
def test_a_key_that_cannot_be_is_refused(
    lin: Actor, wish: dict[str, Any], refusal: type[Exception]
) -> None:
    before = everything()
    with pytest.raises(refusal):
        actions.make_key(**{"name": "k", "scopes": [], "by": lin, "now": NOW, **wish})
    assert everything() == before


def test_nobody_gives_what_they_do_not_hold(lin: Actor) -> None:
    chen = Actor("person", lin.id, lin.org_id, frozenset({"technical"}))
    with pytest.raises(NotAllowed):
        actions.make_key(name="k", scopes=["planning.read", "orders.read"], by=chen, now=NOW)
    assert ApiKey.objects.count() == 0


def test_an_organisation_has_so_many_keys(lin: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kaibo.access.actions.keys.KEYS_MAX", 2)
    made = [actions.make_key(name="k", scopes=[], by=lin, now=NOW) for _ in range(2)]
    with pytest.raises(TooManyKeys):
        actions.make_key(name="k", scopes=[], by=lin, now=NOW)
    actions.revoke_key(key_id=made[0].key.id, by=lin, now=NOW)
    actions.make_key(name="k", scopes=[], by=lin, now=NOW)
    with pytest.raises(NoSuchKey):
        actions.revoke_key(key_id=10**6, by=lin, now=NOW)


def test_a_key_may_ask_so_often_a_minute(lin: Actor, settings: Any) -> None:
    settings.KAIBO_API_PER_MIN = 3
    made = actions.make_key(name="k", scopes=[], by=lin, now=NOW)
    other = actions.make_key(name="k", scopes=[], by=lin, now=NOW)
    late = NOW + dt.timedelta(seconds=20)
    assert [ask(made.token, at=late).status_code for _ in range(4)] == [200, 200, 200, 429]
    refused = ask(made.token, at=late)
    assert refused.headers["Retry-After"] == "40"
    assert refused.json()["data"] == {"per_minute": 3, "retry_after_s": 40}
    assert ask(other.token, at=late).status_code == 200
    assert ask(made.token, at=late + dt.timedelta(seconds=40)).status_code == 200
