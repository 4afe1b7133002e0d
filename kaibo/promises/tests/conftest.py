"""The show that most tests use."""

import pytest

from kaibo.promises.tests.stage import Show, make_show


@pytest.fixture
def show(db: None) -> Show:
    """Live, with link 1 on air."""
    return make_show()
