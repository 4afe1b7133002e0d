"""``kaibo bench``: the hot paths of this machine, and the bars they are held against."""

import json
import os
import secrets
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import click
from django.conf import settings
from django.db import DatabaseError, connection

from kaibo.site import environment
from kaibo.site.bench.benches import BENCHES
from kaibo.site.bench.figures import machine, progress
from kaibo.site.commands.words import json_option, say, show, stop

_SIGNS = {"at_most": "≤", "at_least": "≥"}


@click.command(
    "bench",
    help=say(
        "测量热路径并与标尺比较：" + "、".join(BENCHES) + "；不写名字则全部测量。"
        "使用临时数据库，不碰本机数据；有标尺未达到时以 1 结束。",
        "Measure the hot paths against their bars: " + ", ".join(BENCHES) + "; all of them when"
        " none is named. Works on a database of its own; ends with 1 when a bar does not hold.",
    ),
)
@click.argument("names", nargs=-1, type=click.Choice(list(BENCHES)), metavar="[NAME]...")
@click.option("--quick", is_flag=True, help=say("每项一分钟内", "within a minute each"))
@click.option("--tiny", is_flag=True, hidden=True)
@json_option
def bench_command(names: tuple[str, ...], quick: bool, tiny: bool, as_json: bool) -> None:
    # Being ended is an exit like any other: the child is stopped, its database and home removed.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    size = "tiny" if tiny else "quick" if quick else "full"
    answer: dict[str, Any] = {
        "benches": list(dict.fromkeys(names)) or list(BENCHES),
        "size": size,
        "machine": machine(),
        "runs": {},
        "results": {},
        "bars": [],
        "absent": {},
    }
    for name in answer["benches"]:
        outcome = _outcome(name, size)
        answer["runs"][name] = outcome["runs"]
        answer["results"] |= outcome["results"]
        answer["bars"] += outcome["bars"]
        answer["absent"] |= outcome["absent"]
    answer["machine"]["load_1m_after"] = machine()["load_1m"]
    show(answer, as_json=as_json, text="\n".join(_words(answer)))
    sys.exit(1 if any(bar["holds"] is False for bar in answer["bars"]) else 0)


def _outcome(name: str, size: str) -> dict[str, Any]:
    """Run one bench in a process whose home lies on the same disk and is thrown away."""
    progress(say(f"测量 {name}……", f"measuring {name}…"))
    with (
        tempfile.TemporaryDirectory(prefix="bench-", dir=settings.KAIBO_HOME) as home,
        _database(wanted=BENCHES[name] == "engine") as url,
    ):
        env = {k: v for k, v in os.environ.items() if k not in ("DATABASE_URL_FILE", "REDIS_URL")}
        env |= {"KAIBO_HOME": home, "DATABASE_URL": url}
        done = subprocess.run(
            [sys.executable, "-m", "kaibo.site.bench", name, size],
            env=env,
            stdout=subprocess.PIPE,
            check=False,
        )
    if done.returncode:
        stop(say(f"{name} 测量失败，原因见上。", f"The bench {name} failed; see above."), status=1)
    outcome: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return outcome


@contextmanager
def _database(*, wanted: bool) -> Iterator[str]:
    """The address of an empty database beside the installation's; empty means SQLite.

    On PostgreSQL it is made for the run and dropped afterwards, so the role must be allowed to
    create databases.
    """
    url = environment.text("DATABASE_URL", "")
    if not wanted or connection.vendor != "postgresql":
        yield ""
        return
    name = f"kaibo_bench_{secrets.token_hex(4)}"
    try:
        with connection.cursor() as cursor:
            cursor.execute(f'CREATE DATABASE "{name}"')
    except DatabaseError as error:
        stop(
            say(f"无法建立测量用的数据库：{error}", f"No database to measure on: {error}"), status=2
        )
    try:
        yield urlsplit(url)._replace(path=f"/{name}").geturl()
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def _words(answer: dict[str, Any]) -> Iterator[str]:
    about = answer["machine"]
    yield (
        f"{about['at']}  {about['cpu']} × {about['cores']}  Python {about['python']}"
        f"  load {about['load_1m']} → {about['load_1m_after']}"
    )
    for name, found in answer["results"].items():
        spread = f"{found['minimum']:g}–{found['maximum']:g}"
        yield f"  {name:<48} {found['median']:>10g}  ({spread}) {found['unit']}"
    for bar in answer["bars"]:
        verdict = {
            True: say("达到", "holds"),
            False: say("未达到", "DOES NOT HOLD"),
            None: say("未判定", "not judged"),
        }[bar["holds"]]
        value = "–" if bar["value"] is None else f"{bar['value']:g}"
        limit = f"{_SIGNS[bar['sense']]} {bar['bar']:g}"
        yield f"{verdict}  {bar['name']}: {value} ({limit})  {bar['note']}"
