"""The writers of patrol."""

from kaibo.patrol.actions.duty import beat, end_silent_duties, leave_duty, set_patrol_terms
from kaibo.patrol.actions.grading import (
    grade_room,
    keep_grades,
    name_key_room,
    unname_key_room,
)
from kaibo.patrol.actions.looks import lapse_looks, next_look, sign_look
from kaibo.patrol.actions.posts import admit_show, name_patroller, watch_key_rooms

__all__ = [
    "admit_show",
    "beat",
    "end_silent_duties",
    "grade_room",
    "keep_grades",
    "lapse_looks",
    "leave_duty",
    "name_key_room",
    "name_patroller",
    "next_look",
    "set_patrol_terms",
    "sign_look",
    "unname_key_room",
    "watch_key_rooms",
]
