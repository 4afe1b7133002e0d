"""The scan judge: runs on the open sentences, refuses what it cannot judge."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.judges import scan
from tests.paths import ROOT, shared_data


def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tests.judges.scan", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, cwd=ROOT)


def test_the_open_sentences() -> None:
    done = run(shared_data("adlaw_cases", "sentences.jsonl"))
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout.splitlines()[-1])
    assert set(answer) == {
        "n", "violation_caught", "exempt_passed", "needs_evidence_right", "article_right", "wrong",
    }  # fmt: skip
    assert answer["n"] == 32
    assert answer["violation_caught"] >= 0.9
    assert answer["exempt_passed"] >= 0.9
    assert answer["needs_evidence_right"] >= 0.9
    assert answer["article_right"] >= 0.9


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ("", "no sentence"),
        ("{", "not JSON"),
        ('{"text": "好"}', "needs text and verdict"),
        ('{"text": "好", "verdict": "fine"}', "verdict must be one of"),
        ('{"text": 5, "verdict": "exempt"}', "text a text"),
        ("[1]", "needs text and verdict"),
    ],
)
def test_unreadable_input_ends_with_two(
    content: str, why: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "cases.jsonl"
    file.write_text(content, encoding="utf-8")
    assert scan.main([str(file)]) == 2
    seen = capsys.readouterr()
    assert why in seen.err
    assert seen.out == ""


def test_a_missing_file_ends_with_two() -> None:
    assert scan.main(["/nowhere/cases.jsonl"]) == 2
    assert scan.main([]) == 2


@pytest.mark.parametrize(
    ("basis", "named"),
    [
        ("广告法9(3), 11(2) 无限定无出处", {("广告法", 9), ("广告法", 11)}),
        ("执法指南6(6) 限定时间地域", {("广告绝对化用语执法指南", 6)}),
        ("化妆品监督管理条例37/43 不得", {("化妆品监督管理条例", 37), ("化妆品监督管理条例", 43)}),
        ("序数词", set()),
    ],
)
def test_a_basis_names_articles(basis: str, named: set[tuple[str, int]]) -> None:
    assert scan.cited(basis) == named


def test_it_counts_shares(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = [
        {"text": "全国最好的面膜", "verdict": "violation", "basis": "广告法9(3)"},
        {"text": "全国最好的面膜", "verdict": "exempt", "basis": ""},
        {"text": "主播喝口水", "verdict": "violation", "basis": "广告法9(3)"},
    ]
    file = tmp_path / "cases.jsonl"
    file.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    assert scan.main([str(file)]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert (answer["n"], answer["violation_caught"], answer["exempt_passed"]) == (3, 0.5, 0.0)
    assert (answer["needs_evidence_right"], answer["article_right"]) == (None, 0.5)
    assert [row["expected"] for row in answer["wrong"]] == ["exempt", "violation"]
