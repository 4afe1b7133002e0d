"""Labelled texts, from the files that an operator supplies."""

import csv
import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from kaibo.compliance.rules.textmodel import Source

TEXT_COLUMNS = ("text", "content", "message", "comment", "base", "文本", "内容")
LABEL_COLUMNS = ("label", "标签")
_LABELS = {"0": 0, "1": 1, "0.0": 0, "1.0": 1, "false": 0, "true": 1}
_CELL_BYTES_MAX = 1_000_000


class BadData(Exception):
    """A file cannot be learned from; says which, where and why."""


@dataclass(frozen=True, slots=True)
class Sample:
    """A text, whether it is what the model is to find, and the file it is from."""

    text: str
    label: int
    source: str


def read_samples(
    paths: Sequence[Path], *, text_column: str = "", label_column: str = ""
) -> tuple[list[Sample], tuple[Source, ...]]:
    """Every labelled text of some files, and what the files were.

    CSV with a header, or JSON lines. A text that is there twice counts once; one that is labelled
    both ways is left out, since nobody can learn from it.

    Args:
        paths: files; their order does not matter to what is learned.
        text_column, label_column: the columns' names; the usual ones when empty.

    Raises:
        BadData: unreadable, no such column, a label that is neither 0 nor 1, or nothing of a label.
    """
    found: dict[str, Sample] = {}
    torn: set[str] = set()
    sources = []
    for path in sorted(paths, key=lambda one: (one.name, str(one))):
        try:
            content = path.read_bytes()
        except OSError as error:
            raise BadData(f"{path}: {error.strerror}") from error
        rows = 0
        for sample in _samples(path, content, text_column, label_column):
            rows += 1
            known = found.setdefault(sample.text, sample)
            if known.label != sample.label:
                torn.add(sample.text)
        sources.append(Source(path.name, hashlib.sha256(content).hexdigest(), rows))
    kept = sorted((s for t, s in found.items() if t not in torn), key=lambda one: one.text)
    if {sample.label for sample in kept} != {0, 1}:
        raise BadData("there must be texts of both labels, 0 and 1")
    return kept, tuple(sources)


def _samples(path: Path, content: bytes, text_column: str, label_column: str) -> Iterator[Sample]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadData(f"{path}: not UTF-8: {error}") from error
    rows = _json_lines(path, text) if path.suffix in (".jsonl", ".ndjson") else _csv(path, text)
    for number, row in enumerate(rows, start=1):
        said = _cell(path, row, (text_column,) if text_column else TEXT_COLUMNS)
        mark = _cell(path, row, (label_column,) if label_column else LABEL_COLUMNS)
        label = _LABELS.get(mark.strip().lower())
        if label is None:
            raise BadData(f"{path}: row {number}: label {mark[:20]!r} is neither 0 nor 1")
        if said.strip():
            yield Sample(said, label, path.name)


def _cell(path: Path, row: Mapping[str, str], names: Iterable[str]) -> str:
    for name in names:
        if name in row:
            return str(row[name] if row[name] is not None else "")
    raise BadData(f"{path}: no column {' or '.join(names)}")


def _csv(path: Path, text: str) -> list[dict[str, str]]:
    # The limit is the process's: whoever reads a table after this one counts on the usual limit.
    usual = csv.field_size_limit(_CELL_BYTES_MAX)
    try:
        return list(csv.DictReader(text.splitlines(keepends=True)))
    except csv.Error as error:
        raise BadData(f"{path}: {error}") from error
    finally:
        csv.field_size_limit(usual)


def _json_lines(path: Path, text: str) -> Iterator[dict[str, str]]:
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except ValueError as error:
            raise BadData(f"{path}: line {number}: not JSON: {error}") from error
        if not isinstance(row, dict):
            raise BadData(f"{path}: line {number}: not an object")
        yield row
