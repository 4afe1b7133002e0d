"""Who may call what: every operation of the API by nobody, each role, and a viewer."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from kaibo.access import actions, reads, rules
from kaibo.access.tests.matrix import TABLE as WRITTEN
from kaibo.access.tests.matrix_files import with_files
from kaibo.access.tests.test_sessions import NOW, SELLER
from kaibo.audience.actions import enter, issue_viewer_token
from kaibo.journal.models import Entry
from tests.safety.routes import Route, routes

# The outside API: the scope a key needs, and every route behind it; "" is any good key.
KEYS: dict[str, set[str]] = {
    "": {"GET /v1/key"},
    "catalog.read": {"GET /v1/products", "GET /v1/products/*", "GET /v1/skus/*/stock"},
    "catalog.edit": {"POST /v1/products", "POST /v1/skus/*/stock"},
    "planning.read": {"GET /v1/shows", "GET /v1/shows/*"},
    "promotions.read": {
        "GET /v1/promotions",
        "GET /v1/promotions/*",
        "GET /v1/promotions/*/coupons",
    },
    "orders.read": {
        "GET /v1/orders",
        "GET /v1/orders/*",
        "GET /v1/shows/*/claims",
        "GET /v1/parcels",
        "GET /v1/parcels/*",
        "GET /v1/returns",
        "GET /v1/returns/*",
    },
    "orders.ledger": {"GET /v1/ledger"},
    "orders.refund": {
        "POST /v1/orders/*/refund",
        "POST /v1/returns/*/accept",
        "POST /v1/returns/*/refuse",
    },
    "orders.ship": {"POST /v1/orders/*/parcels"},
}
PUBLIC = {
    "GET /session",  # answers 401 by itself, and sets the CSRF cookie
    "POST /session",
    "GET /grading",  # how rooms are graded is the rule of the house
    "GET /law/*/*",
    "GET /laws",
    "GET /metrics",
    "GET /metrics/*",
    "GET /rooms",
    "GET /rooms/*",
    "GET /rooms/*/links/*/card",  # who sells is told without any step in between
    "GET /rules",  # published rules and all their versions, for everybody
    "GET /rules/*",
    "GET /rules/versions/*",
    "POST /rules/versions/*/opinions",  # while a version is announced
    "POST /rooms/seen",  # counts cards on the public list
    "POST /rooms/*/enter",
    "POST /rooms/*/infringements",  # a rights holder has no account; few at a time
    "GET /rooms/*/infringements",  # published by law
    "GET /infringements/*",  # opened by the code of the notice
    "POST /infringements/*/suit",
    "POST /infringements/*/withdraw",
    "GET /draws/*/proof",  # whoever doubts a draw may recompute it
    "GET /draws/*/quiz",  # its quiz too
    "GET /packets/*/proof",  # and a red packet
    "POST /pay/callbacks/*",  # believed by its signature
}
SESSION = {"DELETE /session", "POST /session/password"}
VIEWER = {
    "GET /my/links/*/added",
    "GET /my/draws",
    "POST /my/draws/*/enter",
    "POST /my/awards/*/claim",
    "GET /my/quizzes",
    "POST /my/draws/*/answer",
    "GET /my/packets",
    "POST /my/packets/*/claim",
    "GET /my/fan",
    "GET /my/invites",
    "POST /my/invites/*/link",
    "POST /my/invites/accept",
    "GET /my/waiting",
    "GET /my/account",
    "POST /my/account",
    "POST /my/account/sign-in",
    "POST /my/account/sign-out",
    "GET /my/coupons",
    "GET /my/coupons/offered",
    "POST /my/coupons",
    "POST /my/coupons/redeem",
    "DELETE /my/waiting/*",
    "GET /my/line",
    "POST /my/line/*",
    "DELETE /my/line/*",
    "GET /my/claims",
    "GET /my/group-offers",
    "GET /my/groups",
    "GET /my/groups/*",
    "GET /my/groups/open",
    "GET /my/presales",
    "GET /my/auctions",
    "GET /my/auctions/*",
    "POST /my/auctions/*/bids",
    "GET /my/wins",
    "GET /my/orders",
    "POST /my/orders",
    "GET /my/orders/*",
    "GET /my/providers",
    "POST /my/orders/*/cancel",
    "POST /my/orders/*/notices/*",
    "POST /my/orders/*/pay",
    "POST /my/orders/*/refund",
    "GET /my/orders/*/parcels",
    "POST /my/parcels/*/received",
    "GET /my/orders/*/returnable",
    "GET /my/orders/*/returns",
    "POST /my/orders/*/returns",
    "POST /my/returns/*/withdraw",
    "POST /my/returns/*/send",
    "POST /my/returns/*/photos",
    "GET /my/return-photos/*",
    "GET /my/cancel-asks",
    "GET /my/orders/*/cancel-asks",
    "POST /my/orders/*/cancel-answer",
    "GET /my/orders/*/invoices",
    "POST /my/orders/*/invoices",
    "POST /my/orders/*/invoices/withdraw",
    "GET /my/addresses",
    "POST /my/addresses",
    "GET /my/addresses/*",
    "PUT /my/addresses/*",
    "DELETE /my/addresses/*",
    "GET /my/cart",
    "POST /my/quote",
    "PUT /my/cart/*",
    "DELETE /my/cart/*",
    "POST /my/cart/quote",
    "POST /my/cart/checkout",
    "POST /rooms/*/reports",
}
ROLES = {"management", "host", "operations", "technical", "service"}
TABLE = with_files(WRITTEN)
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


@pytest.mark.once
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


@pytest.mark.once
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
