"""Whatever is typed or sent: an answer in words, in the language asked, and nothing by halves."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction

from kaibo.base.inputs import clean_text
from tests.safety import fans, noticing
from tests.safety.bodies import DRAW, PACKET, PROMOTION, RULES
from tests.safety.hostile import (
    LONG,
    OWN_TEXTS,
    RAW_BODIES,
    RAW_VALUES,
    Bodies,
    described,
    naughty_texts,
    placed,
)
from tests.safety.routes import Route, routes
from tests.safety.shop import Shop
from tests.safety.tables import everything
from tests.safety.test_tenancy import body_of, targets

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.long, pytest.mark.timeout(600)]
# Of the known naughty texts each field gets one in so many, another share than its neighbour.
ON_POSTGRESQL = os.environ.get("DATABASE_URL", "").startswith("postgres")
SHARE = 480 if ON_POSTGRESQL else 240
# Of wrong values and odd parts each field, path and query gets one in so many, in turn.
TURNS = 9 if ON_POSTGRESQL else 3

ADDRESS = {"name": "张三", "phone": "13812345678", "region": "上海", "detail": "某路 1 号"}
SHOW = {"title": "一场", "starts_at": "2026-11-23T12:00:00Z", "planned_minutes": 60}


ORDERED = {"request_key": "k-9", "address": ADDRESS, "expected_total_fen": 9_900}


def good_body(route: Route, shop: Shop) -> Any:
    """A body this route takes, so that one hostile field is all that is wrong with it."""
    ids = shop.ids
    own = {
        "POST /session": {"username": "nobody", "password": "nothing"},
        "POST /desk/products": {"code": "N-1", "title": "新品"},
        "POST /v1/products": {"code": "N-1", "title": "新品"},
        "POST /desk/keys": {"name": "外部系统", "scopes": ["orders.read"]},
        "POST /desk/hooks": {"url": "https://hooks.example/x", "kinds": []},
        "POST /desk/suppliers": {"name": "新供应商"},
        "POST /desk/lint": {"text": "全网最低价", "surface": "chat"},
        "POST /desk/hosts": {"name": "新人", "stage_name": "新人"},
        "POST /desk/campaigns": {"name": "新活动"},
        "POST /desk/shows": {**SHOW, "host_id": ids["host"]},
        "POST /rooms/*/infringements": noticing.NOTICE,
        "POST /desk/unreachables": noticing.UNREACHABLE,
        "POST /rooms/*/enter": {"device": "d" * 20, "nickname": "小波"},
        "POST /desk/promotions": PROMOTION,
        "POST /desk/promotions/preview": {
            key: value for key, value in PROMOTION.items() if key != "request_key"
        },
        "PUT /desk/patrol-terms": {"staffing": "auto", "rooms_per_moderator": 20},
        "POST /desk/rule-versions": RULES,
        "POST /desk/ai-people": {"name": "小云", "face": "real", "voice": "real"},
        "POST /rules/versions/*/opinions": {"text": "太快"},
        "POST /desk/draws": DRAW,
        "POST /desk/packets": PACKET,
        "POST /desk/invites": {"show_id": 1, "title": "邀请", "request_key": "invite-9"},
        "PUT /desk/fans": fans.PLAN,
        "POST /my/invites/accept": {"code": "somebody-elses"},
        "POST /desk/barred-viewers": {"viewer_id": shop.viewer_id, "reason": "staff"},
        "POST /my/coupons": {"promotion_id": ids["promotion"], "request_key": "k-9"},
        "POST /my/coupons/redeem": {"code": "WRONGWRONG22", "request_key": "k-9"},
        "PUT /my/cart/*": {"units": 1},
        "POST /my/addresses": ADDRESS,
        "POST /my/cart/quote": {"links": [1]},
        "POST /my/quote": {"units": 1, "link_no": 1},
        "POST /my/cart/checkout": {"links": [1], **ORDERED},
        "POST /my/orders": {"units": 1, "link_no": 1, **ORDERED},
    }
    return own.get(route.name) or body_of(route, shop) or {}


def described_path(route: Route) -> str:
    """The route's address as the API's description writes it."""
    return route.at({name: f"{{{name}}}" for name in route.parameters})


def bodied(shop: Shop) -> Iterator[tuple[Route, str, dict[str, Any], dict[str, Any]]]:
    """Every route with a JSON body: its address in the shop, a good body, and its schema."""
    schemas = Bodies().schemas
    left = set(schemas)
    for route in routes():
        key = route.method, described_path(route)
        if key not in schemas:
            continue
        left.discard(key)
        paths = targets(route, shop)
        is_plan = route.name in ("PUT /desk/shows/*/items", "PATCH /desk/shows/*")
        path = route.at(paths[-1] if is_plan else paths[0])
        yield route, path, good_body(route, shop), schemas[key]
    assert left == set(), "a body of the description was not found among the routes"


# Refusals that are kept: who lost a flash sale, who failed an identity check, a wrong code.
TOLD = (b'"claim_refused"', b'"identity_mismatch"', b'"no_such_code"')


class Stranger:
    """Somebody with every right and no good will; keeps a list of what went wrong."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        self._desk, self._phone = shop.desk(), shop.phone()
        self._program = shop.program()
        self._program.get("/api/v1/key")
        self.faults: list[tuple[str, str, str]] = []
        self._asked = 0

    def send(
        self, route: Route, path: str, data: str | bytes, kind: str = "application/json"
    ) -> Any:
        """One call; what it wrote is undone if it was taken, and stays if it was refused."""
        callers = {"viewer": self._phone, "key": self._program}
        client = callers.get(route.permission.split()[0], self._desk)
        raw = data.encode("utf-8", "surrogatepass") if isinstance(data, str) else data
        self._asked += 1
        lang = "zh-CN" if self._asked % 2 else "en"
        with transaction.atomic():
            answer = client.generic(
                route.method, path, raw, kind, headers={"Accept-Language": lang}
            )
            is_told = any(code in answer.content for code in TOLD)
            transaction.set_rollback(answer.status_code < 400 or is_told)
        if fault := fault_of(answer, lang):
            self.faults.append((f"{route.method} {path[:100]}", repr(raw[:200]), fault))
        return answer

    def note_changes(self, before: dict[str, tuple[int, str]], where: str) -> None:
        """Remember every table that is not as it was."""
        now = self.tables()
        changed = [name for name in now if now[name] != before[name]]
        if changed:
            self.faults.append((where, "", f"changed {changed}"))
            before.update(now)

    def tables(self) -> dict[str, tuple[int, str]]:
        """Every table but the guard's own book of failed passwords."""
        return {name: held for name, held in everything().items() if "axes" not in name}


