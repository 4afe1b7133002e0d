"""Who may take in what comes from outside, and send out what leaves; a part of the table."""

from __future__ import annotations

OUTSIDE: dict[str, tuple[set[str], set[str]]] = {
    "hooks.edit": (
        {"technical"},
        {
            "GET /desk/hooks",
            "POST /desk/hooks",
            "PATCH /desk/hooks/*",
            "DELETE /desk/hooks/*",
            "POST /desk/hooks/*/switch",
            "GET /desk/hooks/*/deliveries",
            "POST /desk/deliveries/*/replay",
        },
    ),
    "promotions.read": ({"operations"}, set()),
    "notices.read": ({"operations", "service"}, {"GET /desk/notices"}),
    "notices.edit": (
        {"operations", "service"},
        {
            "POST /desk/infringements/*/forward",
            "POST /desk/infringements/*/answer",
            "POST /desk/infringements/*/deliver",
            "POST /desk/infringements/*/suit",
            "POST /desk/infringements/*/withdraw",
            "POST /desk/unreachables",
            "POST /desk/unreachables/*/remind",
        },
    ),
    "notices.decide": (
        {"operations"},
        {
            "POST /desk/infringements/*/accept",
            "POST /desk/infringements/*/reject",
            "POST /desk/infringements/*/settle",
            "POST /desk/infringements/*/unjust",
            "POST /desk/unreachables/*/update",
            "POST /desk/filings",
            "POST /desk/filings/*/send",
            "POST /desk/filings/*/drop",
        },
    ),
}
