"""Passing a request on to Django in another process, and its answer back (RFC 9110 §7.6).

Bodies stream both ways; what a connection's own headers say ends here. The address of the asker
goes along in a header that no stranger can set, because every one that came in is left out.
"""

import asyncio
import re
from collections.abc import AsyncIterator, Iterable
from types import TracebackType
from typing import Any, Self

import aiohttp
import msgspec
import structlog
from django.utils.translation.trans_real import parse_accept_lang_header
from starlette.responses import HTMLResponse, Response
from starlette.types import Receive, Scope, Send
from yarl import URL

from kaibo.base.errors import NotFound, Refusal
from kaibo.site.errors import BodyLate, RequestUnreadable, WebAway

Headers = list[tuple[bytes, bytes]]

CONNECTIONS_MAX = 100
# A restart is waited out before anybody hears of it: nothing was sent yet.
CONNECT_PAUSES_S = (0.25, 0.5, 1.0, 2.0, 4.0)
QUEUE_S_MAX = 10.0
BODY_PAUSE_S_MAX = 30.0
RETRY_AFTER_S = 3
# Heads of answers hold addresses that were asked for, and those may be long.
HEAD_BYTES_MAX = 256 * 1024

_TARGET = re.compile(rb"/[\x21-\x7e]*")
# RFC 9110 §7.6.1: about one connection only. The framing is said anew for the next one, and
# "Expect" has been answered by this server.
_HOP = {
    b"connection", b"keep-alive", b"proxy-connection", b"proxy-authenticate",
    b"proxy-authorization", b"te", b"trailer", b"transfer-encoding", b"upgrade", b"expect",
}  # fmt: skip
# Without these a request means something else, so no Connection header can take them away.
_LASTING = {b"host", b"content-length", b"content-type", b"cookie", b"authorization"}
# Who asked, and by which way: the front alone says it.
_ABOUT_ASKER = (b"x-forwarded-", b"forwarded", b"x-real-ip")

_PAGE = (
    '<!doctype html><html lang="{lang}"><meta charset="utf-8">'
    '<meta name="viewport" content="width=device-width"><title>{status}</title>'
    '<body style="font:1rem/1.6 system-ui;margin:20vh auto;max-width:30rem;padding:0 1rem">'
    "<p>{message}</p></body></html>"
)
_FAILURES = (aiohttp.ClientError, TimeoutError, OSError)
_log = structlog.get_logger(__name__)


class PassOn:
    """An ASGI application that stands for another one behind ``uds`` or ``url``.

    An asynchronous context manager: connections are kept while it is open. An answer that breaks
    off in the middle breaks off for the asker too: it never looks whole.

    Args:
        uds: path of a unix socket.
        url: ``http://host:port`` of the other side; used when there is no ``uds``.
    """

    def __init__(self, *, uds: str | None = None, url: str = "http://web") -> None:
        self._uds, self._base = uds, url.rstrip("/")
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        kept: dict[str, Any] = {"limit": CONNECTIONS_MAX, "keepalive_timeout": 30.0}
        self._session = aiohttp.ClientSession(
            connector=(
                aiohttp.UnixConnector(self._uds, **kept)
                if self._uds
                else aiohttp.TCPConnector(**kept)
            ),
            cookie_jar=aiohttp.DummyCookieJar(),
            skip_auto_headers=("User-Agent", "Accept", "Accept-Encoding", "Content-Type"),
            auto_decompress=False,
            timeout=aiohttp.ClientTimeout(total=None, connect=QUEUE_S_MAX),
            max_line_size=HEAD_BYTES_MAX,
            max_field_size=HEAD_BYTES_MAX,
        )
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        assert self._session is not None
        await self._session.close()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one request on; sockets have their own address and are refused here."""
        if scope["type"] != "http":
            await send({"type": "websocket.close", "code": 1000})
            return
        passing = asyncio.current_task()
        assert passing is not None
        body = _Body(receive, passing, is_whole=not _has_body(scope))
        watching = asyncio.create_task(body.watch())
        try:
            await self._pass(scope, body, send)
        except asyncio.CancelledError:
            if not body.is_gone:
                raise
            passing.uncancel()
        finally:
            watching.cancel()

    async def _pass(self, scope: Scope, body: "_Body", send: Send) -> None:
        try:
            answer = await self._ask(scope, body)
        except ValueError:
            await refuse(RequestUnreadable(), scope, body.receive, send)
            return
        except _FAILURES as error:
            _log.warning("not_passed_on", error=type(error).__name__, method=scope["method"])
            refusal = body.refusal or WebAway(retry_after_s=RETRY_AFTER_S)
            await refuse(refusal, scope, body.receive, send)
            return
        try:
            await _answer(answer, send)
        except _FAILURES as error:
            # Left unfinished, so the server cuts the connection and the answer looks broken.
            _log.warning("answer_broke_off", error=type(error).__name__)
        finally:
            answer.release()

    async def _ask(self, scope: Scope, body: "_Body") -> aiohttp.ClientResponse:
        assert self._session is not None, "open it first"
        asked: dict[str, Any] = {
            "method": scope["method"],
            "url": URL(self._base + _target(scope), encoded=True),
            "headers": [(name.decode(), _text(value)) for name, value in onward(scope)],
            "data": None if body.is_whole else body,
            "allow_redirects": False,
        }
        for pause in CONNECT_PAUSES_S:
            try:
                return await self._session.request(**asked)
            except aiohttp.ClientConnectorError:
                await asyncio.sleep(pause)
        return await self._session.request(**asked)


class _Body:
    """A request's body as it arrives; once it is whole, whether the asker is still there."""

    def __init__(self, receive: Receive, passing: "asyncio.Task[None]", *, is_whole: bool) -> None:
        self.receive = receive
        self.is_gone = False
        self.refusal: Refusal | None = None
        self._passing = passing
        self._has_begun = False
        self._whole = asyncio.Event()
        if is_whole:
            self._whole.set()

    @property
    def is_whole(self) -> bool:
        """Whether nothing more of it is to come."""
        return self._whole.is_set()

    async def __aiter__(self) -> AsyncIterator[bytes]:
        if self._has_begun:
            raise ConnectionError("a body passes once")
        self._has_begun = True
        while not self._whole.is_set():
            try:
                async with asyncio.timeout(BODY_PAUSE_S_MAX):
                    message = await self.receive()
            except TimeoutError:
                self.refusal = BodyLate(wait_s=round(BODY_PAUSE_S_MAX))
                raise
            if message["type"] == "http.disconnect":
                # Half a body must not look whole on the other side: that connection is cut.
                self._leave()
                raise ConnectionError("the asker left")
            if message.get("body"):
                yield message["body"]
            if not message.get("more_body", False):
                self._whole.set()

    async def watch(self) -> None:
        """After the last of the body: an asker who goes away ends the passing."""
        await self._whole.wait()
        while (await self.receive())["type"] != "http.disconnect":
            pass
        self._leave()

    def _leave(self) -> None:
        self.is_gone = True
        self._passing.cancel()