@pytest.fixture
def stranger(ana: Shop) -> Stranger:
    """At the desk and on the phone of ana's shop."""
    return Stranger(ana)


def fault_of(answer: Any, lang: str) -> str:
    """What is wrong with an answer: a server error, a page, or a refusal without its words."""
    text = answer.content.decode("utf-8", "replace")
    if answer.status_code >= 500:
        return f"{answer.status_code}: {text[:200]}"
    if "html" in answer.headers.get("Content-Type", ""):
        return "a page"
    if len(text) > 300_000:
        return f"{len(text)} characters"
    if answer.status_code < 400:
        return ""
    body = json.loads(text)
    if set(body) != {"code", "message", "data"} or not body["code"] or not body["message"]:
        return f"not a refusal: {text[:200]}"
    says_chinese = any("\u4e00" <= char <= "\u9fff" for char in body["message"])
    return "" if says_chinese or lang == "en" else f"not in Chinese: {body['message'][:200]}"


def test_every_text_field_takes_every_naughty_text_or_says_why_not(stranger: Stranger) -> None:
    """Each field of each body: the awkward ones in every field, all of the others in turn."""
    texts = naughty_texts()
    fields = taken = 0
    before = stranger.tables()
    for route, path, good, schema in bodied(stranger.shop):
        for at, kind in Bodies().fields(schema):
            if kind != "string":
                continue
            fields += 1
            whole = json.dumps(placed(good, at, "%HERE%"))
            known = texts[: -len(OWN_TEXTS)][fields % SHARE :: SHARE]
            own = OWN_TEXTS if fields % 8 == 0 else [text for text in OWN_TEXTS if text != LONG]
            for text in [*known, *own]:
                answer = stranger.send(route, path, whole.replace('"%HERE%"', json.dumps(text)))
                taken += came_back(answer, at, text)
        stranger.note_changes(before, route.name)
    assert stranger.faults == []
    assert fields > 60
    assert taken > 200


