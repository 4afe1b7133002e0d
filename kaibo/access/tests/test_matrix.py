"""Who may call what: every operation of the API by nobody, each role, and a viewer."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from kaibo.access import actions, reads, rules
from kaibo.access.tests.test_sessions import NOW, SELLER
from kaibo.audience.actions import enter, issue_viewer_token
from kaibo.journal.models import Entry
from tests.safety.routes import Route, routes

# Permission -> who holds it beside management, and every route behind it. Written by hand, so
# that giving a role more or moving a route to a looser permission is a change of two files.
TABLE: dict[str, tuple[set[str], set[str]]] = {
    "catalog.read": (
        {"host", "operations", "service"},
        {
            "GET /desk/products",
            "GET /desk/products.csv",
            "GET /desk/products.xlsx",
            "GET /desk/products/*",
            "GET /desk/skus/*/stock",
            "GET /desk/suppliers",
        },
    ),
    "catalog.edit": (
        {"operations"},
        {
            "POST /desk/products",
            "PATCH /desk/products/*",
            "POST /desk/products/*/submit",
            "POST /desk/products/*/skus",
            "PATCH /desk/skus/*",
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
        {"POST /desk/products/*/approve", "POST /desk/products/*/refuse"},
    ),
    "planning.read": (
        {"host", "operations", "technical", "service"},
        {
            "GET /desk/campaigns",
            "GET /desk/shows",
            "GET /desk/shows/*",
            "GET /desk/shows/*/run.xlsx",
            "GET /desk/shows/*/preflight",
            "GET /desk/shows/*/room",
            "GET /desk/shows/*/streams",
            "POST /desk/shows/*/socket-token",
        },
    ),
    "planning.edit": (
        {"operations"},
        {
            "POST /desk/campaigns",
            "POST /desk/shows",
            "PATCH /desk/shows/*",
            "PUT /desk/shows/*/items",
            "POST /desk/shows/*/items/*/move",
            "POST /desk/shows/*/run.xlsx",
        },
    ),
    "hosts.read": ({"host", "operations"}, {"GET /desk/hosts", "GET /desk/hosts/*"}),
    "hosts.edit": ({"operations"}, {"POST /desk/hosts", "PATCH /desk/hosts/*"}),
    "hosts.verify": (
        set(),
        {"POST /desk/hosts/*/verify", "POST /desk/hosts/*/guardian"},
    ),
    "room.open": (
        {"operations"},
        {"POST /desk/shows/*/open", "POST /desk/shows/*/close"},
    ),
    "room.confirm": (
        {"operations"},
        {
            "POST /desk/changes/*/confirm",
            "POST /desk/changes/*/reject",
            "POST /desk/trips/*/confirm",
            "POST /desk/trips/*/refuse",
        },
    ),
    "guards.edit": (set(), {"PUT /desk/guards"}),
    "room.desk": (
        {"operations"},
        {
            "GET /desk/shows/*/links",
            "POST /desk/shows/*/links/*/shelf",
            "POST /desk/shows/*/links/*/open",
            "POST /desk/shows/*/links/*/close",
            "POST /desk/shows/*/links/*/stock",
            "GET /desk/shows/*/flash-sales",
            "POST /desk/shows/*/flash-sales",
            "POST /desk/flash-sales/*/*",
            "GET /desk/shows/*/guards",
            "POST /desk/shows/*/changes",
            "POST /desk/shows/*/changes/preview",
            "POST /desk/changes/*/undo",
            "POST /desk/trips/*/ask",
            "GET /desk/guards",
            "GET /desk/skus/*/prices",
            "GET /desk/promotions",
            "GET /desk/promotions/*",
            "GET /desk/promotions/calendar",
            "POST /desk/promotions",
            "PUT /desk/promotions/*",
            "POST /desk/promotions/preview",
            "POST /desk/promotions/*/steps/*",
            "POST /desk/promotions/*/extend",
            "POST /desk/promotions/*/drop",
            "POST /desk/promotions/*/codes",
            "POST /desk/shows/*/pop",
            "POST /desk/shows/*/notice",
            "POST /desk/shows/*/host-note",
        },
    ),
    "room.moderate": (
        {"operations", "service"},
        {"POST /desk/shows/*/mutes", "POST /desk/shows/*/messages/*/hide"},
    ),
    "room.host": (
        {"host", "operations"},
        {"POST /desk/shows/*/explaining", "DELETE /desk/shows/*/explaining"},
    ),
    "media.key": (
        {"technical", "operations"},
        {
            "GET /desk/shows/*/stream-key",
            "DELETE /desk/shows/*/stream-key",
            "POST /desk/shows/*/stream-key/rotate",
        },
    ),
    "orders.read": (
        {"service", "operations"},
        {
            "GET /desk/shows/*/orders",
            "GET /desk/shows/*/orders.csv",
            "GET /desk/shows/*/orders.xlsx",
            "GET /desk/platform-orders",
            "GET /desk/platform-orders.csv",
            "GET /desk/platform-orders.xlsx",
            "GET /desk/orders/*/ledger",
        },
    ),
    "orders.ledger": (
        {"operations"},
        {
            "GET /desk/ledger",
            "GET /desk/ledger.csv",
            "GET /desk/ledger.xlsx",
            "GET /desk/ledger/balances",
            "GET /desk/ledger/balances.csv",
            "GET /desk/ledger/balances.xlsx",
            "POST /desk/ledger/statement",
            "POST /desk/ledger/statement/columns",
            "POST /desk/ledger/statement.csv",
            "POST /desk/ledger/statement.xlsx",
        },
    ),
    "orders.import": (
        {"operations"},
        {
            "POST /desk/order-files",
            "GET /desk/order-files",
            "GET /desk/order-files/*",
            "PATCH /desk/order-files/*",
            "POST /desk/order-files/*/apply",
            "GET /desk/order-files/*/days",
            "GET /desk/order-files/*/errors.csv",
            "GET /desk/order-files/*/errors.xlsx",
        },
    ),
    "orders.refund": ({"service"}, {"POST /desk/orders/*/refund"}),
    "insight.read": (
        {"host", "operations", "technical", "service"},
        {
            "GET /desk/shows/*/board",
            "GET /desk/shows/*/report",
            "GET /desk/shows/*/report.xlsx",
            "GET /desk/shows/*/report.pdf",
        },
    ),
    "compliance.read": (
        {"host", "operations", "service"},
        {
            "POST /desk/lint",
            "GET /desk/rules/*",
            "GET /desk/shows/*/findings",
            "POST /desk/findings/*/dismiss",
        },
    ),
    "people.edit": (set(), set()),
    "keys.edit": (
        set(),
        {"GET /desk/keys", "POST /desk/keys", "DELETE /desk/keys/*"},
    ),
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
}
# The outside API: the scope a key needs, and every route behind it; "" is any good key.
KEYS: dict[str, set[str]] = {
    "": {"GET /v1/key"},
    "catalog.read": {"GET /v1/products", "GET /v1/products/*", "GET /v1/skus/*/stock"},
    "catalog.edit": {"POST /v1/products", "POST /v1/skus/*/stock"},
    "planning.read": {"GET /v1/shows", "GET /v1/shows/*"},
    "orders.read": {"GET /v1/orders", "GET /v1/orders/*", "GET /v1/shows/*/claims"},
    "orders.ledger": {"GET /v1/ledger"},
    "orders.refund": {"POST /v1/orders/*/refund"},
}
PUBLIC = {
    "GET /session",  # answers 401 by itself, and sets the CSRF cookie
    "POST /session",
    "GET /law/*/*",
    "GET /metrics",
    "GET /metrics/*",
    "GET /rooms",
    "GET /rooms/*",
    "POST /rooms/seen",  # counts cards on the public list
    "POST /rooms/*/enter",
    "POST /pay/callbacks/*",  # believed by its signature
}
SESSION = {"DELETE /session"}
VIEWER = {
    "GET /my/waiting",
    "GET /my/coupons",
    "GET /my/coupons/offered",
    "POST /my/coupons",
    "POST /my/coupons/redeem",
    "DELETE /my/waiting/*",
    "GET /my/claims",
    "GET /my/orders",
    "POST /my/orders",
    "GET /my/orders/*",
    "GET /my/providers",
    "POST /my/orders/*/cancel",
    "POST /my/orders/*/pay",
    "POST /my/orders/*/refund",
    "POST /rooms/*/reports",
}
ROLES = {"management", "host", "operations", "technical", "service"}
# A public route that itself answers a caller who is not signed in with 401.
OWN_ANSWERS = {"GET /session"}


def test_the_table_is_the_rules() -> None:
    """Five roles, and each permission held by exactly these."""
    assert set(rules.ROLES) == ROLES
    assert {name: set(held_by) for name, held_by in rules.PERMISSIONS.items()} == {
        name: held_by for name, (held_by, _) in TABLE.items()
    }


def test_every_route_is_in_the_table() -> None:
    """No route without a decision: each is public, a viewer's, or behind its permission."""
    wanted = {"public": PUBLIC, "session": SESSION, "viewer": VIEWER}
    wanted |= {name: behind for name, (_, behind) in TABLE.items() if behind}
    wanted |= {f"key {scope}".strip(): behind for scope, behind in KEYS.items()}
    found: dict[str, set[str]] = {}
    for route in routes():
        found.setdefault(route.permission, set()).add(route.name)
    assert found == wanted
    outside = PUBLIC | VIEWER | SESSION
    assert not [name for name in outside if " /desk" in name]


