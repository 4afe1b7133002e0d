"""Writers of the lake."""

from collections.abc import Sequence

import msgspec

from kaibo.insight.lake import LakeEvent, lake


class BehaviourEvent(msgspec.Struct, frozen=True, kw_only=True):
    """What a viewer did in a room; ``event_id`` is made where it happened."""

    org_id: int
    show_id: int
    viewer_id: int
    kind: str
    at_ms: int
    event_id: str
    link_no: int | None = None
    value: int = 0
    ref: str = ""


def record_events(events: Sequence[BehaviourEvent]) -> None:
    """Keep what viewers did; when it returns, the events survive a power cut.

    Safe to repeat: an event counts once by its id.

    Raises:
        OSError: the disk refused; try the same events again.
    """
    lake().append(
        [
            LakeEvent(
                event_id=event.event_id,
                org_id=event.org_id,
                show_id=event.show_id,
                viewer_id=event.viewer_id,
                kind=event.kind,
                at_ms=event.at_ms,
                link_no=event.link_no,
                value=event.value,
                ref=event.ref,
            )
            for event in events
        ]
    )


def record_trade(events: Sequence[LakeEvent]) -> None:
    """Keep what the journal told of trade; the same fact gives the same ids, so it counts once."""
    if events:
        lake().append(events)
