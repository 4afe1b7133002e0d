"""Texts through the product's own command, for the judges of chat: ``kaibo scan``."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import tempfile
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from tests.judges.installation import Unreadable, environment, say

# What is done with a line; "record" does nothing to it.
ACTING = {"block", "pause", "hide", "warn", "evidence", "review"}


def kaibo(*arguments: str, home: str) -> Any:
    """Run the command; its JSON answer.

    Raises:
        Unreadable: it could not do it, and said why on standard error.
    """
    command = [sys.executable, "-m", "kaibo.site.cli", *arguments, "--json"]
    done = subprocess.run(command, stdout=subprocess.PIPE, env=environment(home))
    if done.returncode not in (0, 1) or not done.stdout.strip():
        raise Unreadable(f"kaibo {arguments[0]} {arguments[1]} ended with {done.returncode}")
    return json.loads(done.stdout.decode().splitlines()[-1])


def hits(
    texts: Sequence[str], *, home: str, model: Path | None = None
) -> list[list[dict[str, Any]]]:
    """What is done about each text as a line of chat, by rules and, if given, by models."""
    found: list[list[dict[str, Any]]] = [[] for _ in texts]
    with tempfile.NamedTemporaryFile("w", suffix=".txt", dir=home, encoding="utf-8") as file:
        # Only a line feed ends a line for the command; others are part of what was typed.
        file.writelines(text.replace("\n", " ").replace("\r", " ") + "\n" for text in texts)
        file.flush()
        folder = ["--model", str(model)] if model else []
        answer = kaibo("scan", "texts", file.name, "--surface", "chat", *folder, home=home)
    for hit in answer["hits"]:
        if hit["action"] in ACTING:
            found[hit["line"] - 1].append(hit)
    return found


def train(kind: str, rows: Sequence[tuple[str, int]], *, home: str) -> Path:
    """A model of the product's making, learned from these rows."""
    data = Path(home) / "learned.jsonl"
    lines = (json.dumps({"text": text, "label": label}) for text, label in rows)
    data.write_text("\n".join(lines), encoding="utf-8")
    folder = Path(home) / "models-of-the-judge"
    kaibo("scan", "train", str(data), "--kind", kind, "--out", str(folder), home=home)
    return folder


def is_learned_from(text: str) -> bool:
    """Which half of a file a text is in, when the judge has to train for itself."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()[0] % 2 == 1


def label(row: dict[str, str], path: Path) -> int:
    """A label of 0 or 1."""
    if row["label"] not in ("0", "1"):
        raise Unreadable(f"{path}: label {row['label'][:20]!r} is neither 0 nor 1")
    return int(row["label"])


def share(part: int, whole: int) -> float | None:
    """A share, rounded; None of nothing."""
    return round(part / whole, 4) if whole else None


Judge = Callable[[Namespace, str], dict[str, Any]]


def run(doc: str | None, judge: Judge, arguments: Sequence[str]) -> int:
    """Judge the files named on the command line: ``FILE [FILE …] [--model DIR]``."""
    parser = ArgumentParser(usage=doc, add_help=False)
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--model", type=Path)
    parser.add_argument("-h", "--help", action="store_true")
    try:
        asked = parser.parse_args(arguments)
    except SystemExit:
        return 2
    if asked.help or not asked.files:
        say(doc or "")
        return 0 if asked.help else 2
    name = judge.__module__.rpartition(".")[2]
    with tempfile.TemporaryDirectory(prefix="kaibo-judge-") as home:
        try:
            found = judge(asked, home)
        except Unreadable as error:
            say(f"{name}: {error}")
            return 2
    print(json.dumps(found, ensure_ascii=False))  # noqa: T201
    return 0
