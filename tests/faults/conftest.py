"""Houses that are broken and mended many times: one for all the seeds of a kind."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.house import House


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A running Kaibo with the demo shop."""
    with House(tmp_path_factory.mktemp("house")) as running:
        yield running