def _has_body(scope: Scope) -> bool:
    return any(
        name == b"transfer-encoding" or (name == b"content-length" and value.strip(b"0"))
        for name, value in scope["headers"]
    )


def _text(value: bytes) -> str:
    """The client library writes UTF-8; what is none goes on as the Latin-1 that it once meant."""
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value.decode("latin-1")


def _target(scope: Scope) -> str:
    """Path and query exactly as they came.

    Raises:
        ValueError: no path of an address; as it stands it could change where the request goes.
    """
    target: bytes = scope["raw_path"]
    if scope["query_string"]:
        target += b"?" + scope["query_string"]
    if not _TARGET.fullmatch(target):
        raise ValueError("not a path")
    return target.decode("ascii")


def onward(scope: Scope) -> Headers:
    """The headers of a request as the next server shall read them."""
    came: Headers = scope["headers"]
    named = _named(came)
    headers = [
        (name, value)
        for name, value in came
        if not (name in _HOP or name in named or _is_about_asker(name))
    ]
    if any(name == b"transfer-encoding" for name, _ in came):
        # In pieces it goes on in pieces, as the client library says itself; one framing only.
        headers = [pair for pair in headers if pair[0] != b"content-length"]
    if not any(name == b"host" for name, _ in came):
        host, port = scope.get("server") or ("localhost", None)
        headers.append((b"host", f"{host}:{port}".encode() if port else host.encode()))
    if scope.get("client"):
        headers.append((b"x-forwarded-for", scope["client"][0].encode("latin-1")))
    headers.append((b"x-forwarded-proto", scope["scheme"].encode()))
    return headers


def back(status: int, came: Iterable[tuple[bytes, bytes]]) -> Headers:
    """The headers of an answer as the asker shall read them."""
    lower = [(name.lower(), value) for name, value in came]
    # This server dates what it sends; an answer without a body has no length to tell.
    dropped = _HOP | _named(lower) | {b"date"}
    if status in (204, 304):
        dropped |= {b"content-length"}
    return [(name, value) for name, value in lower if name not in dropped]


async def refuse(refusal: Refusal, scope: Scope, receive: Receive, send: Send) -> None:
    """Answer a refusal in the asker's language: JSON below /api, a small page elsewhere."""
    lang = _language(scope)
    retry = {"Retry-After": str(RETRY_AFTER_S)} if refusal.http_status == 503 else {}
    headers = {"Cache-Control": "no-store", **retry}
    message, status = refusal.message(lang), refusal.http_status
    response: Response
    if scope["path"].startswith("/api"):
        told = {"code": refusal.code, "message": message, "data": refusal.data}
        response = Response(
            msgspec.json.encode(told), status, headers, media_type="application/json"
        )
    else:
        page = _PAGE.format(lang=lang, status=status, message=message)
        response = HTMLResponse(page, status, headers)
    await response(scope, receive, send)


async def nothing_here(scope: Scope, receive: Receive, send: Send) -> None:
    """An ASGI application for a gateway that passes nothing on."""
    if scope["type"] == "http":
        await refuse(NotFound(what="此地址 this address"), scope, receive, send)
    else:
        await send({"type": "websocket.close", "code": 1000})


async def _answer(answer: aiohttp.ClientResponse, send: Send) -> None:
    headers = back(answer.status, answer.raw_headers)
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    async for piece in answer.content.iter_any():
        await send({"type": "http.response.body", "body": piece, "more_body": True})
    await send({"type": "http.response.body", "body": b""})


def _named(headers: Headers) -> set[bytes]:
    """What the Connection header says belongs to this connection only."""
    lists = (value for name, value in headers if name == b"connection")
    return {word.strip().lower() for line in lists for word in line.split(b",")} - _LASTING


def _is_about_asker(name: bytes) -> bool:
    # WSGI reads "-" and "_" alike, so an underscore could spell a header that only we may set.
    return b"_" in name or name.startswith(_ABOUT_ASKER)


def _language(scope: Scope) -> str:
    wanted = dict(scope["headers"]).get(b"accept-language", b"").decode("latin-1")
    for tag, _ in parse_accept_lang_header(wanted):
        if tag[:2] in ("zh", "en"):
            return tag[:2]
    return "zh"
