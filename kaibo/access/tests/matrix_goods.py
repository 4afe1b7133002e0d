"""The part of the table that is about goods."""

from __future__ import annotations

GOODS: dict[str, tuple[set[str], set[str]]] = {
    "catalog.read": (
        {"host", "operations", "service"},
        {
            "GET /desk/products",
            "GET /desk/products/*",
            "GET /desk/products/*/card",
            "GET /desk/products/*/papers",
            "GET /desk/paper-kinds",
            "GET /desk/skus/*/stock",
            "GET /desk/skus/*/terms",
            "GET /desk/suppliers",
        },
    ),
    "catalog.edit": (
        {"operations"},
        {
            "POST /desk/products",
            "PATCH /desk/products/*",
            "POST /desk/products/*/submit",
            "POST /desk/products/*/papers",
            "PUT /desk/products/*/card",
            "POST /desk/products/*/skus",
            "PATCH /desk/skus/*",
            "PUT /desk/skus/*/terms",
            "POST /desk/skus/*/stock",
            "POST /desk/suppliers",
            "POST /desk/imports",
            "GET /desk/imports/*",
            "PATCH /desk/imports/*",
            "POST /desk/imports/*/apply",
            "GET /desk/imports/*/errors.csv",
            "GET /desk/imports/*/errors.xlsx",
        },
    ),
    "catalog.approve": (
        set(),
        {
            "POST /desk/products/*/approve",
            "POST /desk/products/*/refuse",
            "POST /desk/papers/*/accept",
            "POST /desk/papers/*/refuse",
        },
    ),
}
