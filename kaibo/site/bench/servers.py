"""Servers to measure: each a process on one core, told by lines, weighed from outside."""

import contextlib
import ctypes
import json
import os
import re
import select
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from subprocess import PIPE
from typing import Any, Protocol

from kaibo.site.bench.readers import Dialect

PEERS = Path(__file__).parent / "peers"
# A server under measurement may have a thousand rooms to open first.
START_S = 600.0
# A folder with `node_modules` (ws, socket.io) and `venv` (channels, uvicorn).
PEERS_VARIABLE = "KAIBO_BENCH_PEERS"
_NCHAN_FOLDERS = ("/usr/lib/nginx/modules", "/usr/lib64/nginx/modules", "/usr/share/nginx/modules")
_NCHAN_CONFIG = """
load_module {module};
daemon off;
worker_processes 1;
user {user};
error_log stderr;
pid {home}/nginx.pid;
events {{ worker_connections 19000; }}
http {{
    access_log off;
    client_body_temp_path {home}/body; proxy_temp_path {home}/proxy;
    fastcgi_temp_path {home}/fastcgi; uwsgi_temp_path {home}/uwsgi; scgi_temp_path {home}/scgi;
    keepalive_requests 10000000;
    keepalive_timeout 600s;
    client_header_timeout 600s;
    server {{
        listen 127.0.0.1:{port} backlog=4096;
        location = /ws {{
            nchan_subscriber websocket; nchan_channel_id room;
            nchan_subscriber_first_message newest;
        }}
        location = /pub {{
            nchan_publisher http; nchan_channel_id room; nchan_message_buffer_length 64;
        }}
    }}
}}
"""


class Absent(Exception):
    """This machine lacks what the server needs; the text says what."""


class Server(Protocol):
    """One server under measurement."""

    port: int
    dialect: Dialect

    def publish(self, text: str) -> None:
        """Send one text to everybody; returns when the server was told, not when it was sent."""

    def cpu_s(self) -> float:
        """CPU time of its processes so far, in seconds."""

    def kib(self) -> float:
        """Memory of its processes that is theirs alone, in KiB; no kernel buffers."""


class Piped:
    """A server that says its port and takes texts as lines (see ``peers``)."""

    def __init__(self, process: "subprocess.Popen[bytes]", dialect: Dialect) -> None:
        self._process, self.dialect = process, dialect
        self.port = int(self.hear()["port"])

    def hear(self) -> dict[str, Any]:
        """The next line it says.

        Raises:
            RuntimeError: it ended, or is silent for ``START_S`` seconds.
        """
        assert self._process.stdout is not None
        if not select.select([self._process.stdout], [], [], START_S)[0]:
            raise RuntimeError("a server of the bench is silent")
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError("a server of the bench ended")
        told: dict[str, Any] = json.loads(line)
        return told

    def publish(self, text: str) -> None:
        """Send one text to everybody."""
        assert self._process.stdin is not None
        self._process.stdin.write(text.encode() + b"\n")
        self._process.stdin.flush()

    def cpu_s(self) -> float:
        """CPU time of the process and its threads, ended ones too."""
        return cpu_s(self._process.pid)

    def kib(self) -> float:
        """Anonymous memory of the process."""
        return anonymous_kib(self._process.pid)


class Nchan:
    """nginx with nchan; texts are published by HTTP, as its documentation shows."""

    dialect = Dialect()

    def __init__(self, process: "subprocess.Popen[bytes]", port: int) -> None:
        self._process, self.port = process, port
        deadline = time.monotonic() + START_S
        while True:
            try:
                self._line = socket.create_connection(("127.0.0.1", port), 5)
                break
            except OSError:
                if time.monotonic() > deadline or process.poll() is not None:
                    raise RuntimeError("nginx with nchan did not start") from None
                time.sleep(0.05)

    def publish(self, text: str) -> None:
        """Post a message; nginx answers when it has it."""
        body = text.encode()
        head = f"POST /pub HTTP/1.1\r\nHost: bench\r\nContent-Length: {len(body)}\r\n\r\n"
        self._line.sendall(head.encode() + body)
        answer = self._line.recv(4096)
        if not answer.startswith(b"HTTP/1.1 20"):
            raise RuntimeError(f"nchan: {answer[:60]!r}")

    def cpu_s(self) -> float:
        """CPU time of master and worker."""
        return sum(cpu_s(pid) for pid in self._pids())

    def kib(self) -> float:
        """Anonymous and shared memory of the worker: messages and channels are in the latter."""
        return sum(anonymous_kib(pid) for pid in self._pids())

    def _pids(self) -> list[int]:
        pid = self._process.pid
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        return [pid, *map(int, children)]


