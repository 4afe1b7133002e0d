"""The page about the API: every command on it works, and its table is the routes."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator
from typing import Any

import pytest
from click.testing import CliRunner
from django.test import Client

from kaibo.access.models import Person
from kaibo.site.commands.keys import key_command
from kaibo.site.outside.api import document
from tests.outside.conftest import token_of
from tests.paths import DOCS
from tests.safety.shop import Shop

# On PostgreSQL every route is called by the walk of access/tests/test_matrix.py.
pytestmark = [pytest.mark.django_db, pytest.mark.once]

PAGE = (DOCS / "api.md").read_text(encoding="utf-8")


def commands() -> list[str]:
    return re.findall(r"^curl .*$", PAGE, re.MULTILINE)


@pytest.mark.parametrize("line", commands(), ids=range(len(commands())))
def test_every_command_of_the_page_works(ana: Shop, line: str) -> None:
    words = iter(shlex.split(line.replace("$KEY", token_of(ana)).replace("$KAIBO", "")))
    headers, body, path = {}, None, ""
    for word in words:
        if word == "-H":
            name, _, value = next(words).partition(": ")
            headers[name] = value
        elif word == "-d":
            body = next(words)
        elif word.startswith("/"):
            path = word
    kind = headers.pop("Content-Type", "")
    assert body is None or kind == "application/json"
    client = Client(headers=headers)
    answer = client.get(path) if body is None else client.post(path, body, kind)
    assert answer.status_code in (200, 201), answer.content


def test_the_table_is_the_routes() -> None:
    said = set(re.findall(r"`((?:GET|POST) /[^`]*)`", PAGE))
    known = {
        f"{method.upper()} {path.removeprefix('/api/v1')}"
        for path, methods in document()["paths"].items()
        for method in methods
    }
    assert said == known


def test_the_document_is_public_and_tells_of_the_outside_alone() -> None:
    found: Any = Client().get("/api/openapi.json").json()
    assert found == json.loads(json.dumps(document()))
    assert all(path.startswith("/api/v1/") for path in found["paths"])
    assert found["components"]["securitySchemes"]
    for _, operation in operations(found):
        assert {"401", "403", "404", "422", "429", "503"} <= set(operation["responses"])
        assert operation["security"]
        assert operation["description"]


def operations(found: Any) -> Iterator[tuple[str, Any]]:
    for path, methods in found["paths"].items():
        yield from ((path, operation) for operation in methods.values())


def test_a_key_is_made_from_the_command_line(ana: Shop) -> None:
    name = Person.objects.get(pk=ana.by.id).username
    words = ["make", "--name", "财务", "--by", name, "--scope", "orders.read", "--json"]
    done = CliRunner().invoke(key_command, words)
    assert done.exit_code == 0, done.output
    token = json.loads(done.output)["token"]
    answer = Client().get("/api/v1/key", headers={"Authorization": f"Bearer {token}"})
    assert answer.json()["scopes"] == ["orders.read"]
    assert CliRunner().invoke(key_command, [*words, "--scope", "keys.edit"]).exit_code == 1
    assert CliRunner().invoke(key_command, ["make", "--name", "x", "--by", "no"]).exit_code == 2
