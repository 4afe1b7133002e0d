"""Sending one message to an address that strangers chose: resolved once, judged, no redirects."""

import http.client
import socket
import ssl
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

from kaibo.base.errors import Refusal
from kaibo.hooks.errors import AddressForbidden
from kaibo.hooks.rules import is_open_internet

# From the connection's beginning to the last byte read; a slower server is one that failed.
ANSWER_S = 5.0
ANSWER_BYTES_MAX = 16 * 1024


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of a try; ``status`` is None when no answer came."""

    status: int | None
    error: str = ""

    @property
    def arrived(self) -> bool:
        """Only 2xx counts; a redirect is a failure."""
        return self.status is not None and 200 <= self.status < 300


def send(url: str, *, body: bytes, headers: dict[str, str]) -> Sent:
    """Post a message within ``ANSWER_S``; never raises, because a server may do anything.

    The name is resolved once and the connection goes to the address that was judged, so that a
    name cannot mean one thing when judged and another when called. TLS is checked against the
    name.
    """
    try:
        return Sent(_post(url, body=body, headers=headers))
    except Refusal as refusal:
        return Sent(None, refusal.code)
    except (http.client.HTTPException, OSError, ValueError) as error:
        return Sent(None, type(error).__name__)


class _Plain(socket.socket):
    """A socket whose whole life has one end: a drop a second keeps nobody waiting."""

    ends = 0.0

    def recv_into(self, *args: Any, **kwargs: Any) -> int:
        self.settimeout(_left(self.ends))
        return super().recv_into(*args, **kwargs)


class _Secure(ssl.SSLSocket):
    """The same under TLS."""

    ends = 0.0

    def recv_into(self, *args: Any, **kwargs: Any) -> int:
        self.settimeout(_left(self.ends))
        return super().recv_into(*args, **kwargs)


def _left(ends: float) -> float:
    left = ends - time.monotonic()
    if left <= 0:
        raise TimeoutError("the answer took too long")
    return left


def _post(url: str, *, body: bytes, headers: dict[str, str]) -> int:
    parts = urlsplit(url)
    host, is_secure = parts.hostname or "", parts.scheme == "https"
    port = parts.port or (443 if is_secure else 80)
    family, place = _address(host, port)
    ends = time.monotonic() + ANSWER_S
    plain = _Plain(family, socket.SOCK_STREAM)
    line = http.client.HTTPConnection(host, port)
    try:
        plain.ends = ends
        plain.settimeout(_left(ends))
        plain.connect(place)
        line.sock = _secured(plain, host, ends) if is_secure else plain
        line.sock.settimeout(_left(ends))
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        line.request("POST", target, body=body, headers={"Host": parts.netloc, **headers})
        answer = line.getresponse()
        # Read a little, to be polite; what it says does not matter to us.
        answer.read(ANSWER_BYTES_MAX)
        return answer.status
    finally:
        line.close()
        plain.close()


def _secured(plain: socket.socket, host: str, ends: float) -> ssl.SSLSocket:
    context = ssl.create_default_context()
    context.sslsocket_class = _Secure
    secure = context.wrap_socket(plain, server_hostname=host)
    assert isinstance(secure, _Secure)
    secure.ends = ends
    return secure


def _address(host: str, port: int) -> tuple[int, Any]:
    """The first address of a name, if all of them may be called.

    Raises:
        AddressForbidden: one of them leads into a private network.
        OSError: the name leads nowhere.
    """
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    allowed = settings.KAIBO_HOOKS_PRIVATE or all(is_open_internet(str(i[4][0])) for i in found)
    if not allowed:
        raise AddressForbidden(host=host[:80])
    family, _, _, _, place = found[0]
    return family, place
