"""Odd addresses on the real application: never a file from outside, never a server error."""

from __future__ import annotations

import contextlib
import http.client
import json
import tempfile
from collections.abc import AsyncIterator, Iterator
from typing import NamedTuple
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.utils import timezone
from starlette.applications import Starlette

from kaibo.orders.models import SandboxPayment
from kaibo.site import asgi, front
from kaibo.site.passing import PassOn
from kaibo.site.tests.upstream import served
from tests.safety.hostile import naughty_texts

ROOTS = ("/room/", "/live/", "/live/abcdefghjk/", "/assets/", "/demo/", "/desk/", "/static/", "/")
PARTS = (
    "../../etc/passwd",
    "..%2f..%2f..%2fetc%2fpasswd",
    "%2e%2e/%2e%2e/%2e%2e/etc/passwd",
    "..%252f..%252fetc%252fpasswd",
    "..%5c..%5cetc%5cpasswd",
    "....//....//etc/passwd",
    "/etc/passwd",
    "%2fetc%2fpasswd",
    "../settings.py",
    "../front.py",
    "..%2ffront.py",
    "../pages/../front.py",
    "%00",
    "mark.svg%00.html",
    "room.html%2f..%2f..%2f..%2ffront.py",
    "%ff%fe",
    "%ed%a0%80",
    "%c0%ae%c0%ae/%c0%ae%c0%ae/front.py",
    "x" * 5_000,
    "x" * 60_000,
    "a/" * 2_000,
    "%0d%0aSet-Cookie:%20a=b",
    "<script>alert(1)</script>",
    "%3Cscript%3Ealert(1)%3C%2Fscript%3E",
    "index.m3u8",
    "state.json",
    "seg-0.m4s",
    "init.mp4",
    "index.m3u8?_HLS_msn=" + "9" * 400,
    "index.m3u8?_HLS_msn=-1&_HLS_part=%00",
    "CON",
    "nul:",
    ".git/config",
    ".env",
    "~root/.ssh/id_rsa",
    "%E7%9B%B4%E6%92%AD",
    "?x=%00",
    "%",
    "%zz",
)
# What would show that a file from outside was read: the system's, ours, a repository's.
LEAKS = (b"root:x:0", b"from starlette", b"SECRET_KEY", b"[core]", b"Traceback", b"PRIVATE KEY")
METHODS = ("GET", "HEAD", "OPTIONS", "POST", "PUT", "DELETE", "PATCH", "TRACE", "BREW")


class Answer(NamedTuple):
    """What came back over the wire."""

    status_code: int
    headers: dict[str, str]
    content: bytes


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    """The front that ``kaibo serve`` runs, Django behind it on a unix socket, both on real servers.

    Nothing of what runs beside them is started.
    """
    with tempfile.TemporaryDirectory(prefix="kaibo-") as folder:
        path = f"{folder}/web.sock"
        rest = PassOn(uds=path)

        @contextlib.asynccontextmanager
        async def lifespan(app: Starlette) -> AsyncIterator[None]:
            async with rest:
                yield

        app = Starlette(routes=asgi.room_app(rest).routes, lifespan=lifespan)
        with served(asgi.web_app(), uds=path), served(app) as server:
            yield int(server.servers[0].sockets[0].getsockname()[1])


def ask(port: int, targets: list[tuple[str, str]]) -> list[tuple[str, Answer]]:
    """Each (method, target) exactly as written, without a client that tidies it up."""
    found = []
    for method, target in targets:
        asking = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        asking.putrequest(method, target, skip_accept_encoding=True)
        asking.endheaders()
        answer = asking.getresponse()
        headers = {name.lower(): value for name, value in answer.getheaders()}
        found.append((f"{method} {target[:80]}", Answer(answer.status, headers, answer.read())))
        asking.close()
    return found


