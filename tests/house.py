"""A whole Kaibo in a process of its own, with a home, ports and a database of its own.

Journeys and judges talk to it as strangers: by HTTP, sockets and RTMP. It can be killed in the
middle and started again on what is left.
"""

from __future__ import annotations

import atexit
import contextlib
import functools
import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
import uuid
from http.cookiejar import CookieJar
from pathlib import Path
from types import TracebackType
from typing import Any
from urllib.parse import urlsplit

import psycopg

from tests.paths import ROOT
from tests.robots import Refused

START_S = 300.0
STOP_S = 60.0
PASSWORD = "kaibo-demo"
PORTS_EACH = 2_000
_taken: set[int] = set()


class House:
    """``kaibo serve`` with the demo shop; a context manager.

    ``front`` is the Python that serves, for a front that differs in one thing. The shop is put in
    once a process and copied, unless the house begins ``empty`` and serving must put it in.
    """

    def __init__(
        self,
        home: Path | None = None,
        *,
        settings: dict[str, str] | None = None,
        front: tuple[str, ...] = ("-m", "kaibo.site.cli"),
        empty: bool = False,
    ) -> None:
        self.settings = settings or {}
        self._is_empty = empty
        self._front = front
        self.home = home or Path(tempfile.mkdtemp(prefix="kaibo-house-"))
        self._is_own = home is None
        self.port, self.rtmp_port = free_port(), free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._database = ""
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> House:
        if self._is_empty:
            self.home.mkdir(parents=True, exist_ok=True)
            self._database = _new_database()
        else:
            seeded = _seeded()
            shutil.copytree(seeded.home, self.home, dirs_exist_ok=True)
            self._database = _new_database(copy_of=seeded._database)
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()
        _drop_database(self._database)
        if self._is_own:
            shutil.rmtree(self.home, ignore_errors=True)

    @property
    def environment(self) -> dict[str, str]:
        """What a command of this house runs with."""
        mine = {
            "KAIBO_HOME": str(self.home),
            "KAIBO_HOST": "127.0.0.1",
            "KAIBO_PORT": str(self.port),
            "KAIBO_RTMP_PORT": str(self.rtmp_port),
            "KAIBO_LANG": "en",
            "PYTHONUNBUFFERED": "1",
            "PYTHONFAULTHANDLER": "1",
            **self.settings,
        }
        if self._database:
            mine["DATABASE_URL"] = self._database
        left_out = {"KAIBO_PUBLIC_URL", "DATABASE_URL", "DJANGO_SETTINGS_MODULE"}
        return {k: v for k, v in os.environ.items() if k not in left_out} | mine

    @property
    def log(self) -> str:
        """Everything the server has said."""
        return (self.home / "serve.log").read_text(errors="replace")

    def start(self) -> None:
        """Serve, and wait until it answers."""
        with (self.home / "serve.log").open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, *self._front, "serve"],
                env=self.environment,
                cwd=ROOT,
                stdout=log,
                stderr=log,
            )
        until = time.monotonic() + START_S
        while time.monotonic() < until:
            if self._process.poll() is not None:
                raise AssertionError(
                    f"the server ended with {self._process.returncode}:\n{self.log}"
                )
            try:
                with urllib.request.urlopen(f"{self.url}/api/rooms", timeout=5):
                    return
            except (urllib.error.URLError, OSError):
                time.sleep(0.1)
        self.kill()
        raise AssertionError(f"the server did not answer in {START_S} s:\n{self.log}")

    @property
    def web_pids(self) -> list[int]:
        """The processes that the front keeps and that run: Django's, when all is well."""
        assert self._process is not None
        found = []
        for stat in Path("/proc").glob("[0-9]*/stat"):
            with contextlib.suppress(OSError):
                state, parent = stat.read_text().rpartition(")")[2].split()[:2]
                if int(parent) == self._process.pid and state != "Z":
                    found.append(int(stat.parent.name))
        return found

    def kill(self) -> None:
        """SIGKILL: no handler runs, nothing is flushed."""
        assert self._process is not None
        self._process.kill()
        self._process.wait()

    def stop(self) -> None:
        """Ask politely, then wait; a server that hangs fails the test."""
        if self._process is None or self._process.poll() is not None:
            return
        self._process.send_signal(signal.SIGINT)
        try:
            self._process.wait(timeout=STOP_S)
        except subprocess.TimeoutExpired:
            # It says where it hangs before it ends.
            self._process.send_signal(signal.SIGABRT)
            self._process.wait()
            raise AssertionError(f"the server did not stop in {STOP_S} s:\n{self.log}") from None

    def run(self, *args: str, stdin: bytes | None = None) -> subprocess.CompletedProcess[bytes]:
        """A ``kaibo`` command in this house."""
        return subprocess.run(
            [sys.executable, "-m", "kaibo.site.cli", *args],
            env=self.environment,
            cwd=ROOT,
            input=stdin,
            capture_output=True,
            timeout=300,
            check=False,
        )

    def desk(self, username: str = "lin") -> Desk:
        """A signed-in person of the demo shop."""
        return Desk(self.url, username)


