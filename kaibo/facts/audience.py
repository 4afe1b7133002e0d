"""What can happen to viewers; their coming and going is behaviour, kept in the lake."""

from typing import Any

import msgspec

from kaibo.facts.base import Fact


class ViewerSeen(Fact, frozen=True, kw_only=True, tag="audience.viewer_seen.1"):
    """A device or account came to this organisation's rooms for the first time."""

    viewer_id: int


class AccountMade(Fact, frozen=True, kw_only=True, tag="audience.account_made.1"):
    """A viewer has a login and a password from now on."""

    viewer_id: int


class DeviceSignedIn(Fact, frozen=True, kw_only=True, tag="audience.device_signed_in.1"):
    """On another device somebody signed in: whoever enters with it is this viewer."""

    device_id: int
    viewer_id: int


class DeviceSignedOut(Fact, frozen=True, kw_only=True, tag="audience.device_signed_out.1"):
    """The device is again who it was."""

    device_id: int
    viewer_id: int


class ViewerFollowed(Fact, frozen=True, kw_only=True, tag="audience.viewer_followed.1"):
    """A viewer follows the organisation."""

    viewer_id: int


class ViewerUnfollowed(Fact, frozen=True, kw_only=True, tag="audience.viewer_unfollowed.1"):
    """A viewer follows no longer."""

    viewer_id: int


class FanPlanSet(Fact, frozen=True, kw_only=True, tag="audience.fan_plan_set.1"):
    """The shop's fan tiers and what earns points are these from now on."""

    version: int
    terms: dict[str, Any]


class FanCount(msgspec.Struct, frozen=True, array_like=True):
    """What a deed earned one viewer, or took back; ``total`` is what they have then."""

    viewer_id: int
    amount: int
    points: int
    total: int


class FanPointsCounted(Fact, frozen=True, kw_only=True, tag="audience.fan_points_counted.1"):
    """Deeds of one kind earned points by the plan of this version.

    ``about``: the order's number, or the show's id.
    """

    source: str
    about: str
    version: int
    counts: list[FanCount]


class FanChange(msgspec.Struct, frozen=True, array_like=True):
    """One viewer's tier before and after; ``earned`` and ``given`` are the two it comes from."""

    viewer_id: int
    before: int
    after: int
    earned: int
    given: int
    points: int


class FanTiersChanged(Fact, frozen=True, kw_only=True, tag="audience.fan_tiers_changed.1"):
    """Viewers stand on another tier, by the plan of this version; 0 is none.

    ``why``: points, plan, given, taken_back; ``reason`` is the desk's.
    """

    why: str
    version: int
    changes: list[FanChange]
    reason: str = ""
