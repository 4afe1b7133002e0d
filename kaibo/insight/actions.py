"""Writers of the lake."""

from collections.abc import Sequence

from kaibo.insight.lake import LakeEvent, lake


class BehaviourEvent(LakeEvent, frozen=True, kw_only=True, gc=False):
    """What a viewer did in a room; ``event_id`` is made where it happened."""


def record_events(events: Sequence[BehaviourEvent]) -> None:
    """Keep what viewers did; when it returns, the events survive a power cut.

    Safe to repeat: an event counts once by its id.

    Raises:
        OSError: the disk refused; try the same events again.
    """
    lake().append(events)


def record_trade(events: Sequence[LakeEvent]) -> None:
    """Keep what the journal told of trade; the same fact gives the same ids, so it counts once."""
    if events:
        lake().append(events)
