"""Which room is looked at next: by risk and by chance that anybody can draw again. Pure."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from kaibo.patrol.rules.grades import Letter, look_every

GRADE_WEIGHT: Final[dict[Letter, int]] = {"A": 1, "B": 2, "C": 4, "D": 8}
KEY_WEIGHT: Final = 8
RUNG_WEIGHT: Final[dict[str, int]] = {
    "clear": 0,
    "record": 2,
    "popup": 4,
    "warning": 8,
    "limit": 16,
    "pause": 16,
    "stop": 0,
}
# From how many people present on.
VIEWERS_WEIGHT: Final = ((100, 1), (1_000, 2), (10_000, 4))
MINUTES_MAX: Final = 60


@dataclass(frozen=True, slots=True)
class Room:
    """A room on air as sampling sees it. ``unseen_s``: since somebody looked, or since it began."""

    show_id: int
    letter: Letter
    is_key: bool
    rung: str
    viewers: int
    unseen_s: int


@dataclass(frozen=True, slots=True)
class Chance:
    """A room in a draw; its chance is its weight over the sum of all."""

    show_id: int
    weight: int


def risk_of(room: Room) -> int:
    """How much a room wants looking at, whenever it was seen last; at least 1.

    >>> risk_of(Room(1, "A", False, "clear", 0, 0)), risk_of(Room(1, "D", True, "limit", 20_000, 0))
    (1, 36)
    """
    crowd = max((weight for least, weight in VIEWERS_WEIGHT if room.viewers >= least), default=0)
    key = KEY_WEIGHT if room.is_key else 0
    return GRADE_WEIGHT[room.letter] + key + RUNG_WEIGHT[room.rung] + crowd


def weight_of(room: Room) -> int:
    """The risk of a room times the minutes it was not seen, 1 to 61: nobody is forgotten."""
    return risk_of(room) * (1 + min(MINUTES_MAX, room.unseen_s // 60))


def is_overdue(room: Room) -> bool:
    """Whether a room went longer without a look than its grade allows."""
    return room.unseen_s >= look_every(room.letter, is_key=room.is_key).total_seconds()


def chances(rooms: Sequence[Room]) -> list[Chance]:
    """Who is in the draw, in the order of their ids: the overdue rooms if there are any, else all.

    The order in which rooms are given does not matter.
    """
    late = [room for room in rooms if is_overdue(room)]
    found = [Chance(room.show_id, weight_of(room)) for room in late or rooms]
    return sorted(found, key=lambda one: one.show_id)


def draw(among: Sequence[Chance], *, seed: str) -> int:
    """The room that a seed draws: SHA-256 of the seed, as a number, modulo the sum of weights.

    The places 0 to sum - 1 belong to the rooms in their order, each as many as its weight.

    >>> draw([Chance(7, 1), Chance(9, 99)], seed="a")
    9
    """
    assert among
    place = int.from_bytes(hashlib.sha256(seed.encode()).digest()) % sum(c.weight for c in among)
    for one in among:
        if place < one.weight:
            return one.show_id
        place -= one.weight
    raise AssertionError("weights do not add up")
