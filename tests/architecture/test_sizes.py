"""Sizes are ratchets: what is large today is listed with its size, and the size may only fall."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tests.architecture.source import all_modules, repository_files
from tests.paths import ROOT

FILE_LINES_LOOK, FILE_LINES_STOP = 400, 600
FUNCTION_LINES_LOOK, FUNCTION_LINES_STOP = 50, 70
PARAMETERS_STOP = 9

# Present size of what is above the first limit. Lower a number when it falls; never raise one.
FILES: dict[str, int] = {}
FUNCTIONS: dict[str, int] = {}

GENERATED = ("package-lock.json", "wire.ts", "api.ts")


def test_files() -> None:
    """No file above 400 lines unless listed, none above 600."""
    sizes = {
        path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8").count("\n")
        for path in repository_files()
        if path.suffix in {".py", ".ts", ".vue"}
        and path.name not in GENERATED
        and "migrations" not in path.parts
    }
    assert list(_faults(sizes, FILES, FILE_LINES_LOOK, FILE_LINES_STOP)) == []


def test_functions() -> None:
    """No function above 50 lines unless listed, none above 70; its docstring is free."""
    sizes = {name: _lines(node) for name, node in _functions()}
    assert list(_faults(sizes, FUNCTIONS, FUNCTION_LINES_LOOK, FUNCTION_LINES_STOP)) == []


def test_parameters() -> None:
    """No function takes more than nine parameters."""
    wide = {
        name: count
        for name, node in _functions()
        if (count := len([*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]))
        > PARAMETERS_STOP
    }
    assert wide == {}


def _faults(sizes: dict[str, int], listed: dict[str, int], look: int, stop: int) -> Iterator[str]:
    large = {name: size for name, size in sizes.items() if size > look}
    for name, size in sorted(large.items()):
        if size > stop:
            yield f"{name}: {size} lines, the stop is {stop}"
        elif name not in listed:
            yield f"{name}: {size} lines, split it (limit {look})"
        elif size > listed[name]:
            yield f"{name}: rose from {listed[name]} to {size} lines"
        elif size < listed[name]:
            yield f"{name}: fell to {size} lines, write that down"
    for name in sorted(set(listed) - set(large)):
        yield f"{name}: listed but no longer large, strike it out"


def _functions() -> Iterator[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef]]:
    for module in all_modules():
        for node in ast.walk(module.tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield f"{module.name}:{node.name}", node


def _lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    assert node.end_lineno is not None
    length = node.end_lineno - node.lineno + 1
    first = node.body[0]
    if ast.get_docstring(node) is not None and first.end_lineno is not None:
        length -= first.end_lineno - first.lineno + 1
    return length
