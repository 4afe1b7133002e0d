"""Who may move rooms, list, decide, export and keep; a part of the table."""

from __future__ import annotations

MEASURES: dict[str, tuple[set[str], set[str]]] = {
    "risk.override": (
        {"operations"},
        {
            "POST /desk/shows/*/risk",
            "POST /desk/shows/*/risk/confirm",
            "POST /desk/shows/*/risk/refuse",
        },
    ),
    "blacklist.read": ({"operations", "service"}, {"GET /desk/blacklist"}),
    "blacklist.edit": (
        {"operations"},
        {
            "POST /desk/blacklist",
            "POST /desk/blacklist/*/appeal",
            "POST /desk/blacklist/*/answer",
        },
    ),
    "sanctions.read": ({"operations", "service"}, {"GET /desk/sanctions"}),
    "sanctions.edit": (
        {"operations"},
        {
            "POST /desk/sanctions",
            "POST /desk/sanctions/*/confirm",
            "POST /desk/sanctions/*/refuse",
            "POST /desk/sanctions/*/appeal",
            "POST /desk/sanctions/*/answer",
        },
    ),
    "evidence.export": (
        set(),
        {
            "GET /desk/exports",
            "POST /desk/exports",
            "GET /desk/exports/*",
            "GET /desk/exports/*/custody",
            "GET /desk/exports/*/pack",
            "GET /desk/notices/register.xlsx",
        },
    ),
    "evidence.keep": (
        set(),
        {
            "GET /desk/shows/*/keeping",
            "POST /desk/shows/*/holds",
            "POST /desk/holds/*/lift",
            "POST /desk/shows/*/deletions",
            "POST /desk/deletions/*/confirm",
            "POST /desk/deletions/*/refuse",
        },
    ),
}