@pytest.fixture
def callers(db: None) -> dict[str, Client]:
    """One client for nobody, one a role, one with a viewer's ticket; CSRF is checked."""
    org_id = actions.create_organisation(code="ana", name="安", seller=SELLER, now=NOW)
    viewer = enter(org_id=org_id, device="d" * 20, nickname="bo", now=NOW)
    ticket = issue_viewer_token(viewer.id, org_id, 1)
    found = {"nobody": Client(), "viewer": Client(headers={"Authorization": f"Bearer {ticket}"})}
    keeper = actions.add_person(
        org_id=org_id, username="keeper", name="k", password="x", roles=["management"], now=NOW
    )
    for scope in KEYS:
        scopes = [scope] if scope else []
        made = actions.make_key(name="k", scopes=scopes, by=keeper, now=NOW)
        found[f"key {scope}".strip()] = Client(headers={"Authorization": f"Bearer {made.token}"})
    for role in sorted(ROLES):
        by = actions.add_person(
            org_id=org_id, username=role, name=role, password="x", roles=[role], now=NOW
        )
        client = Client(enforce_csrf_checks=True)
        person = get_user_model().objects.get(pk=by.id)
        client.force_login(person, "django.contrib.auth.backends.ModelBackend")
        client.get("/api/session")
        found[role] = client
    return found


