"""The lock files hold what pyproject declares, by hash, and no address."""

from __future__ import annotations

import re
import tomllib

import pytest

from tests.paths import ROOT

NAME = re.compile(r"^[A-Za-z0-9._-]+")


@pytest.mark.parametrize("file", ["run", "scale", "dev"])
def test_every_declared_package_is_locked(file: str) -> None:
    """After a change of pyproject the locks are made anew (``make lock``)."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wanted = list(project["project"]["dependencies"])
    extras = project["project"]["optional-dependencies"]
    wanted += extras["pay"]
    if file != "run":
        wanted += extras["postgres"]
    if file == "dev":
        wanted += project["dependency-groups"]["dev"]
    locked = _locked(file)
    assert {_name(line) for line in wanted} - set(locked) == set()


@pytest.mark.parametrize("file", ["run", "scale", "dev", "build"])
def test_every_version_is_pinned_by_hash(file: str) -> None:
    """Nothing is installed that was not seen when the lock was made."""
    text = (ROOT / "requirements" / f"{file}.txt").read_text(encoding="utf-8")
    blocks = re.split(r"\n(?=\S)", text.strip())
    assert [block.split()[0] for block in blocks if "--hash=sha256:" not in block] == []
    assert "http:" not in text
    assert "https:" not in text


def test_both_environments_agree() -> None:
    """What is tested is what is run: the same versions in every lock."""
    dev = _locked("dev")
    for file in ("run", "scale", "build"):
        differing = {n: v for n, v in _locked(file).items() if dev.get(n, v) != v}
        assert differing == {}, file


def test_the_pages_lock_holds_no_address() -> None:
    """The same for the packages of the pages."""
    text = (ROOT / "web" / "package-lock.json").read_text(encoding="utf-8")
    assert not re.search(r'"resolved": "https?:', text)


def _locked(file: str) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for line in (ROOT / "requirements" / f"{file}.txt").read_text(encoding="utf-8").splitlines():
        if line and not line[0].isspace():
            name, _, rest = line.partition("==")
            found.setdefault(_name(name), set()).add(rest.split()[0])
    return found


def _name(text: str) -> str:
    match = NAME.match(text)
    assert match is not None, text
    return re.sub(r"[-_.]+", "-", match[0]).lower()
