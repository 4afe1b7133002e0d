"""What evidence does when something happened."""

from kaibo.evidence.actions import seal_recording
from kaibo.facts.media import StreamEnded
from kaibo.journal.reads import Entry


def on_entry(entry: Entry) -> None:
    """A stream that ended has its recording sealed. Safe to repeat."""
    fact = entry.fact
    if isinstance(fact, StreamEnded) and entry.show_id is not None:
        seal_recording(
            org_id=entry.org_id, show_id=entry.show_id, session_id=fact.session_id, now=entry.at
        )
