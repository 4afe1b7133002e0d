"""Two shops share one installation: neither sees, names or touches what is the other's."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Mapping
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from kaibo.base.sheets import read_xlsx
from tests.safety.bodies import BODIES, CONSENT_FORM, HOST, ITEM, NEW, REPORT
from tests.safety.routes import Route, routes
from tests.safety.shop import Shop
from tests.safety.tables import everything

pytestmark = [pytest.mark.django_db, pytest.mark.once, pytest.mark.slow]

NOWHERE = 10**9
# These contexts lie below planning and do not know which shows there are: another shop's show
# is to them a show without anything in it, exactly as one that never was.
EMPTY = {
    "GET /desk/shows/*/findings",
    "GET /desk/shows/*/board",
    "GET /desk/shows/*/picture-troubles",
    "GET /desk/shows/*/streams",
    "GET /desk/shows/*/links",
    "GET /desk/shows/*/flash-sales",
    "GET /desk/shows/*/group-offers",
    "GET /desk/shows/*/groups",
    "GET /desk/shows/*/guards",
    "GET /desk/shows/*/presales",
    "GET /desk/shows/*/auctions",
    "GET /desk/shows/*/draws",
    "GET /desk/shows/*/fan-prices",
    "GET /desk/shows/*/packets",
    "GET /desk/shows/*/invites",
    "GET /desk/shows/*/orders",
}
# Their body is a file.
FILES = (
    "/consents",
    "/run.xlsx",
    "/photos",
    "/captions",
    "/hosts/*/papers",
    "/licence",
    "/check",
    "/check-outside",
)
# Ids of no shop: the rulebook, the dictionary, the room's public door, the sandbox's callbacks.
NOT_OURS = {
    "GET /desk/rules/*",
    "GET /law/*/*",
    "GET /metrics/*",
    "GET /rooms/*",
    "GET /rooms/*/links/*/card",
    "POST /rooms/*/enter",
    # Rights holders: what is published, and the own notice by its code.
    "POST /rooms/*/infringements",
    "GET /rooms/*/infringements",
    "GET /infringements/*",
    "POST /infringements/*/suit",
    "POST /infringements/*/withdraw",
    # What proves a draw or a red packet is for everybody.
    "GET /draws/*/proof",
    "GET /draws/*/quiz",
    "GET /packets/*/proof",
    # Published rules are for everybody.
    "GET /rules/*",
    "GET /rules/versions/*",
    "POST /rules/versions/*/opinions",
    # A link's number is not an id: it is looked up in the show of the viewer's own ticket.
    "GET /my/links/*/added",
    "PUT /my/cart/*",
    "DELETE /my/cart/*",
    "POST /my/line/*",
    "DELETE /my/line/*",
    "POST /pay/callbacks/*",
}


def targets(route: Route, shop: Shop) -> list[dict[str, object]]:
    """The ids of a shop that fit into a path; a show is the one on air and the draft."""
    ids = shop.ids
    found: list[dict[str, object]] = [{}]
    for name in route.parameters:
        values: list[object]
        if name == "id":
            noun = route.path.split("/")[2]
            keys = ["show", "draft"] if noun == "shows" else [noun.removesuffix("s")]
            values = [ids[key] for key in keys]
        elif name == "show_id":
            values = [ids["show"], ids["draft"]]
        else:
            values = {
                "link_no": [1, 2],
                "sale_id": [ids["sale"]],
                "step": ["start", "stop"],
                "verb": ["start", "pause", "end"],
                "no": [ids["order"]],
                "notice_id": [ids["notice"]],
                "viewer_id": [ids["viewer"]],
                "host_id": [ids["host"]],
                "message_id": [ids["message"]],
                "finding_id": [ids["finding"]],
                "code": [ids["code"]],
                "notice_code": [ids["notice-code"]],
                "family": [ids["family"]],
            }[name]
        found = [{**path, name: value} for path in found for value in values]
    return found


def body_of(route: Route, shop: Shop) -> Any:
    """A body that the shop itself could send."""
    if route.name == "PUT /desk/shows/*/items":
        return {"items": [{**ITEM, "sku_id": shop.ids["sku"]}]}
    if route.name == "POST /desk/shows/*/mutes":
        return {"viewer_id": shop.viewer_id, "minutes": 5}
    body = BODIES.get(route.name)
    own = {"paper_id": "affiliation-paper", "edition_id": "edition"}
    if body and route.name.endswith(("/affiliations", "/proofs")):
        return body | {field: shop.ids[own[field]] for field in own if field in body}
    return body


def send(client: Client, route: Route, path: Mapping[str, object], body: Any) -> Any:
    """One call; a file is sent as a form."""
    if route.name.endswith(FILES):
        query = "?kind=portrait" if route.name.endswith("/papers") else "?result=match"
        return client.post(route.at(path) + query, {**CONSENT_FORM, "file": io.BytesIO(b"PK")})
    text = "" if body is None else json.dumps(body)
    return client.generic(route.method, route.at(path), text, "application/json")


def may_read(route: Route) -> bool:
    """Whether the route is somebody's own, and its path, if it names anything, names theirs."""
    return route.permission != "public" and route.name not in NOT_OURS


