"""What is said while a room is live, by a recogniser or by hand, on the link that is on air."""

import datetime as dt
from collections.abc import Sequence

from kaibo.base.actor import Actor
from kaibo.promises.actions import Heard, HeardBy, Line, hear
from kaibo.room.reads import link_on_air


def hear_lines(
    *,
    org_id: int,
    show_id: int,
    lines: Sequence[Line],
    source: HeardBy,
    by: Actor,
    now: dt.datetime,
) -> Heard:
    """Hear lines as said of the link that is being explained, else of the one popped last.

    Raises:
        As ``promises.actions.hear``; nothing was written.
    """
    return hear(
        org_id=org_id,
        show_id=show_id,
        lines=lines,
        source=source,
        link_no=link_on_air(show_id),
        by=by,
        now=now,
    )
