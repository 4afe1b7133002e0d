"""The writers of the room, by noun; everyone calls them from here."""

from kaibo.room.actions.chat import Draft, Posted, hide_message, post_messages
from kaibo.room.actions.desk import (
    mute_viewer,
    pin_notice,
    pop_link,
    start_explaining,
    stop_explaining,
    tell_host,
)
from kaibo.room.actions.doors import note_cards, note_door
from kaibo.room.actions.ladder import confirm_lift, override_rung, refuse_lift
from kaibo.room.actions.lines import hear_lines
from kaibo.room.actions.proofs import check_proof
from kaibo.room.actions.reports import Receipt, Subject, file_report

__all__ = [
    "Draft",
    "Posted",
    "Receipt",
    "Subject",
    "check_proof",
    "confirm_lift",
    "file_report",
    "hear_lines",
    "hide_message",
    "mute_viewer",
    "note_cards",
    "note_door",
    "override_rung",
    "pin_notice",
    "pop_link",
    "post_messages",
    "refuse_lift",
    "start_explaining",
    "stop_explaining",
    "tell_host",
]
