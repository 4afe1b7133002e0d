"""The part of the table that is about patrol, written by hand."""

from __future__ import annotations

PATROL: dict[str, tuple[set[str], set[str]]] = {
    "patrol.watch": (
        {"operations", "service"},
        {
            "GET /desk/patrol",
            "POST /desk/patrol/beat",
            "POST /desk/patrol/leave",
            "GET /desk/patrol/looks",
            "POST /desk/patrol/looks",
            "POST /desk/patrol-looks/*/sign",
            "GET /desk/patrollers",
            "GET /desk/shows/*/patrol",
            "POST /desk/shows/*/patroller",
            "GET /desk/grades",
            "GET /desk/hosts/*/grades",
        },
    ),
    "patrol.edit": (
        set(),
        {
            "POST /desk/hosts/*/key",
            "POST /desk/hosts/*/unkey",
            "PUT /desk/patrol-terms",
        },
    ),
}
