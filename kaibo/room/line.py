"""What the line for a sold-out link means for who stands in it. Pure."""

from kaibo.facts import promotions
from kaibo.room import wire


def place_event(fact: promotions.LinkPlaceMoved) -> wire.PlaceEvent:
    """A place that was taken or moved on, for its viewer alone."""
    is_kept = fact.state == "kept"
    return wire.PlaceEvent(
        link_no=fact.link_no,
        state=fact.state,
        pay_before=fact.pay_before if is_kept else None,
    )
