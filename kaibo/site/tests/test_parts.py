"""The commands for several machines: what they say, and what a gateway alone answers."""

import json
import os
import subprocess
import sys
from typing import Any

import pytest
from click.testing import CliRunner
from starlette.applications import Starlette
from starlette.routing import Mount

from kaibo.site.commands import listening
from kaibo.site.commands.parts import room_command, web_command, worker_command
from kaibo.site.passing import nothing_here
from kaibo.site.tests.test_passing import answer, request
from kaibo.site.tests.upstream import Door, served
from tests.paths import ROOT

_HELP = """
from click.testing import CliRunner
from kaibo.site.cli import main
for name in ("serve", "prepare", "room", "web", "worker"):
    told = CliRunner().invoke(main, [name, "--help"])
    assert told.exit_code == 0
    print(told.output)
"""


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("zh", ("在一台机器上启动", "更新数据库表", "转给 --web", "只运行 Django", "封存")),
        ("en", ("on one machine", "update the tables", "passed on", "Django alone", "sealing")),
    ],
)
def test_each_says_what_it_is_in_both_languages(lang: str, words: tuple[str, ...]) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _HELP],
        cwd=ROOT,
        env=os.environ | {"KAIBO_LANG": lang, "COLUMNS": "200", "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        text=True,
        check=True,
    )
    joined = " ".join(done.stdout.split())
    assert [word for word in words if word not in joined] == []
    assert "--line" not in joined


@pytest.mark.parametrize("command", [room_command, web_command, worker_command])
def test_old_tables_end_it_with_a_sentence(command: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """One process makes the tables; several at once would trip over each other."""

    def old(*args: object, **kwargs: object) -> None:
        raise SystemExit(1)

    monkeypatch.setattr(listening, "call_command", old)
    ran = CliRunner().invoke(command, [])
    assert (ran.exit_code, "kaibo prepare" in ran.output) == (1, True)


def test_a_gateway_alone_answers_404_in_words() -> None:
    with served(Starlette(routes=[Mount("/", nothing_here)])) as server:
        door = Door(int(server.servers[0].sockets[0].getsockname()[1]), "")
        status, _, body = answer(door.ask(request("/api/rooms", "Accept-Language: en")))
        page = answer(door.ask(request("/admin/", "Accept-Language: zh")))
    assert (status, json.loads(body)["code"]) == (404, "not_found")
    assert (page[0], "没有找到" in page[2].decode()) == (404, True)