def test_each_caller_gets_exactly_their_routes(callers: dict[str, Client]) -> None:
    """401 or 403 where the table says no; any other answer where it says yes."""
    wrong = [
        (who, route.name, status, code)
        for route in routes()
        for who, client in callers.items()
        for status, code in [ask(client, route)]
        if (status, code) not in expected(route, who, status, code)
    ]
    assert wrong == []


def expected(route: Route, who: str, status: int, code: str) -> set[tuple[int, str]]:
    """The refusals that are right, or the answer itself where the caller is let in."""
    if route.name in OWN_ANSWERS and who not in ROLES:
        return {(401, "sign_in_needed")}
    if route.is_outside:
        if not who.startswith("key"):
            return {(401, "key_invalid")}
        may = route.permission in ("key", who)
        return {(status, code)} if may and status not in (401, 403) else {(403, "not_in_scope")}
    if route.permission not in TABLE:
        let_in = {"public": callers_all(), "viewer": {"viewer"}, "session": ROLES}
        may = who in let_in[route.permission]
    else:
        may = who == "management" or who in TABLE[route.permission][0]
    if may:
        return {(status, code)} if status not in (401, 403) else set()
    if route.permission == "viewer" and who.startswith("key"):
        return {(401, "token_invalid")}
    is_known = who in ROLES and route.permission in TABLE
    return {(403, "not_allowed")} if is_known else {(401, "sign_in_needed")}


def callers_all() -> set[str]:
    """Everybody who asks."""
    return {"nobody", "viewer", *ROLES, *(f"key {scope}".strip() for scope in KEYS)}


def test_no_change_without_the_csrf_header(callers: dict[str, Client]) -> None:
    """A page elsewhere that makes a signed-in browser post gets 403, and nothing is written."""
    entries = Entry.objects.count()
    changing = [
        route
        for route in routes()
        if route.method != "GET"
        and route.permission not in ("public", "viewer")
        and not route.is_outside
    ]
    assert len(changing) > 40
    for route in changing:
        for header in ({}, {"X-CSRFToken": "a" * 32}):
            answer = send(callers["management"], route, headers=header)
            assert answer.status_code == 403, (route.name, answer.content)
    assert Entry.objects.count() == entries
    assert callers["management"].get("/api/session").status_code == 200


def test_tickets_of_another_kind_open_nothing(callers: dict[str, Client]) -> None:
    """A staff ticket, a truncated one, one of many bytes, and no ticket at all: 401."""
    good = str(callers["viewer"].defaults["HTTP_AUTHORIZATION"]).removeprefix("Bearer ")
    person = get_user_model().objects.get(username="management")
    actor = reads.actor_of(person)
    assert actor is not None
    bad = [
        actions.issue_staff_token(actor, 1),
        good[:-1],
        good.replace(":", "."),
        good + "A",
        "x" * 5_000,
        "é\x7f",
        "",
    ]
    for route in (r for r in routes() if r.permission == "viewer"):
        for ticket in bad:
            client = Client(headers={"Authorization": f"Bearer {ticket}"})
            assert send(client, route).status_code == 401, (route.name, ticket[:40])
        for header in ({"Authorization": good}, {"Authorization": f"Basic {good}"}, {}):
            assert send(Client(headers=header), route).status_code == 401, (route.name, header)


def ask(client: Client, route: Route) -> tuple[int, str]:
    """Call with an empty body; the answer's status and code."""
    token = client.cookies["csrftoken"].value if "csrftoken" in client.cookies else ""
    answer = send(client, route, headers={"X-CSRFToken": token} if token else {})
    if not answer.content or "json" not in answer.headers["Content-Type"]:
        return answer.status_code, ""
    body = json.loads(answer.content)
    return answer.status_code, body.get("code", "") if isinstance(body, dict) else ""


def send(client: Client, route: Route, headers: dict[str, str] | None = None) -> Any:
    """One call of a route for things that are not there."""
    values = {name: 999 if kind == "int" else "999" for name, kind in route.parameters.items()}
    return client.generic(
        route.method, route.at(values), "{}", "application/json", headers=headers or {}
    )
