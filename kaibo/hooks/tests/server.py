"""Somebody's server on this machine, that behaves as it is told."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Receiver:
    """What came, and how to answer: a status, ``die``, ``drip``, ``flood``, or ``hang``."""

    manner: Any = 200
    port: int = 0
    got: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    free: threading.Event = field(default_factory=threading.Event)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook?x=1"


@contextmanager
def receiver(manner: Any = 200) -> Iterator[Receiver]:
    """A server for one test."""
    kept = Receiver(manner)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            kept.got.append(({k.lower(): v for k, v in self.headers.items()}, body))
            _answer(self, kept)

        do_GET = do_POST

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    kept.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield kept
    finally:
        kept.free.set()
        server.shutdown()
        server.server_close()
        thread.join()


def _answer(handler: BaseHTTPRequestHandler, kept: Receiver) -> None:
    try:
        if kept.manner == "die":
            handler.connection.close()
        elif kept.manner == "hang":
            kept.free.wait(10)
        elif kept.manner == "drip":
            while not kept.free.wait(0.05):
                handler.wfile.write(b"H")
        elif kept.manner == "flood":
            handler.send_response(200)
            handler.end_headers()
            while not kept.free.is_set():
                handler.wfile.write(b"x" * 65_536)
        else:
            handler.send_response(kept.manner)
            handler.send_header("Location", "http://127.0.0.1:1/elsewhere")
            handler.send_header("Content-Length", "0")
            handler.end_headers()
    except OSError:
        return
