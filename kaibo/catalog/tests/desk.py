"""A desk over HTTP: somebody signed in with a role, and short words for the calls."""

import json
import uuid
from typing import Any

from django.contrib.auth import get_user_model
from django.test import Client

from kaibo.access.actions import add_person
from kaibo.base.actor import Actor
from kaibo.catalog.tests.conftest import NOW


class Desk:
    """Calls the API as a person of an organisation."""

    def __init__(self, org_id: int, role: str = "management") -> None:
        name = f"{role}-{org_id}"
        self.by: Actor = add_person(
            org_id=org_id, username=name, name=name, password="x", roles=[role], now=NOW
        )
        self.client = Client(headers={"Accept-Language": "en"})
        person = get_user_model().objects.get(pk=self.by.id)
        self.client.force_login(person, "django.contrib.auth.backends.ModelBackend")

    def get(self, path: str, status: int = 200) -> Any:
        """A read; answers parsed JSON."""
        return self._answer(self.client.get(f"/api/desk{path}"), status)

    def post(self, path: str, body: Any = None, status: int = 200) -> Any:
        """A verb with a JSON body."""
        return self._send("POST", path, body, status)

    def patch(self, path: str, body: Any, status: int = 200) -> Any:
        """A change."""
        return self._send("PATCH", path, body, status)

    def put(self, path: str, body: Any, status: int = 200) -> Any:
        """A replacement."""
        return self._send("PUT", path, body, status)

    def download(self, path: str) -> bytes:
        """A file."""
        answer = self.client.get(f"/api/desk{path}")
        assert answer.status_code == 200
        return bytes(answer.content)

    def _send(self, method: str, path: str, body: Any, status: int) -> Any:
        text = body if isinstance(body, str) else json.dumps(body)
        answer = self.client.generic(
            method,
            f"/api/desk{path}",
            text,
            content_type="application/json",
            headers={"Idempotency-Key": str(uuid.uuid4())},
        )
        return self._answer(answer, status)

    def _answer(self, answer: Any, status: int) -> Any:
        assert answer.status_code == status, answer.content.decode()
        return json.loads(answer.content)
