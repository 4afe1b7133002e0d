"""Who signs out is on duty no longer."""

from kaibo.facts.access import PersonSignedOut
from kaibo.journal.reads import Entry
from kaibo.personas.actions import end_duties


def on_entry(entry: Entry) -> None:
    """Take whoever signed out off duty. Safe to repeat: nothing is changed the second time."""
    if isinstance(entry.fact, PersonSignedOut):
        end_duties(org_id=entry.org_id, person_id=entry.fact.person_id, now=entry.at)
