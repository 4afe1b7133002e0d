"""Every fact, on its way from the journal to those who want it."""

from kaibo.hooks.actions import queue_fact
from kaibo.journal.reads import Entry


def on_entry(entry: Entry) -> None:
    """Put one fact down for its endpoints. Safe to repeat: a delivery is unique."""
    queue_fact(entry)
