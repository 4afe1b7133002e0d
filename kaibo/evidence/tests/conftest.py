"""Folders of a test's own, and the evening most tests use."""

from pathlib import Path

import pytest
from pytest_django import Settings

from kaibo.evidence.tests.stage import Evening, make_evening


@pytest.fixture
def evening(db: None, tmp_path: Path, settings: Settings) -> Evening:
    """A show, an order, chat, a finding and nine seconds of picture."""
    settings.KAIBO_PACKS = tmp_path / "packs"
    settings.KAIBO_RECORDINGS = tmp_path / "recordings"
    return make_evening()
