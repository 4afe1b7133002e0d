"""What can happen to viewers; their coming and going is behaviour, kept in the lake."""

from kaibo.facts.base import Fact


class ViewerSeen(Fact, frozen=True, kw_only=True, tag="audience.viewer_seen.1"):
    """A device or account came to this organisation's rooms for the first time."""

    viewer_id: int


class ViewerFollowed(Fact, frozen=True, kw_only=True, tag="audience.viewer_followed.1"):
    """A viewer follows the organisation."""

    viewer_id: int


class ViewerUnfollowed(Fact, frozen=True, kw_only=True, tag="audience.viewer_unfollowed.1"):
    """A viewer follows no longer."""

    viewer_id: int