@dataclass(frozen=True, slots=True)
class Bench:
    """What a server is started with: a folder for its files, and the core it keeps to."""

    home: Path
    core: int | None

    def spawn(self, command: Sequence[str], **variables: str) -> "subprocess.Popen[bytes]":
        """Start a process on the servers' core."""
        process = subprocess.Popen(
            command, stdin=PIPE, stdout=PIPE, env={**os.environ, **variables}
        )
        if self.core is not None:
            os.sched_setaffinity(process.pid, {self.core})
        return process


@contextlib.contextmanager
def ended(process: "subprocess.Popen[bytes]") -> Iterator[None]:
    """End the process with the block, by ending its input."""
    try:
        yield
    finally:
        assert process.stdin is not None
        with contextlib.suppress(OSError):
            process.stdin.close()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@contextlib.contextmanager
def epoll_in_c(bench: Bench) -> Iterator[Server]:
    """The limit, compiled here. Raises ``Absent`` without a C compiler."""
    compiler = shutil.which("cc")
    if compiler is None:
        raise Absent("no C compiler (cc) on this machine")
    program = bench.home / "epoll"
    subprocess.run([compiler, "-O2", "-o", program, PEERS / "epoll.c"], check=True)
    process = bench.spawn([str(program)])
    with ended(process):
        yield Piped(process, Dialect())


@contextlib.contextmanager
def nchan(bench: Bench) -> Iterator[Server]:
    """nginx with nchan. Raises ``Absent`` where it is not installed."""
    nginx = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")
    modules = (Path(folder) / "ngx_nchan_module.so" for folder in _NCHAN_FOLDERS)
    module = next((path for path in modules if path.exists()), None)
    if nginx is None or module is None:
        raise Absent("no nginx with nchan (Debian: nginx-light and libnginx-mod-nchan)")
    port = free_port()
    user = "root" if os.geteuid() == 0 else "nobody"
    config = bench.home / "nginx.conf"
    config.write_text(_NCHAN_CONFIG.format(module=module, home=bench.home, port=port, user=user))
    process = bench.spawn([nginx, "-p", str(bench.home), "-c", str(config)])
    try:
        yield Nchan(process, port)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(20)


@contextlib.contextmanager
def node(bench: Bench, *, script: str, package: str, dialect: Dialect) -> Iterator[Server]:
    """A server on Node. Raises ``Absent`` without Node or the package."""
    program, modules = shutil.which("node"), peers_folder() / "node_modules"
    if program is None or not (modules / package).is_dir():
        raise Absent(f"no node with {package} (see {PEERS_VARIABLE} in docs/performance.md)")
    process = bench.spawn([program, str(PEERS / script)], NODE_PATH=str(modules))
    with ended(process):
        yield Piped(process, dialect)


@contextlib.contextmanager
def channels(bench: Bench) -> Iterator[Server]:
    """Django Channels on uvicorn. Raises ``Absent`` without a Python that has them."""
    python = peers_folder() / "venv" / "bin" / "python"
    if not python.exists():
        raise Absent(f"no Python with channels (see {PEERS_VARIABLE} in docs/performance.md)")
    process = bench.spawn([str(python), str(PEERS / "channels_app.py")])
    with ended(process):
        yield Piped(process, Dialect())


@contextlib.contextmanager
def ours(bench: Bench, module: str, dialect: Dialect, *, told: object = None) -> Iterator[Piped]:
    """A module of this package, run as a server; ``told`` is its argument as JSON."""
    command = [sys.executable, "-m", f"kaibo.site.bench.{module}", json.dumps(told)]
    process = bench.spawn(command)
    with ended(process):
        yield Piped(process, dialect)


def peers_folder() -> Path:
    """Where peers were installed that are no part of this project."""
    return Path(os.environ.get(PEERS_VARIABLE) or "/nonexistent")


def cpu_s(pid: int) -> float:
    """CPU time of a process, all its threads, in seconds; finer than ``/proc/PID/stat``."""
    clock = ctypes.c_int()
    if ctypes.CDLL(None).clock_getcpuclockid(pid, ctypes.byref(clock)):
        raise RuntimeError(f"process {pid} has no clock")
    return time.clock_gettime(clock.value)


def anonymous_kib(pid: int) -> float:
    """Memory that the process wrote itself, resident, with what it shares by ``mmap``."""
    told = Path(f"/proc/{pid}/status").read_text()
    return sum(float(kib) for kib in re.findall(r"^Rss(?:Anon|Shmem):\s+(\d+) kB", told, re.M))


def kernel_kib() -> float:
    """What the whole kernel holds for objects such as sockets; of all processes together."""
    told = Path("/proc/meminfo").read_text()
    return sum(float(kib) for kib in re.findall(r"^Slab:\s+(\d+) kB", told, re.M))


def free_port() -> int:
    """A port of the loopback that nobody listens on."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


def cores() -> tuple[int | None, int | None]:
    """One core for servers and one for readers; None and None on a machine that has only one."""
    free = sorted(os.sched_getaffinity(0))
    return (free[0], free[1]) if len(free) > 1 else (None, None)


Start = Callable[[Bench], contextlib.AbstractContextManager[Server]]
