"""One demo shop, seeded once a session and copied for every journey that spoils it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.house import House


@pytest.fixture(scope="session")
def seeded_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with the demo shop in it, never served twice."""
    home = tmp_path_factory.mktemp("seeded")
    if not os.environ.get("DATABASE_URL", "").startswith("postgres"):
        seeded = House(home).run("seed", "--json")
        assert seeded.returncode == 0, seeded.stderr.decode()
    return home


@pytest.fixture
def house(seeded_home: Path, tmp_path: Path) -> Iterator[House]:
    """A running Kaibo with the demo shop, for one journey alone."""
    home = tmp_path / "home"
    shutil.copytree(seeded_home, home)
    with House(home) as running:
        yield running
