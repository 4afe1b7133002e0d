"""The room's HTTP door is not Django's: who may come in and what strangers send it, here."""

from __future__ import annotations

import json
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from starlette.routing import Route

from kaibo.access.actions import issue_staff_token
from kaibo.room import http
from kaibo.room.rules import Limits
from kaibo.room.tests.scene import Scene, Server, make_scene
from tests.safety.hostile import OWN_TEXTS, RAW_BODIES, RAW_VALUES, naughty_texts
from tests.safety.tables import everything
from tests.safety.test_hostile import ODD_PARTS

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.once, pytest.mark.slow]

# Every operation that is answered before Django, and who may call it.
TABLE = {"POST /api/flash-sales/{sale_id}/claims": "viewer"}
GOOD = {"units": 1, "request_key": "k-1"}


@pytest.fixture
def ana() -> Scene:
    """A show."""
    return make_scene("ana")


@pytest.fixture
def server() -> Iterator[Server]:
    """The room and the API; five hundred calls of one viewer are no rush here."""
    found = Server(Limits(claims_per_s=10_000, claims_burst=10_000)).start()
    yield found
    found.stop()


def send(
    server: Server, path: str, body: bytes, headers: dict[str, str] | None = None
) -> tuple[int, str]:
    """One POST; its status and the text of its answer."""
    request = urllib.request.Request(server.url + path, data=body, method="POST")
    for name, value in (headers or {}).items():
        request.add_header(name, value)
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode("utf-8", "replace")


def fault_of(status: int, text: str, lang: str) -> str:
    """What is wrong with a refusal; nothing when it is one, in the language asked."""
    if not 400 <= status < 500:
        return f"{status}: {text[:200]}"
    body: dict[str, Any] = json.loads(text)
    if set(body) != {"code", "message", "data"} or not body["message"]:
        return f"not a refusal: {text[:200]}"
    says_chinese = any("\u4e00" <= char <= "\u9fff" for char in body["message"])
    return "" if says_chinese or lang == "en" else f"not in Chinese: {body['message'][:200]}"


def test_every_route_of_the_door_is_in_the_table() -> None:
    """No operation without a decision, as for Django's."""
    found = {
        f"{method} {route.path}"
        for route in http.routes(None)  # type: ignore[arg-type]  # only listed
        if isinstance(route, Route)
        for method in route.methods or ()
    }
    assert found == set(TABLE)


def test_only_a_viewers_ticket_opens_it(ana: Scene, server: Server) -> None:
    """Nobody, a signed-in manager, a staff ticket, broken tickets: 401, and nothing is written."""
    sale = ana.flash_sale()
    path = f"/api/flash-sales/{sale.id}/claims"
    good = ana.viewer()[1]
    manager = Client()
    manager.force_login(
        get_user_model().objects.get(pk=ana.by.id), "django.contrib.auth.backends.ModelBackend"
    )
    session = f"sessionid={manager.cookies['sessionid'].value}"
    headers: list[dict[str, str]] = [
        {},
        {"Cookie": session},
        {"Authorization": good},
        {"Authorization": f"Basic {good}"},
        {"Authorization": "Bearer"},
        {"Authorization": "Bearer "},
    ]
    bad = [ana.staff_ticket(), issue_staff_token(ana.by, 1), good[:-1], good + "A", "x" * 5_000]
    headers += [{"Authorization": f"Bearer {ticket}"} for ticket in [*bad, "\xe9"]]
    before = everything()
    for header in headers:
        status, text = send(server, path, json.dumps(GOOD).encode(), header)
        assert status == 401, (header, text)
        assert fault_of(status, text, "zh") == ""
    assert everything() == before
    status, text = send(
        server, path, json.dumps(GOOD).encode(), {"Authorization": f"bearer {good}"}
    )
    assert (status, json.loads(text)["code"]) == (201, "won")


def test_no_ticket_reaches_into_another_shop(ana: Scene, server: Server) -> None:
    """Its sale, its show, its room: not there, and not one row differs."""
    dai = make_scene("dai")
    sale = dai.flash_sale()
    viewer_id, ticket = ana.viewer()
    path = f"/api/flash-sales/{sale.id}/claims"
    tickets = [ticket, ana.ticket(viewer_id, show_id=dai.show_id)]
    before = everything()
    for stranger in tickets:
        status, text = send(
            server, path, json.dumps(GOOD).encode(), {"Authorization": f"Bearer {stranger}"}
        )
        assert (status, json.loads(text)["code"]) == (404, "no_such_sale")
    assert everything() == before
    own = {"Authorization": f"Bearer {dai.viewer()[1]}"}
    assert send(server, path, json.dumps(GOOD).encode(), own)[0] == 201


def test_whatever_is_sent_is_refused_in_words(ana: Scene, server: Server) -> None:
    """Texts, numbers, shapes and addresses of strangers; nothing is written, nothing breaks."""
    sale = ana.flash_sale()
    path = f"/api/flash-sales/{sale.id}/claims"
    texts = [text for text in [*naughty_texts()[::8], *OWN_TEXTS] if not is_key(text)]
    bodies = [json.dumps({**GOOD, "request_key": text}) for text in texts]
    wrong = [value for value in RAW_VALUES if value != "0"]
    bodies += [f'{{"units":{value},"request_key":"k"}}' for value in [*wrong, "0"]]
    bodies += [f'{{"units":1,"request_key":{value}}}' for value in RAW_VALUES if value != '"1"']
    bodies += [json.dumps({**GOOD, "<b>extra</b>": 1}), '{"units":1}', '{"request_key":"k"}']
    calls = [(path, body) for body in [*bodies, *RAW_BODIES, "{" * 5_000_000]]
    others = [part for part in ODD_PARTS if urllib.parse.unquote(part) != str(sale.id)]
    calls += [(f"/api/flash-sales/{part}/claims", json.dumps(GOOD)) for part in others]
    ticket = ana.viewer()[1]
    before, faults = everything(), []
    for number, (where, body) in enumerate(calls):
        lang = "zh-CN" if number % 2 else "en"
        header = {"Authorization": f"Bearer {ticket}", "Accept-Language": lang}
        status, text = send(server, where, body.encode("utf-8", "surrogatepass"), header)
        if fault := fault_of(status, text, lang):
            faults.append((where[:80], body[:80], fault))
    assert faults == []
    after = everything()
    changed = {name for name in after if after[name] != before[name]}
    # Whoever tried is in the journal's evidence: a wish beyond the limit was judged and counted.
    assert changed <= {"journal_entry"}


def is_key(text: str) -> bool:
    """Whether the rules would take it."""
    return text.isascii() and 0 < len(text) <= 64 and all(c.isalnum() or c in "_.:-" for c in text)
