"""How late a frame is while the back office runs flat out, beside the same at rest.

The server is the product's, as ``kaibo serve`` runs it; its peer has everything in one process.
Servers and what they start take one core, readers and load another.
"""

import asyncio
import contextlib
import itertools
import json
import os
import statistics
import sys
import urllib.error
import urllib.request
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import uvloop
from django.db import connections
from django.utils import timezone

from kaibo.base.actor import SYSTEM
from kaibo.planning.reads import shows
from kaibo.preflight.actions import open_show
from kaibo.site.bench.clients import connect_all
from kaibo.site.bench.figures import Outcome, Say
from kaibo.site.bench.isolation_readers import AgeReader, Prober, Talker
from kaibo.site.bench.readers import allow_sockets
from kaibo.site.bench.scene import hello
from kaibo.site.bench.servers import cores, free_port
from kaibo.site.demo import PASSWORD, seed

KINDS = ("apart", "together")
# One tick: a page may make a frame late by less than a reader could see.
BAR_MS = 150.0
START_S = 120.0
TALKERS = 7
PROBE_EVERY_S = 0.02


@dataclass(frozen=True, slots=True)
class Sizes:
    """Readers, and how long each window at rest and under load takes."""

    readers: int
    window_s: float
    rounds: int


SIZES = {
    "tiny": Sizes(readers=20, window_s=1.5, rounds=1),
    "quick": Sizes(readers=300, window_s=4.0, rounds=1),
    "full": Sizes(readers=2_000, window_s=20.0, rounds=3),
}


@dataclass(slots=True)
class _Window:
    """What was seen in one window: ages of frames, waits of pings, work the load got done."""

    ages_ms: list[float]
    waits_ms: list[float]
    done: dict[str, int] = field(default_factory=dict)


@dataclass(slots=True)
class _Crowd:
    """Everybody who is connected."""

    readers: list[AgeReader]
    prober: Prober
    talkers: list[Talker]

    def close(self) -> None:
        """Leave."""
        for one in (*self.readers, self.prober, *self.talkers):
            one.close()


def run(sizes: Sizes, *, say: Say) -> Outcome:
    """Measure how old frames are on arrival, and how long a ping waits, at rest and under load."""
    allow_sockets(sizes.readers)
    say("isolation: the demo shop goes in")
    org_id = seed()
    show = next(view for view in shows(org_id) if view.state == "draft")
    past = next(view for view in shows(org_id) if view.state == "ended")
    open_show(org_id=org_id, show_id=show.id, by=SYSTEM(org_id), now=timezone.now())
    say(f"isolation: {sizes.readers} viewers enter")
    joins = [
        hello(org_id=org_id, show_id=show.id, number=number)
        for number in range(sizes.readers + TALKERS + 1)
    ]
    connections.close_all()
    return uvloop.run(_measure(sizes, joins, report_of=past.id, say=say))


async def _measure(sizes: Sizes, joins: list[bytes], *, report_of: int, say: Say) -> Outcome:
    outcome = Outcome(runs=sizes.rounds)
    seen: dict[tuple[str, str], list[_Window]] = {}
    servers_core, readers_core = cores()
    for kind in KINDS:
        _keep_to(servers_core)
        async with _server(kind) as (url, port):
            _keep_to(readers_core)
            crowd = await _crowd(port, joins)
            async with _load(url, report_of) as load:
                for number in range(1, sizes.rounds + 1):
                    say(f"isolation {number}/{sizes.rounds}: {kind}, {sizes.window_s:g} s each")
                    rest = await _window(crowd, sizes.window_s)
                    seen.setdefault((kind, "rest"), []).append(rest)
                    await _tell(load)
                    busy = await _window(crowd, sizes.window_s)
                    busy.done = await _ask(load)
                    seen.setdefault((kind, "load"), []).append(busy)
            crowd.close()
    for (kind, when), windows in seen.items():
        _tell_windows(outcome, f"isolation.{kind}.{when}", windows)
    for what, note in _BARS.items():
        name = f"isolation.{what}_p99_beyond_rest"
        outcome.judge(name, _beyond(seen, "apart", what), BAR_MS, sense="at_most", note=note)
        together = _beyond(seen, "together", what)
        outcome.tell(f"isolation.together.{what}_p99_beyond_rest", together, "ms")
    return outcome


_BARS = {
    "frame": "ms from building a frame to its reader, p99, load less rest; a tick is 150 ms",
    "ping": "the same of a ping, which waits for the loop as a frame that is due does",
}


def _beyond(seen: dict[tuple[str, str], list[_Window]], kind: str, what: str) -> list[float]:
    """Each round's p99 under load, less the one at rest just before it."""
    pairs = zip(seen[kind, "load"], seen[kind, "rest"], strict=True)
    return [_p99(_of(load, what)) - _p99(_of(rest, what)) for load, rest in pairs]


