"""Pytest plugin: which test proves which row, and how it last ended.

``@pytest.mark.row("R-058", "LM-064")`` names the rows whose "works when" a test proves. Every
session merges its outcomes into ``build/rows.json``; ``pytest --rows`` collects without running
and prints each row with its proofs.
"""

from __future__ import annotations

import datetime as dt
import json
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import TypedDict

import pytest

from tests.paths import BUILD, ROOT
from tests.rows import Row, load_rows

RESULTS = BUILD / "rows.json"
PROPERTY = "kaibo_rows"


class Result(TypedDict):
    """How one test ended, and the rows it names."""

    rows: list[str]
    outcome: str
    at: str


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add ``--rows``."""
    parser.addoption("--rows", action="store_true", help="print each row with its proving tests")


def pytest_configure(config: pytest.Config) -> None:
    """Register the recorder; with ``--rows`` nothing is run."""
    if config.getoption("--rows"):
        config.option.collectonly = True
        config.option.verbose = -2
    config.pluginmanager.register(RowsRecorder(config), "kaibo-rows-recorder")


class RowsRecorder:
    """Holds the outcomes of one session."""

    def __init__(self, config: pytest.Config) -> None:
        self.config = config
        self.rows = load_rows()
        self.results: dict[str, Result] = {}
        self.collected: dict[str, list[str]] = {}

    # Before any deselection, so that a wrong id is found even when the test is not chosen.
    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Refuse unknown ids; remember who proves what."""
        wrong: list[str] = []
        for item in items:
            ids = list(_ids(item))
            wrong += [f"{item.nodeid}: no row {id_!r}" for id_ in ids if id_ not in self.rows]
            if ids:
                self.collected[item.nodeid] = ids
                item.user_properties.append((PROPERTY, " ".join(ids)))
        if wrong:
            raise pytest.UsageError("\n".join(wrong))

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note the outcome; a failing set-up or tear-down outweighs a passed call."""
        named = dict(report.user_properties).get(PROPERTY)
        if named is None or (report.when != "call" and report.outcome == "passed"):
            return
        self.results[report.nodeid] = Result(
            rows=str(named).split(),
            outcome=report.outcome,
            at=dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        )

    def pytest_sessionfinish(self) -> None:
        """Merge into the file; xdist workers leave that to their controller."""
        if self.results and not hasattr(self.config, "workerinput"):
            merged = {**_still_there(_load()), **self.results}
            RESULTS.parent.mkdir(exist_ok=True)
            text = json.dumps(dict(sorted(merged.items())), indent=1, ensure_ascii=False)
            RESULTS.write_text(text + "\n", encoding="utf-8")

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """With ``--rows``: the table."""
        if self.config.getoption("--rows"):
            for line in rows_table(self.rows, self.collected, _load()):
                terminalreporter.write_line(line)


def rows_table(
    rows: dict[str, Row], collected: dict[str, list[str]], results: dict[str, Result]
) -> Iterator[str]:
    """Say for each row which tests prove it and how they last ended; totals last."""
    proofs: dict[str, list[str]] = defaultdict(list)
    for nodeid, ids in collected.items():
        for id_ in ids:
            proofs[id_].append(nodeid)

    bare: list[Row] = []
    failing = unrun = 0
    for row in rows.values():
        if row.id not in proofs:
            bare.append(row)
            continue
        outcomes = {nodeid: _outcome(results, nodeid) for nodeid in sorted(proofs[row.id])}
        failing += "failed" in outcomes.values()
        unrun += not {"passed", "failed"} & set(outcomes.values())
        yield f"{row.id}  {row.zh} / {row.en}"
        yield f"        works when: {row.works_when}"
        for nodeid, outcome in outcomes.items():
            yield f"        {outcome:8} {nodeid}"
    yield ""
    yield "No test proves these:"
    for row in bare:
        yield f"{row.id}  {row.zh} / {row.en}"
    yield ""
    yield (
        f"{len(rows)} rows: {len(rows) - len(bare)} with a proving test "
        f"({failing} failing, {unrun} not run yet), {len(bare)} without."
    )


def _ids(item: pytest.Item) -> Iterator[str]:
    seen: set[str] = set()
    for marker in item.iter_markers("row"):
        for id_ in marker.args:
            if id_ not in seen:
                seen.add(id_)
                yield str(id_)


def _outcome(results: dict[str, Result], nodeid: str) -> str:
    return results[nodeid]["outcome"] if nodeid in results else "not run"


def _load() -> dict[str, Result]:
    if not RESULTS.exists():
        return {}
    loaded: dict[str, Result] = json.loads(RESULTS.read_text(encoding="utf-8"))
    return loaded


def _still_there(results: dict[str, Result]) -> dict[str, Result]:
    """Drop results of tests that were renamed or removed since."""
    texts: dict[Path, str] = {}
    kept: dict[str, Result] = {}
    for nodeid, result in results.items():
        path = ROOT / nodeid.split("::")[0]
        if path not in texts:
            texts[path] = path.read_text(encoding="utf-8") if path.is_file() else ""
        name = nodeid.split("::")[-1].split("[")[0]
        if f"def {name}(" in texts[path]:
            kept[nodeid] = result
    return kept
