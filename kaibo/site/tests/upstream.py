"""Two real servers in threads: an application behind a unix socket, and the front before it."""

import contextlib
import socket
import tempfile
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass

import uvicorn
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.types import ASGIApp

from kaibo.site.passing import PassOn


@contextlib.contextmanager
def served(app: ASGIApp, *, uds: str | None = None, trusted: str = "") -> Iterator[uvicorn.Server]:
    """An application on a port of its own or on a unix socket, until the block ends."""
    config = uvicorn.Config(
        app,
        port=0,
        uds=uds,
        log_level="critical",
        lifespan="auto",
        forwarded_allow_ips="*" if uds else trusted,
        timeout_graceful_shutdown=2,
        server_header=False,
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    wait_until(lambda: server.started or not thread.is_alive())
    assert server.started
    try:
        yield server
    finally:
        server.should_exit = True
        thread.join(timeout=20)
        assert not thread.is_alive()


@dataclass(frozen=True)
class Door:
    """The front's port, and the path of the socket behind it."""

    port: int
    path: str

    def ask(self, request: bytes) -> bytes:
        """Send bytes as they are; everything that comes back until the server closes."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=30) as asking:
            asking.sendall(request)
            return read_all(asking)


@contextlib.contextmanager
def front(*, behind: ASGIApp | None, trusted: str = "") -> Iterator[Door]:
    """A front that passes everything on to ``behind``; None: nothing listens there."""
    with contextlib.ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="kaibo-"))
        path = f"{folder}/web.sock"
        if behind is not None:
            stack.enter_context(served(behind, uds=path))
        server = stack.enter_context(served(passing_app(PassOn(uds=path)), trusted=trusted))
        yield Door(int(server.servers[0].sockets[0].getsockname()[1]), path)


def passing_app(rest: PassOn) -> Starlette:
    """What of the front passes requests on, and nothing else."""

    @contextlib.asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        async with rest:
            yield

    return Starlette(routes=[Mount("/", rest)], lifespan=lifespan)


def read_all(asking: socket.socket) -> bytes:
    """Until the other side closes."""
    return b"".join(iter(lambda: asking.recv(65_536), b""))


def wait_until(true: Callable[[], bool], *, wait_s: float = 30.0) -> None:
    """Look every few milliseconds until something is so."""
    ends = time.monotonic() + wait_s
    while not true():
        assert time.monotonic() < ends, "never became true"
        time.sleep(0.01)
