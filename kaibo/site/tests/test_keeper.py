"""The web process is started again when it dies, ends with the front, and hears it meanwhile."""

import asyncio
import contextlib
import os
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import textwrap
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from kaibo.journal import edge
from kaibo.site import keeper
from kaibo.site.keeper import Keeper, private_path
from kaibo.site.line import Line
from kaibo.site.tests.upstream import wait_until
from tests.paths import ROOT

# Stands for the web process: a socket, the line, and nothing of Django's that takes seconds.
_STAND_IN = """
import os, socket, sys, threading
path, line = sys.argv[sys.argv.index("--uds") + 1], int(sys.argv[sys.argv.index("--line") + 1])
line = socket.socket(fileno=line)
open(path + ".lives", "a").write(f"{os.getpid()}\\n")
if os.path.exists(path + ".broken"):
    sys.exit(7)
with socket.socket(socket.AF_UNIX) as server:
    if os.path.exists(path):
        os.unlink(path)
    server.bind(path)
    server.listen()
    while line.recv(100):
        line.send(b".")
"""
COMMAND = (sys.executable, "-c", textwrap.dedent(_STAND_IN))


@pytest.fixture
def path(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(tmp_path_factory.mktemp("k") / "w.sock")


def lives(path: str) -> list[int]:
    """The processes that were started, in order."""
    with contextlib.suppress(FileNotFoundError):
        return [int(line) for line in Path(path + ".lives").read_text().splitlines()]
    return []


def is_alive(pid: int) -> bool:
    """Whether a process runs; one that ended and was not asked for yet does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


async def until(true: Callable[[], bool]) -> None:
    """Look every few milliseconds until something is so."""
    async with asyncio.timeout(30):
        while not true():
            await asyncio.sleep(0.01)


def kept(path: str, story: Callable[[Keeper], Awaitable[None]]) -> None:
    """Tell a story while a keeper keeps the stand-in."""

    async def whole() -> None:
        async with Keeper(path, command=COMMAND) as keeping:
            await keeping.answers()
            await story(keeping)

    asyncio.run(whole())


def test_it_starts_and_ends_with_the_front(path: str) -> None:
    async def story(keeping: Keeper) -> None:
        with socket.socket(socket.AF_UNIX) as probe:
            probe.connect(path)
        assert [keeping.pid] == lives(path)

    kept(path, story)
    assert [is_alive(pid) for pid in lives(path)] == [False]


def test_killed_it_is_started_again(path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeper, "PAUSES_S", (0.0,))

    async def story(keeping: Keeper) -> None:
        for count in (2, 3):
            assert keeping.pid is not None
            os.kill(keeping.pid, signal.SIGKILL)
            await until(lambda count=count: len(lives(path)) == count)  # type: ignore[misc]
            await until(lambda: keeping.pid == lives(path)[-1])

    kept(path, story)
    assert len(set(lives(path))) == 3


def test_the_pauses_grow_and_words_are_said(
    path: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("KAIBO_LANG", "en")
    monkeypatch.setattr(keeper, "PAUSES_S", (0.0, 0.01, 0.02, 999.0))
    Path(path + ".broken").touch()

    async def story(keeping: Keeper) -> None:
        await until(lambda: len(lives(path)) == 4 and keeping.pid is None)

    kept(path, story)  # and a keeper in its longest pause ends at once
    said = capsys.readouterr().err
    assert "ended 3 times in a row (code 7)" in said
    assert "ended 4 times in a row (code 7)" in said
    assert "Next try in 999 s; rooms go on." in said
    assert "1 times" not in said


def test_one_that_does_not_listen_is_killed(path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeper, "END_S", 0.1)
    deaf = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN)" + COMMAND[2]

    async def whole() -> None:
        async with Keeper(path, command=(sys.executable, "-c", deaf)) as keeping:
            await keeping.answers()

    asyncio.run(whole())
    assert [is_alive(pid) for pid in lives(path)] == [False]


def test_it_ends_when_the_front_is_killed(path: str) -> None:
    """SIGKILL runs no handler; the kernel closes the line all the same."""
    program = f"""
import asyncio, os, signal
from kaibo.site.keeper import Keeper
async def whole():
    async with Keeper({path!r}, command={COMMAND!r}) as keeping:
        await keeping.answers()
        os.kill(os.getpid(), signal.SIGKILL)
asyncio.run(whole())
"""
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "kaibo.site.settings"},
        check=False,
    )
    assert done.returncode == -signal.SIGKILL
    (pid,) = lives(path)
    wait_until(lambda: not is_alive(pid))


def test_hints_go_both_ways_and_do_not_come_back(path: str) -> None:
    """What is committed here wakes the other process, whose word wakes the listeners here."""
    heard: list[int | None] = []

    async def story(keeping: Keeper) -> None:
        stop = edge.listen(heard.append)
        try:
            edge.announce(5)
            await until(lambda: len(heard) >= 2)
        finally:
            stop()

    kept(path, story)
    assert heard == [5, None]


def test_two_lines_do_not_echo_and_a_full_one_never_waits() -> None:
    """Both ends in one process: nothing that was heard is carried on."""
    heard: list[int | None] = []
    ended: list[str] = []
    here, there = socket.socketpair()
    stop = edge.listen(heard.append)
    with Line(here, on_end=lambda: ended.append("here")):
        edge.tell_listeners(1)  # as Redis's relay does: for this process alone
        assert heard == [1]
        there.setblocking(False)
        with pytest.raises(BlockingIOError):
            there.recv(1)
        for _ in range(100_000):
            edge.announce(2)
        assert len(heard) == 100_001
        there.close()
        wait_until(lambda: ended == ["here"])
        edge.announce(3)  # nobody there any more: no error
    stop()


def test_the_socket_is_private_and_its_path_short(tmp_path: Path) -> None:
    with private_path(tmp_path) as path:
        assert Path(path).parent == tmp_path / "run"
        assert stat.S_IMODE((tmp_path / "run").stat().st_mode) == 0o700
    deep = tmp_path / ("x" * 100)
    deep.mkdir()
    with private_path(deep) as path:
        assert len(path) < 60
        assert stat.S_IMODE(Path(path).parent.stat().st_mode) == 0o700
        Path(path).touch()
    assert not Path(path).parent.exists()


def test_sockets_of_killed_fronts_are_swept() -> None:
    """And the socket of a front that runs beside this one is left alone."""
    with tempfile.TemporaryDirectory(prefix="kaibo-") as short:
        folder = Path(short) / "run"
        folder.mkdir()
        with socket.socket(socket.AF_UNIX) as gone:
            gone.bind(str(folder / "web.1.sock"))
        with socket.socket(socket.AF_UNIX) as server:
            server.bind(str(folder / "web.2.sock"))
            server.listen()
            with private_path(Path(short)):
                assert [path.name for path in folder.iterdir()] == ["web.2.sock"]


async def test_a_process_without_requests_is_kept_and_each_death_is_told(tmp_path: Path) -> None:
    """No socket is given; one that ends at once is told of, and started again."""
    given, deaths = tmp_path / "given", []
    program = "import sys; open(sys.argv[1], 'a').write(' '.join(sys.argv[2:]) + '\\n')"
    command = (sys.executable, "-c", program, str(given))
    async with Keeper(None, command=command, name="eyes", on_death=lambda: deaths.append(1)):
        async with asyncio.timeout(20):
            while len(deaths) < 2:
                await asyncio.sleep(0.02)
    lines = given.read_text().splitlines()
    assert len(lines) >= 2
    assert all(line.startswith("--line ") for line in lines)


async def test_one_that_is_wanted_now_and_then_runs_only_then(tmp_path: Path) -> None:
    """It rests when it ended in order, and nobody is told of a death."""
    given, wanted, deaths = tmp_path / "given", [False], []
    program = "import sys; open(sys.argv[1], 'a').write('x')"
    keeping = Keeper(
        None,
        command=(sys.executable, "-c", program, str(given)),
        on_death=lambda: deaths.append(1),
        wanted=lambda: wanted.pop() if len(wanted) > 1 else wanted[0],
    )
    async with keeping:
        await asyncio.sleep(0.6)
        assert (keeping.pid, given.exists()) == (None, False)
        wanted.append(True)
        await until(given.exists)
        await asyncio.sleep(0.6)
    assert (given.read_text(), deaths) == ("x", [])