def _tell_windows(outcome: Outcome, name: str, windows: list[_Window]) -> None:
    for what in _BARS:
        values = [_of(window, what) for window in windows]
        outcome.tell(f"{name}.{what}_p50", [statistics.median(v) for v in values], "ms")
        outcome.tell(f"{name}.{what}_p99", [_p99(v) for v in values], "ms")
        outcome.tell(f"{name}.{what}_worst", [max(v) for v in values], "ms")
    outcome.tell(f"{name}.frames", [float(len(w.ages_ms)) for w in windows], "frames")
    for done in sorted({done for window in windows for done in window.done}):
        outcome.tell(f"{name}.{done}", [float(w.done.get(done, 0)) for w in windows], "answers")


def _of(window: _Window, what: str) -> list[float]:
    return window.ages_ms if what == "frame" else window.waits_ms


def _p99(values: list[float]) -> float:
    return statistics.quantiles(values, n=100, method="inclusive")[98]


async def _window(crowd: _Crowd, window_s: float) -> _Window:
    """Keep the room talking for a while; what was under way at its beginning is not counted."""
    for reader in crowd.readers:
        reader.ages_ms.clear()
    crowd.prober.waits_ms.clear()
    loop = asyncio.get_running_loop()
    ends = loop.time() + window_s
    for step in itertools.count():
        if loop.time() >= ends:
            break
        crowd.prober.ping()
        if step % 7 == 0:
            talker = crowd.talkers[step // 7 % len(crowd.talkers)]
            talker.chat(step)
            talker.like()
        await asyncio.sleep(PROBE_EVERY_S)
    # What was asked is waited for: leaving out who waits longest would flatter.
    await asyncio.sleep(1.0)
    ages = [age for reader in crowd.readers for age in reader.ages_ms]
    if not ages or not crowd.prober.waits_ms:
        raise RuntimeError("no frame arrived in a whole window")
    return _Window(ages, list(crowd.prober.waits_ms))


async def _crowd(port: int, joins: list[bytes]) -> _Crowd:
    talkers = await connect_all(port, joins[:TALKERS], kind=Talker)
    (prober,) = await connect_all(port, joins[TALKERS : TALKERS + 1], kind=Prober)
    readers = await connect_all(port, joins[TALKERS + 1 :], kind=AgeReader)
    return _Crowd(readers=readers, prober=prober, talkers=talkers)


@contextlib.asynccontextmanager
async def _server(kind: str) -> AsyncIterator[tuple[str, int]]:
    """The product, or everything together, on a free port."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    command = {
        "apart": ("-m", "kaibo.site.cli", "serve", "--no-demo", "--port", str(port)),
        "together": ("-m", "kaibo.site.bench.isolation_together", "127.0.0.1", str(port)),
    }[kind]
    env = os.environ | {
        "KAIBO_HOST": "127.0.0.1",
        "KAIBO_RTMP_PORT": str(free_port()),
        "KAIBO_PUBLIC_URL": url,
        "KAIBO_CHAT_PER_S": "10",
        "DJANGO_SETTINGS_MODULE": "kaibo.site.settings",
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable, *command, env=env, stdout=DEVNULL
    )
    try:
        await asyncio.wait_for(_until_it_answers(url, process), START_S)
        yield url, port
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


async def _until_it_answers(url: str, process: Process) -> None:
    while process.returncode is None:
        try:
            await asyncio.to_thread(_ask_once, f"{url}/api/rooms")
        except (urllib.error.URLError, OSError):
            await asyncio.sleep(0.1)
        else:
            return
    raise RuntimeError("the server of the bench ended")


def _ask_once(url: str) -> None:
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(url, timeout=30):
        pass


@contextlib.asynccontextmanager
async def _load(url: str, show_id: int) -> AsyncIterator[Process]:
    """The load, signed in and waiting for its first line."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "kaibo.site.bench.isolation_load", url, str(show_id), PASSWORD),
        stdin=PIPE,
        stdout=PIPE,
    )
    try:
        await _heard(process)
        yield process
    finally:
        assert process.stdin is not None
        process.stdin.close()
        await process.wait()


async def _tell(load: Process) -> None:
    assert load.stdin is not None
    load.stdin.write(b"\n")
    await load.stdin.drain()


async def _ask(load: Process) -> dict[str, int]:
    """Stop; how many answers of each sort it got, those under way included."""
    await _tell(load)
    return await _heard(load)


async def _heard(load: Process) -> dict[str, int]:
    assert load.stdout is not None
    line = await asyncio.wait_for(load.stdout.readline(), START_S)
    if not line:
        raise RuntimeError("the load of the bench ended")
    found: dict[str, int] = json.loads(line)
    return found


def _keep_to(core: int | None) -> None:
    """What is started from here on stays there too."""
    if core is not None:
        os.sched_setaffinity(0, {core})
