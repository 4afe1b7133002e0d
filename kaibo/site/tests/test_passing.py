"""What is passed on arrives as it was, and nothing of a stranger's is believed."""

import json
import socket
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from starlette.types import Receive, Scope, Send

from kaibo.site import passing
from kaibo.site.passing import back, onward
from kaibo.site.tests.upstream import Door, front, read_all, served, wait_until

Headers = list[tuple[bytes, bytes]]
LARGE_BYTES = 60_000_000


class Behind:
    """An application that says what reached it, and does odd things at odd addresses."""

    def __init__(self) -> None:
        self.bytes_in = self.bytes_out = 0
        self.pieces = 0
        self.unfinished = threading.Event()
        self.left = threading.Event()
        self.may_go_on = threading.Event()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        path = scope["path"]
        if path == "/waits":
            await self._wait(receive)
            return
        body = await self._body(receive)
        status = int(path[1:]) if path[1:].isdigit() else 200
        headers: Headers = [(b"content-type", b"application/json"), (b"Set-Cookie", b"a=1")]
        headers += [(b"set-cookie", b"b=2; Path=/x"), (b"keep-alive", b"5"), (b"x-odd", b"\xe4")]
        said = json.dumps(
            {
                "method": scope["method"],
                "target": [scope["raw_path"].decode(), scope["query_string"].decode()],
                "headers": [[n.decode(), v.decode("latin-1")] for n, v in scope["headers"]],
                "client": scope["client"],
                "scheme": scope["scheme"],
                "body": body[:100].decode("latin-1"),
                "size": self.bytes_in,
            }
        ).encode()
        if path == "/breaks":
            headers.append((b"content-length", b"1000"))
        elif path == "/large":
            said = bytes(LARGE_BYTES)
        elif path != "/pieces" and status not in (204, 304):
            headers.append((b"content-length", str(len(said)).encode()))
        await send({"type": "http.response.start", "status": status, "headers": headers})
        if path == "/breaks":
            await send({"type": "http.response.body", "body": b"half", "more_body": True})
            raise ConnectionError
        if status in (204, 304):
            said = b""
        for start in range(0, len(said), 100_000):
            piece = said[start : start + 100_000]
            await send({"type": "http.response.body", "body": piece, "more_body": True})
            if path == "/large":
                self.bytes_out += len(piece)
        await send({"type": "http.response.body", "body": b""})

    async def _body(self, receive: Receive) -> bytes:
        self.bytes_in = self.pieces = 0
        kept = b""
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                self.unfinished.set()
                return kept
            self.bytes_in += len(message.get("body", b""))
            self.pieces += 1
            kept = kept or message.get("body", b"")
            if not message.get("more_body", False):
                return kept

    async def _wait(self, receive: Receive) -> None:
        while (await receive())["type"] != "http.disconnect":
            self.may_go_on.set()
        self.left.set()


@pytest.fixture(scope="module")
def behind() -> Behind:
    return Behind()


@pytest.fixture(scope="module")
def door(behind: Behind) -> Iterator[Door]:
    with front(behind=behind) as door:
        yield door


def request(
    target: str, *headers: str, method: str = "GET", host: str = "shop.example:8000"
) -> bytes:
    """One request that asks the server to close after it."""
    lines = [f"{method} {target} HTTP/1.1", f"Host: {host}", "Connection: close", *headers]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


def answer(raw: bytes) -> tuple[int, Headers, bytes]:
    """Status, headers in order, and the body as it stood on the wire."""
    head, _, body = raw.partition(b"\r\n\r\n")
    lines = head.split(b"\r\n")
    pairs = [line.partition(b": ") for line in lines[1:]]
    return int(lines[0].split()[1]), [(n.lower(), v) for n, _, v in pairs], body


def told(raw: bytes) -> dict[str, Any]:
    """What the application behind saw."""
    found: dict[str, Any] = json.loads(answer(raw)[2])
    return found


def seen(raw: bytes) -> dict[str, list[str]]:
    """The request's headers as they arrived behind."""
    headers: dict[str, list[str]] = {}
    for name, value in told(raw)["headers"]:
        headers.setdefault(name, []).append(value)
    return headers


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("/a?b=c", ["/a", "b=c"]),
        ("//x//y", ["//x//y", ""]),
        ("/a/../b/./c", ["/a/../b/./c", ""]),
        ("/%2e%2e/%2F%zz%", ["/%2e%2e/%2F%zz%", ""]),
        ("/%00%ff?x=%00&y=%zz+%2b", ["/%00%ff", "x=%00&y=%zz+%2b"]),
        ("/a;b=c,d'\"<>|{}^`?q='\"<>|{}^`", ["/a;b=c,d'\"<>|{}^`", "q='\"<>|{}^`"]),
        ("/?a?b?c", ["/", "a?b?c"]),
        ("/@web:80/\\x", ["/@web:80/\\x", ""]),
        ("/" + "x" * 50_000, ["/" + "x" * 50_000, ""]),
    ],
)
def test_an_address_arrives_byte_for_byte(door: Door, target: str, expected: list[str]) -> None:
    assert told(door.ask(request(target)))["target"] == expected