def came_back(answer: Any, at: tuple[str, ...], text: str) -> bool:
    """What was taken is answered as it was typed: trimmed and composed, an address in one line."""
    if answer.status_code >= 300 or not answer.content:
        return False
    found = json.loads(answer.content)
    for step in at:
        found = found[0] if isinstance(found, list) and found else found
        if step == "items" or step == "[]":
            continue
        key = "备注" if step == "{}" else step
        if not isinstance(found, dict) or key not in found:
            return False
        found = found[key]
    found = found[0] if isinstance(found, list) and found else found
    # An empty text may leave a field to what is known otherwise, as a show's seller is.
    if found in ([], {}) or text == "":
        return False
    kept = clean_text("x", text, chars_max=10**7)
    # An address stands on one line of a label: any run of blanks is one plain blank there.
    assert found in (kept, " ".join(kept.split())), (at, text)
    return True


@pytest.mark.once
def test_every_field_takes_every_wrong_value_or_says_why_not(stranger: Stranger) -> None:
    """Numbers beyond all columns, not-a-numbers, wrong types, missing and unknown fields."""
    before = stranger.tables()
    for route, path, good, schema in bodied(stranger.shop):
        for nth, (at, kind) in enumerate(Bodies().fields(schema)):
            whole = json.dumps(placed(good, at, "%HERE%"))
            for number, value in enumerate(RAW_VALUES):
                if (number + nth) % (TURNS if kind != "string" else 4 * TURNS) == 0:
                    stranger.send(route, path, whole.replace('"%HERE%"', value))
        for name in good:
            rest = {key: value for key, value in good.items() if key != name}
            stranger.send(route, path, json.dumps(rest))
        stranger.send(route, path, json.dumps({**good, "<b>extra</b>": 1}))
        stranger.note_changes(before, route.name)
    assert stranger.faults == []


@pytest.mark.once
def test_every_body_that_is_no_object_is_refused_in_words(stranger: Stranger) -> None:
    """Broken, empty, enormous, deep, and not even text."""
    before = stranger.tables()
    for route, path, _, _ in bodied(stranger.shop):
        for text in RAW_BODIES:
            stranger.send(route, path, text)
        for kind in ("text/html", "multipart/form-data", "multipart/form-data; boundary=x", ""):
            stranger.send(route, path, b"\xff\xfe\x00", kind)
        stranger.note_changes(before, route.name)
    assert stranger.faults == []


ODD_PARTS = (
    "0", "-1", "1.5", "2147483648", "9223372036854775808", "9" * 400, "9" * 5_000, "%31", "%00",
    "a%00b", "%FF%FE", "%ED%A0%80", "%2e%2e%2f%2e%2e%2fetc%2fpasswd", "..%5c..", "%0d%0aX-A:1",
    "%3Cscript%3Ealert(1)%3C%2Fscript%3E", "{0}", "%25s", "x" * 3_000, "%E7%9B%B4%E6%92%AD", "+",
    "%20", "null", "NaN", "1e3", "0x10", "%D9%A1",
)  # fmt: skip


@pytest.mark.once
def test_every_path_takes_odd_parts(stranger: Stranger) -> None:
    """Each parameter of each path with each odd part: an answer in words, never a trace."""
    before = stranger.tables()
    sent = 0
    for route in routes():
        body = json.dumps(body_of(route, stranger.shop) or {})
        ours = may_target(route)
        known = targets(route, stranger.shop)[0] if ours else dict.fromkeys(route.parameters, "x")
        for name in route.parameters:
            sent += 1
            for part in ODD_PARTS[sent % TURNS :: TURNS]:
                stranger.send(route, route.at({**known, name: part}), body)
        stranger.note_changes(before, route.name)
    assert stranger.faults == []


def may_target(route: Route) -> bool:
    """Whether the path names something of a shop."""
    own = {"id", "show_id", "link_no", "sale_id", "step", "no", "message_id", "finding_id", "code"}
    return set(route.parameters) <= own and not route.path.startswith("/metrics")


def test_every_query_takes_odd_parts(stranger: Stranger) -> None:
    """Every query parameter of every route, and one that nobody knows."""
    told = described()["paths"]
    asked = 0
    for route in routes():
        spoken = told[described_path(route)][route.method.lower()]
        for parameter in spoken.get("parameters", ()):
            if parameter["in"] != "query":
                continue
            path = route.at(targets(route, stranger.shop)[0])
            asked += 1
            for part in ODD_PARTS[asked % TURNS :: TURNS]:
                stranger.send(route, f"{path}?{parameter['name']}={part}&x[]={part}", "")
    assert stranger.faults == []
    assert asked > 30
