"""A show's key comes with its plan and goes with its end."""

from kaibo.base.actor import SYSTEM
from kaibo.facts.planning import ShowEnded, ShowPlanned
from kaibo.journal.reads import Entry
from kaibo.media import actions
from kaibo.media.reads import has_had_key


def on_entry(entry: Entry) -> None:
    """Issue at ``ShowPlanned``, revoke at ``ShowEnded``. Safe to repeat.

    A camera left on after the show must not stay on the air, so the end of the show ends the
    key, and with it the stream.
    """
    if entry.show_id is None:
        return
    org_id, show_id, by = entry.org_id, entry.show_id, SYSTEM(entry.org_id)
    if isinstance(entry.fact, ShowPlanned):
        # A key that was revoked by hand stays revoked.
        if not has_had_key(org_id=org_id, show_id=show_id):
            code = entry.fact.code
            actions.issue_stream_key(
                org_id=org_id, show_id=show_id, room_code=code, by=by, now=entry.at
            )
    elif isinstance(entry.fact, ShowEnded):
        actions.end_stream_key(org_id=org_id, show_id=show_id, by=by, now=entry.at)