@pytest.mark.parametrize("target", ["*", "/a b", "/ä", "web/x", "/?ä"])
def test_what_is_no_address_goes_nowhere(door: Door, target: str) -> None:
    assert answer(door.ask(request(target, method="OPTIONS")))[0] in (400, 404)


def test_the_asker_is_who_the_front_says(door: Door) -> None:
    """Nobody is trusted by default: what a stranger writes about himself is left out."""
    raw = door.ask(
        request(
            "/who",
            "X-Forwarded-For: 6.6.6.6",
            "X-Forwarded-For: 7.7.7.7",
            "X_Forwarded_For: 6.6.6.6",
            "X-Forwarded-Proto: https",
            "X-Forwarded-Host: evil",
            "Forwarded: for=6.6.6.6",
            "X-Real-IP: 6.6.6.6",
        )
    )
    about = told(raw)
    assert (about["client"][0], about["scheme"]) == ("127.0.0.1", "http")
    assert seen(raw) == {
        "host": ["shop.example:8000"],
        "x-forwarded-for": ["127.0.0.1"],
        "x-forwarded-proto": ["http"],
    }


def test_a_named_proxy_is_believed_and_nobody_before_it(behind: Behind) -> None:
    """The last address that no trusted proxy wrote is the asker's; what he wrote is not."""
    with front(behind=behind, trusted="127.0.0.1,10.0.0.0/8") as door:
        raw = door.ask(
            request("/", "X-Forwarded-For: 6.6.6.6, 9.9.9.9, 10.1.1.1", "X-Forwarded-Proto: https")
        )
    about = told(raw)
    assert (about["client"][0], about["scheme"]) == ("9.9.9.9", "https")


def test_headers_of_one_connection_end_there(door: Door) -> None:
    """RFC 9110 §7.6.1; a Connection header cannot take away what a request is."""
    raw = door.ask(
        b"GET /h HTTP/1.1\r\nHost: h\r\nConnection: close, X-Once, Cookie, Host\r\nX-Once: 1\r\n"
        b"Keep-Alive: 5\r\nTE: trailers\r\nTrailer: X-T\r\nProxy-Connection: x\r\n"
        b"Proxy-Authorization: x\r\nUpgrade: h2c\r\nCookie: a=b\r\n"
        b"X-Odd: \xc3\xa4\r\nX-Old: \xe4\r\n\r\n"
    )
    headers = seen(raw)
    names = ["cookie", "host", "x-forwarded-for", "x-forwarded-proto", "x-odd", "x-old"]
    assert sorted(headers) == names
    assert headers["x-odd"] == headers["x-old"] == ["\xc3\xa4"]
    _, back_headers, _ = answer(raw)
    assert [v for n, v in back_headers if n == b"set-cookie"] == [b"a=1", b"b=2; Path=/x"]
    assert (b"x-odd", b"\xe4") in back_headers
    assert b"keep-alive" not in dict(back_headers)
    assert len([n for n, _ in back_headers if n == b"date"]) == 1


def test_framing_is_said_once() -> None:
    """A body in pieces has no length beside it, whatever came and whatever was nominated."""
    scope = {
        "headers": [
            (b"host", b"h"),
            (b"content-length", b"5"),
            (b"transfer-encoding", b"chunked"),
            (b"connection", b"content-length"),
        ],
        "client": ("::1", 5),
        "scheme": "http",
    }
    assert onward(scope) == [
        (b"host", b"h"),
        (b"x-forwarded-for", b"::1"),
        (b"x-forwarded-proto", b"http"),
    ]
    assert back(304, [(b"Content-Length", b"9"), (b"ETag", b"x")]) == [(b"etag", b"x")]


@pytest.mark.parametrize("method", ["GET", "HEAD", "DELETE", "OPTIONS", "PATCH", "TRACE"])
def test_methods(door: Door, method: str) -> None:
    status, headers, body = answer(door.ask(request("/m", method=method)))
    assert status == 200
    if method == "HEAD":
        assert int(dict(headers)[b"content-length"]) > 100
        assert body == b""
    else:
        assert json.loads(body)["method"] == method


@pytest.mark.parametrize("status", [204, 304, 404, 500, 503])
def test_statuses(door: Door, status: int) -> None:
    found, headers, body = answer(door.ask(request(f"/{status}")))
    assert found == status
    assert (body == b"") is (status in (204, 304))
    if status == 204:
        assert b"content-length" not in dict(headers)
        assert b"transfer-encoding" not in dict(headers)


def test_a_body_with_a_length_and_one_in_pieces(door: Door) -> None:
    raw = door.ask(request("/p", "Content-Length: 5", method="POST") + b"hello")
    assert (told(raw)["body"], seen(raw)["content-length"]) == ("hello", ["5"])
    raw = door.ask(
        request("/p", "Transfer-Encoding: chunked", method="POST")
        + b"3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n"
    )
    assert (told(raw)["size"], "content-length" in seen(raw)) == (5, False)
    raw = door.ask(request("/p", "Content-Length: 0", method="POST"))
    assert (told(raw)["body"], seen(raw)["content-length"]) == ("", ["0"])


