"""Faults: the server's clock is set back and forward in an evening, and nobody is cheated.

On the stepped clock of the simulation: what is set is the wall clock, as in a server.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.faults.plan import replayable, seeds
from tests.simulation.evening import run

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.slow,
    pytest.mark.timeout(3600),
    pytest.mark.skipif(
        os.environ.get("DATABASE_URL", "").startswith("postgres"),
        reason="one call at a time, on any database: once is enough",
    ),
]


def test_a_clock_set_back_and_forward(tmp_path: Path) -> None:
    for seed in seeds("clock"):
        with replayable("clock", seed) as chance:
            broken = run(chance.getrandbits(32), lake=tmp_path, steps=True)
            assert broken == []
