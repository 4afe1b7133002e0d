"""Judges begin with an empty installation; its tables are made once for all of them."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator

import pytest

from tests.judges.installation import MADE, environment
from tests.paths import ROOT


@pytest.fixture(autouse=True, scope="session")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A home with empty tables that every judge copies."""
    home = tmp_path_factory.mktemp("judge")
    command = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
    subprocess.run(command, cwd=ROOT, env=environment(str(home)), check=True)
    os.environ[MADE] = str(home)
    yield
    del os.environ[MADE]