@pytest.mark.django_db(transaction=True)
def test_no_odd_address_reads_a_file_or_breaks(port: int) -> None:
    """Every root with every odd part: a page of ours, or 400, 404, 405; never a leak."""
    wrong = []
    own_page = (front.FOLDER / "desk.html").exists()
    for asked, answer in ask(port, [("GET", root + part) for root in ROOTS for part in PARTS]):
        body = answer.content
        fits = answer.status_code in (200, 301, 302, 400, 404, 405, 414)
        not_built = answer.status_code == 503 and not own_page
        if not (fits or not_built) or any(leak in body for leak in LEAKS):
            wrong.append((asked, answer.status_code, body[:200]))
        if b"<script>alert(1)</script>" in body or "a=b" in answer.headers.get("set-cookie", ""):
            wrong.append((asked, answer.status_code, b"what was typed came back"))
        is_inside = asked.startswith(("GET /assets/", "GET /demo/", "GET /live/", "GET /static/"))
        if is_inside and answer.status_code == 200 and "state.json" not in asked:
            wrong.append((asked, answer.status_code, b"a file"))
    assert wrong == []


@pytest.mark.django_db(transaction=True)
def test_every_method_everywhere(port: int) -> None:
    """Known and made-up methods on every kind of address, with and without a body."""
    places: tuple[str, ...] = (
        "/",
        "/room/x",
        "/desk",
        "/desk/a/b",
        "/assets/x.js",
        "/demo/host.svg",
        "/live/x/y",
    )
    places += ("/ws", "/api", "/api/", "/api/rooms", "/api/nothing", "/admin/x", "/pay/sandbox/x")
    targets = [(method, place) for method in METHODS for place in places]
    wrong = [
        (asked, answer.status_code, answer.content[:200])
        for asked, answer in ask(port, targets)
        if answer.status_code >= 500 and front.FOLDER.joinpath("room.html").exists()
    ]
    assert wrong == []


@pytest.fixture
def payment(db: None) -> SandboxPayment:
    """A visit to the sandbox's page."""
    return SandboxPayment.objects.create(
        token="t", order_no="K1", title="面霜", amount_fen=9_900, pay_before=timezone.now()
    )


@pytest.mark.once
@pytest.mark.django_db
def test_the_payment_page_shows_every_title_as_text(payment: SandboxPayment) -> None:
    """The only page that Django renders for buyers: what sellers typed is never markup."""
    shown, client = 0, Client()
    for text in naughty_texts():
        title = text[:200]
        if "\x00" in title or any("\ud800" <= char <= "\udfff" for char in title):
            continue  # refused long before: no product has such a title
        if not set(title) & set("<>&\"'{%="):
            continue  # nothing in it that a page could take for markup
        payment.title = title
        payment.save(update_fields=["title"])
        answer = client.get("/pay/sandbox/t")
        assert answer.status_code == 200
        html = answer.content.decode()
        told = html.partition("<dt>商品 Goods</dt><dd>")[2].partition("</dd>")[0]
        assert "<" not in told, title
        assert ">" not in told, title
        assert '"' not in told, title
        shown += 1
    assert shown > 150


@pytest.mark.django_db
def test_the_payment_page_takes_odd_tokens_and_buttons(payment: SandboxPayment) -> None:
    """Tokens nobody gave out, and buttons that are not on the page."""
    client = Client()
    for part in PARTS:
        answer = client.get(f"/pay/sandbox/{part}")
        assert answer.status_code in (400, 404), part[:60]
        assert b"<script>alert" not in answer.content
    for text in naughty_texts()[::25]:
        raw = text.encode("utf-8", "surrogatepass")[:5_000]
        form = urlencode({"button": raw})
        answer = client.post("/pay/sandbox/t", form, "application/x-www-form-urlencoded")
        assert answer.status_code == 422, text[:60]
    payment.refresh_from_db()
    assert payment.state == "open"


def test_a_cookie_with_a_nul_is_refused_in_words() -> None:
    """A quoted cookie can spell any byte; the session's table is never asked for it."""
    client = Client()
    answer = client.get("/api/session", headers={"Cookie": 'sessionid="abcdefgh\\000"'})
    assert (answer.status_code, answer.json()["code"]) == (422, "text_unreadable")


@pytest.mark.django_db(transaction=True)
def test_django_is_behind_the_same_door(port: int) -> None:
    """The control: what these tests ask has Django behind it, in words only Django says."""
    asked = [("GET", "/api/nothing"), ("GET", "/admin/login/"), ("GET", "/api/rooms")]
    nothing, admin, rooms = (answer for _, answer in ask(port, asked))
    assert (nothing.status_code, json.loads(nothing.content)["code"]) == (404, "not_found")
    assert b"csrfmiddlewaretoken" in admin.content
    assert (rooms.status_code, json.loads(rooms.content)) == (200, [])
