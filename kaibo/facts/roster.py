"""What can happen to a roster. Names and pictures never stand here."""

import msgspec

from kaibo.facts.base import Fact


class Appearing(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who appears beside the planned host, and as what."""

    host_id: int
    part: str


class RosterChanged(Fact, frozen=True, kw_only=True, tag="roster.roster_changed.1"):
    """Who appears beside the planned host is another list now."""

    guests: tuple[Appearing, ...]


class RosterSent(Fact, frozen=True, kw_only=True, tag="roster.roster_sent.1"):
    """The roster was sent; ``digest`` is of who stood on it, the planned host too."""

    number: int
    digest: str
    host_ids: tuple[int, ...]


class PersonChecked(Fact, frozen=True, kw_only=True, tag="roster.person_checked.1"):
    """Somebody was compared with the photograph on file: match, mismatch or unavailable."""

    check_id: int
    host_id: int
    result: str
    way: str
    portrait_id: int


class CheckPhotosForgotten(Fact, frozen=True, kw_only=True, tag="roster.check_photos_forgotten.1"):
    """Photographs of checks were deleted because their time was over."""

    check_ids: list[int]
