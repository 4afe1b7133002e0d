"""A model is learned, read back and shown; it hides and asks in chat, and never speaks to staff."""

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from kaibo.compliance.reads import models, read_by_models
from kaibo.compliance.reads.models import model_at, pictographs
from kaibo.compliance.rules.textmodel import BadModel, load_model
from kaibo.site.commands.scan import scan_command
from kaibo.site.training.samples import BadData, read_samples

NICE = ("这件真好看", "主播辛苦了", "什么时候发货", "尺码准吗", "质量不错", "下次还来")
RUDE = ("你这个笨瓜", "笨瓜滚开", "真是一群笨瓜", "笨瓜别说话", "骗人的笨瓜", "笨瓜主播")


def write(path: Path, times: int = 12) -> Path:
    """A small file of labelled texts, no two alike."""
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow(["text", "label"])
        for n in range(times):
            out.writerows([f"{text}{n}号", 0] for text in NICE)
            out.writerows([f"{text}{n}号", 1] for text in RUDE)
    return path


def run(*arguments: str) -> dict[str, object]:
    done = CliRunner().invoke(scan_command, [*arguments, "--json"])
    assert done.exit_code in (0, 1), done.output
    found: dict[str, object] = json.loads(done.stdout.splitlines()[-1])
    return found


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a model of abuse."""
    base = tmp_path_factory.mktemp("models")
    run("train", str(write(base / "said.csv")), "--kind", "abuse", "--out", str(base / "a"))
    return base / "a"


def test_the_same_data_and_seed_give_the_same_file(folder: Path, tmp_path: Path) -> None:
    again = write(tmp_path / "said.csv")
    run("train", str(again), "--kind", "abuse", "--out", str(tmp_path / "b"))
    made = (folder / "abuse.json").read_bytes()
    assert (tmp_path / "b" / "abuse.json").read_bytes() == made
    run("train", str(again), "--kind", "abuse", "--out", str(tmp_path / "c"), "--seed", "2")
    assert (tmp_path / "c" / "abuse.json").read_bytes() != made


def test_a_model_tells_abuse_by_sight_and_by_ear(folder: Path) -> None:
    (model,) = models(folder)
    assert model.probability("你就是个笨瓜") > 0.5
    # The same by ear: nearer to it than another word is.
    assert model.score("你就是个苯呱") > model.score("你就是个苹果") + 0.1
    assert model.probability("发货快吗") < 0.5
    (hit,) = read_by_models("你就是个笨瓜", of=(model,))
    assert (hit.rule_id, hit.family, hit.pack_version) == ("model:abuse", "C21", model.digest)
    assert hit.action in ("review", "hide")
    assert read_by_models("发货快吗", of=(model,)) == ()


def test_the_command_reads_chat_with_a_model_and_shows_its_errors(
    folder: Path, tmp_path: Path
) -> None:
    chat = tmp_path / "chat.txt"
    chat.write_text("你就是个笨瓜\n发货快吗\n", encoding="utf-8")
    hits = run("texts", str(chat), "--surface", "chat", "--model", str(folder))["hits"]
    assert [(hit["line"], hit["rule_id"]) for hit in hits] == [(1, "model:abuse")]  # type: ignore[attr-defined]
    assert run("texts", str(chat), "--surface", "chat")["hits"] == []
    assert run("texts", str(chat), "--surface", "script")["hits"] == []
    told: Any = run("model", str(folder / "abuse.json"))["models"]
    about = told[0]
    assert about["learned"] == 144
    assert sum(one["n"] for one in about["report"]["reliability"]) == about["held_back"]
    assert "weights" in about


def test_no_model_changes_nothing(tmp_path: Path) -> None:
    assert models(tmp_path) == ()
    assert read_by_models("你就是个笨瓜", of=()) == ()


def test_a_broken_or_foreign_file_counts_as_none(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "abuse.json").write_text("{", encoding="utf-8")
    (tmp_path / "spam.json").write_bytes((folder / "abuse.json").read_bytes())
    assert models(tmp_path) == ()
    with pytest.raises(BadModel):
        model_at(tmp_path / "abuse.json")
    other = json.loads((folder / "abuse.json").read_text("utf-8")) | {"features": 99}
    with pytest.raises(BadModel, match="train it anew"):
        load_model(json.dumps(other).encode(), pictographs=pictographs())


@given(text=st.text(max_size=900))
def test_any_text_can_be_read(text: str, folder: Path) -> None:
    (model,) = models(folder)
    assert 0 <= model.probability(text) <= 1


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ("text,label\n好,1\n", "both labels"),
        ("text,label\n好,2\n", "neither 0 nor 1"),
        ("words,label\n好,1\n", "no column text"),
    ],
)
def test_data_that_cannot_be_learned_from_is_refused(
    content: str, why: str, tmp_path: Path
) -> None:
    path = tmp_path / "bad.csv"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(BadData, match=why):
        read_samples([path])


def test_a_text_with_both_labels_is_left_out(tmp_path: Path) -> None:
    path = tmp_path / "torn.csv"
    path.write_text("text,label\n好,1\n好,0\n坏,1\n行,0\n", encoding="utf-8")
    samples, sources = read_samples([path])
    assert [(one.text, one.label) for one in samples] == [("坏", 1), ("行", 0)]
    assert sources[0].rows == 4


def test_a_long_cell_is_read_and_the_limit_of_others_stays(tmp_path: Path) -> None:
    usual = csv.field_size_limit()
    long = tmp_path / "long.csv"
    long.write_text(f"text,label\n{'好' * (usual + 1)},0\n笨瓜,1\n", encoding="utf-8")
    kept, _ = read_samples([long])
    assert sorted(len(sample.text) for sample in kept) == [2, usual + 1]
    assert csv.field_size_limit() == usual
