"""The rows of ``docs/rows``: what the product owes, and by what it counts as working.

``python -m tests.rows`` writes each row's state anew from the tests that name it.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from kaibo.base.yamls import read_yaml
from tests.paths import PACKAGE, ROOT, ROWS

FILES = ("requirements.yaml", "law.yaml")
PROOFS_OF_LAW = PACKAGE / "compliance" / "controls" / "proofs.yaml"


@dataclass(frozen=True, slots=True)
class Row:
    """One row: ``works_when`` is the observable check that a proving test must make."""

    id: str
    zh: str
    en: str
    works_when: str
    state: str


def load_rows(folder: Path = ROWS) -> dict[str, Row]:
    """Read every row, in file order, keyed by id.

    Raises:
        ValueError: an id occurs twice or a text is empty.
    """
    rows: dict[str, Row] = {}
    for name in FILES:
        for entry in _entries(folder / name):
            row = Row(**{key: str(entry[key]).strip() for key in Row.__slots__})
            if row.id in rows:
                raise ValueError(f"{name}: {row.id} occurs twice")
            if not all((row.zh, row.en, row.works_when)):
                raise ValueError(f"{name}: {row.id} has an empty text")
            rows[row.id] = row
    return rows


def _entries(path: Path) -> list[dict[str, Any]]:
    entries = read_yaml(path.read_text(encoding="utf-8"))
    assert isinstance(entries, list), f"{path.name} is a list of rows"
    return entries


def proofs() -> dict[str, list[str]]:
    """Row to the tests whose ``@pytest.mark.row`` names it, as ``path::test``, without running."""
    found: dict[str, set[str]] = {}
    for path in (*PACKAGE.glob("**/test_*.py"), *(ROOT / "tests").glob("**/test_*.py")):
        text = path.read_text(encoding="utf-8")
        if "mark.row" not in text:
            continue
        where = path.relative_to(ROOT).as_posix()
        for test in ast.parse(text).body:
            for node in ast.walk(test):
                if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("mark.row"):
                    named = f"{where}::{test.name}" if isinstance(test, ast.FunctionDef) else where
                    for arg in node.args:
                        if isinstance(arg, ast.Constant):
                            found.setdefault(str(arg.value), set()).add(named)
    return {id_: sorted(tests) for id_, tests in sorted(found.items())}


def named_by_tests() -> set[str]:
    """Return the ids that some test names."""
    return set(proofs())


def proofs_of_law() -> str:
    """The file in which the coverage page finds the tests of each control."""
    of_law = {id_: tests for id_, tests in proofs().items() if id_.startswith("LM-")}
    text: str = yaml.safe_dump(of_law, allow_unicode=True, width=1_000)
    return f"# Written by python -m tests.rows.\n{text}"


def write_states(folder: Path = ROWS) -> None:
    """Set each row's ``state`` by whether a test names it; nothing else in the files moves."""
    proved = named_by_tests()
    for name in FILES:
        lines = (folder / name).read_text(encoding="utf-8").splitlines(keepends=True)
        id_ = ""
        for number, line in enumerate(lines):
            if line.startswith("- id: "):
                id_ = line.removeprefix("- id: ").strip()
            if line.startswith("  state: "):
                lines[number] = f"  state: {'proved' if id_ in proved else 'wanted'}\n"
        (folder / name).write_text("".join(lines), encoding="utf-8")


if __name__ == "__main__":
    write_states()
    PROOFS_OF_LAW.write_text(proofs_of_law(), encoding="utf-8")
