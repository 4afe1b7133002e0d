"""The part of the table that is about people who appear, written by hand."""

from __future__ import annotations

PEOPLE: dict[str, tuple[set[str], set[str]]] = {
    "hosts.read": (
        {"host", "operations"},
        {
            "GET /desk/hosts",
            "GET /desk/hosts/*",
            "GET /desk/hosts/*/file",
            "GET /desk/editions",
            "GET /desk/identity-terms",
            "GET /desk/operator",
            "GET /desk/shows/*/roster",
            "GET /desk/ai-people",
            "GET /desk/contracts",
        },
    ),
    "hosts.edit": (
        {"operations"},
        {
            "POST /desk/hosts",
            "PATCH /desk/hosts/*",
            "POST /desk/hosts/*/papers",
            "PUT /desk/operator",
            "POST /desk/operator/licence",
            "POST /desk/hosts/*/affiliations",
            "POST /desk/hosts/*/proofs",
            "POST /desk/ai-people",
            "POST /desk/ai-people/*/consents",
            "POST /desk/ai-consents/*/withdraw",
        },
    ),
    "hosts.verify": (
        set(),
        {
            "POST /desk/hosts/*/verify",
            "POST /desk/hosts/*/guardian",
            "POST /desk/editions",
            "POST /desk/operator/verify",
            "PUT /desk/identity-terms",
            "PUT /desk/ai-people/*/assessment",
            *("POST /desk/contracts", "POST /desk/contracts/*/end"),
        },
    ),
    "hosts.check": (
        {"operations"},
        {
            "GET /desk/host-papers/*",
            "GET /desk/operator/licence",
            "GET /desk/roster-checks/*",
            "GET /desk/ai-consents/*/paper",
            "GET /desk/contracts/*/paper",
            "POST /desk/shows/*/roster/*/check",
            "POST /desk/shows/*/roster/*/check-outside",
        },
    ),
    "hosts.reveal": (set(), {"POST /desk/hosts/*/reveal"}),
}
