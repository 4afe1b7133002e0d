"""A running Kaibo for every journey, which spoils it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.house import House


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """A running Kaibo with the demo shop, for one journey alone."""
    with House(tmp_path / "home") as running:
        yield running


@pytest.fixture
def empty_house(tmp_path: Path) -> Iterator[House]:
    """A Kaibo as a stranger starts it: on nothing, so that it puts the demo shop in itself."""
    with House(tmp_path / "home", empty=True) as running:
        yield running