def walked() -> list[Route]:
    """Every route that names something of a shop."""
    found = [r for r in routes() if r.parameters and r.name not in NOT_OURS]
    assert len(found) > 50
    return found


def test_no_route_reaches_into_another_shop(ana: Shop, dai: Shop) -> None:
    """As ana's management and viewer with every id of dai's: 404, and not one row differs."""
    callers = {"viewer": ana.phone(), "key": ana.program()}
    desk = ana.desk()
    callers["key"].get("/api/v1/key")  # the day of its use is noted once
    before = everything()
    seen_empty = set()
    for route in walked():
        client = callers.get(route.permission.split()[0], desk)
        for path in targets(route, dai):
            answer = send(client, route, path, body_of(route, dai))
            text = answer.content.decode("utf-8", "replace")
            assert dai.mark not in text, (route.name, text)
            if route.name in EMPTY:
                assert answer.status_code == 200, (route.name, path, text)
                nowhere = dict.fromkeys(path, NOWHERE)
                other = send(client, route, nowhere, None)
                assert plain(answer, path) == plain(other, nowhere), route.name
                seen_empty.add(route.name)
            else:
                assert answer.status_code == 404, (route.name, path, answer.status_code, text)
            assert everything() == before, (route.name, path)
    assert seen_empty == EMPTY


def test_the_same_calls_work_at_home(dai: Shop) -> None:
    """The control: dai's own people are never told that these things are not there."""
    callers = {"viewer": dai.phone(), "key": dai.program()}
    desk = dai.desk()
    unsaid = set()
    for route in walked():
        client = callers.get(route.permission.split()[0], desk)
        codes = []
        for path in targets(route, dai):
            with transaction.atomic():
                codes.append(send(client, route, path, body_of(route, dai)).status_code)
                transaction.set_rollback(True)
        unsaid |= {route.name} if all(code == 404 for code in codes) else set()
    assert unsaid == set()


def plain(answer: Any, path: Mapping[str, object]) -> object:
    """What an answer says, without the id it was asked for."""
    if "spreadsheet" in answer.headers["Content-Type"]:
        return read_xlsx(answer.content, rows_max=99)
    text = answer.content.decode()
    for value in path.values():
        # The whole id only: 20 also stands inside 2026.
        whole = rf"(?<![\w.-]){re.escape(str(value))}(?![\w.-])"
        text = re.sub(whole, "#", text) if text.startswith("{") else text
    return text


def test_lists_hold_nothing_of_the_other(ana: Shop, dai: Shop) -> None:
    """Every list and export of the desk and of the viewer, and the search for the other's words."""
    asked, desk = 0, ana.desk()
    callers = {"viewer": ana.phone(), "key": ana.program()}
    for route in routes():
        if route.method != "GET" or route.parameters or route.permission == "public":
            continue
        client = callers.get(route.permission.split()[0], desk)
        queries = ("", f"?query={dai.mark}", f"?show={dai.ids['show']}")
        # The outside API refuses a parameter that it does not know.
        for query in queries[:1] if route.is_outside else queries:
            answer = client.get(route.at({}) + query)
            assert answer.status_code == 200, route.name
            text = read_text(answer)
            assert dai.mark not in text, (route.name, query)
            asked += 1
    assert asked > 20
    own = desk.get("/api/desk/products").content.decode()
    assert ana.mark in own


