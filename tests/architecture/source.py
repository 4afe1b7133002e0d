"""The repository's own files, found and parsed once for all architecture tests."""

from __future__ import annotations

import ast
import configparser
import functools
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.paths import PACKAGE, ROOT

PURE_FILES = ("rules", "errors")
PURE_CONTEXTS = ("base", "facts")


@dataclass(frozen=True)
class Module:
    """One parsed Python file."""

    path: Path
    text: str
    tree: ast.Module

    @property
    def name(self) -> str:
        """Path from the repository, with forward slashes."""
        return self.path.relative_to(ROOT).as_posix()

    @property
    def context(self) -> str:
        """The context a file of the package belongs to; empty for the package's own file."""
        parts = self.path.relative_to(PACKAGE).parts
        return parts[0] if len(parts) > 1 else ""

    @property
    def role(self) -> str:
        """The file role inside a context: ``rules``, ``web``…, also when it is a folder."""
        parts = self.path.relative_to(PACKAGE).with_suffix("").parts
        return parts[1] if len(parts) > 1 else ""


@functools.cache
def repository_files() -> tuple[Path, ...]:
    """Return files that are committed or would be: ignored ones are not the repository's."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    ).stdout.decode()
    paths = (ROOT / name for name in listed.split("\0") if name)
    return tuple(sorted(path for path in paths if path.is_file()))


@functools.cache
def package_modules() -> tuple[Module, ...]:
    """Return every module of the package but migrations."""
    return tuple(parse(path) for path in _python_files() if path.is_relative_to(PACKAGE))


@functools.cache
def all_modules() -> tuple[Module, ...]:
    """Return every Python module of the repository but migrations."""
    return tuple(parse(path) for path in _python_files())


def pure_modules() -> Iterator[Module]:
    """Yield the modules that may know no database, clock or chance."""
    for module in package_modules():
        if "tests" in module.path.parts:
            continue
        if module.context in PURE_CONTEXTS or module.role in PURE_FILES:
            yield module


@functools.cache
def floors() -> dict[str, int]:
    """Return the floor of each context, 0 the lowest, as the import contract states them."""
    config = configparser.ConfigParser()
    config.read(ROOT / ".importlinter", encoding="utf-8")
    lines = config["importlinter:contract:contexts"]["layers"].strip().splitlines()
    return {
        name.strip().strip("()"): len(lines) - 1 - number
        for number, line in enumerate(lines)
        for name in line.split("|")
    }


def contexts() -> list[str]:
    """Return the contexts that exist."""
    return sorted(path.parent.name for path in PACKAGE.glob("*/__init__.py"))


@functools.cache
def _python_files() -> tuple[Path, ...]:
    return tuple(
        path
        for path in repository_files()
        if path.suffix == ".py" and "migrations" not in path.parts
    )


@functools.cache
def parse(path: Path) -> Module:
    """Return one module of the repository, read once."""
    text = path.read_text(encoding="utf-8")
    return Module(path, text, ast.parse(text, filename=str(path)))
