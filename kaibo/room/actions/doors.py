"""A room shown to somebody: its card on the landing page, or its door as they come in."""

import datetime as dt
import uuid
from collections.abc import Sequence

from kaibo.audience.actions import enter
from kaibo.insight.actions import BehaviourEvent, record_events
from kaibo.planning.reads import ShowView, live_shows

CARDS_MAX = 50


def note_door(show: ShowView, viewer_id: int, *, now: dt.datetime) -> None:
    """A live room was shown to a viewer (直播间曝光); outside the show nothing is counted."""
    if show.state != "live":
        return
    record_events(
        [
            BehaviourEvent(
                org_id=show.org_id,
                show_id=show.id,
                viewer_id=viewer_id,
                kind="room_impression",
                at_ms=round(now.timestamp() * 1000),
                event_id=f"door-{uuid.uuid4().hex}",
            )
        ]
    )


def note_cards(codes: Sequence[str], *, device: str, now: dt.datetime) -> int:
    """Cards of live rooms were on a visitor's screen; unknown and closed rooms are passed over.

    Returns:
        How many were counted, each at most once a call.

    Raises:
        DeviceUnreadable: nothing was written.
    """
    wanted = set(codes[:CARDS_MAX])
    shown = [show for show in live_shows() if show.code in wanted]
    for show in shown:
        viewer = enter(org_id=show.org_id, device=device, nickname="", now=now)
        note_door(show, viewer.id, now=now)
    return len(shown)
