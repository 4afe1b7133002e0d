"""Every operation of the API, found in Django's own address table, so that none can hide."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver
from ninja.operation import PathView

from kaibo.access.actions import by_key
from kaibo.access.reads import staff
from kaibo.audience.reads import viewer_auth

_PARAMETER = re.compile(r"<(?:(\w+):)?(\w+)>")


@dataclass(frozen=True)
class Route:
    """One operation: ``GET /desk/products/<int:id>``, and who may call it."""

    method: str
    path: str
    permission: str

    @property
    def name(self) -> str:
        """As the tests' tables name it, with a bare ``*`` for each parameter."""
        return f"{self.method} {_PARAMETER.sub('*', self.path)}"

    @property
    def is_outside(self) -> bool:
        """Whether a key opens it, and nothing else."""
        return self.permission.split()[0] == "key"

    @property
    def parameters(self) -> dict[str, str]:
        """Names in the path with what kind each is: ``int`` or ``str``."""
        return {name: kind or "str" for kind, name in _PARAMETER.findall(self.path)}

    def at(self, values: Mapping[str, object]) -> str:
        """The address with these values in it."""
        return "/api" + _PARAMETER.sub(lambda found: str(values[found[2]]), self.path)


def routes() -> list[Route]:
    """All of them; the one that ends a session comes last."""
    # Ninja names a path to Django once for each of its methods.
    found = {
        Route(method, path, _permission(operation.auth_callbacks))
        for path, view in _views(get_resolver(), "")
        for operation in view.operations
        for method in operation.methods
    }
    return sorted(found, key=lambda route: (route.method == "DELETE", route.path, route.method))


def _views(resolver: URLResolver, prefix: str) -> Iterator[tuple[str, PathView]]:
    for entry in resolver.url_patterns:
        path = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from _views(entry, path)
        elif (view := _path_view(entry)) is not None:
            assert path.startswith("api/"), path
            yield path.removeprefix("api"), view


def _path_view(entry: URLPattern) -> PathView | None:
    # Ninja gives Django a closure over its PathView.
    cells = getattr(entry.callback, "__closure__", None) or ()
    held = (cell.cell_contents for cell in cells)
    return next((one for one in held if isinstance(one, PathView)), None)


def _permission(callbacks: Sequence[Any]) -> str:
    """``public``, ``viewer``, ``session``, ``key`` and its scope, or the staff permission."""
    if not callbacks:
        return "public"
    assert len(callbacks) == 1, "a second way in would need rules of its own"
    if callbacks[0] is viewer_auth:
        return "viewer"
    if isinstance(callbacks[0], type(by_key(None))):
        return f"key {callbacks[0].permission or ''}".strip()
    assert isinstance(callbacks[0], type(staff(None)))
    return callbacks[0].permission or "session"


def answers() -> dict[str, Any]:
    """What each route answers with, by its name, as its response is declared."""
    return {
        Route(method, path, "").name: operation.response_models[200].model_fields["response"]
        for path, view in _views(get_resolver(), "")
        for operation in view.operations
        for method in operation.methods
        if hasattr(operation.response_models.get(200), "model_fields")
    }