def test_an_upload_streams_and_is_not_kept(door: Door, behind: Behind) -> None:
    """12 MB arrive in many pieces, and the first is there before the last was sent."""
    size = 12 * 1024 * 1024
    with socket.create_connection(("127.0.0.1", door.port), timeout=60) as asking:
        asking.sendall(request("/up", f"Content-Length: {size}", method="POST"))
        asking.sendall(b"x" * 1_000_000)
        wait_until(lambda: 500_000 < behind.bytes_in < size)
        asking.sendall(b"x" * (size - 1_000_000))
        assert told(read_all(asking))["size"] == size
    assert behind.pieces > 20


def test_half_an_upload_never_looks_whole(door: Door, behind: Behind) -> None:
    behind.unfinished.clear()
    with socket.create_connection(("127.0.0.1", door.port), timeout=60) as asking:
        asking.sendall(request("/up", "Transfer-Encoding: chunked", method="POST"))
        asking.sendall(b"5\r\nhello\r\n")
        wait_until(lambda: behind.bytes_in == 5)
    assert behind.unfinished.wait(30)


def test_an_upload_that_stops_is_given_up(
    door: Door, behind: Behind, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(passing, "BODY_PAUSE_S_MAX", 0.2)
    behind.unfinished.clear()
    raw = door.ask(request("/api/up", "Content-Length: 10", method="POST") + b"hello")
    status, _, body = answer(raw)
    assert (status, json.loads(body)["code"]) == (408, "body_late")
    assert behind.unfinished.wait(30)


def test_a_download_waits_for_its_reader(door: Door, behind: Behind) -> None:
    """Somebody who does not read holds up his own answer, and nobody keeps it for him."""
    behind.bytes_out = 0
    with socket.create_connection(("127.0.0.1", door.port), timeout=60) as asking:
        asking.sendall(request("/large"))
        asking.recv(1_000, socket.MSG_WAITALL)
        for _ in range(20):
            assert answer(door.ask(request("/other")))[0] == 200
        assert behind.bytes_out < LARGE_BYTES / 2  # the kernel's own buffers are in there
        assert len(read_all(asking)) > LARGE_BYTES - 1_000
    assert behind.bytes_out == LARGE_BYTES


def test_an_answer_that_breaks_off_never_looks_whole(door: Door) -> None:
    status, headers, body = answer(door.ask(request("/breaks")))
    assert (status, dict(headers)[b"content-length"], body) == (200, b"1000", b"half")


def test_who_goes_away_is_not_waited_for(door: Door, behind: Behind) -> None:
    behind.left.clear()
    behind.may_go_on.clear()
    with socket.create_connection(("127.0.0.1", door.port), timeout=60) as asking:
        asking.sendall(request("/waits"))
        assert behind.may_go_on.wait(30)
    assert behind.left.wait(30)
    assert answer(door.ask(request("/after")))[0] == 200


def test_a_socket_at_another_address_is_refused(door: Door) -> None:
    raw = door.ask(
        b"GET /elsewhere HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
    )
    assert answer(raw)[0] == 403


class TestNobodyBehind:
    @pytest.fixture(autouse=True)
    def at_once(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(passing, "CONNECT_PAUSES_S", (0.01,))

    @pytest.mark.parametrize(
        ("wanted", "words"),
        [("zh-CN,zh;q=0.9", "后台正在恢复"), ("fr, en;q=0.5", "coming back"), ("", "后台")],
    )
    def test_503_in_the_askers_words(self, wanted: str, words: str) -> None:
        with front(behind=None) as door:
            api = answer(door.ask(request("/api/rooms", f"Accept-Language: {wanted}")))
            page = answer(door.ask(request("/admin/", f"Accept-Language: {wanted}")))
        told = json.loads(api[2])
        assert (api[0], told["code"], told["data"]) == (503, "web_away", {"retry_after_s": 3})
        assert words in told["message"]
        assert dict(api[1])[b"retry-after"] == b"3"
        assert (page[0], dict(page[1])[b"retry-after"]) == (503, b"3")
        assert words in page[2].decode()

    def test_the_next_request_after_it_came_back(self, behind: Behind) -> None:
        """The pool does not remember who was away."""
        with front(behind=None) as door:
            assert answer(door.ask(request("/api/x")))[0] == 503
            with served(behind, uds=door.path):
                assert answer(door.ask(request("/api/x")))[0] == 200
            assert answer(door.ask(request("/api/x")))[0] == 503


def test_a_short_absence_is_waited_out(behind: Behind) -> None:
    """Nothing was sent yet, so the request goes to whoever comes."""
    with front(behind=None) as door:
        found: list[bytes] = []
        asking = threading.Thread(
            target=lambda: found.append(
                door.ask(request("/p", "Content-Length: 5", method="POST") + b"hello")
            )
        )
        asking.start()
        with served(behind, uds=door.path):
            asking.join(timeout=30)
    assert told(found[0])["body"] == "hello"
