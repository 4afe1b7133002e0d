"""PostgreSQL and gateways of the test's own, to be killed and started again at will."""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from types import TracebackType

from tests.house import free_port
from tests.paths import ROOT

START_S = 60.0


def postgresql_bin() -> Path | None:
    """Where the newest PostgreSQL of this machine keeps its programs."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=_version)
    on_path = shutil.which("initdb")
    return found[-1].parent if found else Path(on_path).parent if on_path else None


def _version(path: Path) -> int:
    name = path.parts[-3]
    return int(name) if name.isdigit() else 0


class Cluster:
    """A PostgreSQL cluster with every guarantee on; a context manager."""

    def __init__(self) -> None:
        found = postgresql_bin()
        assert found is not None, "no PostgreSQL on this machine"
        self._bin = found
        self._home = Path(tempfile.mkdtemp(prefix="kaibo-cluster-"))
        self._port = free_port()
        # The server refuses to run as root, so root lends it the postgres account.
        self._user = "postgres" if os.geteuid() == 0 else None
        if self._user:
            os.chown(self._home, pwd.getpwnam(self._user).pw_uid, -1)
        self.url = f"postgres://kaibo@127.0.0.1:{self._port}/postgres"

    def __enter__(self) -> Cluster:
        self._run("initdb", "-U", "kaibo", "-A", "trust", "-E", "UTF8", "--no-sync")
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with contextlib.suppress(subprocess.CalledProcessError):
            self._run("pg_ctl", "-m", "immediate", "-w", "stop")
        shutil.rmtree(self._home, ignore_errors=True)

    def start(self) -> None:
        """Start, with recovery if it was killed; returns when it takes connections.

        Tried again as a supervisor does: while a killed server's last child still holds its
        memory, a new one ends at once.
        """
        options = f"-h 127.0.0.1 -p {self._port} -k {self._home} -c max_connections=100"
        log = str(self._home / "log")
        until = time.monotonic() + START_S
        while True:
            try:
                self._run("pg_ctl", "-w", "-l", log, "-o", options, "start")
            except subprocess.CalledProcessError:
                if time.monotonic() > until:
                    raise
                time.sleep(0.2)
            else:
                return

    def crash(self) -> None:
        """Every process ends at once, without a checkpoint: recovery has the log alone."""
        self._run("pg_ctl", "-m", "immediate", "-w", "stop")

    def kill(self) -> None:
        """SIGKILL to the postmaster; its children notice and die, as after an OOM kill."""
        pid = int((self._data / "postmaster.pid").read_text().splitlines()[0])
        os.kill(pid, signal.SIGKILL)

    @property
    def _data(self) -> Path:
        return self._home / "data"

    def _run(self, program: str, *args: str) -> None:
        subprocess.run(
            [str(self._bin / program), "-D", str(self._data), *args],
            user=self._user,
            cwd=self._home,
            check=True,
            stdout=subprocess.DEVNULL,
            timeout=START_S * 2,
        )


class Gateway:
    """``kaibo room`` on the database, Redis and home of a house; a context manager."""

    def __init__(self, environment: dict[str, str]) -> None:
        self._port = free_port()
        self._environment = environment | {"KAIBO_RTMP_PORT": str(free_port())}
        self._process: subprocess.Popen[bytes] | None = None
        self.url = f"http://127.0.0.1:{self._port}"

    def __enter__(self) -> Gateway:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.kill()

    def start(self) -> None:
        """Serve sockets; returns when the port is open."""
        with (Path(self._environment["KAIBO_HOME"]) / f"room-{self._port}.log").open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "kaibo.site.cli", "room", "--port", str(self._port)],
                env=self._environment,
                cwd=ROOT,
                stdout=log,
                stderr=log,
            )
        until = time.monotonic() + 5 * START_S
        while True:
            assert self._process.poll() is None, "the gateway ended"
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self._port)):
                return
            assert time.monotonic() < until, "the gateway did not start"
            time.sleep(0.1)

    def kill(self) -> None:
        """SIGKILL."""
        assert self._process is not None
        self._process.kill()
        self._process.wait()
