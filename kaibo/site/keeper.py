"""Keeps processes running beside the front: started, watched, started again, ended."""

import asyncio
import contextlib
import os
import socket
import stat
import sys
import tempfile
import time
from asyncio.subprocess import Process
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

import click
import structlog

from kaibo.site.commands.words import say
from kaibo.site.line import Line

COMMAND = (sys.executable, "-m", "kaibo.site.cli", "web", "--chores")
# Nothing that a show needs waits for it, so it gives way to everything that does.
EYES = (sys.executable, "-m", "kaibo.site.cli", "eyes")
# sun_path of the smallest system, less the closing zero.
SOCKET_PATH_BYTES_MAX = 103
PAUSES_S = (0.0, 1.0, 2.0, 4.0, 8.0, 16.0, 30.0)
# Who has lived this long did not die of its start.
SETTLED_S = 60.0
FIRST_WORD_S = 20.0
END_S = 10.0
WANTED_EVERY_S = 0.25

_log = structlog.get_logger(__name__)


class Keeper:
    """A process beside this front: the web process, behind the unix socket ``path``, or the eyes.

    An asynchronous context manager: the process starts at its beginning and is gone at its end.
    It also goes when this process dies of anything: the line between them breaks.

    Args:
        path: where it shall listen; None for a process that takes no requests.
        command: what to run; ``--uds PATH`` (if any) and ``--line DESCRIPTOR`` are added.
        name: what logs call it.
        on_death: called on a thread each time it has ended by itself or would not start.
        wanted: the process is started only while this says so, and may end with 0 when it has
            nothing to do; None: it always runs. Asked on the event loop, four times a second.
    """

    def __init__(
        self,
        path: str | None,
        *,
        command: Sequence[str] = COMMAND,
        name: str = "web",
        on_death: Callable[[], object] | None = None,
        wanted: Callable[[], bool] | None = None,
    ) -> None:
        self._path, self._command = path, command
        self._name, self._on_death, self._wanted = name, on_death, wanted
        self._process: Process | None = None
        self._keeping: asyncio.Task[None] | None = None
        self._answered = asyncio.Event()

    @property
    def pid(self) -> int | None:
        """The process that runs now."""
        return self._process.pid if self._process is not None else None

    async def __aenter__(self) -> Self:
        self._keeping = asyncio.create_task(self._keep())
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        assert self._keeping is not None
        self._keeping.cancel()
        await asyncio.gather(self._keeping, return_exceptions=True)

    async def answers(self) -> None:
        """Wait until the web process takes requests; not for ever, since rooms need none."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._answered.wait(), FIRST_WORD_S)

    async def _keep(self) -> None:
        deaths = 0
        while True:
            while self._wanted is not None and not self._wanted():
                await asyncio.sleep(WANTED_EVERY_S)
            began = time.monotonic()
            try:
                code = await self._live()
            except OSError as error:
                # No memory or no descriptor for a process: later, perhaps.
                _log.error(f"{self._name}_not_started", error=str(error))
                code = -1
            self._answered.set()  # whoever waits for the first one has waited enough
            if code == 0 and self._wanted is not None and not self._wanted():
                deaths = 0
                continue
            deaths = 1 if time.monotonic() - began > SETTLED_S else deaths + 1
            pause = PAUSES_S[min(deaths, len(PAUSES_S)) - 1]
            _log.error(f"{self._name}_ended", code=code, deaths=deaths, next_in_s=pause)
            await self._tell_death()
            if deaths > 2 and self._path is not None:
                click.echo(_again_and_again(code, deaths, pause), err=True)
            await asyncio.sleep(pause)

    async def _tell_death(self) -> None:
        if self._on_death is None:
            return
        try:
            await asyncio.to_thread(self._on_death)
        except Exception:
            _log.exception(f"{self._name}_death_not_told")

    async def _live(self) -> int:
        """One life of the process; its exit code. Cancelled, it ends that life in order."""
        behind = ("--uds", self._path) if self._path is not None else ()
        ours, theirs = socket.socketpair()
        with Line(ours, on_end=lambda: None):
            with theirs:
                process = await asyncio.create_subprocess_exec(
                    *(*self._command, *behind, "--line", str(theirs.fileno())),
                    pass_fds=(theirs.fileno(),),
                    # Ctrl+C is for the front, which ends this one when nothing needs it any more.
                    start_new_session=True,
                )
            self._process = process
            waiting = self._path and asyncio.create_task(self._listen_for(self._path))
            try:
                return await process.wait()
            finally:
                if waiting:
                    waiting.cancel()
                await _end(process)
                self._process = None

    async def _listen_for(self, path: str) -> None:
        while not self._answered.is_set():
            with contextlib.suppress(OSError):
                _, writer = await asyncio.open_unix_connection(path)
                writer.close()
                self._answered.set()
            await asyncio.sleep(0.05)


@contextlib.contextmanager
def private_path(home: Path) -> Iterator[str]:
    """A path for a socket that only this user can reach, below ``home`` if it is short enough."""
    folder = home / "run"
    folder.mkdir(mode=0o700, exist_ok=True)
    folder.chmod(stat.S_IRWXU)
    path = folder / f"web.{os.getpid()}.sock"
    if len(os.fsencode(path)) > SOCKET_PATH_BYTES_MAX:
        with tempfile.TemporaryDirectory(prefix="kaibo-") as short:
            yield f"{short}/web.sock"
        return
    _sweep(folder)
    try:
        yield str(path)
    finally:
        path.unlink(missing_ok=True)


def _sweep(folder: Path) -> None:
    """Remove the sockets of fronts that were killed."""
    for path in folder.glob("web.*.sock"):
        with socket.socket(socket.AF_UNIX) as probe:
            try:
                probe.connect(str(path))
            except OSError:
                path.unlink(missing_ok=True)


async def _end(process: Process) -> None:
    if process.returncode is not None:
        return
    with contextlib.suppress(ProcessLookupError):
        process.terminate()
    try:
        await asyncio.wait_for(process.wait(), END_S)
    except TimeoutError:
        _log.error("child_killed", pid=process.pid, after_s=END_S)
        process.kill()
        await process.wait()


def _again_and_again(code: int, deaths: int, pause: float) -> str:
    return say(
        f"后台进程连续第 {deaths} 次退出（代码 {code}），原因见上面的日志；"
        f"{pause:g} 秒后再试。直播间照常运行。",
        f"The back office's process ended {deaths} times in a row (code {code}); the log above"
        f" says why. Next try in {pause:g} s; rooms go on.",
    )