class Desk:
    """A person at the desk, by HTTP, with session and CSRF as a browser keeps them."""

    def __init__(
        self,
        url: str,
        username: str | None,
        password: str = PASSWORD,
        *,
        headers: dict[str, str] | None = None,
    ) -> None:
        self.url = url
        self._headers = headers or {}
        self._jar = CookieJar()
        self._opener = urllib.request.build_opener(
            urllib.request.HTTPCookieProcessor(self._jar), urllib.request.ProxyHandler({})
        )
        with contextlib.suppress(Refused):  # 401, and the CSRF cookie that comes with it
            self.get("/session")
        if username is not None:
            self.session = self.post("/session", {"username": username, "password": password})

    @property
    def cookies(self) -> list[dict[str, Any]]:
        """For a browser that shall be signed in already."""
        host = urlsplit(self.url).hostname
        return [{"name": c.name, "value": c.value, "domain": host, "path": "/"} for c in self._jar]

    def get(self, path: str) -> Any:
        """GET below /api."""
        return self.call("GET", path)

    def post(self, path: str, body: Any = None) -> Any:
        """POST below /api."""
        return self.call("POST", path, body)

    def call(self, method: str, path: str, body: Any = None) -> Any:
        """Any call below /api; JSON back, or bytes where it is no JSON; ``Refused`` otherwise."""
        data = json.dumps(body).encode() if body is not None else None
        return self.send(method, path, data, "application/json")

    def upload(self, path: str, name: str, content: bytes) -> Any:
        """POST one file as a form does."""
        edge = "----kaibo-tests-edge"
        data = (
            (
                f'--{edge}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'
                "Content-Type: application/octet-stream\r\n\r\n"
            ).encode()
            + content
            + f"\r\n--{edge}--\r\n".encode()
        )
        return self.send("POST", path, data, f"multipart/form-data; boundary={edge}")

    def send(self, method: str, path: str, data: bytes | None, kind: str) -> Any:
        """One request with these bytes."""
        request = urllib.request.Request(f"{self.url}/api{path}", data=data, method=method)
        request.add_header("Content-Type", kind)
        request.add_header("Accept-Language", "zh-CN")
        if method == "POST":
            request.add_header("Idempotency-Key", str(uuid.uuid4()))
        for name, value in self._headers.items():
            request.add_header(name, value)
        token = next((c.value for c in self._jar if c.name == "csrftoken"), None)
        if token:
            request.add_header("X-CSRFToken", token)
        try:
            with self._opener.open(request, timeout=60) as response:
                text, answered = response.read(), response.headers.get_content_type()
        except urllib.error.HTTPError as error:
            with error:
                raise Refused(error.code, _json(error.read())) from None
        return json.loads(text) if text and answered == "application/json" else text


def free_port() -> int:
    """A port that nobody listens on, below those that the system lends to clients.

    Thousands of robots hold such a lent one each; a server that starts later must not meet it. Each
    test worker has ports of its own, and takes none twice: what starts seconds later finds it free.
    """
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) % 4
    if os.environ.get("DATABASE_URL", "").startswith("postgres"):
        worker += 4  # both runs may go on side by side
    first = 15_000 + worker * PORTS_EACH
    while True:
        port = first + secrets.randbelow(PORTS_EACH)
        with socket.socket() as probe, contextlib.suppress(OSError):
            if port not in _taken:
                probe.bind(("127.0.0.1", port))
                _taken.add(port)
                return port


@functools.cache
def _seeded() -> House:
    """A house with the demo shop that nobody lives in; gone with this process."""
    house = House()
    house._database = _new_database()
    atexit.register(house.__exit__, None, None, None)
    done = house.run("seed", "--json")
    assert done.returncode == 0, done.stderr.decode()
    return house


def _new_database(copy_of: str = "") -> str:
    """On PostgreSQL each house gets a database of its own; on SQLite its home is enough."""
    server = os.environ.get("DATABASE_URL", "")
    if not server.startswith("postgres"):
        return ""
    name = f"kaibo_house_{os.getpid()}_{time.monotonic_ns()}"
    with psycopg.connect(server, autocommit=True) as connection:
        template = f' TEMPLATE "{copy_of.rsplit("/", 1)[1]}"' if copy_of else ""
        connection.execute(f'CREATE DATABASE "{name}"{template}')
    return server.rsplit("/", 1)[0] + "/" + name


def _drop_database(url: str) -> None:
    if url:
        name = url.rsplit("/", 1)[1]
        with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def _json(text: bytes) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except ValueError:
        return {"code": "not_json", "message": text[:300].decode("utf-8", "replace")}
    return found if isinstance(found, dict) else {"code": "not_an_object", "data": found}
