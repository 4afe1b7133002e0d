"""The rows are complete, and their states are what the tests say."""

from __future__ import annotations

from tests.rows import PROOFS_OF_LAW, load_rows, named_by_tests, proofs_of_law


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


def test_the_coverage_page_knows_the_proofs() -> None:
    """``python -m tests.rows`` was run after the last test was named."""
    assert PROOFS_OF_LAW.read_text(encoding="utf-8") == proofs_of_law()
