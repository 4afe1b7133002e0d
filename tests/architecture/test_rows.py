"""The rows are complete, and their states are what the tests say."""

from __future__ import annotations

from tests.rows import load_rows, named_by_tests


def test_rows_are_complete() -> None:
    """Every requirement and every law row is there, once, in order."""
    assert list(load_rows()) == [
        *(f"R-{number:03}" for number in range(1, 142)),
        *(f"LM-{number:03}" for number in range(1, 141)),
    ]


def test_states_follow_the_proofs() -> None:
    """A row is called proved when a test names it, and only then (``python -m tests.rows``)."""
    proved = {row.id for row in load_rows().values() if row.state == "proved"}
    assert proved == named_by_tests()
