"""The judges of chat count on their own, and refuse what they cannot judge."""

import csv
import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.judges import evasion
from tests.paths import ROOT, shared_data


def judge(name: str, *arguments: str | Path) -> dict[str, Any]:
    """The answer of a judge."""
    command = [sys.executable, "-m", f"tests.judges.{name}", *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def rows_to(path: Path, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([columns, *rows])
    return path


def part_of(source: Path, path: Path, every: int) -> Path:
    """Every so-manieth row of a file."""
    with source.open(encoding="utf-8", newline="") as file:
        columns, *rows = csv.reader(file)
    return rows_to(path, columns, rows[::every])


def test_abuse_counts_what_word_lists_find(tmp_path: Path) -> None:
    rows = [("你个傻逼", 1), ("给我滚", 1), ("阴阳怪气", 1), ("加我微信", 0), ("智障吧你", 0)]
    found = judge("abuse", rows_to(tmp_path / "said.csv", ["text", "label"], rows))
    assert found == {"n": 5, "accuracy": 0.6, "precision": 0.6667, "recall": 0.6667}


def test_harmless_counts_what_is_acted_on(tmp_path: Path) -> None:
    rows = [("danmaku", "主播好美"), ("danmaku", "加我微信"), ("gift", "加我微信")]
    found = judge("harmless", rows_to(tmp_path / "events.csv", ["kind", "text"], rows))
    assert (found["n"], found["flagged"], found["flagged_share"]) == (2, 1, 0.5)
    assert found["examples"][0]["text"] == "加我微信"


def test_abuse_and_cloak_on_the_open_part(tmp_path: Path) -> None:
    """A model of one post in eight, judged on others of the same file and on cloaked texts."""
    posts = shared_data("cold_offensive_zh", "train.csv")
    pairs = part_of(shared_data("toxicloak_cn", "pairs.csv"), tmp_path / "pairs.csv", 8)
    with posts.open(encoding="utf-8", newline="") as file:
        columns, *rows = csv.reader(file)
    learned = rows_to(tmp_path / "learned.csv", columns, rows[::8])
    others = rows_to(tmp_path / "others.csv", columns, rows[1::24])
    model = tmp_path / "model"
    command = [sys.executable, "-m", "kaibo.site.cli", "scan", "train", str(learned)]
    subprocess.run([*command, "--kind", "abuse", "--out", str(model)], cwd=ROOT, check=True)
    found = judge("abuse", others, "--model", model)
    assert found["accuracy"] >= 0.8
    assert found["precision"] >= 0.85
    found = judge("cloak", pairs, "--model", model)
    assert found["recall_base"] > 0.2
    for cloak in ("homophone_full", "emoji_full", "homophone_keyword", "emoji_keyword"):
        assert found[f"recall_{cloak}"] >= 0.85 * found["recall_base"], cloak


def test_diversion_on_the_open_part(tmp_path: Path) -> None:
    said = part_of(shared_data("tg_spam_zh", "messages.csv"), tmp_path / "said.csv", 4)
    found = judge("diversion", said)
    assert found["precision"] >= 0.93
    assert found["recall"] >= 0.75
    assert 0.5 <= found["threshold"] <= 1


def test_evasion_on_the_open_cases() -> None:
    found = judge("evasion", shared_data("sensitive_word_cases", "cases.jsonl"))
    assert found["n"] == 59
    assert found["right"] >= 48


def test_harmless_chat_is_hardly_touched(tmp_path: Path) -> None:
    events = part_of(shared_data("bilibili_live_rooms", "events.csv"), tmp_path / "events.csv", 8)
    assert judge("harmless", events)["flagged_share"] <= 0.01


@pytest.mark.parametrize("name", ["abuse", "cloak", "diversion", "harmless", "evasion"])
def test_what_cannot_be_judged_ends_with_two(name: str, tmp_path: Path) -> None:
    bad = tmp_path / "bad.csv"
    bad.write_text("other\nx\n", encoding="utf-8")
    command = [sys.executable, "-m", f"tests.judges.{name}", str(bad)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT)
    assert (done.returncode, done.stdout) == (2, "")
    assert "bad.csv" in done.stderr


def test_words_of_a_case_are_read_off_what_it_expects() -> None:
    case = evasion.Case("c", "五星红旗迎风", {}, "replaced", "****迎风")
    assert evasion.expected_words(case) == ["五星红旗"]
    assert evasion.wanted(case) == [(0, 4)]
    assert evasion.plain("Ⓕⓤc⒦") == "fuck"
