"""The writers of what was said, promised and corrected."""

from kaibo.promises.actions.corrections import (
    say_correction,
    show_correction,
    stop_overdue,
    withdraw_correction,
)
from kaibo.promises.actions.hearing import Heard, HeardBy, Line, hear, hear_captions, note_written

__all__ = [
    "Heard",
    "HeardBy",
    "Line",
    "hear",
    "hear_captions",
    "note_written",
    "say_correction",
    "show_correction",
    "stop_overdue",
    "withdraw_correction",
]
