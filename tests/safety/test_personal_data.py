"""What a buyer, a host and a technician entrust to us: in no log, no fact, no plain column."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog
from django.db import connection
from django.test import Client

from kaibo.access.actions import add_person
from kaibo.access.crypto import decrypt_text
from kaibo.base.sheets import read_xlsx
from kaibo.journal.models import Entry
from kaibo.orders.actions import placing
from kaibo.orders.models import Order
from kaibo.orders.sandbox import courier
from tests.safety.conftest import ANA_NUMBER
from tests.safety.routes import Route, routes
from tests.safety.selling import HOME
from tests.safety.shop import EVENING, Shop, colleague
from tests.safety.test_tenancy import may_read, targets

pytestmark = pytest.mark.django_db

BUYER = {
    "name": "慕容雪晴",
    "phone": "13698765432",
    "region": "云南省大理州",
    "detail": "苍山门 88 号 3 单元",
}
PASSWORD = "horse-battery-7319"
DEVICE = "Dev1ce-4f9a77c0e1b2d3"


def secrets_of(shop: Shop) -> dict[str, str]:
    """Everything that must not be read anywhere, by what it is."""
    return {
        "name": BUYER["name"],
        "phone": BUYER["phone"],
        "detail": BUYER["detail"],
        "region": BUYER["region"],
        "other name": HOME.name,
        "other phone": HOME.phone,
        "other detail": HOME.detail,
        "id number": ANA_NUMBER,
        "birthday": ANA_NUMBER[6:14],
        "stream secret": shop.ids["stream_key"].partition("?key=")[2],
        "password": PASSWORD,
        "device": DEVICE,
    }


def buy(shop: Shop) -> str:
    """A whole purchase over HTTP, by somebody new: enter, order, pay, be told, refund."""
    phone = Client(headers={"Accept-Language": "zh-CN"})
    entered = phone.post(
        f"/api/rooms/{shop.ids['code']}/enter",
        {"device": DEVICE, "nickname": "雪"},
        "application/json",
    )
    phone.defaults["HTTP_AUTHORIZATION"] = f"Bearer {entered.json()['token']}"
    wish: dict[str, Any] = {
        "request_key": "p-1",
        "units": 1,
        "link_no": 2,
        "address": BUYER,
        "expected_total_fen": 9_900,
    }
    shop.desk().post(f"/api/desk/shows/{shop.ids['show']}/links/2/open", "", "application/json")
    wrong = [{"phone": "1369876543"}, {"name": BUYER["name"] * 60}, {"detail": "\x07"}]
    for change in wrong:
        body = {**wish, "address": {**BUYER, **change}}
        assert phone.post("/api/my/orders", body, "application/json").status_code == 422
    answer = phone.post("/api/my/orders", wish, "application/json")
    assert answer.status_code == 201, answer.content.decode()
    no: str = answer.json()["no"]
    assert not [text for text in BUYER.values() if text in answer.content.decode()]
    url = phone.post(f"/api/my/orders/{no}/pay").json()["pay_url"]
    assert Client().post(url, {"button": "pay"}).status_code == 302
    # The other buyer's bank tells anew what was told already; this one's tells for the first time.
    assert courier.deliver_due(now=EVENING, post=_post_back) == 4
    assert Order.objects.get(no=no).state == "paid"
    undone = phone.post(f"/api/my/orders/{no}/refund", {"reason": "拍错"}, "application/json")
    assert undone.status_code == 200
    return no


def _post_back(body: str, headers: Any) -> int:
    answer = Client().post(
        courier.CALLBACK_PATH, body, content_type="application/json", headers=dict(headers)
    )
    return int(answer.status_code)


def sign_in(shop: Shop) -> None:
    """A password that is right, and one that is nearly."""
    add_person(
        org_id=shop.org_id,
        username="qian",
        name="钱",
        password=PASSWORD,
        roles=["service"],
        now=EVENING,
    )
    for password, status in ((PASSWORD, 200), (PASSWORD + "!", 401)):
        body = {"username": "qian", "password": password}
        assert Client().post("/api/session", body, "application/json").status_code == status


@pytest.fixture
def printed() -> Iterator[io.StringIO]:
    """Where the structured log goes, at its most talkative."""
    page = io.StringIO()
    before = structlog.get_config()
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(logging.DEBUG),
        logger_factory=structlog.PrintLoggerFactory(file=page),
    )
    yield page
    structlog.configure(**before)


def test_no_log_and_no_fact_says_what_was_entrusted(
    ana: Shop,
    caplog: pytest.LogCaptureFixture,
    printed: io.StringIO,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A purchase, a sign-in, wrong tries, and a bug in the middle of it: read every word."""
    caplog.set_level(logging.DEBUG)
    no = buy(ana)
    sign_in(ana)
    at = f"/api/desk/hosts/{ana.ids['host']}"
    shown = ana.desk().post(f"{at}/reveal", {"reason": "税务报送"}, "application/json")
    assert shown.json() == {"id_number": ANA_NUMBER}
    wrong = {"id_number": ANA_NUMBER[:-1], "method": "document"}
    assert ana.desk().post(f"{at}/verify", wrong, "application/json").status_code == 422

    def broken(**_: object) -> None:
        raise RuntimeError("a bug that must be seen")

    monkeypatch.setattr(placing, "take_units", broken)
    wish = {
        "request_key": "p-2",
        "units": 1,
        "link_no": 1,
        "address": BUYER,
        "expected_total_fen": 9_900,
    }
    answer = ana.phone().post("/api/my/orders", wish, "application/json")
    assert answer.status_code == 500
    assert set(answer.json()) == {"code", "message", "data"}
    # The statements that the database logger shows for debugging are no log of ours.
    lines = [r for r in caplog.records if r.name != "django.db.backends"]
    logged = printed.getvalue() + "\n".join(f"{r.getMessage()} {r.exc_text}" for r in lines)
    assert "a bug that must be seen" in logged
    facts = "\n".join(Entry.objects.values_list("body", flat=True))
    assert no in facts
    for what, secret in secrets_of(ana).items():
        assert secret not in logged, what
        assert secret not in facts, what
        assert secret not in answer.content.decode(), what


