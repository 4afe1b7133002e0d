"""The repository as a stranger receives it: links resolve, and it speaks of the project alone."""

from __future__ import annotations

import re
from urllib.parse import unquote

from tests.architecture.source import repository_files
from tests.paths import ROOT

LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)(?:\s+\"[^\"]*\")?\)")
FENCE = re.compile(r"^(```|~~~).*?^\1", re.MULTILINE | re.DOTALL)
MACHINE = re.compile(
    r"(?<![\w.])/(?:work|root|home/\w+)/"  # a place on somebody's machine
    r"|/tmp/(?!kaibo)[a-z]/"
    r"|files\.pythonhosted\.org|registry\.npm\w*\.\w+"  # where a package came from
)
TEXT = {
    ".py", ".md", ".toml", ".txt", ".yaml", ".yml", ".json", ".ts", ".vue", ".css", ".html",
    ".sh", ".sql", ".cfg", ".ini", ".po", "",
}  # fmt: skip


def test_links_resolve() -> None:
    """Every relative link of every page leads to a file of the repository."""
    dead = []
    for path in repository_files():
        if path.suffix != ".md":
            continue
        for target in LINK.findall(FENCE.sub("", path.read_text(encoding="utf-8"))):
            if re.match(r"[a-z]+:|#", target):
                continue
            there = path.parent / unquote(target.split("#")[0])
            if not there.exists():
                dead.append(f"{path.relative_to(ROOT)}: {target}")
    assert dead == []


def test_speaks_of_no_machine() -> None:
    """No file names a folder of the machine it was written on, or a registry."""
    found = []
    for path in repository_files():
        if path.suffix not in TEXT or path.name == "test_repository.py":
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if match := MACHINE.search(line):
                found.append(f"{path.relative_to(ROOT)}:{number}: {match[0]}")
    assert found == []


def test_the_map_is_short() -> None:
    """ARCHITECTURE.md stays within two pages, so that it is read."""
    assert len((ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8").split()) <= 1100
