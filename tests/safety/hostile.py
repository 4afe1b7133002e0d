"""What strangers send: texts, numbers and shapes, and the bodies to put them into."""

from __future__ import annotations

import functools
import json
from collections.abc import Iterator
from typing import Any

from django.db import connection

from kaibo.site.api import api
from kaibo.site.outside.api import document
from tests.paths import shared_data

LONG = "长" * 350_000  # a megabyte in UTF-8
OWN_TEXTS = (
    "a\x00b",
    "\ud800",
    "\udfff\ud83d",
    "\u202egnp.exe",
    "<script>alert('k')</script>",
    '"><img src=x onerror=alert(1)>',
    "{0.__class__} {field} %s %(field)s",
    "{{ 7 * 7 }}{% debug %}",
    '=HYPERLINK("http://evil/","x")',
    "../../../../etc/passwd",
    "Robert'); DROP TABLE catalog_product;--",
    "\r\nSet-Cookie: sessionid=1",
    "👩‍👩‍👧‍👦" * 60,
    "Z" + "\u0300" * 300,
    " \t\n ",
    LONG,
)
# As JSON text, because Python cannot say all of them.
RAW_VALUES = (
    "1e400", "-1e400", "NaN", "Infinity", "-1", "0", "1.5", "1.0",
    str(2**31), str(2**63), str(-(2**63) - 1), str(2**64), "9" * 4_000, "9" * 5_000,
    "null", "true", '""', '"1"', "[]", "{}", "[[[]]]", '{"a": {"$ne": 1}}',
    "[" * 100 + "]" * 100,
)  # fmt: skip
RAW_BODIES = (
    "", "null", "[]", "1", '"x"', "{", "\x00", "{}" * 2, "NaN", '{"a":}', "\ufeff{}",
    "[" * 100_000, '{"a":' * 50_000, '{"\\ud800": 1}', '{"' + "k" * 100_000 + '": 1}',
    json.dumps({f"k{n}": n for n in range(2_000)}), '{"__proto__": {"x": 1}}',
)  # fmt: skip


def naughty_texts() -> list[str]:
    """The Big List of Naughty Strings, and our own.

    What a database makes of a text is told by its signs: ours and a few of theirs say it there.
    """
    blns = json.loads(shared_data("blns", "blns.json").read_text(encoding="utf-8"))
    assert len(blns) > 500
    if connection.vendor == "sqlite":
        return [*blns, *OWN_TEXTS]
    return [*blns[::40], *(text for text in OWN_TEXTS if not text.isascii() or "\0" in text)]


@functools.cache
def described() -> dict[str, Any]:
    """The pages' own API and the outside one as one description."""
    inner: dict[str, Any] = api.get_openapi_schema()
    # Two shapes may have one name, so the outside ones get another.
    text = json.dumps(document()).replace("#/components/schemas/", "#/components/schemas/v1-")
    outer = json.loads(text)
    parts = {f"v1-{name}": part for name, part in outer["components"]["schemas"].items()}
    return {
        "paths": {**inner["paths"], **outer["paths"]},
        "components": {"schemas": {**inner["components"]["schemas"], **parts}},
    }


class Bodies:
    """The schema of every JSON body, as the API itself describes it."""

    def __init__(self) -> None:
        told = described()
        self._parts: dict[str, Any] = told["components"]["schemas"]
        self.schemas: dict[tuple[str, str], dict[str, Any]] = {}
        for path, methods in told["paths"].items():
            for method, operation in methods.items():
                content = operation.get("requestBody", {}).get("content", {})
                if "application/json" in content:
                    found = self._open(content["application/json"]["schema"])
                    self.schemas[method.upper(), path] = found

    def fields(self, schema: dict[str, Any], *path: str) -> Iterator[tuple[tuple[str, ...], str]]:
        """Every leaf as (where, format or type); a list is named ``[]``, a mapping ``{}``."""
        schema = self._open(schema)
        if "properties" in schema:
            for name, inner in schema["properties"].items():
                yield from self.fields(inner, *path, name)
        elif schema.get("type") == "array":
            yield from self.fields(schema["items"], *path, "[]")
        elif isinstance(schema.get("additionalProperties"), dict):
            yield from self.fields(schema["additionalProperties"], *path, "{}")
        else:
            yield path, str(schema.get("format") or schema.get("type", "string"))

    def _open(self, schema: dict[str, Any]) -> dict[str, Any]:
        if "$ref" in schema:
            return self._open(self._parts[schema["$ref"].rsplit("/", 1)[1]])
        choices = [s for s in schema.get("anyOf", ()) if s.get("type") != "null"]
        return self._open(choices[0]) if choices else schema


def placed(body: Any, path: tuple[str, ...], value: Any) -> Any:
    """The body with a value at a leaf."""
    if not path:
        return value
    step, rest = path[0], path[1:]
    if step == "[]":
        inner = body[0] if isinstance(body, list) and body else {}
        return [placed(inner, rest, value)]
    key = "备注" if step == "{}" else step
    known = body if isinstance(body, dict) else {}
    return {**known, key: placed(known.get(key, {}), rest, value)}
