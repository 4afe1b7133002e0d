"""What evidence does when something happened."""

from contextlib import suppress

from kaibo.base.actor import Actor
from kaibo.evidence.actions import keep_for_filing, seal_recording
from kaibo.facts.media import StreamEnded
from kaibo.facts.notices import FilingOpened
from kaibo.journal.reads import Entry
from kaibo.planning.errors import NoSuchShow


def on_entry(entry: Entry) -> None:
    """A stream that ended has its recording sealed; what is reported is kept. Safe to repeat."""
    fact = entry.fact
    if isinstance(fact, StreamEnded) and entry.show_id is not None:
        seal_recording(
            org_id=entry.org_id, show_id=entry.show_id, session_id=fact.session_id, now=entry.at
        )
    if isinstance(fact, FilingOpened) and entry.show_id is not None:
        person_id = int(entry.actor.removeprefix("person:"))
        # A finding of no show there is has nothing to keep, and holds nobody up.
        with suppress(NoSuchShow):
            keep_for_filing(
                filing_id=fact.filing_id,
                show_id=entry.show_id,
                by=Actor("person", person_id, entry.org_id),
                now=entry.at,
            )
