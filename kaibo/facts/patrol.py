"""What can happen on patrol. Beats of who is on duty are no facts."""

import datetime as dt

import msgspec

from kaibo.facts.base import Fact


class PatrolTermsSet(Fact, frozen=True, kw_only=True, tag="patrol.patrol_terms_set.1"):
    """Whether moderators must match the rooms, and how many rooms one watches."""

    staffing: str
    rooms_per_moderator: int


class ShowTallied(Fact, frozen=True, kw_only=True, tag="patrol.show_tallied.1"):
    """How many people came to a show that ended."""

    visitors: int


class GradeInputs(msgspec.Struct, frozen=True, kw_only=True):
    """What a grade was made of."""

    findings: dict[str, int]
    shows: int
    stopped: int
    followers: int
    visitors: int
    orders: int
    paid_fen: int


class RoomGraded(Fact, frozen=True, kw_only=True, tag="patrol.room_graded.1"):
    """The rooms of a host have a grade for a day; ``before`` is the one they had, or empty."""

    host_id: int
    on: dt.date
    formula: int
    inputs: GradeInputs
    score: int
    letter: str
    size: int
    is_large: bool
    before: str


class KeyRoomNamed(Fact, frozen=True, kw_only=True, tag="patrol.key_room_named.1"):
    """A person named the rooms of a host key rooms."""

    host_id: int
    reason: str


class KeyRoomUnnamed(Fact, frozen=True, kw_only=True, tag="patrol.key_room_unnamed.1"):
    """A person took that back; what else makes them key rooms stays."""

    host_id: int
    reason: str


class DutyBegan(Fact, frozen=True, kw_only=True, tag="patrol.duty_began.1"):
    """Somebody went on duty."""

    duty_id: int
    person_id: int


class DutyEnded(Fact, frozen=True, kw_only=True, tag="patrol.duty_ended.1"):
    """Somebody went off duty, or was not heard of any more (``lapsed``)."""

    duty_id: int
    beat_at: dt.datetime
    lapsed: bool


class PatrollerNamed(Fact, frozen=True, kw_only=True, tag="patrol.patroller_named.1"):
    """Somebody patrols this show from here on."""

    person_id: int


class ShowAdmitted(Fact, frozen=True, kw_only=True, tag="patrol.show_admitted.1"):
    """A show opened with this grade; ``moderators`` on duty for ``rooms``, this one included."""

    letter: str
    key_whys: tuple[str, ...]
    rooms: int
    moderators: int


class RoomRegraded(Fact, frozen=True, kw_only=True, tag="patrol.room_regraded.1"):
    """The grade of a room on air is another one, or it became a key room, or is none any more."""

    letter: str
    key_whys: tuple[str, ...]


class PatrollerLost(Fact, frozen=True, kw_only=True, tag="patrol.patroller_lost.1"):
    """The patroller of a key room is not heard of: ``alert`` after a minute, then ``limit``."""

    step: str
    beat_at: dt.datetime


class PatrollerBack(Fact, frozen=True, kw_only=True, tag="patrol.patroller_back.1"):
    """The key room is patrolled again."""

    person_id: int | None


class LookBegan(Fact, frozen=True, kw_only=True, tag="patrol.look_began.1"):
    """A room was drawn and somebody looks at it; seed and chances let anybody draw again."""

    look_id: int
    person_id: int
    seed: str
    chances: tuple[tuple[int, int], ...]


class LookEnded(Fact, frozen=True, kw_only=True, tag="patrol.look_ended.1"):
    """Somebody signed what they saw (``nothing``, ``found``), or did not in time (``lapsed``)."""

    look_id: int
    result: str
