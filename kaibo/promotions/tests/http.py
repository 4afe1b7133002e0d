"""Callers over HTTP: somebody at the desk, and a viewer with a ticket."""

import json
import uuid
from typing import Any

from django.contrib.auth import get_user_model
from django.test import Client

from kaibo.access.actions import add_person
from kaibo.audience.actions import issue_viewer_token
from kaibo.promotions.tests.shop import NOW, SHOW


class Caller:
    """Short words for calls; each asserts the status and answers parsed JSON."""

    def __init__(self, client: Client) -> None:
        self.client = client

    def get(self, path: str, status: int = 200) -> Any:
        """A read."""
        return self._answer(self.client.get(f"/api{path}"), status)

    def put(self, path: str, body: Any, status: int = 200) -> Any:
        """A value set."""
        answer = self.client.put(f"/api{path}", json.dumps(body), content_type="application/json")
        return self._answer(answer, status)

    def post(self, path: str, body: Any = None, status: int = 200, *, key: str = "") -> Any:
        """A verb under a key, each its own if none is said; text is sent as it is."""
        text = body if isinstance(body, str) else json.dumps(body)
        return self._answer(self.send("POST", path, "" if body is None else text, key), status)

    def send(self, method: str, path: str, data: str = "", key: str = "") -> Any:
        """The answer as it came."""
        headers = {"Idempotency-Key": key or str(uuid.uuid4())}
        kind = "application/json"
        return self.client.generic(method, f"/api{path}", data, content_type=kind, headers=headers)

    def _answer(self, answer: Any, status: int) -> Any:
        assert answer.status_code == status, answer.content.decode()[:500]
        return json.loads(answer.content)


def desk(org_id: int, role: str = "operations") -> Caller:
    """Somebody of the organisation, signed in."""
    name = f"{role}-{org_id}"
    by = add_person(org_id=org_id, username=name, name=name, password="x", roles=[role], now=NOW)
    client = Client(headers={"Accept-Language": "en"})
    person = get_user_model().objects.get(pk=by.id)
    client.force_login(person, "django.contrib.auth.backends.ModelBackend")
    return Caller(client)


def viewer(org_id: int, viewer_id: int = 1, show_id: int = SHOW) -> Caller:
    """A viewer in the room of a show."""
    token = issue_viewer_token(viewer_id, org_id, show_id)
    return Caller(
        Client(headers={"Authorization": f"Bearer {token}", "Accept-Language": "zh-hans"})
    )