def read_text(answer: Any) -> str:
    """All the text of an answer."""
    if "spreadsheet" in answer.headers["Content-Type"]:
        return str(read_xlsx(answer.content, rows_max=999))
    text: str = answer.content.decode("utf-8", "replace")
    return text


def test_no_body_names_what_is_the_others(ana: Shop, dai: Shop) -> None:
    """Foreign ids inside a body of one's own are unknown ids, and nothing is written."""
    ids, own = dai.ids, ana.ids
    show = {
        "title": "偷",
        "host_id": own["host"],
        "starts_at": "2026-11-23T12:00:00Z",
        "planned_minutes": 60,
    }
    address = {"name": "张三", "phone": "13812345678", "region": "上海", "detail": "某路 1 号"}
    order = {"request_key": "x", "units": 1, "address": address, "expected_total_fen": 6_900}
    desk, viewer = ana.desk(), ana.phone()
    here, room = f"/desk/shows/{own['show']}", f"/rooms/{own['code']}"
    draft = f"/desk/shows/{own['draft']}"
    mute = {"viewer_id": ids["viewer"]}
    tries: list[tuple[Client, str, str, Any]] = [
        (desk, "POST", "/desk/products", {**NEW, "supplier_id": ids["supplier"]}),
        (desk, "PATCH", f"/desk/products/{own['product']}", {"supplier_id": ids["supplier"]}),
        (desk, "POST", "/desk/hosts", {**HOST, "person_id": ids["person"]}),
        (desk, "PATCH", f"/desk/hosts/{own['host']}", {"person_id": ids["person"]}),
        (desk, "POST", "/desk/shows", {**show, "host_id": ids["host"]}),
        (desk, "POST", "/desk/shows", {**show, "campaign_id": ids["campaign"]}),
        (desk, "PATCH", draft, {"host_id": ids["host"]}),
        (desk, "PATCH", draft, {"campaign_id": ids["campaign"]}),
        (desk, "PUT", f"{draft}/items", {"items": [{**ITEM, "sku_id": ids["sku"]}]}),
        (desk, "POST", f"{here}/mutes", {**mute, "minutes": 5}),
        (desk, "POST", f"{here}/mutes", {**mute, "minutes": 0}),
        (desk, "POST", "/desk/barred-viewers", {**mute, "reason": "staff"}),
        (desk, "POST", f"{here}/messages/{ids['message']}/hide", {"reason": ""}),
        (viewer, "POST", "/my/orders", {**order, "claim_id": ids["claim"]}),
        (viewer, "POST", "/my/coupons", {"promotion_id": ids["promotion"], "request_key": "x"}),
        (viewer, "POST", f"{room}/reports", {**REPORT, "subject_id": ids["viewer"]}),
        (
            viewer,
            "POST",
            f"{room}/reports",
            {**REPORT, "subject": "message", "subject_id": ids["message"]},
        ),
    ]
    before = everything()
    for client, method, path, body in tries:
        answer = client.generic(method, f"/api{path}", json.dumps(body), "application/json")
        text = answer.content.decode()
        assert answer.status_code in (404, 422), (method, path, body, answer.status_code, text)
        assert dai.mark not in text
        assert everything() == before, (method, path, body)


def test_no_order_takes_part_in_what_is_the_others(ana: Shop, dai: Shop) -> None:
    """Group buys, groups, presales and wins of another shop are unknown ids."""
    address = {"name": "张三", "phone": "13812345678", "region": "上海", "detail": "某路 1 号"}
    order = {"request_key": "x", "units": 1, "link_no": 1, "address": address}
    groups = [
        {"group_offer_id": dai.ids["group-offer"]},
        {"group_offer_id": ana.ids["group-offer"], "group_id": dai.ids["group"]},
    ]
    shown = {"deposit_fen": 1_000, "late_rule": "forfeit", "refund_deadline_days": 3}
    presale = {"presale_offer_id": dai.ids["presale"], **shown}
    viewer, before = ana.phone(), everything()
    win = {"win_id": dai.ids["win"]}
    for part in [*({"group": group} for group in groups), {"presale": presale}, {"auction": win}]:
        body = json.dumps({**order, "expected_total_fen": 8_900, **part})
        answer = viewer.generic("POST", "/api/my/orders", body, "application/json")
        assert answer.status_code == 404, (part, answer.content.decode())
        assert everything() == before, part
