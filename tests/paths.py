"""Where things lie: the repository, its rows, and the data sets shared between checkouts."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "kaibo"
DOCS = ROOT / "docs"
ROWS = DOCS / "rows"
BUILD = ROOT / "build"
# Public files of a quiz and a red packet; the pages' tests recompute the same ones.
PROOFS = ROOT / "web" / "room" / "tests" / "proofs.json"


def shared_data(*parts: str) -> Path:
    """Return a path inside the shared data sets, or skip the test that asked for it.

    The folder is ``KAIBO_SHARED_DATA``, else ``../shared/data`` beside the repository.
    """
    base = Path(os.environ.get("KAIBO_SHARED_DATA") or ROOT.parent / "shared" / "data")
    path = base.joinpath(*parts)
    if not path.exists():
        pytest.skip(f"shared data absent: {'/'.join(parts) or base.name}", allow_module_level=True)
    return path
