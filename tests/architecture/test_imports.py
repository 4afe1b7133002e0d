"""Who may know whom: the import contracts hold, and they would notice if they did not."""

from __future__ import annotations

import ast
import shutil
from pathlib import Path

import pytest
from importlinter import cli

from tests.architecture.source import package_modules
from tests.paths import ROOT

FOLDERS = ("base", "facts", "journal", "orders", "promotions", "room", "site")


def test_contracts_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    """Floors, files inside a context, purity, private files, asynchronous code."""
    monkeypatch.chdir(ROOT)
    assert cli.lint_imports(cache_dir=None, no_cache=True) == 0


@pytest.mark.parametrize(
    ("file", "line"),
    [
        pytest.param("promotions/actions.py", "import kaibo.orders.reads", id="upward"),
        pytest.param("orders/rules.py", "import kaibo.orders.models", id="rule imports a model"),
        pytest.param("orders/rules.py", "import django", id="impure rule"),
        pytest.param("orders/actions.py", "import kaibo.promotions.models", id="foreign model"),
        pytest.param("orders/actions.py", "import asyncio", id="asyncio in orders"),
        pytest.param("utils/__init__.py", "", id="undeclared context"),
    ],
)
def test_a_violation_is_noticed(
    file: str, line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: the same contracts refuse a skeleton with one wrong line."""
    package = f"kaibo{abs(hash((file, line)))}"
    for folder in FOLDERS:
        (tmp_path / package / folder).mkdir(parents=True)
        for name in ("__init__", "rules", "models", "reads", "actions"):
            (tmp_path / package / folder / f"{name}.py").touch()
    (tmp_path / package / "__init__.py").touch()
    shutil.copy(ROOT / "archcontracts.py", tmp_path)
    text = (ROOT / ".importlinter").read_text(encoding="utf-8").replace("kaibo", package)
    (tmp_path / ".importlinter").write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    assert cli.lint_imports(no_cache=True) == 0

    wrong = tmp_path / package / file
    wrong.parent.mkdir(exist_ok=True)
    wrong.write_text(line.replace("kaibo", package) + "\n", encoding="utf-8")
    assert cli.lint_imports(no_cache=True) == 1


def test_no_import_hides_in_a_function() -> None:
    """An import of our own inside a function is a cycle in disguise; only wiring may be lazy."""
    hidden = [
        f"{module.name}:{node.lineno}"
        for module in package_modules()
        if module.context != "site" and "tests" not in module.path.parts
        for function in ast.walk(module.tree)
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom) and "kaibo" in ast.unparse(node)
    ]
    assert hidden == []


def test_no_signals() -> None:
    """Down is a call, up is a fact; nothing travels by Django signal."""
    users = [
        module.name
        for module in package_modules()
        if "django.dispatch" in module.text or "django.db.models.signals" in module.text
    ]
    assert users == []
