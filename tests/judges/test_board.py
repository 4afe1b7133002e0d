"""The board's judge on a short stretch of the open data, and on input it cannot judge."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.paths import ROOT, shared_data

pytestmark = [pytest.mark.once, pytest.mark.slow, pytest.mark.long, pytest.mark.timeout(900)]


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "tests.judges.board", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=800,
        check=False,
    )


def test_every_number_agrees_with_the_recount() -> None:
    events = shared_data("bilibili_live_rooms", "events.csv")
    judged = run(str(events), "--most", "300")
    assert judged.returncode == 0, judged.stderr
    assert json.loads(judged.stdout.splitlines()[-1]) == {"metrics": 40, "wrong": []}


@pytest.mark.parametrize(
    "content", ["", "a,b\n1,2\n", "room_id,offset_s,kind,user,text,coin_type\n"]
)
def test_what_cannot_be_judged_is_said(tmp_path: Path, content: str) -> None:
    file = tmp_path / "events.csv"
    file.write_text(content)
    judged = run(str(file))
    assert judged.returncode == 2
    assert str(file.name) in judged.stderr or "no act" in judged.stderr
