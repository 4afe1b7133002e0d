"""A room that was stopped on the ladder is closed: its show ends, its links with it."""

from kaibo.base.actor import SYSTEM
from kaibo.facts.compliance import RungChanged
from kaibo.journal.reads import Entry
from kaibo.planning.errors import NoSuchShow, ShowNotLive
from kaibo.preflight.actions import close_show


def on_entry(entry: Entry) -> None:
    """End the show of a stopped room. Safe to repeat; one that is not live stays as it is."""
    fact, org_id = entry.fact, entry.org_id
    if not isinstance(fact, RungChanged) or fact.rung != "stop" or entry.show_id is None:
        return
    try:
        close_show(org_id=org_id, show_id=entry.show_id, by=SYSTEM(org_id), now=entry.at)
    except (NoSuchShow, ShowNotLive):
        return
