"""What others may know of grades and of patrol, as frozen values."""

from kaibo.patrol.reads.duty import (
    Gate,
    OnDuty,
    TermsView,
    gate,
    gate_of,
    keep_times,
    moderators,
    on_duty,
    patrollers,
    terms,
)
from kaibo.patrol.reads.grading import (
    Formula,
    GradeView,
    RoomStanding,
    formula,
    grade_history,
    room_standing,
    room_standings,
)
from kaibo.patrol.reads.wall import LookView, Wall, WallRoom, every_look, looks, open_look, wall

__all__ = [
    "Formula",
    "Gate",
    "GradeView",
    "LookView",
    "OnDuty",
    "RoomStanding",
    "TermsView",
    "Wall",
    "WallRoom",
    "every_look",
    "formula",
    "gate",
    "gate_of",
    "grade_history",
    "keep_times",
    "looks",
    "moderators",
    "on_duty",
    "open_look",
    "patrollers",
    "room_standing",
    "room_standings",
    "terms",
    "wall",
]