def test_no_table_and_no_file_of_the_lake_holds_it_in_plain(ana: Shop, tmp_path: Path) -> None:
    """Raw SQL over every column of every table: only ciphertext, hashes and masks."""
    no = buy(ana)
    sign_in(ana)
    held = ""
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            held += "".join(repr(row) for row in cursor.fetchall())
        cursor.execute(
            "SELECT address_encrypted, receiver_masked FROM orders_order WHERE no = %s", [no]
        )
        cipher, masked = cursor.fetchone()
    lake = b"".join(path.read_bytes() for path in (tmp_path / "lake").rglob("*") if path.is_file())
    assert lake
    secrets = secrets_of(ana)
    # The seed of a birthday is short enough to turn up in any digest.
    for what in set(secrets) - {"birthday"}:
        assert secrets[what] not in held, what
        assert json.dumps(secrets[what])[1:-1] not in held, what
        assert secrets[what].encode() not in lake, what
    assert json.loads(decrypt_text(cipher))["phone"] == BUYER["phone"]
    assert masked == "慕** 136****5432"


def may_know(who: str, route: Route) -> set[str]:
    """The two things that somebody reads in full: a stream's key, and one's own address."""
    if who == "viewer" and route.name == "GET /my/addresses/*":
        return {"other name", "other phone", "other detail"}
    return {"stream secret"} if route.path.endswith("stream-key") else set()


@pytest.mark.once
def test_staff_and_the_buyer_read_masks(ana: Shop) -> None:
    """Every read of the desk in every role, exports too, and the buyer's own list."""
    no = buy(ana)
    secrets = secrets_of(ana)
    readers = {
        role: colleague(ana, role) for role in ("host", "operations", "technical", "service")
    }
    readers["management"], readers["viewer"] = ana.desk(), ana.phone()
    readers["program"] = ana.program()
    masks = set()
    for route in routes():
        if route.method != "GET" or not may_read(route):
            continue
        for path in targets(route, ana):
            for who, reader in readers.items():
                text = _text(reader.get(route.at(path)))
                for what in set(secrets) - may_know(who, route) - {"birthday"}:
                    assert secrets[what] not in text, (who, route.name, what)
                masks |= {route.name for mask in ("136****5432",) if mask in text and no in text}
    assert masks == {
        "GET /desk/shows/*/orders",
        "GET /desk/shows/*/orders.csv",
        "GET /desk/shows/*/orders.xlsx",
        "GET /v1/orders",
    }


def _text(answer: Any) -> str:
    kind = answer.headers.get("Content-Type", "")
    if "spreadsheet" in kind and answer.status_code == 200:
        return str(read_xlsx(io.BytesIO(answer.content).getvalue(), rows_max=999))
    return str(answer.content.decode("utf-8", "replace"))
